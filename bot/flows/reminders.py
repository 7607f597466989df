"""What people get before a session, and their answer to it."""

from collections.abc import Sequence

from bot.cards import reminders as cards
from bot.cards.bookings import booked_sentences
from bot.cards.pieces import announced
from bot.cards.substitution import which_place
from bot.flows.bookings import booking_reply, my_training, own_training, session_called
from bot.flows.cancelling import asked_of, leaving_of
from bot.flows.courses import show_course
from bot.payloads import CourseChoice, MyTraining, PlaceMeant, SessionChoice, SessionNamed
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import coming
from trainingbot.bookings.queries import (
    coming_training,
    people_waiting,
    training_after,
    training_of_booking,
)
from trainingbot.bookings.rules import joining_link
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, NoticeKind, SessionStatus
from trainingbot.errors import NoBooking, SessionCancelled, SessionStarted
from trainingbot.models import Notice

MOST_PLACES = 20
"""Coming places among which the one is looked for that somebody speaks of."""
MOST_ASKED = 5


async def say_coming(visit: Visit, choice: SessionChoice) -> Reply:
    """Note that somebody is coming; where that cannot be, show how they stand and why."""
    try:
        booking = await coming.say_coming(
            visit.db,
            session_id=choice.session_id,
            practitioner_id=visit.practitioner.id,
            terms=visit.terms,
            now=visit.now,
        )
    except SessionCancelled:
        return booking_reply(visit, await own_training(visit, choice))
    except (SessionStarted, NoBooking) as refused:
        return booking_reply(visit, await own_training(visit, choice), refused.sentence)
    row = await training_after(visit.db, booking)
    return _reminder(visit, row, *cards.answered_sentences())


async def say_coming_to(visit: Visit, meant: PlaceMeant) -> Reply:
    """Do it for the place that somebody typed about, or ask which of several they mean."""
    if meant.session_code:
        named = SessionNamed(session_code=meant.session_code)
        return await say_coming(visit, await session_called(visit, named))
    mine = await _places_meant(visit, meant)
    if len(mine) == 1:
        return await say_coming(visit, SessionChoice(session_id=mine[0].session.id))
    if mine:
        return which_place(
            mine[:MOST_ASKED],
            question="Which date are you coming to?",
            verb="say_coming",
            zone=visit.zone,
        )
    if meant.course_id is not None:
        return await show_course(visit, CourseChoice(course_id=meant.course_id, day=meant.day))
    return await my_training(visit, MyTraining())


async def _places_meant(visit: Visit, meant: PlaceMeant) -> Sequence[TrainingRow]:
    """Return the coming places that fit what was said; among several, those asked about."""
    page = await coming_training(visit.db, visit.practitioner.id, limit=MOST_PLACES, now=visit.now)
    fitting = [
        row
        for row in page.rows
        if row.booking.status == BookingStatus.CONFIRMED
        and row.session.starts_at > visit.now
        and meant.course_id in {None, row.course.id}
        and meant.day in {None, row.session.starts_at.astimezone(visit.zone).date()}
    ]
    if len(fitting) <= 1:
        return fitting
    asked = await coming.asked_whether_coming(visit.db, visit.practitioner.id)
    return [row for row in fitting if row.booking.id in asked] or fitting


async def reminder(visit: Visit, notice: Notice) -> Reply | None:
    """Ask somebody whether they are coming, or remind them that they have said so."""
    row = await _place_to_come_to(visit, notice)
    if row is None:
        return None
    waiting = await people_waiting(visit.db, row.session.id)
    if row.booking.coming_at is not None:
        return _reminder(visit, row, *cards.still_coming_sentences(waiting))
    early = notice.kind == NoticeKind.EARLY_REMINDER
    return _reminder(visit, row, *cards.question_sentences(waiting, early=early))


async def starting_soon(visit: Visit, notice: Notice) -> Reply | None:
    """Show somebody the way into a session that begins soon."""
    row = await _place_to_come_to(visit, notice)
    if row is None:
        return None
    return cards.starting_soon(
        row,
        join_url=joining_link(row.session, row.booking, now=visit.now),
        contact=visit.settings.contact_email or "the training team",
        now=visit.now,
        zone=visit.zone,
    )


async def joining_instructions(visit: Visit, notice: Notice) -> Reply | None:
    """Tell somebody where and when a session is, and how to join it."""
    row = await _place_to_come_to(visit, notice)
    if row is None:
        return None
    return cards.joining_instructions(
        row,
        join_url=joining_link(row.session, row.booking, now=visit.now),
        calendar_url=visit.calendar_url(row.booking.id),
        zone=visit.zone,
    )


async def confirmation(visit: Visit, notice: Notice) -> Reply | None:
    """Tell somebody that the place which they did not book in a chat is theirs."""
    row = await _place_to_come_to(visit, notice)
    if row is None:
        return None
    leaving = leaving_of(visit, row)
    said = booked_sentences(row, leaving=leaving, asked=await asked_of(visit))
    return announced(booking_reply(visit, row, *said), cards.confirmation_summary(row, visit.zone))


async def _place_to_come_to(visit: Visit, notice: Notice) -> TrainingRow | None:
    """Return the place that a notice is about, or None where there is nothing to come to."""
    row = await training_of_booking(visit.db, notice.about_id)
    if row is None or row.booking.status != BookingStatus.CONFIRMED:
        return None
    to_come = row.session.status == SessionStatus.SCHEDULED and row.session.starts_at > visit.now
    return row if to_come else None


def _reminder(visit: Visit, row: TrainingRow, *said: str) -> Reply:
    return cards.reminder(
        row,
        *said,
        leaving=leaving_of(visit, row),
        substitutes=visit.terms.policy.substitutes,
        join_url=joining_link(row.session, row.booking, now=visit.now),
        calendar_url=visit.calendar_url(row.booking.id),
        zone=visit.zone,
    )
