"""Faults of late cancellations and of what was charged for them."""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and none of these depends on it

from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, func, not_, or_, select, type_coerce
from sqlmodel import col

from trainingbot.audit.histories import CHANGE, LEADS_TO, OF_THIS_BOOKING
from trainingbot.audit.subjects import Column, Faults, bookings
from trainingbot.enums import BookingStatus, Change, ChargeKind, ChargeState
from trainingbot.models import Booking, BookingChange, Charge, CourseSession
from trainingbot.terms import Terms

GIVES_A_PLACE_BACK = (Change.CANCELLED, Change.TRANSFERRED_AWAY)
"""The changes that can be late."""
HAS_A_PLACE_AFTER = [
    change for change, status in LEADS_TO.items() if status == BookingStatus.CONFIRMED
]
BEFORE = BookingChange.__table__.alias("before")  # type: ignore[attr-defined]  # every table class has one


def late_without_a_place(now: datetime, terms: Terms) -> Faults:
    """Changes with a reason for being late that do not give a confirmed place back."""
    place_before = (
        select(BEFORE.c.id)
        .where(
            BEFORE.c.booking_id == col(BookingChange.booking_id),
            BEFORE.c.position == col(BookingChange.position) - 1,
            BEFORE.c.change.in_(HAS_A_PLACE_AFTER),
        )
        .correlate(BookingChange)
        .exists()
    )
    return (
        bookings(col(BookingChange.position), CHANGE.label("change"))
        .join(BookingChange, OF_THIS_BOOKING)
        .where(
            col(BookingChange.late_reason).is_not(None),
            or_(col(BookingChange.change).not_in(GIVES_A_PLACE_BACK), not_(place_before)),
        )
    )


def charge_without_cause(now: datetime, terms: Terms) -> Faults:
    """Charges for a change that is not there, or that is not what they are raised for."""
    cause = (
        select(col(BookingChange.id))
        .where(
            col(BookingChange.booking_id) == col(Charge.booking_id),
            col(BookingChange.position) == col(Charge.position),
            or_(
                and_(
                    col(Charge.kind) == ChargeKind.LATE_CANCELLATION,
                    col(BookingChange.change).in_(GIVES_A_PLACE_BACK),
                    col(BookingChange.late_reason).is_not(None),
                ),
                and_(
                    col(Charge.kind) == ChargeKind.NO_SHOW,
                    col(BookingChange.change) == Change.ATTENDANCE_MARKED,
                ),
            ),
        )
        .correlate(Charge)
        .exists()
    )
    kind = type_coerce(col(Charge.kind), String).label("kind")
    return _charges(kind, col(Charge.position)).where(not_(cause))


def charged_twice(now: datetime, terms: Terms) -> Faults:
    """Changes of bookings for which several charges were raised."""
    position = col(Charge.position)
    return (
        bookings(position, func.count().label("charges"))
        .join(Charge, col(Charge.booking_id) == col(Booking.id))
        .group_by(col(Booking.id), col(CourseSession.code), position)
        .having(func.count() > 1)
    )


def charge_half_finished(now: datetime, terms: Terms) -> Faults:
    """Charges that are open and have an end, are finished without one, or waived without a word."""
    state = type_coerce(col(Charge.state), String).label("state")
    is_open = col(Charge.state) == ChargeState.RAISED
    ended = col(Charge.finished_at).is_not(None)
    return _charges(state).where(
        or_(
            and_(is_open, ended),
            and_(not_(is_open), not_(ended)),
            and_(col(Charge.state) == ChargeState.WAIVED, _is_blank(col(Charge.reason))),
        )
    )


def charge_of_nothing(now: datetime, terms: Terms) -> Faults:
    """Charges of no amount."""
    return _charges(col(Charge.pence)).where(col(Charge.pence) <= 0)


def _is_blank(words: ColumnElement[str | None] | Column) -> ColumnElement[bool]:
    return or_(words.is_(None), func.trim(words) == "")


def _charges(*columns: Column) -> Faults:
    """Begin with every charge: its `id`, the `code` of its session and more of it."""
    return (
        select(col(Charge.id), col(CourseSession.code), *columns)
        .join(Booking, col(Booking.id) == col(Charge.booking_id))
        .join(CourseSession, col(CourseSession.id) == col(Booking.session_id))
    )
