"""What the queries about registers hand out."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingbot.models import Agency, Booking, Course, CourseSession, Practitioner


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """Somebody on the register of a session."""

    booking: Booking
    practitioner: Practitioner
    agency: Agency | None


@dataclass(frozen=True, slots=True)
class RegisterNumbers:
    """How many people a register has, by what is marked."""

    attended: int = 0
    partly: int = 0
    """Attended in part."""
    excused: int = 0
    no_shows: int = 0
    unmarked: int = 0
    unbooked: int = 0
    """Came without a booking; all the others had a place."""

    @property
    def total(self) -> int:
        """Everybody on the register."""
        marked = self.attended + self.partly + self.excused + self.no_shows
        return marked + self.unmarked + self.unbooked

    @property
    def in_words(self) -> str:
        """Say `31 attended, 2 in part, 3 no-shows`, without what is nought."""
        parts = (
            (self.attended, "attended"),
            (self.partly, "in part"),
            (self.excused, "excused"),
            (self.no_shows, "no-show" if self.no_shows == 1 else "no-shows"),
            (self.unmarked, "not marked"),
            (self.unbooked, "without a booking"),
        )
        return ", ".join(f"{number} {what}" for number, what in parts if number) or "nobody"


@dataclass(frozen=True, slots=True)
class Register:
    """A page of the register of a session, in the order of names."""

    session: CourseSession
    course: Course
    rows: Sequence[RegisterRow]
    numbers: RegisterNumbers
    for_coordinators: bool
    """Whether a coordinator reads it, who may reopen it."""


@dataclass(frozen=True, slots=True)
class Unmarked:
    """Who is not marked yet on a register, in the order of names."""

    bookings: Sequence[Booking]
    names: Sequence[str]
    """Of the same people, in the same order."""
