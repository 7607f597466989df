"""Change how many places a session has, and who its trainers are."""

from uuid import UUID

from bot import phrases
from bot.cards.session_forms import ids_of
from bot.cards.session_questions import (
    TrainersPlanned,
    places_card,
    places_preview,
    too_few_places,
    trainers_card,
    trainers_preview,
)
from bot.cards.sessions import SessionAtHand
from bot.flows.session_forms import Problems, chosen_ids, read_places
from bot.flows.sessions import (
    hub,
    locked_at_hand,
    refuse_unless_to_come,
    session_at_hand,
    session_to_change,
)
from bot.payloads import SessionChoice
from bot.session_payloads import PlacesAsked, PlacesChange, TrainersAsked, TrainersChange
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.rules import phase
from trainingbot.errors import CapacityTooSmall
from trainingbot.scheduling import moving
from trainingbot.scheduling import trainers as trainer_operations
from trainingbot.scheduling.clashes import clashes_with
from trainingbot.scheduling.queries import every_trainer
from trainingbot.scheduling.rules import refusal_of_fewer_places

CHANGED_TRAINERS = "The trainers are changed, and have been told."
UNCHANGED_TRAINERS = "The trainers are as they were, so nobody is told."
NO_TRAINER_ANY_MORE = "Somebody chosen here is no trainer any more. Choose the trainers again."


async def ask_to_change_places(visit: Visit, asked: PlacesAsked) -> Reply:
    """Ask a coordinator how many places a session is to have, then show what follows."""
    at_hand = await session_to_change(visit, asked.session_id)
    if not asked.places:
        preset = PlacesAsked(session_id=asked.session_id, places=str(at_hand.session.capacity))
        return places_card(at_hand, preset, zone=visit.zone)
    places, problems = _places(at_hand, asked)
    if places is None:
        return places_card(at_hand, asked, problems=problems, zone=visit.zone)
    return _places_preview(visit, at_hand, places)


async def change_places(visit: Visit, change: PlacesChange) -> Reply:
    """Give a session as many places as a coordinator has seen the consequences of."""
    at_hand = await locked_at_hand(visit, change.session_id)
    refuse_unless_to_come(visit, at_hand)
    places, problems = _places(at_hand, change)
    if places is None:
        asked = PlacesAsked(session_id=change.session_id, places=change.places)
        return places_card(at_hand, asked, problems=problems, zone=visit.zone)
    if at_hand.session.capacity not in {places, change.seen}:
        return _places_preview(visit, at_hand, places, has_changed=True)
    try:
        async with visit.db.begin_nested():
            await moving.change_places(
                visit.db,
                session_id=change.session_id,
                capacity=places,
                actor_id=visit.practitioner.id,
                terms=visit.terms,
                now=visit.now,
            )
    except CapacityTooSmall as refused:
        asked = PlacesAsked(session_id=change.session_id, places=change.places)
        problems = {"places": phrases.plain(refused.sentence)}
        # What was rolled back has to be read again.
        at_hand = await session_at_hand(visit, change.session_id)
        return places_card(at_hand, asked, problems=problems, zone=visit.zone)
    said = f"The session has {phrases.counted(places, 'place')} now."
    return await hub(visit, change.session_id, said)


def _places(at_hand: SessionAtHand, asked: PlacesAsked) -> tuple[int | None, Problems]:
    places, problems = read_places(asked.places)
    kept = sum(share.kept for share in at_hand.mix)
    if places is not None and places < at_hand.affected.confirmed + kept:
        return None, {"places": too_few_places(at_hand.affected, kept)}
    refusal = None if places is None else refusal_of_fewer_places(at_hand.session, places)
    if refusal is not None:
        return None, {"places": phrases.plain(refusal.sentence)}
    return places, problems


def _places_preview(
    visit: Visit, at_hand: SessionAtHand, places: int, *, has_changed: bool = False
) -> Reply:
    return places_preview(
        at_hand,
        places,
        phase=phase(at_hand.session, terms=visit.terms, now=visit.now),
        has_changed=has_changed,
        zone=visit.zone,
    )


async def ask_to_change_trainers(visit: Visit, asked: SessionChoice) -> Reply:
    """Ask a coordinator who are to be the trainers of a session, then show what follows."""
    at_hand = await session_to_change(visit, asked.session_id)
    typed = asked.trainers if isinstance(asked, TrainersAsked) else None
    if typed is None:
        preset = TrainersAsked(session_id=asked.session_id, trainers=ids_of(at_hand.trainers))
        return await _trainers_asked(visit, at_hand, preset, {})
    ids = await _known(visit, typed)
    if ids is None:
        again = TrainersAsked(session_id=asked.session_id, trainers=typed)
        return await _trainers_asked(visit, at_hand, again, {"trainers": NO_TRAINER_ANY_MORE})
    return await _trainers_preview(visit, at_hand, ids)


async def set_trainers(visit: Visit, change: TrainersChange) -> Reply:
    """Name the trainers of a session as a coordinator has seen it."""
    at_hand = await locked_at_hand(visit, change.session_id)
    refuse_unless_to_come(visit, at_hand)
    ids = await _known(visit, change.trainers)
    if ids is None:
        again = TrainersAsked(session_id=change.session_id, trainers=change.trainers)
        return await _trainers_asked(visit, at_hand, again, {"trainers": NO_TRAINER_ANY_MORE})
    as_it_was_seen = ids_of(at_hand.trainers) == change.seen
    if {one.id for one in at_hand.trainers} == ids:
        # Pressed twice, it says the same twice.
        said = UNCHANGED_TRAINERS if as_it_was_seen else CHANGED_TRAINERS
        return await hub(visit, change.session_id, said)
    if not as_it_was_seen:
        return await _trainers_preview(visit, at_hand, ids, has_changed=True)
    await trainer_operations.set_trainers(
        visit.db,
        session_id=change.session_id,
        trainer_ids=sorted(ids),
        actor_id=visit.practitioner.id,
        terms=visit.terms,
        now=visit.now,
    )
    return await hub(visit, change.session_id, CHANGED_TRAINERS)


async def _known(visit: Visit, typed: str) -> frozenset[UUID] | None:
    """Return the ids that were chosen, or None where one of them is no trainer."""
    chosen = chosen_ids(typed)
    known = {one.id for one in await every_trainer(visit.db)}
    return None if chosen is None or not known.issuperset(chosen) else frozenset(chosen)


async def _trainers_asked(
    visit: Visit, at_hand: SessionAtHand, asked: TrainersAsked, problems: Problems
) -> Reply:
    return trainers_card(
        at_hand, asked, await every_trainer(visit.db), problems=problems, zone=visit.zone
    )


async def _trainers_preview(
    visit: Visit, at_hand: SessionAtHand, ids: frozenset[UUID], *, has_changed: bool = False
) -> Reply:
    session = at_hand.session
    planned = TrainersPlanned(
        chosen=TrainersChange(
            session_id=session.id,
            trainers=",".join(sorted(str(one) for one in ids)),
            seen=ids_of(at_hand.trainers),
        ),
        ids=ids,
        clashes=await clashes_with(
            visit.db,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            venue=None,
            trainer_ids=sorted(ids),
            besides=session.id,
        ),
    )
    return trainers_preview(
        at_hand, planned, await every_trainer(visit.db), has_changed=has_changed, zone=visit.zone
    )
