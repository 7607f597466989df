"""Waiting for a place: why, how, and for coordinators who."""

from bot.cards import bookings as booking_cards
from bot.cards import waitlist as cards
from bot.flows.bookings import (
    booking_reply,
    my_training,
    own_training,
    place_instead_of_which,
)
from bot.payloads import AutomaticChoice, MyTraining, SessionChoice, TrainingView, WaitChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import operations
from trainingbot.bookings.queries import training_after, waitlisted_training
from trainingbot.bookings.rules import broadcast_begins
from trainingbot.bookings.stories import wait_story, whole_waitlist
from trainingbot.courses.queries import session_and_course
from trainingbot.enums import BookingStatus
from trainingbot.errors import NotFound
from trainingbot.people.operations import refuse_unless_coordinator


async def why_waiting(visit: Visit, choice: WaitChoice) -> Reply:
    """Tell somebody why they still wait; whoever waits no more sees how they stand.

    Without a session it is the one they wait for, or the list of those.
    """
    if choice.session_id is None:
        return await _why_waiting_at_all(visit)
    training = await own_training(visit, SessionChoice(session_id=choice.session_id))
    if training.booking.status != BookingStatus.WAITLISTED:
        return booking_reply(visit, training)
    return cards.why_waiting(
        training,
        await wait_story(visit.db, training.booking),
        broadcast_begins=broadcast_begins(training.session, terms=visit.terms),
        opening=training.opening,
        zone=visit.zone,
    )


async def _why_waiting_at_all(visit: Visit) -> Reply:
    mine = await waitlisted_training(visit.db, visit.practitioner.id, limit=2, now=visit.now)
    if mine.total != 1:
        return await my_training(visit, MyTraining(view=TrainingView.WAITLIST))
    return await why_waiting(visit, WaitChoice(session_id=mine.rows[0].session.id))


async def book_automatically(visit: Visit, choice: AutomaticChoice) -> Reply:
    """Note whether somebody wants a free place without being asked."""
    booking = await operations.book_automatically(
        visit.db,
        session_id=choice.session_id,
        practitioner_id=visit.practitioner.id,
        wanted=choice.wanted,
        terms=visit.terms,
        now=visit.now,
    )
    training = await training_after(visit.db, booking)
    if booking.status != BookingStatus.WAITLISTED:
        return booking_reply(visit, training)
    said = booking_cards.automatic_sentences(
        wanted=choice.wanted,
        also_on=await place_instead_of_which(visit, training),
        zone=visit.zone,
    )
    return booking_reply(visit, training, *said)


async def session_waitlist(visit: Visit, choice: SessionChoice) -> Reply:
    """Show a coordinator who waits for a session."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    found = await session_and_course(visit.db, choice.session_id)
    if found is None:
        raise NotFound("This session is no longer in the programme. Type “courses” to look again.")
    session, course = found
    waiting, total = await whole_waitlist(visit.db, session.id, limit=cards.ROWS)
    return cards.session_waitlist(course, session, waiting, total=total, zone=visit.zone)
