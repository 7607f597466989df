"""Everything the bot can do: each button and command, what it needs, and who answers it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.flows import (
    booking_for_others,
    bookings,
    changing_for_others,
    charges,
    checks,
    course_notices,
    courses,
    digests,
    evaluations,
    for_others,
    interest,
    people,
    reminders,
    reserved,
    roster,
    session_additions,
    session_changes,
    session_moves,
    session_news,
    sessions,
    substitution,
    transfer,
    waitlist,
)
from bot.notice_payloads import CourseNoticesForm, UnreachedChoice
from bot.payloads import (
    AgencyChoice,
    AgencyNamed,
    AutomaticChoice,
    BookingChoice,
    BookingForPerson,
    CancellingForPerson,
    ChargeChoice,
    ChargesPage,
    ColleagueChosen,
    ColleagueSought,
    CourseChecks,
    CourseChoice,
    CourseSearch,
    DateChange,
    EvaluationAnswers,
    GiveBack,
    MyTraining,
    Nothing,
    Payload,
    PersonOnSession,
    PersonSought,
    PlaceMeant,
    PlacesToReserve,
    PractitionerChoice,
    RosterChoice,
    SessionChoice,
    SessionNamed,
    SessionsPage,
    SubstituteChosen,
    SubstituteSought,
    SubstitutingForPerson,
    Unclear,
    WaitChoice,
    WaivingCharge,
)
from bot.session_payloads import (
    AddedSession,
    NewSession,
    PlacesAsked,
    PlacesChange,
    SessionEnd,
    SessionMove,
    TrainersAsked,
    TrainersChange,
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
    "book_place": _writes(BookingChoice, bookings.book_place),
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
    "ask_for_substitute": _reads(SessionChoice, substitution.ask_for_substitute),
    "ask_for_substitute_named": _reads(SessionNamed, substitution.ask_for_substitute_named),
    "ask_for_substitute_course": _reads(CourseChoice, substitution.ask_for_substitute_course),
    "find_substitute": _reads(ColleagueSought, substitution.find_substitute),
    "send_substitute": _writes(ColleagueChosen, substitution.send_substitute),
    "ask_to_transfer": _reads(SessionChoice, transfer.ask_to_transfer),
    "ask_to_transfer_named": _reads(SessionNamed, transfer.ask_to_transfer_named),
    "ask_to_transfer_course": _reads(CourseChoice, transfer.ask_to_transfer_course),
    "transfer_booking": _writes(DateChange, transfer.transfer_booking),
    "say_coming": _writes(SessionChoice, reminders.say_coming),
    "say_coming_to": _writes(PlaceMeant, reminders.say_coming_to),
    "evaluations": _reads(Nothing, evaluations.evaluations),
    "evaluate": _reads(SessionChoice, evaluations.evaluate),
    "answer_evaluation": _writes(EvaluationAnswers, evaluations.answer_evaluation),
    "keep_place": _writes(SessionChoice, session_news.keep_place),
    "register_interest": _writes(CourseChoice, interest.register_interest),
    "withdraw_interest": _writes(CourseChoice, interest.withdraw_interest),
    "why_waiting": _reads(WaitChoice, waitlist.why_waiting),
    "book_automatically": _writes(AutomaticChoice, waitlist.book_automatically),
    "session_waitlist": _reads(SessionChoice, waitlist.session_waitlist),
    "manage_session": _reads(SessionChoice, sessions.manage_session),
    "manage_named_session": _reads(SessionNamed, sessions.manage_named_session),
    "ask_to_add_session": _reads(CourseChoice, session_additions.ask_to_add_session),
    "preview_session": _reads(NewSession, session_additions.preview_session),
    "add_session": _writes(AddedSession, session_additions.add_session),
    "ask_to_move_session": _reads(SessionChoice, session_moves.ask_to_move_session),
    "ask_to_move_named": _reads(SessionNamed, session_moves.ask_to_move_named),
    "preview_move": _reads(SessionMove, session_moves.preview_move),
    "move_session": _writes(SessionMove, session_moves.move_session),
    "ask_to_cancel_session": _reads(SessionChoice, session_moves.ask_to_cancel_session),
    "ask_to_cancel_session_named": _reads(SessionNamed, session_moves.ask_to_cancel_session_named),
    "cancel_session": _writes(SessionEnd, session_moves.cancel_session),
    "ask_to_change_places": _reads(PlacesAsked, session_changes.ask_to_change_places),
    "change_places": _writes(PlacesChange, session_changes.change_places),
    "ask_to_reserve": _reads(SessionChoice, reserved.ask_to_reserve),
    "reserve_places": _writes(PlacesToReserve, reserved.reserve_places),
    "ask_to_change_trainers": _reads(TrainersAsked, session_changes.ask_to_change_trainers),
    "set_trainers": _writes(TrainersChange, session_changes.set_trainers),
    "confirm_session": _writes(SessionChoice, sessions.confirm_session),
    "session_history": _reads(SessionChoice, sessions.session_history),
    "clashes": _reads(Nothing, sessions.clashes),
    "session_roster": _reads(RosterChoice, roster.session_roster),
    "roster_named": _reads(SessionNamed, roster.roster_named),
    "my_sessions": _reads(SessionsPage, roster.my_sessions),
    "manage_booking": _reads(PersonOnSession, for_others.manage_booking),
    "ask_to_book_for": _reads(SessionChoice, booking_for_others.ask_to_book_for),
    "find_practitioner": _reads(PersonSought, booking_for_others.find_practitioner),
    "preview_booking_for": _reads(PersonOnSession, booking_for_others.preview_booking_for),
    "book_for": _writes(BookingForPerson, booking_for_others.book_for),
    "ask_to_cancel_for": _reads(PersonOnSession, changing_for_others.ask_to_cancel_for),
    "cancel_for": _writes(CancellingForPerson, changing_for_others.cancel_for),
    "ask_to_substitute_for": _reads(SubstituteSought, changing_for_others.ask_to_substitute_for),
    "preview_substitute_for": _reads(SubstituteChosen, changing_for_others.preview_substitute_for),
    "substitute_for": _writes(SubstitutingForPerson, changing_for_others.substitute_for),
    "course_checks": _reads(CourseChoice, checks.course_checks),
    "set_course_checks": _writes(CourseChecks, checks.set_course_checks),
    "course_notices": _reads(CourseChoice, course_notices.course_notices),
    "set_course_notices": _writes(CourseNoticesForm, course_notices.set_course_notices),
    "attention": _reads(Nothing, digests.attention),
    "unreachable_people": _reads(UnreachedChoice, digests.unreachable_people),
    "my_agency": _reads(Nothing, people.my_agency),
    "find_agency": _reads(AgencyNamed, people.find_agency),
    "choose_agency": _writes(AgencyChoice, people.choose_agency),
    "agencies_to_confirm": _reads(Nothing, people.agencies_to_confirm),
    "show_request": _reads(PractitionerChoice, people.show_request),
    "confirm_agency": _writes(PractitionerChoice, people.confirm_agency),
    "decline_agency": _writes(PractitionerChoice, people.decline_agency),
}
