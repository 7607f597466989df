"""A session as coordinators run it: look at it, confirm it, its history, and what clashes."""

from uuid import UUID

from bot.cards import session_lists
from bot.cards.sessions import SessionAtHand, confirmed_sentences, session_hub
from bot.flows.bookings import session_called
from bot.payloads import Nothing, SessionChoice, SessionNamed
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.mix import agency_mix
from trainingbot.courses.queries import session_and_course
from trainingbot.courses.rules import what_is_offered
from trainingbot.enums import SessionStatus
from trainingbot.errors import NotFound
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.scheduling import tentative
from trainingbot.scheduling.clashes import coming_clashes
from trainingbot.scheduling.queries import (
    history_of_session,
    people_affected,
    places_lost,
    trainers_of,
)
from trainingbot.scheduling.rules import refusal_to_change

NO_SUCH_SESSION = "This session is no longer in the programme. Type “courses” to look again."


async def manage_session(visit: Visit, choice: SessionChoice) -> Reply:
    """Show a coordinator a session and what can be done about it."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    return await hub(visit, choice.session_id)


async def manage_named_session(visit: Visit, named: SessionNamed) -> Reply:
    """Show a coordinator the session that they called by its code."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    return await hub(visit, (await session_called(visit, named)).session_id)


async def confirm_session(visit: Visit, choice: SessionChoice) -> Reply:
    """Say, as a coordinator, that a tentative session takes place."""
    at_hand = await locked_at_hand(visit, choice.session_id)
    refuse_unless_to_come(visit, at_hand)
    await tentative.confirm_session(
        visit.db,
        session_id=choice.session_id,
        actor_id=visit.practitioner.id,
        now=visit.now,
    )
    return await hub(visit, choice.session_id, *confirmed_sentences(at_hand.affected))


async def session_history(visit: Visit, choice: SessionChoice) -> Reply:
    """Show a coordinator what was done to a session, when, by whom and why."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    found = await session_and_course(visit.db, choice.session_id)
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    session, course = found
    stories = await history_of_session(visit.db, session.id, limit=session_lists.HISTORY_ROWS + 1)
    return session_lists.session_history(course, session, stories, zone=visit.zone)


async def clashes(visit: Visit, nothing: Nothing) -> Reply:
    """Show a coordinator the coming sessions that share a trainer, a venue or people."""
    del nothing
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    page = await coming_clashes(visit.db, limit=session_lists.CLASH_ROWS, now=visit.now)
    return session_lists.clashes(page, zone=visit.zone)


async def hub(visit: Visit, session_id: UUID, *said: str) -> Reply:
    """Show a session as it stands now, with what has just happened to it."""
    await visit.db.flush()
    return session_hub(await session_at_hand(visit, session_id), *said, zone=visit.zone)


async def session_at_hand(visit: Visit, session_id: UUID) -> SessionAtHand:
    """Return a session with everything that a coordinator looks at. Raises `NotFound`."""
    found = await session_and_course(visit.db, session_id)
    if found is None:
        raise NotFound(NO_SUCH_SESSION)
    session, course = found
    cancelled = session.status == SessionStatus.CANCELLED
    return SessionAtHand(
        course=course,
        session=session,
        offered=what_is_offered(session, now=visit.now),
        trainers=await trainers_of(visit.db, session.id),
        affected=await people_affected(visit.db, session.id),
        places_lost=await places_lost(visit.db, session.id) if cancelled else 0,
        mix=await agency_mix(visit.db, session.id),
    )


async def session_to_change(visit: Visit, session_id: UUID) -> SessionAtHand:
    """Return a session that can still be changed, to a coordinator.

    Raises `NotACoordinator`, `NotFound`, `SessionCancelled` or `SessionStarted`.
    """
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    at_hand = await session_at_hand(visit, session_id)
    refuse_unless_to_come(visit, at_hand)
    return at_hand


async def locked_at_hand(visit: Visit, session_id: UUID) -> SessionAtHand:
    """Return a session to a coordinator who is about to change it.

    It is locked, so what is compared with the state that they saw stays so until the change.
    """
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    await lock_session(visit.db, session_id, terms=visit.terms, now=visit.now)
    await visit.db.flush()
    return await session_at_hand(visit, session_id)


def refuse_unless_to_come(visit: Visit, at_hand: SessionAtHand) -> None:
    """Raise why a session stays as it is, where it does."""
    refusal = refusal_to_change(at_hand.session, now=visit.now)
    if refusal is not None:
        raise refusal
