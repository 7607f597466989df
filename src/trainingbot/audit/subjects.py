"""How the statements of the checks begin: the rows that are looked at, and how they are named."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from trainingbot.models import Booking, CourseSession, Notice

Column = ColumnElement[Any] | Mapped[Any]
Faults = Select[*tuple[Any, ...]]
"""A statement for the faults of one kind: the column `id`, and those its sentence names."""


def sessions(*columns: Column) -> Faults:
    """Begin with every session: its `id`, its `code` and more of it."""
    return select(col(CourseSession.id), col(CourseSession.code), *columns)


def bookings(*columns: Column) -> Faults:
    """Begin with every booking: its `id`, the `code` of its session and more of it."""
    return select(col(Booking.id), col(CourseSession.code), *columns).join(
        CourseSession, col(CourseSession.id) == col(Booking.session_id)
    )


def notices(*columns: Column) -> Faults:
    """Begin with every notice: its `id` and more of it."""
    return select(col(Notice.id), *columns)
