"""What cards about notices send back: parsed here, and never trusted."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from bot.payloads import Payload, blank_is_none, none_is_blank
from trainingbot.courses.notices import NOTICES_OF_A_COURSE
from trainingbot.enums import NoticeKind

LONGEST_TYPED_INSTRUCTIONS = 5_000
"""Characters that a form takes; how many fit is said later, so that they can be shown again."""

Switch = Annotated[bool | None, BeforeValidator(blank_is_none)]
"""On or off; None where the form did not offer it."""


class UnreachedChoice(Payload):
    """A page of the people who cannot be reached in Teams."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class CourseNoticesForm(Payload):
    """Which notices the people of a course get, as a coordinator chose it.

    Each kind of `NOTICES_OF_A_COURSE` has a switch of its name.
    """

    course_id: UUID
    confirmation: Switch = None
    early_reminder: Switch = None
    joining_instructions_sent: Switch = None
    late_reminder: Switch = None
    starting_soon: Switch = None
    evaluation_invitation: Switch = None
    trainers_digest: Switch = None
    joining_instructions: Annotated[
        str, Field(max_length=LONGEST_TYPED_INSTRUCTIONS), BeforeValidator(none_is_blank)
    ] = ""

    def switch(self, kind: NoticeKind) -> bool | None:
        """Return whether the notices of a kind are sent; None where it was not said."""
        chosen: bool | None = getattr(self, switch_name(kind))
        return chosen

    @property
    def switches(self) -> dict[NoticeKind, bool]:
        """Every kind that was switched on or off."""
        chosen = {kind: self.switch(kind) for kind in NOTICES_OF_A_COURSE}
        return {kind: on for kind, on in chosen.items() if on is not None}


def switch_name(kind: NoticeKind) -> str:
    """Return the name of a kind's switch; the instructions themselves have that of their kind."""
    return "joining_instructions_sent" if kind == NoticeKind.JOINING_INSTRUCTIONS else kind.value
