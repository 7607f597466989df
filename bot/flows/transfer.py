"""Changing the date of a place: the question to which one, and the answer."""

from bot.cards import transfer as cards
from bot.cards.substitution import which_place
from bot.flows.bookings import booking_reply, own_training, session_called
from bot.flows.cancelling import asked_of, charged_for, leaving_of
from bot.flows.places import place_on_course
from bot.payloads import CourseChoice, DateChange, SessionChoice, SessionNamed
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.other_dates import other_dates_of
from trainingbot.bookings.queries import booking_of, training_after
from trainingbot.bookings.rules import is_late
from trainingbot.bookings.transfer import transfer_booking as change_date
from trainingbot.bookings.transfer import wait_for_other_date
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus
from trainingbot.errors import CheckRefuses, CheckWarns, ReasonNeeded, SessionFull
from trainingbot.models import CourseSession


async def ask_to_transfer(visit: Visit, choice: SessionChoice) -> Reply:
    """Offer the other dates of a course; without a place to change, show how it stands."""
    training = await own_training(visit, choice)
    begun = training.session.starts_at <= visit.now
    if training.booking.status != BookingStatus.CONFIRMED or begun:
        return booking_reply(visit, training)
    return await _question(visit, training)


async def ask_to_transfer_named(visit: Visit, named: SessionNamed) -> Reply:
    """Do it for the session that somebody called by its code."""
    return await ask_to_transfer(visit, await session_called(visit, named))


async def ask_to_transfer_course(visit: Visit, choice: CourseChoice) -> Reply:
    """Do it for the place on a course, or ask which of several places is meant."""
    mine = await place_on_course(visit, choice)
    if len(mine) == 1:
        return await ask_to_transfer(visit, SessionChoice(session_id=mine[0].session.id))
    return which_place(
        mine,
        question="Which date would you like to change?",
        verb="ask_to_transfer",
        zone=visit.zone,
    )


async def transfer_booking(visit: Visit, wanted: DateChange) -> Reply:
    """Change the date, or wait for the other one; where it can't be, say why and ask again."""
    if wanted.waits:
        return await _wait(visit, wanted)
    try:
        booking = await change_date(
            visit.db,
            from_session_id=wanted.from_session_id,
            to_session_id=wanted.to_session_id,
            practitioner_id=visit.practitioner.id,
            terms=visit.terms,
            late_reason=wanted.late_reason,
            reason=wanted.words or None,
            despite_doubts=wanted.despite_doubts,
            now=visit.now,
        )
    except (SessionFull, CheckRefuses) as refused:
        return await _again(visit, wanted, refused.sentence)
    except ReasonNeeded as refused:
        missing = refused.sentence if wanted.late_reason else "Why do you change the date now?"
        return await _again(visit, wanted, missing)
    except CheckWarns as warned:
        training = await own_training(visit, SessionChoice(session_id=wanted.from_session_id))
        to = await visit.db.get_one(CourseSession, wanted.to_session_id)
        return cards.change_anyway(training, wanted, to, doubts=warned.sentences, zone=visit.zone)
    training = await training_after(visit.db, booking)
    return await _changed(visit, wanted, training)


async def _changed(visit: Visit, wanted: DateChange, training: TrainingRow) -> Reply:
    if wanted.from_session_id == wanted.to_session_id:
        return booking_reply(visit, training)
    left = await booking_of(
        visit.db, session_id=wanted.from_session_id, practitioner_id=visit.practitioner.id
    )
    old = await visit.db.get_one(CourseSession, wanted.from_session_id)
    charged = await charged_for(visit, left) if left else ()
    said = cards.changed_sentences(
        old, leaving=leaving_of(visit, training), charged=charged, zone=visit.zone
    )
    old_url = visit.calendar_url(left.id) if left else None
    return booking_reply(visit, training, *said, old_calendar_url=old_url)


async def _wait(visit: Visit, wanted: DateChange) -> Reply:
    booking = await wait_for_other_date(
        visit.db,
        from_session_id=wanted.from_session_id,
        to_session_id=wanted.to_session_id,
        practitioner_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    if booking is None:
        return await _again(visit, wanted, "A place has become free on that date.")
    training = await training_after(visit.db, booking)
    if booking.status != BookingStatus.WAITLISTED:
        return booking_reply(visit, training)
    held = await visit.db.get_one(CourseSession, wanted.from_session_id)
    said = cards.waits_and_keeps_sentences(training.queue_place, held, zone=visit.zone)
    return booking_reply(visit, training, *said)


async def _again(visit: Visit, wanted: DateChange, missing: str) -> Reply:
    training = await own_training(visit, SessionChoice(session_id=wanted.from_session_id))
    return await _question(visit, training, wanted=wanted, missing=missing)


async def _question(
    visit: Visit, training: TrainingRow, *, wanted: DateChange | None = None, missing: str = ""
) -> Reply:
    late = is_late(training.session, training.booking, terms=visit.terms, now=visit.now)
    dates = await other_dates_of(
        visit.db, training.session, visit.practitioner, limit=cards.ROWS, now=visit.now
    )
    return cards.which_date(
        training,
        dates,
        late=await _late(visit, training) if late else (),
        late_reason=wanted.late_reason if wanted else None,
        words=wanted.words if wanted else "",
        missing=missing,
        zone=visit.zone,
    )


async def _late(visit: Visit, training: TrainingRow) -> tuple[str, ...]:
    return cards.late_sentences(training.session, asked=await asked_of(visit), terms=visit.terms)
