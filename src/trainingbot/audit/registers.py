"""Faults of registers: what closing one has settled, and who came without a booking."""

# ruff: noqa: ARG001 - every check is asked as of a moment and under the terms, and none of these depends on it

from datetime import datetime

from sqlalchemy import String, func, or_, select, type_coerce
from sqlmodel import col

from trainingbot.attendance.rules import CAME
from trainingbot.audit.subjects import Faults, bookings, sessions
from trainingbot.enums import BookingStatus, SessionStatus
from trainingbot.models import Booking, CourseSession
from trainingbot.terms import Terms


def closed_with_unmarked(now: datetime, terms: Terms) -> Faults:
    """Sessions whose register is closed although people with a place are not marked."""
    unmarked = (
        select(col(Booking.session_id), func.count().label("number"))
        .where(col(Booking.status) == BookingStatus.CONFIRMED, col(Booking.attendance).is_(None))
        .group_by(col(Booking.session_id))
        .subquery()
    )
    return (
        sessions(unmarked.c.number.label("unmarked"))
        .join(unmarked, unmarked.c.session_id == col(CourseSession.id))
        .where(col(CourseSession.register_closed_at).is_not(None))
    )


def closed_undelivered(now: datetime, terms: Terms) -> Faults:
    """Sessions whose register is closed, and which do not count as delivered."""
    status = type_coerce(col(CourseSession.status), String).label("status")
    return sessions(status).where(
        col(CourseSession.register_closed_at).is_not(None),
        col(CourseSession.status) != SessionStatus.DELIVERED,
    )


def came_and_did_not(now: datetime, terms: Terms) -> Faults:
    """Bookings of people who came without one, and are not marked as having come."""
    attendance = type_coerce(col(Booking.attendance), String)
    return bookings(func.coalesce(attendance, "not known").label("attendance")).where(
        col(Booking.status) == BookingStatus.UNBOOKED,
        or_(col(Booking.attendance).is_(None), col(Booking.attendance).not_in(CAME)),
    )
