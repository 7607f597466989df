"""What a personal link opens: the card of its notice as it stands now, and no name of others."""

from copy import deepcopy
from dataclasses import dataclass, replace

from bot.flows.bookings import my_training, show_booking
from bot.flows.notices import notice_card
from bot.payloads import MyTraining, SessionChoice
from bot.turns import Reply
from bot.visits import Visit
from bot.web.card_html import elements_of
from trainingbot.bookings.queries import training_of_booking, training_on
from trainingbot.enums import NoticeKind
from trainingbot.models import Notice

AT_WORK = frozenset(
    {
        NoticeKind.AGENCY_TO_CONFIRM,
        NoticeKind.SESSION_UNDECIDED,
        NoticeKind.TRAINER_NAMED,
        NoticeKind.TRAINER_RELEASED,
        NoticeKind.TRAINERS_DIGEST,
        NoticeKind.COORDINATORS_DIGEST,
    }
)
"""To trainers and coordinators, about others: a link is not enough to see or do that."""
NAMES_SOMEBODY = frozenset(
    {
        NoticeKind.BOOKED_FOR_YOU,
        NoticeKind.CANCELLED_FOR_YOU,
        NoticeKind.STEPPED_IN,
        NoticeKind.SUBSTITUTED,
    }
)
"""Cards that say who did it. A letter may be forwarded, but the page behind it names nobody."""

IS_OVER = "What we wrote to you about is over. This is how it stands now."
DONE_IN_TEAMS = "What we wrote to you about is done in Teams. Here is your own training."


@dataclass(frozen=True, slots=True)
class Shown:
    """A card, and what is said above it."""

    reply: Reply
    said: str = ""


async def shown_of(visit: Visit, notice: Notice) -> Shown:
    """Return what the page of a notice shows now; nothing is changed by looking at it.

    As long as the link is bound to no browser, anybody may be looking: what the person has
    answered before stands in no field.
    """
    shown = await _shown_to_its_browser(visit, notice)
    if notice.browser is not None:
        return shown
    card = deepcopy(shown.reply.card)
    for element in elements_of(card):
        if isinstance(element, dict) and element["type"].startswith("Input."):
            element.pop("value", None)
    return replace(shown, reply=replace(shown.reply, card=card))


async def _shown_to_its_browser(visit: Visit, notice: Notice) -> Shown:
    if notice.kind in AT_WORK:
        return Shown(await my_training(visit, MyTraining()), DONE_IN_TEAMS)
    if notice.kind in NAMES_SOMEBODY:
        return Shown(await _own_view(visit, notice))
    reply = await notice_card(visit, notice)
    return Shown(await _own_view(visit, notice), IS_OVER) if reply is None else Shown(reply)


async def _own_view(visit: Visit, notice: Notice) -> Reply:
    """Show how the person stands with what a notice is about, or else all of their training."""
    mine = visit.practitioner.id
    row = await training_of_booking(visit.db, notice.about_id)
    if row is None or row.booking.practitioner_id != mine:
        row = await training_on(visit.db, mine, session_id=notice.about_id)
    if row is None:
        return await my_training(visit, MyTraining())
    return await show_booking(visit, SessionChoice(session_id=row.session.id))
