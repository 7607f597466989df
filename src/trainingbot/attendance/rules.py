"""When a register is kept, what may be marked on it, and what closing it makes of people."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from trainingbot.dates import day_and_time
from trainingbot.enums import Attendance, BookingStatus, SessionStatus
from trainingbot.errors import MarkNotUsable, RegisterClosed, RegisterNotOpen, TrainingBotError
from trainingbot.models import Booking, CourseSession

OPENS_BEFORE = timedelta(minutes=15)
"""How long before the start a register is opened."""
CAME = (Attendance.ATTENDED, Attendance.PARTLY_ATTENDED)
"""The marks of somebody who was there."""


def opens_at(session: CourseSession) -> datetime:
    """Return from when on the register of a session is kept."""
    return session.starts_at - OPENS_BEFORE


def can_be_kept(session: CourseSession, *, now: datetime) -> bool:
    """Tell whether people can be marked on the register of a session."""
    return (
        session.status != SessionStatus.CANCELLED
        and session.register_closed_at is None
        and opens_at(session) <= now
    )


def refusal_to_look(
    session: CourseSession, *, now: datetime, zone: ZoneInfo
) -> RegisterNotOpen | None:
    """Return why there is no register to look at, or None."""
    if session.status == SessionStatus.CANCELLED:
        return RegisterNotOpen(f"{session.code} was cancelled, so it has no register.")
    if now < opens_at(session):
        return RegisterNotOpen(
            f"The register of {session.code} opens 15 minutes before the start: "
            f"{day_and_time(opens_at(session), zone)}."
        )
    return None


def refusal_to_mark(
    session: CourseSession, *, now: datetime, zone: ZoneInfo
) -> TrainingBotError | None:
    """Return why nobody is marked on the register now, or None."""
    refusal = refusal_to_look(session, now=now, zone=zone)
    if refusal is not None:
        return refusal
    if session.register_closed_at is not None:
        return RegisterClosed(
            f"The register of {session.code} is closed. A coordinator can reopen it."
        )
    return None


def refusal_to_close(
    session: CourseSession, *, now: datetime, zone: ZoneInfo
) -> RegisterNotOpen | None:
    """Return why the register cannot be closed yet, or None."""
    refusal = refusal_to_look(session, now=now, zone=zone)
    if refusal is None and now < session.ends_at:
        return RegisterNotOpen(
            f"{session.code} is not over yet. Its register can be closed from its end on: "
            f"{day_and_time(session.ends_at, zone)}."
        )
    return refusal


def refusal_of_mark(booking: Booking, attendance: Attendance | None) -> MarkNotUsable | None:
    """Return why a booking cannot have a mark, or None.

    Somebody who came without a booking was there: anything else is a mistake to be taken off.
    """
    if booking.status == BookingStatus.UNBOOKED and attendance not in CAME:
        return MarkNotUsable(
            "Whoever came without a booking attended, or attended in part. "
            "If they were not there, take them off the register."
        )
    return None


def look_of(unmarked: Iterable[UUID]) -> str:
    """Return a short word for who is not marked: the same people give the same word.

    By it, closing a register finds out whether the list is still the one that was looked at.
    """
    ids = ",".join(sorted(str(one) for one in unmarked))
    return hashlib.sha256(ids.encode()).hexdigest()[:16]
