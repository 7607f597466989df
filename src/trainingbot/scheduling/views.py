"""What scheduling queries hand out, and the plan of a session that coordinators hand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trainingbot.courses.rules import Offering
from trainingbot.enums import Delivery
from trainingbot.models import Course, CourseSession, Practitioner, SessionChange


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A session as a coordinator wants it."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    delivery: Delivery
    venue: str | None = None
    join_url: str | None = None
    trainer_ids: tuple[UUID, ...] = ()
    """Practitioners who are trainers."""
    minimum_places: int | None = None
    """How many must be confirmed for it to take place; None where it takes place anyhow."""
    decide_at: datetime | None = None
    """By when, if `minimum_places` is given."""


@dataclass(frozen=True, slots=True)
class Affected:
    """How many people a change of a session touches."""

    confirmed: int
    offered: int
    waiting: int
    trainers: int

    @property
    def bookings(self) -> int:
        """How many have a place, are offered one, or wait for one."""
        return self.confirmed + self.offered + self.waiting


@dataclass(frozen=True, slots=True)
class SessionOfCourse:
    """A session, with what is taught there."""

    session: CourseSession
    course: Course


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """A page of sessions, and how many there are in all."""

    rows: Sequence[SessionOfCourse]
    total: int


@dataclass(frozen=True, slots=True)
class TrainerClash:
    """A trainer who teaches another session at that time."""

    trainer: Practitioner
    session: CourseSession
    course: Course


@dataclass(frozen=True, slots=True)
class Clashes:
    """What a session at some time and place would collide with."""

    trainers: Sequence[TrainerClash]
    """Sessions that one of its trainers teaches then, soonest first."""
    venue: Sequence[SessionOfCourse]
    """Sessions that take place there then, soonest first."""
    bookings: int
    """How many people who are booked on it are booked elsewhere then."""

    @property
    def are_any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.trainers or self.venue or self.bookings)


@dataclass(frozen=True, slots=True)
class ClashingPair:
    """Two coming sessions at the same time that share somebody or something."""

    first: SessionOfCourse
    second: SessionOfCourse
    trainers: Sequence[Practitioner]
    """Who teaches both, in the order of the alphabet."""
    same_venue: bool
    bookings: int
    """How many people are booked on both."""


@dataclass(frozen=True, slots=True)
class ClashesPage:
    """The first clashes among coming sessions, and how many there are in all."""

    rows: Sequence[ClashingPair]
    total: int


@dataclass(frozen=True, slots=True)
class SessionStory:
    """A row of a session's history."""

    change: SessionChange
    actor: Practitioner | None
    """Who did it; None for the programme's import and the service itself."""


@dataclass(frozen=True, slots=True)
class OtherDate:
    """Another date of a course, and what somebody without a booking gets there."""

    session: CourseSession
    offering: Offering


@dataclass(frozen=True, slots=True)
class InterestRow:
    """Somebody's wish to be offered the next date of a course."""

    course: Course
    since: datetime


@dataclass(frozen=True, slots=True)
class InterestPage:
    """The first of somebody's wishes for a date, and how many there are in all."""

    rows: Sequence[InterestRow]
    total: int
