"""What people are told when a session changes, and the answer of those who keep their place."""

from uuid import UUID

from bot.cards import session_news as cards
from bot.cards.courses import date_row
from bot.cards.pieces import Element, announced
from bot.flows.bookings import booking_reply
from bot.flows.cancelling import leaving_of, leaving_of_dates
from bot.payloads import SessionChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.queries import bookings_of, training_after, training_of_booking
from trainingbot.bookings.reservations import open_places_of
from trainingbot.bookings.views import TrainingRow
from trainingbot.courses.queries import coming_sessions, session_and_course
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, SessionStatus, SessionStep
from trainingbot.models import Course, CourseSession, Notice
from trainingbot.people.queries import is_coordinator
from trainingbot.scheduling import moving
from trainingbot.scheduling.news import (
    booked_then,
    change_of_session,
    had_place,
    last_move,
    trains,
)
from trainingbot.scheduling.queries import is_interested, people_affected
from trainingbot.scheduling.rules import is_undecided


async def keep_place(visit: Visit, choice: SessionChoice) -> Reply:
    """Keep somebody's place on a session that was moved, and say what giving it back means now."""
    booking = await moving.keep_place(
        visit.db,
        session_id=choice.session_id,
        practitioner_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    row = await training_after(visit.db, booking)
    return booking_reply(visit, row, *cards.kept_sentences(leaving_of(visit, row)))


async def session_cancelled(visit: Visit, notice: Notice) -> Reply | None:
    """Say that a session is cancelled, and offer other dates."""
    row = await _booking_to_tell_of(visit, notice)
    if row is None or row.booking.status != BookingStatus.SESSION_CANCELLED:
        return None
    dates, more = await _other_dates(visit, row)
    in_calendar = await had_place(visit.db, row.booking)
    return cards.cancelled_card(
        row,
        dates,
        more=more,
        interested=await is_interested(visit.db, row.course.id, visit.practitioner.id),
        calendar_url=visit.calendar_url(row.booking.id) if in_calendar else None,
        zone=visit.zone,
    )


async def _other_dates(visit: Visit, row: TrainingRow) -> tuple[list[Element], int]:
    """Return the next dates of a course as rows, and how many there are beyond them.

    The session itself is cancelled, and so is none of them.
    """
    sessions, total = await coming_sessions(
        visit.db, row.course.id, limit=cards.OTHER_DATES, now=visit.now
    )
    bookings = await bookings_of(
        visit.db, visit.practitioner.id, session_ids=[one.id for one in sessions]
    )
    openings = await open_places_of(
        visit.db, sessions, agency_id=visit.practitioner.agency_id, now=visit.now
    )
    leaving = leaving_of_dates(visit, sessions, bookings)
    dates = [
        date_row(
            one,
            bookings.get(one.id),
            leaving=leaving.get(one.id),
            opening=openings.get(one.id),
            zone=visit.zone,
        )
        for one in sessions
    ]
    return list(dates), total - len(dates)


async def session_moved(visit: Visit, notice: Notice) -> Reply | None:
    """Say from when to when a session was moved; whoever has a place keeps it or gives it back."""
    row = await _booking_to_tell_of(visit, notice)
    if row is None or row.booking.status not in ACTIVE_BOOKINGS:
        return None
    move = await last_move(visit.db, row.session.id)
    if move is None or row.booking.booked_at > move.at:
        return None
    then = await booked_then(visit.db, visit.practitioner.id, row.session)
    said = cards.moved_sentences(move, then, zone=visit.zone)
    if row.booking.status == BookingStatus.WAITLISTED:
        said = (*said, cards.WAITS_AS_BEFORE)
    return announced(booking_reply(visit, row, *said), cards.moved_summary(row, visit.zone))


async def session_confirmed(visit: Visit, notice: Notice) -> Reply | None:
    """Say to somebody with a place that a tentative session takes place."""
    row = await _booking_to_tell_of(visit, notice)
    if row is None or row.session.tentative or row.session.status != SessionStatus.SCHEDULED:
        return None
    if row.booking.status != BookingStatus.CONFIRMED:
        return None
    reply = booking_reply(visit, row, *cards.confirmed_sentences())
    return announced(reply, cards.confirmed_summary(row, visit.zone))


async def session_undecided(visit: Visit, notice: Notice) -> Reply | None:
    """Ask a coordinator whether a tentative session takes place."""
    found = await _session_to_tell_of(visit, notice.about_id)
    if found is None or not await is_coordinator(visit.db, visit.practitioner.id):
        return None
    session, course = found
    if not is_undecided(session, now=visit.now):
        return None
    affected = await people_affected(visit.db, session.id)
    return cards.undecided_card(course, session, affected, zone=visit.zone)


async def trainer_named(visit: Visit, notice: Notice) -> Reply | None:
    """Tell a trainer that they teach a session, or that one of theirs was moved."""
    found = await _session_to_tell_of(visit, notice.about_id)
    if found is None or not await trains(visit.db, notice.about_id, visit.practitioner.id):
        return None
    session, course = found
    if session.status != SessionStatus.SCHEDULED:
        return None
    change = await change_of_session(visit.db, session.id, position=notice.occurrence)
    moved = change if change is not None and change.step == SessionStep.MOVED else None
    affected = await people_affected(visit.db, session.id)
    return cards.trainer_named_card(course, session, affected, moved, zone=visit.zone)


async def trainer_released(visit: Visit, notice: Notice) -> Reply | None:
    """Tell somebody that they do not teach a session any more."""
    found = await _session_to_tell_of(visit, notice.about_id)
    if found is None:
        return None
    session, course = found
    is_trainer = await trains(visit.db, session.id, visit.practitioner.id)
    if is_trainer and session.status != SessionStatus.CANCELLED:
        return None
    return cards.trainer_released_card(course, session, zone=visit.zone)


async def _booking_to_tell_of(visit: Visit, notice: Notice) -> TrainingRow | None:
    """Return the booking of a notice with its session, unless that has begun."""
    row = await training_of_booking(visit.db, notice.about_id)
    return None if row is None or row.session.starts_at <= visit.now else row


async def _session_to_tell_of(
    visit: Visit, session_id: UUID
) -> tuple[CourseSession, Course] | None:
    """Return a session with its course, unless it has begun."""
    found = await session_and_course(visit.db, session_id)
    return None if found is None or found[0].starts_at <= visit.now else found
