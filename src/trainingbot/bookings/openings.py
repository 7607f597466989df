"""When reserved places open to all; every function needs the session's row locked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.reserved_rules import latest_opening
from trainingbot.dates import moved_along
from trainingbot.enums import SessionStatus
from trainingbot.models import CourseSession, ReservedPlaces
from trainingbot.terms import Terms


async def open_overdue_places(db: AsyncSession, session: CourseSession, *, now: datetime) -> bool:
    """Open the reserved places of a locked session whose time has come; tell whether any did."""
    if session.reserved_until is None or session.reserved_until > now:
        return False
    if session.status == SessionStatus.CANCELLED:
        return False
    for row in await reserved_rows(db, session.id):
        if not row.opened and row.opens_at <= now:
            row.opened = True
            db.add(row)
    await note_next_opening(db, session)
    return True


async def shift_openings(
    db: AsyncSession, session: CourseSession, *, started_at: datetime, terms: Terms
) -> None:
    """Move the days on which reserved places open with a session that has been moved.

    `session` begins at its new time already, and began at `started_at` before. As clocks show
    them they keep their distance. None opens later than offers end; one whose time is over by
    that opens when the session is next brought up to date.
    """
    if session.reserved_until is None:
        return
    latest = latest_opening(session, terms=terms)
    for row in await reserved_rows(db, session.id):
        if not row.opened:
            moved = moved_along(
                row.opens_at,
                before=started_at,
                after=session.starts_at,
                zone=terms.calendar.zone,
            )
            row.opens_at = min(moved, latest)
            db.add(row)
    await note_next_opening(db, session)


async def note_next_opening(db: AsyncSession, session: CourseSession) -> None:
    """Write down on a locked session when its next reserved places open, if any are left."""
    rows = await reserved_rows(db, session.id)
    session.reserved_until = min((row.opens_at for row in rows if not row.opened), default=None)
    db.add(session)


async def reserved_rows(db: AsyncSession, session_id: UUID) -> Sequence[ReservedPlaces]:
    """Return what was ever reserved on a locked session, as it is now."""
    found = await db.exec(
        select(ReservedPlaces)
        .where(ReservedPlaces.session_id == session_id)
        .order_by(col(ReservedPlaces.agency_id))
        .execution_options(populate_existing=True)
    )
    return found.all()
