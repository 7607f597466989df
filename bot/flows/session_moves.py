"""Move a session or cancel it, after a coordinator has seen what follows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards.session_forms import NOTHING_WRONG
from bot.cards.session_previews import move_card, move_preview
from bot.cards.session_questions import cancel_question
from bot.cards.sessions import CANCELLED, SessionAtHand, moved_sentences
from bot.flows.bookings import session_called
from bot.flows.session_additions import outlook_of
from bot.flows.session_forms import Problems, form_of, problem_of_reason, read_move
from bot.flows.sessions import hub, locked_at_hand, refuse_unless_to_come, session_to_change
from bot.payloads import SessionChoice, SessionNamed
from bot.session_payloads import SessionEnd, SessionMove
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.dates import moved_along
from trainingbot.enums import SessionStatus
from trainingbot.models import CourseSession
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.scheduling import cancelling, moving
from trainingbot.scheduling.moving import NewDate
from trainingbot.scheduling.queries import other_dates
from trainingbot.scheduling.rules import is_another_bargain

DATES_OFFERED = 3
ALREADY_THERE = "It is on this day, at this time and place already. Change one of them."


async def ask_to_move_session(visit: Visit, choice: SessionChoice) -> Reply:
    """Ask a coordinator when and where a session is to be."""
    at_hand = await session_to_change(visit, choice.session_id)
    return move_card(at_hand, form_of(at_hand.session, zone=visit.zone), zone=visit.zone)


async def ask_to_move_named(visit: Visit, named: SessionNamed) -> Reply:
    """Ask when and where the session that a coordinator called by its code is to be."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    return await ask_to_move_session(visit, await session_called(visit, named))


async def preview_move(visit: Visit, form: SessionMove) -> Reply:
    """Show a coordinator what moving a session would come to, or what is wrong with it."""
    at_hand = await session_to_change(visit, form.session_id)
    move, problems = read_move(form, at_hand.session, zone=visit.zone, now=visit.now)
    if move is None:
        return move_card(at_hand, form, problems=problems, zone=visit.zone)
    if move.is_that_of(at_hand.session):
        return move_card(at_hand, form, problems={"day": ALREADY_THERE}, zone=visit.zone)
    return await _previewed(visit, at_hand, form, move)


async def move_session(visit: Visit, form: SessionMove) -> Reply:
    """Move a session as a coordinator has seen it; pressed twice, it moves once."""
    at_hand = await locked_at_hand(visit, form.session_id)
    refuse_unless_to_come(visit, at_hand)
    move, problems = read_move(form, at_hand.session, zone=visit.zone, now=visit.now)
    if move is None:
        return move_card(at_hand, form, problems=problems, zone=visit.zone)
    said = moved_sentences(at_hand.affected)
    if move.is_that_of(at_hand.session):
        return await hub(visit, form.session_id, *said)
    if at_hand.session.change_count != form.seen:
        return await _previewed(visit, at_hand, form, move, has_changed=True)
    await moving.move_session(
        visit.db,
        session_id=form.session_id,
        starts_at=move.starts_at,
        ends_at=move.ends_at,
        delivery=move.delivery,
        venue=move.venue,
        join_url=move.join_url,
        actor_id=visit.practitioner.id,
        reason=form.reason,
        terms=visit.terms,
        now=visit.now,
    )
    return await hub(visit, form.session_id, *said)


async def _previewed(
    visit: Visit,
    at_hand: SessionAtHand,
    form: SessionMove,
    move: NewDate,
    *,
    has_changed: bool = False,
) -> Reply:
    session = at_hand.session
    planned = CourseSession(
        code=session.code,
        course_id=session.course_id,
        starts_at=move.starts_at,
        ends_at=move.ends_at,
        delivery=move.delivery,
        venue=move.venue,
        join_url=move.join_url,
        capacity=session.capacity,
        decide_at=_decided_at(session, move, zone=visit.zone),
    )
    return move_preview(
        at_hand,
        form.model_copy(update={"seen": session.change_count}),
        await outlook_of(
            visit,
            planned,
            trainer_ids=[one.id for one in at_hand.trainers],
            besides=session.id,
        ),
        free_to_leave=is_another_bargain(
            session, starts_at=move.starts_at, ends_at=move.ends_at, delivery=move.delivery
        ),
        has_changed=has_changed,
        zone=visit.zone,
    )


def _decided_at(session: CourseSession, move: NewDate, *, zone: ZoneInfo) -> datetime | None:
    """Return when a session, if it is tentative, would be decided on after a move."""
    if not session.tentative or session.decide_at is None:
        return None
    return moved_along(session.decide_at, before=session.starts_at, after=move.starts_at, zone=zone)


async def ask_to_cancel_session(visit: Visit, choice: SessionChoice) -> Reply:
    """Ask a coordinator before a session is cancelled, and say what follows."""
    at_hand = await session_to_change(visit, choice.session_id)
    form = SessionEnd(session_id=at_hand.session.id, seen=at_hand.session.change_count)
    return await _asked_to_cancel(visit, at_hand, form, {})


async def ask_to_cancel_session_named(visit: Visit, named: SessionNamed) -> Reply:
    """Ask before the session that a coordinator called by its code is cancelled."""
    await refuse_unless_coordinator(visit.db, visit.practitioner.id)
    return await ask_to_cancel_session(visit, await session_called(visit, named))


async def cancel_session(visit: Visit, form: SessionEnd) -> Reply:
    """Cancel a session as a coordinator has seen it; pressed twice, it is cancelled once."""
    at_hand = await locked_at_hand(visit, form.session_id)
    if at_hand.session.status == SessionStatus.CANCELLED:
        return await hub(visit, form.session_id, *CANCELLED)
    refuse_unless_to_come(visit, at_hand)
    problems = problem_of_reason(form.reason)
    if problems:
        return await _asked_to_cancel(visit, at_hand, form, problems)
    if at_hand.session.change_count != form.seen:
        return await _asked_to_cancel(visit, at_hand, form, {}, has_changed=True)
    await cancelling.cancel_session(
        visit.db,
        session_id=form.session_id,
        reason=form.reason,
        keep_interest=form.keep_interest,
        actor_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    return await hub(visit, form.session_id, *CANCELLED)


async def _asked_to_cancel(
    visit: Visit,
    at_hand: SessionAtHand,
    form: SessionEnd,
    problems: Problems,
    *,
    has_changed: bool = False,
) -> Reply:
    return cancel_question(
        at_hand,
        form.model_copy(update={"seen": at_hand.session.change_count}),
        await other_dates(visit.db, at_hand.session, limit=DATES_OFFERED, now=visit.now),
        problems=problems or NOTHING_WRONG,
        has_changed=has_changed,
        zone=visit.zone,
    )
