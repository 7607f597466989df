"""What the cards send back in which coordinators run sessions."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from bot.payloads import Payload, Reason, SessionChoice, Typed, none_is_blank


def _blank_is_no(value: Any) -> Any:  # noqa: ANN401 - whatever a card sent
    return False if value is None or value == "" else value


TypedLink = Annotated[str, Field(max_length=1000), BeforeValidator(none_is_blank)]
Chosen = Annotated[str, Field(max_length=8000), BeforeValidator(none_is_blank)]
"""The ids that were chosen from a list, with commas between them, as cards send them."""
Ticked = Annotated[bool, BeforeValidator(_blank_is_no)]


class WhenAndWhere(Payload):
    """The date and the place of a session as a coordinator typed them."""

    day: Typed = ""
    begins: Typed = ""
    ends: Typed = ""
    last_day: Typed = ""
    """The day on which it ends, where that is another one."""
    delivery: Typed = ""
    venue: Typed = ""
    join_url: TypedLink = ""


class NewSession(WhenAndWhere):
    """A session of a course as a coordinator typed it."""

    course_id: UUID
    places: Typed = ""
    trainers: Chosen = ""
    tentative: Ticked = False
    minimum: Typed = ""
    decide_on: Typed = ""
    invite: Ticked = False


class AddedSession(NewSession):
    """A session that a coordinator has seen the consequences of."""

    session_id: UUID
    """Which the session is to have: the button that is pressed twice adds one session."""


class SessionMove(WhenAndWhere):
    """Where a session is to be moved, and the state of it that the coordinator saw."""

    session_id: UUID
    reason: Reason = ""
    seen: int
    """How often the session had changed."""


class SessionEnd(Payload):
    """A session that is to be cancelled, and the state of it that the coordinator saw."""

    session_id: UUID
    reason: Reason = ""
    keep_interest: Ticked = True
    seen: int
    """How often the session had changed."""


class PlacesAsked(SessionChoice):
    """How many places a session might have; nothing typed asks for the number."""

    places: Typed = ""


class PlacesChange(PlacesAsked):
    """How many places a session is to have, and how many the coordinator saw."""

    seen: int


class TrainersAsked(SessionChoice):
    """Who might be the trainers of a session; None asks for them."""

    trainers: Annotated[str, Field(max_length=8000)] | None = None


class TrainersChange(SessionChoice):
    """Who are to be the trainers of a session, and who were when the coordinator looked."""

    trainers: Chosen = ""
    seen: Chosen = ""
