"""First meeting, help, and settling which agency somebody belongs to."""

from collections.abc import Sequence

from bot.cards import people as cards
from bot.cards.agencies import agencies_found, agency_question
from bot.cards.pieces import Element
from bot.payloads import AgencyChoice, AgencyNamed, Nothing, PractitionerChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.errors import NotFound
from trainingbot.models import Agency, Practitioner
from trainingbot.people import operations
from trainingbot.people.queries import (
    agencies_by_name,
    agency_requests,
    coordinator_ids,
    is_coordinator,
)
from trainingbot.people.rules import agencies_named
from trainingbot.people.views import AgencyRequest
from trainingbot.scheduling.roster import is_trainer

GONE = "This request is settled already. Type “agencies” to see who is waiting now."


async def greet(visit: Visit) -> Reply:
    """Greet a person for the first time, and ask for their agency where nobody vouches for it."""
    return cards.greeting(
        visit.practitioner,
        agency=await _agency(visit, visit.practitioner),
        partnership=visit.settings.partnership,
        ask=await _question(visit),
    )


async def show_help(visit: Visit, nothing: Nothing) -> Reply:
    """Say what a person can do here."""
    del nothing
    requests = None
    if await is_coordinator(visit.db, visit.practitioner.id):
        _, requests = await agency_requests(visit.db, limit=1)
    ask = await _question(visit) if visit.practitioner.agency_id is None else ()
    policy = visit.terms.policy
    charges = policy.late_charge > 0 or policy.no_show_charge > 0
    teaches = await is_trainer(visit.db, visit.practitioner.id)
    return cards.help_card(ask=ask, requests=requests, charges=charges, teaches=teaches)


async def concern(visit: Visit, nothing: Nothing) -> Reply:
    """Answer somebody who is worried about a person."""
    del nothing
    return cards.concern(visit.settings.referral_route)


async def my_agency(visit: Visit, nothing: Nothing) -> Reply:
    """Say where somebody stands with their agency."""
    del nothing
    return await _my_agency(visit, visit.practitioner)


async def find_agency(visit: Visit, named: AgencyNamed) -> Reply:
    """Offer the agencies whose name is like the words that somebody typed."""
    if visit.practitioner.agency_confirmed_at is not None:
        return await _my_agency(visit, visit.practitioner)
    found = agencies_named(await agencies_by_name(visit.db), named.agency_name)
    return agencies_found(found, words=named.agency_name)


async def choose_agency(visit: Visit, choice: AgencyChoice) -> Reply:
    """Take down which agency somebody works for, and say what happens next."""
    practitioner = await operations.choose_agency(
        visit.db,
        practitioner_id=visit.practitioner.id,
        agency_id=choice.agency_id,
        now=visit.now,
    )
    return await _my_agency(visit, practitioner)


async def agencies_to_confirm(visit: Visit, nothing: Nothing) -> Reply:
    """Show a coordinator who is waiting."""
    del nothing
    await operations.refuse_unless_coordinator(visit.db, visit.practitioner.id)
    requests, total = await agency_requests(visit.db, limit=cards.REQUEST_ROWS)
    return cards.request_list(requests, total=total)


async def show_request(visit: Visit, choice: PractitionerChoice) -> Reply:
    """Show a coordinator one request."""
    await operations.refuse_unless_coordinator(visit.db, visit.practitioner.id)
    person, agency = await _request(visit, choice)
    if person.agency_id != agency.id or person.agency_confirmed_at is not None:
        raise NotFound(GONE)
    return cards.request_card(AgencyRequest(person, agency))


async def confirm_agency(visit: Visit, choice: PractitionerChoice) -> Reply:
    """Confirm, as a coordinator, where somebody works."""
    person = await operations.confirm_agency(
        visit.db,
        practitioner_id=choice.practitioner_id,
        agency_id=choice.agency_id,
        actor_id=visit.practitioner.id,
        now=visit.now,
    )
    return cards.decided(person, await visit.db.get_one(Agency, choice.agency_id), confirmed=True)


async def decline_agency(visit: Visit, choice: PractitionerChoice) -> Reply:
    """Say, as a coordinator, that somebody does not work there."""
    person = await operations.decline_agency(
        visit.db,
        practitioner_id=choice.practitioner_id,
        agency_id=choice.agency_id,
        actor_id=visit.practitioner.id,
        now=visit.now,
    )
    _, agency = await _request(visit, choice)
    confirmed = person.agency_id == agency.id and person.agency_confirmed_at is not None
    return cards.decided(person, agency, confirmed=confirmed)


async def _request(visit: Visit, choice: PractitionerChoice) -> tuple[Practitioner, Agency]:
    person = await visit.db.get(Practitioner, choice.practitioner_id)
    agency = await visit.db.get(Agency, choice.agency_id)
    if person is None or agency is None:
        raise NotFound(GONE)
    return person, agency


async def _my_agency(visit: Visit, practitioner: Practitioner) -> Reply:
    return cards.my_agency(
        practitioner,
        agency=await _agency(visit, practitioner),
        ask=await _question(visit),
        coordinators=len(await coordinator_ids(visit.db)),
    )


async def _agency(visit: Visit, practitioner: Practitioner) -> Agency | None:
    if practitioner.agency_id is None:
        return None
    return await visit.db.get(Agency, practitioner.agency_id)


async def _question(visit: Visit) -> Sequence[Element]:
    if visit.practitioner.agency_confirmed_at is not None:
        return ()
    return agency_question(await agencies_by_name(visit.db))
