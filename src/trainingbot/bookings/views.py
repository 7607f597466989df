"""What booking queries hand out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trainingbot.bookings.reserved_rules import OpenPlaces
from trainingbot.enums import Attendance, BookingStatus
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Charge,
    Course,
    CourseSession,
    Practitioner,
)


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A booking of one's own, with what it is a booking of."""

    booking: Booking
    session: CourseSession
    course: Course
    queue_place: int | None
    """The place on the waitlist, from 1; None when not waiting."""
    opening: OpenPlaces | None = None
    """The free places as the person sees them; None where none are reserved for anybody."""


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
    passed_on: bool
    """Whether the place went at once to somebody who waited, or is offered to them."""
    offered: bool = False
    """Whether it is held for them until they have answered."""
    told: bool = False
    """Whether everybody who waits was told that the first to take it gets it."""
    declined: bool = False
    """Whether an offered place was declined."""
    expired: bool = False
    """Whether an offered place was not taken in time."""
    handed_on: bool = False
    """Whether a colleague has the place."""
    date_changed: bool = False
    """Whether it was changed for a place on another date."""


@dataclass(frozen=True, slots=True)
class WaitStory:
    """What has become of a session's places since somebody began to wait for one."""

    since: datetime
    taken: int
    """Free places that somebody who waited has taken."""
    let_go: int
    """Free places that somebody was offered and did not take."""
    open_offers: int
    """Places that are held for others now."""
    first_offer_ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waitlist of a session, as coordinators see them."""

    booking: Booking
    practitioner: Practitioner
    agency: Agency | None


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge as coordinators see it: whose it is, what for, and what the person said."""

    charge: Charge
    change: BookingChange
    """What it is raised for, with the reason that the person gave."""
    session: CourseSession
    course: Course
    practitioner: Practitioner
    agency: Agency | None


@dataclass(frozen=True, slots=True)
class ChargePage:
    """A page of charges, and how many there are in all."""

    rows: Sequence[ChargeRow]
    total: int


@dataclass(frozen=True, slots=True)
class OtherEnd:
    """The other booking of a substitution or a transfer, seen from one of its two changes."""

    change: BookingChange
    """The change from which it is seen."""
    booking: Booking
    practitioner: Practitioner
    session: CourseSession


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the same agency who could take a place over."""

    practitioner: Practitioner
    waits: bool
    """Whether they wait for a place on this session, or are offered one."""
    knows_theme: bool
    """Whether they took part in training of the same theme."""
    in_teams: bool
    """Whether the bot can write to them."""


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The first few of those who could take a place over, and how many there are in all."""

    found: Sequence[Colleague]
    total: int


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place that somebody has, or is offered, as the checks of another booking see it."""

    title: str
    course_id: UUID
    level: int
    starts_at: datetime
    ends_at: datetime
    status: BookingStatus
    attendance: Attendance | None


@dataclass(frozen=True, slots=True)
class AgencyShare:
    """What one agency has of a session."""

    agency: Agency | None
    """None for people whose agency is not known."""
    taken: int
    """Places that its people have, or are offered."""
    waiting: int
    reserved: int
    """Places that are reserved for it now, those that its people have among them."""
    opens_at: datetime | None
    """When the reserved ones open to all; None where none are."""

    @property
    def kept(self) -> int:
        """How many of the reserved places nobody of the agency has taken yet."""
        return max(0, self.reserved - self.taken)


@dataclass(frozen=True, slots=True)
class OtherDate:
    """Another date of a course, as it stands for somebody who may change to it."""

    session: CourseSession
    booking: Booking | None
    """What they have on it already."""
    opening: OpenPlaces | None
    """What of it is open to them; None where no places are reserved."""


@dataclass(frozen=True, slots=True)
class OtherDates:
    """The next few other dates of a course, and how many there are in all."""

    found: Sequence[OtherDate]
    total: int
