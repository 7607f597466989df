"""Look up the places of sessions that are reserved for agencies."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import and_, col, func, select, true
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queue import IS_OFFERED, waiting_of_agencies
from trainingbot.bookings.reserved_rules import (
    OpenPlaces,
    Reservation,
    agencies_with_places,
    open_places,
)
from trainingbot.enums import BookingStatus, SessionStatus
from trainingbot.models import Agency, Booking, CourseSession, Practitioner, ReservedPlaces

OneId = UUID | Mapped[UUID]


async def reservations_of(
    db: AsyncSession, session: CourseSession, *, now: datetime
) -> Sequence[Reservation]:
    """Return what is reserved on a session, in the order in which it opens.

    Where nothing is, nothing is read.
    """
    if session.reserved_until is None:
        return ()
    return (await _reservations(db, [session.id], now=now)).get(session.id, ())


async def open_places_of(
    db: AsyncSession,
    sessions: Sequence[CourseSession],
    *,
    agency_id: UUID | None,
    now: datetime | None = None,
) -> dict[UUID, OpenPlaces]:
    """Return the free places as somebody of an agency sees them, by session id.

    Only of sessions on which places are reserved; where there is none, nothing is read. Without
    `now`, places whose time has come count as reserved until somebody opens them.
    """
    with_reserved = [one for one in sessions if one.reserved_until is not None]
    if not with_reserved:
        return {}
    found = await _reservations(db, [one.id for one in with_reserved], now=now)
    return {
        one.id: open_places(one, agency_id=agency_id, reserved=found[one.id])
        for one in with_reserved
        if one.id in found
    }


async def places_taken_by(db: AsyncSession, session_id: UUID, *, agency_id: UUID) -> int:
    """Return how many places of a session people of an agency have, or are offered."""
    return (await db.exec(select(_taken(session_id, agency_id)))).one()


async def sessions_with_places_to_open(db: AsyncSession, *, now: datetime) -> Sequence[UUID]:
    """Return the ids of sessions on which it is time that reserved places open to all."""
    found = await db.exec(
        select(CourseSession.id).where(
            col(CourseSession.reserved_until) <= now,
            CourseSession.status != SessionStatus.CANCELLED,
        )
    )
    return found.all()


async def sessions_with_places_for_the_queue(db: AsyncSession, *, now: datetime) -> list[UUID]:
    """Return the ids of sessions on which a free place is open to somebody who waits for one.

    With places reserved that comes about without any step on the session: when it is settled, or
    changed, to which agency somebody belongs. Sessions on which nothing is reserved, whose
    reserved places are to open by now, or which are full are not looked at.
    """
    found = await db.exec(
        select(CourseSession).where(
            col(CourseSession.reserved_until) > now,
            CourseSession.status == SessionStatus.SCHEDULED,
            col(CourseSession.next_queue_number) > 1,
            col(CourseSession.places_taken) < col(CourseSession.capacity),
        )
    )
    sessions = found.all()
    if not sessions:
        return []
    reserved = await _reservations(db, [one.id for one in sessions], now=now)
    return [
        one.id
        for one in sessions
        if await waiting_of_agencies(
            db,
            one.id,
            agencies=agencies_with_places(one, reserved=reserved.get(one.id, ())),
            limit=1,
        )
    ]


async def _reservations(
    db: AsyncSession, session_ids: Collection[UUID], *, now: datetime | None
) -> dict[UUID, list[Reservation]]:
    taken = _taken(col(ReservedPlaces.session_id), col(ReservedPlaces.agency_id))
    rows = await db.exec(
        select(ReservedPlaces, Agency.name, taken)
        .join(Agency, col(ReservedPlaces.agency_id) == Agency.id)
        .where(
            col(ReservedPlaces.session_id).in_(session_ids),
            col(ReservedPlaces.opened).is_(False),
            true() if now is None else col(ReservedPlaces.opens_at) > now,
        )
        .order_by(col(ReservedPlaces.opens_at), col(Agency.name))
    )
    found: dict[UUID, list[Reservation]] = {}
    for row, name, number in rows:
        found.setdefault(row.session_id, []).append(
            Reservation(row.agency_id, name, row.places, number, row.opens_at)
        )
    return found


def _taken(session_id: OneId, agency_id: OneId) -> ColumnElement[int]:
    """Return how many places of a session an agency's people have, or are offered.

    Two counts, each by an index in which nobody stands who waits: whoever has a place has no
    number in the queue, and open offers have an index of their own. A queue of 10,000 is not read.
    """
    confirmed = and_(
        col(Booking.queue_number).is_(None), col(Booking.status) == BookingStatus.CONFIRMED
    )
    return _held(session_id, agency_id, confirmed) + _held(session_id, agency_id, IS_OFFERED)


def _held(session_id: OneId, agency_id: OneId, status: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Booking)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .where(
            col(Booking.session_id) == session_id,
            col(Practitioner.agency_id) == agency_id,
            status,
        )
        .scalar_subquery()
    )
