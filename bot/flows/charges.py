"""Charges for coordinators: to look at, to waive with a reason, to note as settled."""

from bot.cards import charges as cards
from bot.payloads import ChargeChoice, ChargesPage, WaivingCharge
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings import charges as operations
from trainingbot.bookings.views import ChargePage
from trainingbot.enums import ChargeState
from trainingbot.errors import ReasonNeeded


async def charges(visit: Visit, view: ChargesPage) -> Reply:
    """Show a page of the open charges; the last one where there are not so many."""
    page = await _page(visit, view)
    if page.total and not page.rows:
        view = ChargesPage(page=-(-page.total // cards.ROWS))
        page = await _page(visit, view)
    return cards.charge_list(page, view, policy=visit.terms.policy, zone=visit.zone)


async def _page(visit: Visit, view: ChargesPage) -> ChargePage:
    return await operations.open_charges(
        visit.db,
        actor_id=visit.practitioner.id,
        limit=cards.ROWS,
        offset=(view.page - 1) * cards.ROWS,
    )


async def ask_to_waive_charge(visit: Visit, choice: ChargeChoice) -> Reply:
    """Ask why a charge is waived; of one that is finished, show how it stands."""
    row = await operations.charge_row(visit.db, choice.charge_id, actor_id=visit.practitioner.id)
    if row.charge.state != ChargeState.RAISED:
        return cards.charge_finished(row, zone=visit.zone)
    return cards.waive_question(row, zone=visit.zone)


async def waive_charge(visit: Visit, given: WaivingCharge) -> Reply:
    """Waive a charge; without a reason, ask for it again."""
    actor_id = visit.practitioner.id
    try:
        await operations.waive_charge(
            visit.db,
            charge_id=given.charge_id,
            reason=given.reason,
            actor_id=actor_id,
            now=visit.now,
        )
    except ReasonNeeded as refused:
        row = await operations.charge_row(visit.db, given.charge_id, actor_id=actor_id)
        return cards.waive_question(row, given.reason, missing=refused.sentence, zone=visit.zone)
    return await _finished(visit, given)


async def settle_charge(visit: Visit, choice: ChargeChoice) -> Reply:
    """Note that a charge is settled."""
    await operations.settle_charge(
        visit.db, charge_id=choice.charge_id, actor_id=visit.practitioner.id, now=visit.now
    )
    return await _finished(visit, choice)


async def _finished(visit: Visit, choice: ChargeChoice) -> Reply:
    await visit.db.flush()
    row = await operations.charge_row(visit.db, choice.charge_id, actor_id=visit.practitioner.id)
    return cards.charge_finished(row, zone=visit.zone)
