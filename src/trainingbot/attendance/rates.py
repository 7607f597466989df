"""The figures of attendance: what each counts, out of what, and how that is defined.

Every rate that is shown anywhere is one of these, and is printed with all three.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import and_, case, col, func, or_

from trainingbot.enums import Attendance, BookingStatus, SessionStatus
from trainingbot.models import Booking, CourseSession

_DELIVERED = and_(
    col(CourseSession.status) != SessionStatus.CANCELLED,
    col(CourseSession.register_closed_at).is_not(None),
)
_CONFIRMED = col(Booking.status) == BookingStatus.CONFIRMED
KNOWN = and_(_DELIVERED, _CONFIRMED, col(Booking.attendance).is_not(None))
"""A confirmed place with a known outcome."""
ATTENDED = and_(
    KNOWN, col(Booking.attendance).in_((Attendance.ATTENDED, Attendance.PARTLY_ATTENDED))
)
EXCUSED = and_(KNOWN, col(Booking.attendance) == Attendance.EXCUSED)
NO_SHOW = and_(KNOWN, col(Booking.attendance) == Attendance.NO_SHOW)
UNBOOKED = and_(
    _DELIVERED,
    col(Booking.status) == BookingStatus.UNBOOKED,
    col(Booking.attendance).is_not(None),
)
"""Somebody who was there without a booking."""
NOT_KNOWN = and_(
    col(CourseSession.status) != SessionStatus.CANCELLED,
    _CONFIRMED,
    or_(col(CourseSession.register_closed_at).is_(None), col(Booking.attendance).is_(None)),
)
"""A confirmed place whose outcome is not known: on a session that has begun, nobody said."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of places: each number is of bookings."""

    known: int = 0
    """Confirmed places with a known outcome."""
    attended: int = 0
    """Of these, attended, or attended in part."""
    excused: int = 0
    no_shows: int = 0
    unbooked: int = 0
    """Came without a booking, and so beside the confirmed places."""
    not_known: int = 0
    """Confirmed places of sessions that have begun whose outcome is not known."""

    def __add__(self, other: "Outcomes") -> "Outcomes":
        return Outcomes(
            known=self.known + other.known,
            attended=self.attended + other.attended,
            excused=self.excused + other.excused,
            no_shows=self.no_shows + other.no_shows,
            unbooked=self.unbooked + other.unbooked,
            not_known=self.not_known + other.not_known,
        )


def outcome_columns() -> list[ColumnElement[Any]]:
    """Return the columns of `Outcomes`, in order, for bookings joined with their sessions."""
    conditions = (KNOWN, ATTENDED, EXCUSED, NO_SHOW, UNBOOKED, NOT_KNOWN)
    return [func.count(case((condition, 1))) for condition in conditions]


@dataclass(frozen=True, slots=True)
class Share:
    """A number out of another; `percent` is None out of nothing."""

    number: int
    out_of: int

    @property
    def percent(self) -> float | None:
        """The share in per cent, not rounded."""
        return 100 * self.number / self.out_of if self.out_of else None

    def __str__(self) -> str:
        """Return `242 of 983 (24.6 %)`."""
        if self.percent is None:
            return "0 of 0"
        return f"{self.number:,} of {self.out_of:,} ({self.percent:.1f} %)"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate: its name, what is counted, out of what, and the definition of both."""

    name: str
    numerator: str
    denominator: str
    definition: str
    counted: Callable[[Outcomes], int]
    out_of: Callable[[Outcomes], int]

    def share(self, outcomes: Outcomes) -> Share:
        """Return this rate of some outcomes."""
        return Share(self.counted(outcomes), self.out_of(outcomes))


_OUT_OF = "confirmed places with a known outcome"
_KNOWN_MEANS = (
    "bookings still confirmed when the session began, of sessions that took place and whose "
    "register is closed"
)
NO_SHOW_RATE = Rate(
    name="No-shows",
    numerator="no-shows",
    denominator=_OUT_OF,
    definition=(
        "A no-show had a confirmed place, did not give it back, did not come and was not excused. "
        f"Confirmed places with a known outcome are {_KNOWN_MEANS}."
    ),
    counted=lambda outcomes: outcomes.no_shows,
    out_of=lambda outcomes: outcomes.known,
)
ATTENDED_RATE = Rate(
    name="Attended",
    numerator="attended, or attended in part",
    denominator=_OUT_OF,
    definition=f"Those who came on a confirmed place, out of {_KNOWN_MEANS}.",
    counted=lambda outcomes: outcomes.attended,
    out_of=lambda outcomes: outcomes.known,
)
EXCUSED_RATE = Rate(
    name="Excused",
    numerator="excused",
    denominator=_OUT_OF,
    definition=f"Those excused on the register, out of {_KNOWN_MEANS}.",
    counted=lambda outcomes: outcomes.excused,
    out_of=lambda outcomes: outcomes.known,
)
RATES = (NO_SHOW_RATE, ATTENDED_RATE, EXCUSED_RATE)
"""Every rate of attendance."""
