"""What coordinators see of what needs attention, and trainers of who is coming."""

from bot.cards import attention as attention_cards
from bot.cards import digests as cards
from bot.cards import unreached
from bot.notice_payloads import UnreachedChoice
from bot.payloads import Nothing
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.models import Notice
from trainingbot.people.queries import is_coordinator
from trainingbot.scheduling import reach
from trainingbot.scheduling.attention import attention as what_needs_attention
from trainingbot.scheduling.attention_views import Attention, UnreachedPage
from trainingbot.scheduling.digest import who_is_coming
from trainingbot.scheduling.rules import link_for_trainers


async def attention(visit: Visit, nothing: Nothing) -> Reply:
    """Show a coordinator what needs attention at the moment."""
    del nothing
    return _attention_card(visit, await _found(visit))


async def coordinators_digest(visit: Visit, notice: Notice) -> Reply | None:
    """Tell a coordinator what needs attention; nothing where nothing does any more."""
    del notice
    if not await is_coordinator(visit.db, visit.practitioner.id):
        return None
    found = await _found(visit)
    return _attention_card(visit, found) if found.is_needed else None


async def _found(visit: Visit) -> Attention:
    return await what_needs_attention(
        visit.db, actor_id=visit.practitioner.id, terms=visit.terms, now=visit.now
    )


def _attention_card(visit: Visit, found: Attention) -> Reply:
    return attention_cards.attention_card(
        found, mails=_mails(visit), now=visit.now, zone=visit.zone
    )


def _mails(visit: Visit) -> bool:
    """Tell whether e-mails go to those whom Teams does not reach."""
    return visit.settings.sends_mail


async def trainers_digest(visit: Visit, notice: Notice) -> Reply | None:
    """Tell a trainer before the day who is coming to one of their sessions."""
    coming = await who_is_coming(
        visit.db,
        notice.about_id,
        trainer_id=visit.practitioner.id,
        limit=cards.MOST_NAMED,
        now=visit.now,
    )
    if coming is None:
        return None
    return cards.trainers_digest(
        coming,
        join_url=link_for_trainers(coming.roster.session, now=visit.now),
        contact=visit.settings.contact_email or "the training team",
        zone=visit.zone,
    )


async def unreachable_people(visit: Visit, choice: UnreachedChoice) -> Reply:
    """Show a coordinator a page of those whom Teams does not reach; the last if there is none."""
    page = await _unreached(visit, choice)
    if page.numbers.total and not page.rows:
        choice = UnreachedChoice(page=-(-page.numbers.total // unreached.ROWS))
        page = await _unreached(visit, choice)
    return unreached.unreached_list(page, choice, mails=_mails(visit), zone=visit.zone)


async def _unreached(visit: Visit, choice: UnreachedChoice) -> UnreachedPage:
    return await reach.unreached_people(
        visit.db,
        actor_id=visit.practitioner.id,
        limit=unreached.ROWS,
        offset=(choice.page - 1) * unreached.ROWS,
        now=visit.now,
    )
