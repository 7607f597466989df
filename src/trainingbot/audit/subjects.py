"""What a check is, and how its statement begins: the rows that are looked at, and their names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from trainingbot.models import Booking, CourseSession, Notice
from trainingbot.terms import Terms

Column = ColumnElement[Any] | Mapped[Any]
Faults = Select[*tuple[Any, ...]]
"""A statement for the faults of one kind: the column `id`, and those its sentence names."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must not be anywhere in the database."""

    name: str
    about: str
    """What kind of thing is found: `id` in the faults is its id."""
    faults: Callable[[datetime, Terms], Faults]
    """Returns the statement whose rows are the faults as of a moment, under the terms."""
    sentence: str
    """What is said of a row, with its columns in braces: no names and no addresses of people."""


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
