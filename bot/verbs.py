"""Everything the bot can do: each button and command, what it needs, and who answers it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.flows import bookings, charges, courses, people, waitlist
from bot.payloads import (
    AgencyChoice,
    AgencyNamed,
    AutomaticChoice,
    ChargeChoice,
    ChargesPage,
    CourseChoice,
    CourseSearch,
    GiveBack,
    MyTraining,
    Nothing,
    Payload,
    PractitionerChoice,
    SessionChoice,
    SessionNamed,
    Unclear,
    WaitChoice,
    WaivingCharge,
)
from bot.turns import Reply
from bot.visits import Visit


@dataclass(frozen=True, slots=True)
class Verb:
    """What a button or a command does."""

    payload: type[Payload]
    flow: Callable[[Visit, Any], Awaitable[Reply]]
    writes: bool
    """Whether it changes rows, and so needs the transaction that may."""


def _reads(payload: type[Payload], flow: Callable[[Visit, Any], Awaitable[Reply]]) -> Verb:
    return Verb(payload, flow, writes=False)


def _writes(payload: type[Payload], flow: Callable[[Visit, Any], Awaitable[Reply]]) -> Verb:
    return Verb(payload, flow, writes=True)


VERBS = {
    "help": _reads(Nothing, people.show_help),
    "thanks": _reads(Nothing, courses.thanks),
    "concern": _reads(Nothing, people.concern),
    "unclear": _reads(Unclear, courses.unclear),
    "search_courses": _reads(CourseSearch, courses.search_courses),
    "show_course": _reads(CourseChoice, courses.show_course),
    "book_course": _reads(CourseChoice, courses.book_course),
    "book_place": _writes(SessionChoice, bookings.book_place),
    "book_named_session": _writes(SessionNamed, bookings.book_named_session),
    "show_named_session": _reads(SessionNamed, bookings.show_named_session),
    "my_training": _reads(MyTraining, bookings.my_training),
    "show_booking": _reads(SessionChoice, bookings.show_booking),
    "ask_to_cancel": _reads(SessionChoice, bookings.ask_to_cancel),
    "ask_to_cancel_course": _reads(CourseChoice, courses.ask_to_cancel_course),
    "ask_to_cancel_named": _reads(SessionNamed, bookings.ask_to_cancel_named),
    "cancel_booking": _writes(GiveBack, bookings.cancel_booking),
    "charges": _reads(ChargesPage, charges.charges),
    "ask_to_waive_charge": _reads(ChargeChoice, charges.ask_to_waive_charge),
    "waive_charge": _writes(WaivingCharge, charges.waive_charge),
    "settle_charge": _writes(ChargeChoice, charges.settle_charge),
    "why_waiting": _reads(WaitChoice, waitlist.why_waiting),
    "book_automatically": _writes(AutomaticChoice, waitlist.book_automatically),
    "session_waitlist": _reads(SessionChoice, waitlist.session_waitlist),
    "my_agency": _reads(Nothing, people.my_agency),
    "find_agency": _reads(AgencyNamed, people.find_agency),
    "choose_agency": _writes(AgencyChoice, people.choose_agency),
    "agencies_to_confirm": _reads(Nothing, people.agencies_to_confirm),
    "show_request": _reads(PractitionerChoice, people.show_request),
    "confirm_agency": _writes(PractitionerChoice, people.confirm_agency),
    "decline_agency": _writes(PractitionerChoice, people.decline_agency),
}
