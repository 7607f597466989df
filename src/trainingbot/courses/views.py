"""What course queries hand out."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingbot.enums import Strictness
from trainingbot.models import Course, CourseSession


@dataclass(frozen=True, slots=True)
class CourseFound:
    """A course that matches a search."""

    course: Course
    next_session: CourseSession | None
    """The first coming session that matches too."""
    session_count: int
    """How many coming sessions match."""


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A page of a search: those with the nearest dates first, those without dates last."""

    found: Sequence[CourseFound]
    total: int


@dataclass(frozen=True, slots=True)
class BookingChecks:
    """What a course checks before it is booked, and how strictly; as its columns are called."""

    on_clash: Strictness
    on_repeat: Strictness
    repeat_months: int
    on_missing_level: Strictness
    prerequisite_level: int | None
