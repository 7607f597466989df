"""What cards of registers and of no-show figures send back: parsed here, and never trusted."""

import re
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from bot.payloads import Payload, Reason, SessionChoice, Typed
from trainingbot.attendance.no_shows import Grouping
from trainingbot.enums import Attendance

NOT_MARKED = "none"
"""What is chosen for somebody who is not marked."""
_MARK = re.compile(r"mark-(?P<seen>[a-z_]{1,20})-(?P<booking>[0-9a-f-]{36})")
_MARKS: dict[str, Attendance | None] = {
    NOT_MARKED: None,
    **{attendance.value: attendance for attendance in Attendance},
}


def mark_id(booking_id: UUID, seen: Attendance | None) -> str:
    """Return the name of the field for somebody's mark, with the mark that the card shows.

    So a card that is sent late changes only what was changed on it, and not what another trainer
    has marked meanwhile.
    """
    return f"mark-{seen or NOT_MARKED}-{booking_id}"


class RegisterChoice(SessionChoice):
    """A page of the register of a session."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class RegisterMarks(RegisterChoice):
    """The marks of one page as they were chosen, and the page that is wanted next."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)

    then: Annotated[int, Field(ge=0, le=10_000)] = 0
    """0 for the same page."""

    @property
    def changed(self) -> dict[UUID, Attendance | None]:
        """The marks that are others than the card showed, by the id of the booking."""
        found: dict[UUID, Attendance | None] = {}
        for key, value in (self.model_extra or {}).items():
            named = _MARK.fullmatch(key)
            if named is None or value == named["seen"] or value not in _MARKS:
                continue
            try:
                found[UUID(named["booking"])] = _MARKS[value]
            except ValueError:
                continue
        return found


class ClosingRegister(SessionChoice):
    """A register to be closed, and who was not marked when it was looked at."""

    seen: Annotated[str, Field(max_length=16)] = ""


class ReopeningRegister(SessionChoice):
    """A register to be opened again, and why."""

    reason: Reason = ""


class NoShowsAsked(Payload):
    """No-show figures of which days, by what, and of which formats."""

    begins: Typed = ""
    ends: Typed = ""
    """Days as `2024-12-31`; without them it is the last twelve months."""
    by: Grouping = Grouping.COURSE
    every_format: bool = False
    """Whether conferences, workshops and all the others count beside courses."""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class RepeatedNoShowsAsked(Payload):
    """Who keeps missing sessions, in the twelve months up to a day."""

    ends: Typed = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
