"""Cancelling and substituting for somebody else: say what it comes to, and do it."""

from bot.cards import changing_for_others as cards
from bot.cards.cancelling import asked_when_late
from bot.cards.for_others import cancelled_for_sentences, substituted_for_sentences
from bot.flows.bookings import ask_to_cancel
from bot.flows.for_others import has_a_place, is_own, managed, person_of, told_of
from bot.flows.reaching import channel_to
from bot.flows.substitution import ask_for_substitute
from bot.payloads import (
    CancellingForPerson,
    SessionChoice,
    SubstituteChosen,
    SubstituteSought,
    SubstitutingForPerson,
)
from bot.payloads import PersonOnSession as PersonChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import for_others as operations
from trainingbot.bookings.charges import late_charge_of
from trainingbot.bookings.colleagues import colleagues_named, likely_substitutes
from trainingbot.bookings.queries import given_back
from trainingbot.bookings.rules import refusal_of_substitutes, refusal_to_cancel
from trainingbot.bookings.views import Colleagues
from trainingbot.enums import ACTIVE_BOOKINGS
from trainingbot.errors import AlreadyBooked, CheckRefuses, NotAColleague, ReasonNeeded
from trainingbot.scheduling.person import place_goes_to
from trainingbot.scheduling.roster_views import PersonOnSession


async def ask_to_cancel_for(visit: Visit, choice: PersonChoice) -> Reply:
    """Say to a coordinator what giving somebody's place back comes to, and ask why."""
    return await _cancelling_question(visit, CancellingForPerson(**choice.model_dump()))


async def cancel_for(visit: Visit, form: CancellingForPerson) -> Reply:
    """Give somebody's place back, and say what became of it."""
    try:
        booking = await operations.cancel_for(
            visit.db,
            session_id=form.session_id,
            practitioner_id=form.practitioner_id,
            actor_id=visit.practitioner.id,
            reason=form.reason,
            late_reason=form.late_reason,
            terms=visit.terms,
            now=visit.now,
        )
    except ReasonNeeded as refused:
        return await _cancelling_question(visit, form, problem=refused.sentence)
    await visit.db.flush()
    person = await person_of(visit, form)
    given = await given_back(visit.db, booking)
    said = cancelled_for_sentences(
        person,
        had_place=given.had_place or given.declined,
        passed_on=given.passed_on,
        told=await told_of(visit, person),
    )
    return managed(visit, person, *said)


async def ask_to_substitute_for(visit: Visit, sought: SubstituteSought) -> Reply:
    """Offer a coordinator the colleagues who could take somebody's place."""
    person = await person_of(visit, sought)
    if is_own(visit, person):
        return await ask_for_substitute(visit, SessionChoice(session_id=sought.session_id))
    if not has_a_place(visit, person):
        return managed(visit, person)
    refusal = refusal_of_substitutes(terms=visit.terms)
    if refusal is not None:
        raise refusal
    return await _who_goes(visit, person, name=sought.name, reason=sought.reason)


async def preview_substitute_for(visit: Visit, chosen: SubstituteChosen) -> Reply:
    """Ask a coordinator why a colleague is to take somebody's place."""
    return await _substituting_question(visit, SubstitutingForPerson(**chosen.model_dump()))


async def substitute_for(visit: Visit, form: SubstitutingForPerson) -> Reply:
    """Hand somebody's place on to a colleague; where they cannot go, ask for somebody else."""
    try:
        await operations.substitute_for(
            visit.db,
            session_id=form.session_id,
            practitioner_id=form.practitioner_id,
            substitute_id=form.substitute_id,
            actor_id=visit.practitioner.id,
            reason=form.reason,
            terms=visit.terms,
            now=visit.now,
        )
    except ReasonNeeded as refused:
        return await _substituting_question(visit, form, problem=refused.sentence)
    except (NotAColleague, AlreadyBooked, CheckRefuses) as refused:
        person = await person_of(visit, form)
        return await _who_goes(visit, person, reason=form.reason, problem=refused.sentence)
    await visit.db.flush()
    person = await person_of(visit, form)
    substitute = await operations.known_person(visit.db, form.substitute_id)
    both = (person.practitioner, substitute)
    unreached = [one for one in both if await channel_to(visit, one) is None]
    said = substituted_for_sentences(substitute, unreached=unreached)
    return managed(visit, person, *said)


async def _cancelling_question(
    visit: Visit, form: CancellingForPerson, *, problem: str = ""
) -> Reply:
    person = await person_of(visit, form)
    if is_own(visit, person):
        return await ask_to_cancel(visit, SessionChoice(session_id=form.session_id))
    if person.booking is None or person.booking.status not in ACTIVE_BOOKINGS:
        return managed(visit, person)
    refusal = refusal_to_cancel(person.session, now=visit.now)
    if refusal is not None:
        raise refusal
    place = await place_goes_to(visit.db, person, terms=visit.terms, now=visit.now)
    policy = visit.terms.policy
    pence = await late_charge_of(visit.db, person.practitioner, policy=policy) if place.late else 0
    return cards.cancelling_question(
        person,
        place,
        form,
        by=await channel_to(visit, person.practitioner),
        asked=asked_when_late(pence, policy=policy) if pence else None,
        problem=problem,
        zone=visit.zone,
    )


async def _who_goes(
    visit: Visit,
    person: PersonOnSession,
    *,
    name: str = "",
    reason: str = "",
    problem: str = "",
) -> Reply:
    return cards.who_goes_instead(
        person,
        await _colleagues(visit, person, name),
        name=name,
        reason=reason,
        problem=problem,
        zone=visit.zone,
    )


async def _colleagues(visit: Visit, person: PersonOnSession, name: str) -> Colleagues:
    session, giver, theme = person.session, person.practitioner, person.course.theme
    limit = cards.COLLEAGUE_ROWS
    if name:
        return await colleagues_named(visit.db, session, giver, name=name, theme=theme, limit=limit)
    return await likely_substitutes(
        visit.db, session, giver, theme=theme, limit=limit, now=visit.now
    )


async def _substituting_question(
    visit: Visit, form: SubstitutingForPerson, *, problem: str = ""
) -> Reply:
    person = await person_of(visit, form)
    if not has_a_place(visit, person):
        return managed(visit, person)
    return cards.substituting_question(
        person,
        await operations.known_person(visit.db, form.substitute_id),
        form,
        problem=problem,
        zone=visit.zone,
    )
