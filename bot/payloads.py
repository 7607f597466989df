"""What cards send back and typed words are turned into: parsed here, and never trusted.

A payload says *what* is wanted and never *who* wants it; the person comes from the turn.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from trainingbot.enums import CourseKind, Delivery


def _blank_is_none(value: Any) -> Any:  # noqa: ANN401 - whatever a card sent
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
    level: Annotated[Annotated[int, Field(ge=1, le=3)] | None, BeforeValidator(_blank_is_none)] = (
        None
    )
    kind: Annotated[CourseKind | None, BeforeValidator(_blank_is_none)] = None
    delivery: Annotated[Delivery | None, BeforeValidator(_blank_is_none)] = None
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
