"""What booking queries hand out."""

from collections.abc import Sequence
from dataclasses import dataclass

from trainingbot.models import Booking, Course, CourseSession


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A booking of one's own, with what it is a booking of."""

    booking: Booking
    session: CourseSession
    course: Course
    queue_place: int | None
    """The place on the waitlist, from 1; None when not waiting."""


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """A page of one's own bookings, and how many there are in all."""

    rows: Sequence[TrainingRow]
    total: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What giving a booking back came to."""

    had_place: bool
    """False for somebody who only waited, or to whom a place was offered."""
    declined: bool
    """Whether an offered place was declined."""
    expired: bool
    """Whether an offered place was not taken in time."""
    passed_on: bool
    """Whether the place went at once to somebody who waited."""
