"""What cards send back and typed words are turned into: parsed here, and never trusted.

A payload says *what* is wanted and never *who* wants it; the person comes from the turn.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from trainingbot.enums import CourseKind, Delivery, LateReason


def blank_is_none(value: Any) -> Any:  # noqa: ANN401 - whatever a card sent
    """Return None for a field that was left empty."""
    return None if isinstance(value, str) and not value.strip() else value


class Payload(BaseModel):
    """What belongs to a verb; keys that are not named here are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)


class Nothing(Payload):
    """A verb that needs nothing further."""


class CourseSearch(Payload):
    """A search over the programme; every field narrows it, and none of them searches it all."""

    words: Annotated[str, Field(max_length=200)] = ""
    theme: Annotated[str, Field(max_length=200)] = ""
    level: Annotated[Annotated[int, Field(ge=1, le=3)] | None, BeforeValidator(blank_is_none)] = (
        None
    )
    kind: Annotated[CourseKind | None, BeforeValidator(blank_is_none)] = None
    delivery: Annotated[Delivery | None, BeforeValidator(blank_is_none)] = None
    month: Annotated[str, Field(pattern=r"^(|20[0-9]{2}-(0[1-9]|1[0-2]))$")] = ""
    """A month of the partnership's calendar, `2025-06`."""
    with_places: bool = False
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class CourseChoice(Payload):
    """A course, and the day that the person named, if any."""

    course_id: UUID
    day: date | None = None


class SessionChoice(Payload):
    """A session."""

    session_id: UUID


class BookingChoice(SessionChoice):
    """A session to be booked, and whether the person has read what its course warns of."""

    despite_doubts: bool = False


class WaitChoice(Payload):
    """The session whose waitlist is meant, or whichever one waits for."""

    session_id: UUID | None = None


class AutomaticChoice(Payload):
    """A session, and whether a free place on it is wanted without being asked."""

    session_id: UUID
    wanted: bool


class SessionNamed(Payload):
    """A session by the code that people type, such as S25-014; letters of either case."""

    session_code: Annotated[str, Field(min_length=1, max_length=40)]


class PlaceMeant(Payload):
    """A place of one's own as people speak of it: by code, course or day, or by none of them."""

    session_code: Annotated[str, Field(max_length=40)] = ""
    course_id: UUID | None = None
    day: date | None = None


class TrainingView(StrEnum):
    """The three lists of a person's own training."""

    COMING = "coming"
    PAST = "past"
    WAITLIST = "waitlist"


class MyTraining(Payload):
    """Which of a person's own lists, and which page of it."""

    view: TrainingView = TrainingView.COMING
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class AgencyChoice(Payload):
    """The agency that a person says they belong to."""

    agency_id: UUID


class AgencyNamed(Payload):
    """A part of the name of the agency that a person works for."""

    agency_name: Annotated[str, Field(min_length=1, max_length=200)]


class PractitionerChoice(Payload):
    """A practitioner on whose agency a coordinator decides."""

    practitioner_id: UUID
    agency_id: UUID
    """The agency the coordinator saw, so that an answer never confirms another one."""


class Unclear(Payload):
    """Words that no rule understood, and the nearest courses."""

    words: Annotated[str, Field(max_length=200)] = ""
    course_ids: Annotated[tuple[UUID, ...], Field(max_length=5)] = ()
    wanted: Literal["", "book", "cancel"] = ""


def none_is_blank(value: Any) -> Any:  # noqa: ANN401 - whatever a card sent
    """Return nothing typed for nothing sent."""
    return "" if value is None else value


Typed = Annotated[str, Field(max_length=200), BeforeValidator(none_is_blank)]
"""What somebody typed into a field of a form: read later, so that a mistake can be shown again."""


class PlacesToReserve(SessionChoice):
    """For which agency how many places of a session are reserved, and until which day."""

    agency_id: Annotated[UUID | None, BeforeValidator(blank_is_none)] = None
    places: Typed = ""
    opens_on: Typed = ""


