"""What people do on their own pages: the verbs of a practitioner, and nobody else's."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from bot.payloads import BookingChoice, DateChange
from bot.turns import Reply
from bot.visits import Visit
from bot.wanted import Wanted, wanted_of
from trainingbot.bookings.confirmation import owe_confirmation

WEB_VERBS = frozenset(
    {
        "answer_evaluation",
        "ask_for_substitute",
        "ask_to_cancel",
        "ask_to_transfer",
        "book_automatically",
        "book_place",
        "cancel_booking",
        "choose_agency",
        "evaluate",
        "evaluations",
        "find_agency",
        "find_substitute",
        "keep_place",
        "my_agency",
        "my_training",
        "register_interest",
        "say_coming",
        "search_courses",
        "send_substitute",
        "show_booking",
        "show_course",
        "transfer_booking",
        "why_waiting",
        "withdraw_interest",
    }
)
"""What somebody does for themselves. A link is less than a sign-in: it runs no programme."""


def wanted_on_a_page(name: str, data: Mapping[str, Any]) -> Wanted | None:
    """Return what a button of a page asks for, or None where a page does no such thing.

    A place that is booked there is confirmed by a message: the page is gone when it is closed.
    """
    wanted = wanted_of(name, data) if name in WEB_VERBS else None
    if wanted is None:
        return None
    booked = _session_to_book(wanted)
    if booked is None:
        return wanted
    return replace(wanted, verb=replace(wanted.verb, flow=_confirmed(wanted.verb.flow, booked)))


def _session_to_book(wanted: Wanted) -> UUID | None:
    match wanted.payload:
        case BookingChoice(session_id=session_id):
            return session_id
        case DateChange(to_session_id=session_id):
            return session_id
        case _:
            return None


def _confirmed(
    flow: Callable[[Visit, Any], Awaitable[Reply]], session_id: UUID
) -> Callable[[Visit, Any], Awaitable[Reply]]:
    async def booked(visit: Visit, payload: object) -> Reply:
        reply = await flow(visit, payload)
        await owe_confirmation(
            visit.db,
            session_id=session_id,
            practitioner_id=visit.practitioner.id,
            now=visit.now,
        )
        return reply

    return booked
