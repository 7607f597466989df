"""The waitlist of a session: who waits, in which order, and what is offered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from trainingbot.enums import BookingStatus
from trainingbot.models import Booking, Practitioner

IS_OFFERED = col(Booking.status) == literal_column(f"'{BookingStatus.OFFERED}'")
# Written into the statement: with a parameter SQLite does not see that the index of open offers
# will do, and looks at everybody who waits instead.


async def somebody_is_waiting(db: AsyncSession, session_id: UUID) -> bool:
    """Tell whether anybody waits for a place on a session."""
    return bool(await waiting_in_order(db, session_id, limit=1))


async def waiting_in_order(
    db: AsyncSession, session_id: UUID, *, limit: int, automatic: bool = False
) -> Sequence[Booking]:
    """Return those who wait for a place on a session, the longest wait first.

    With `automatic`, only those who want to be booked without being asked.
    """
    waiting = _of_session(session_id, col(Booking.status) == BookingStatus.WAITLISTED).where(
        col(Booking.queue_number).is_not(None)
    )
    if automatic:
        waiting = waiting.where(col(Booking.books_automatically).is_(True))
    found = await db.exec(waiting.order_by(col(Booking.queue_number)).limit(limit))
    return found.all()


async def waiting_of_agencies(
    db: AsyncSession,
    session_id: UUID,
    *,
    agencies: Collection[UUID] | None,
    after: int = 0,
    limit: int,
    automatic: bool = False,
) -> Sequence[tuple[Booking, UUID | None]]:
    """Return those who wait behind a queue number, each with their agency, in order.

    Only the people of these `agencies`; None stands for everybody. With `automatic`, only those
    who want to be booked without being asked. As many are read as are asked for.
    """
    number: Mapped[Any] | ColumnElement[Any] = col(Booking.queue_number)
    if agencies is not None:
        # The sum keeps the databases from walking through a queue of thousands, in its order,
        # for the few of an agency: they look its people up, and then sort those who wait.
        number = col(Booking.queue_number) + 0
    waiting = (
        select(Booking, Practitioner.agency_id)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .where(
            Booking.session_id == session_id,
            col(Booking.status) == BookingStatus.WAITLISTED,
            number > after,
        )
        .execution_options(populate_existing=True)
    )
    if agencies is not None:
        people = select(Practitioner.id).where(col(Practitioner.agency_id).in_(agencies))
        waiting = waiting.where(col(Booking.practitioner_id).in_(people))
    if automatic:
        waiting = waiting.where(col(Booking.books_automatically).is_(True))
    found = await db.exec(waiting.order_by(number).limit(limit))
    return found.all()


async def everybody_waiting(db: AsyncSession, session_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """Return the practitioner and the booking of each who waits for a place on a session."""
    found = await db.exec(
        select(Booking.practitioner_id, Booking.id)
        .where(Booking.session_id == session_id, Booking.status == BookingStatus.WAITLISTED)
        .order_by(col(Booking.queue_number))
    )
    return found.all()


async def overdue_offers(db: AsyncSession, session_id: UUID, *, now: datetime) -> Sequence[Booking]:
    """Return the offers of a session whose time is over, in the order of the queue."""
    offers = _of_session(session_id, IS_OFFERED)
    found = await db.exec(
        offers.where(col(Booking.offer_expires_at) <= now).order_by(col(Booking.queue_number))
    )
    return found.all()


async def newest_offers(db: AsyncSession, session_id: UUID, *, limit: int) -> Sequence[Booking]:
    """Return the open offers of a session, those to the shortest wait first."""
    offers = _of_session(session_id, IS_OFFERED)
    found = await db.exec(offers.order_by(col(Booking.queue_number).desc()).limit(limit))
    return found.all()


async def sessions_with_overdue_offers(db: AsyncSession, *, now: datetime) -> Sequence[UUID]:
    """Return the ids of sessions on which an offer's time is over."""
    found = await db.exec(
        select(Booking.session_id)
        .where(IS_OFFERED, col(Booking.offer_expires_at) <= now)
        .distinct()
    )
    return found.all()


def _of_session(session_id: UUID, status: ColumnElement[bool]) -> SelectOfScalar[Booking]:
    """Ask for bookings of a session that is locked: what was read before is read again."""
    return (
        select(Booking)
        .where(Booking.session_id == session_id, status)
        .execution_options(populate_existing=True)
    )