Reason = Annotated[str, Field(max_length=2000), BeforeValidator(none_is_blank)]
"""Why somebody does it; how long it may be is checked later, so that it can be shown again."""


class GiveBack(SessionChoice):
    """A place to give back, and why, where it is late: older cards send the session alone."""

    late_reason: Annotated[LateReason | None, BeforeValidator(blank_is_none)] = None
    words: Reason = ""


class ChargesPage(Payload):
    """A page of the open charges."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class ChargeChoice(Payload):
    """A charge."""

    charge_id: UUID


class WaivingCharge(ChargeChoice):
    """A charge that a coordinator waives, and why."""

    reason: Reason = ""


class RosterChoice(SessionChoice):
    """A page of the roster of a session."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    given_back: bool = False
    """Whether those are meant who gave back what they had, and not those who come or wait."""


class SessionsPage(Payload):
    """A page of the sessions that a trainer teaches."""

    page: Annotated[int, Field(ge=1, le=1000)] = 1


class PersonOnSession(SessionChoice):
    """A person whom a coordinator does something about on a session."""

    practitioner_id: UUID


class PersonSought(SessionChoice):
    """A part of the name or the e-mail address of somebody who is to come to a session."""

    name: Typed = ""


class BookingForPerson(PersonOnSession):
    """A place for somebody else, and why a coordinator books it."""

    reason: Reason = ""
    despite_doubts: bool = False
    """Whether the coordinator has seen what speaks against it."""


class CancellingForPerson(PersonOnSession):
    """Whose place is given back for them, why, and whether it counts as late."""

    reason: Reason = ""
    late_reason: Annotated[LateReason | None, BeforeValidator(blank_is_none)] = None
    """Why it is late; None where it is not held against the person."""


class SubstituteSought(PersonOnSession):
    """Whose place a colleague is to take over, and a part of the colleague's name."""

    name: Typed = ""
    reason: Reason = ""
    """Why, where a coordinator has said so before."""


class SubstituteChosen(PersonOnSession):
    """Whose place is taken over, and by whom."""

    substitute_id: UUID
    reason: Reason = ""
    """Why a coordinator hands it on, where they have said so before."""


class SubstitutingForPerson(SubstituteChosen):
    """Whose place is taken over, by whom, and why a coordinator hands it on."""


class ColleagueSought(SessionChoice):
    """A part of the name of a colleague who is to take one's own place over."""

    name: Typed = ""


class ColleagueChosen(SessionChoice):
    """The colleague who is to take one's own place over."""

    substitute_id: UUID


class DateChange(Payload):
    """One's own place and the date to change it to, and why, where that is late."""

    from_session_id: UUID
    to_session_id: UUID
    late_reason: Annotated[LateReason | None, BeforeValidator(blank_is_none)] = None
    words: Reason = ""
    despite_doubts: bool = False
    """Whether the person has seen what speaks against the other date."""
    waits: bool = False
    """Whether the place is kept, and the other date waited for."""


class CourseChecks(Payload):
    """What a course is to check before it is booked, as a coordinator chose it."""

    course_id: UUID
    on_clash: Typed = ""
    on_repeat: Typed = ""
    repeat_months: Typed = ""
    prerequisite_level: Typed = ""
    on_missing_level: Typed = ""


class EvaluationAnswers(SessionChoice):
    """A part of a session's evaluation as somebody filled it in.

    The questions are rows, so their keys are not known here: whatever else a card sends back is
    taken for an answer, and answers to questions that are not on the sheet are left alone.
    """

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)

    part: Annotated[int, Field(ge=1, le=9)] = 1

    @property
    def answers(self) -> dict[str, str]:
        """What was typed or chosen, by the keys of the questions."""
        extra = self.model_extra or {}
        return {key: value for key, value in extra.items() if isinstance(value, str)}
