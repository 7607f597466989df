"""The bookings of a locked session that a change of it reaches, and the news they are owed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, NoticeKind
from trainingbot.models import Booking, CourseSession
from trainingbot.notices.operations import owe_notices


async def active_bookings(db: AsyncSession, session_id: UUID) -> Sequence[Booking]:
    """Return who has a place in the order of booking, then who waits in the order of the queue.

    Those who are offered a place are among those who wait.
    """
    found = await db.exec(
        select(Booking)
        .where(Booking.session_id == session_id, col(Booking.status).in_(ACTIVE_BOOKINGS))
        .execution_options(populate_existing=True)
    )
    return sorted(found, key=_turn)


def _turn(booking: Booking) -> tuple[int, datetime, str]:
    return (booking.queue_number or 0, booking.booked_at, str(booking.id))


async def tell_of_last_change(
    db: AsyncSession,
    session: CourseSession,
    bookings: Iterable[Booking],
    kind: NoticeKind,
    *,
    now: datetime,
) -> None:
    """Owe the people of these bookings the news of the last change of each."""
    by_position: dict[int, list[tuple[UUID, UUID]]] = defaultdict(list)
    for one in bookings:
        by_position[one.change_count].append((one.practitioner_id, one.id))
    for position, to_about in by_position.items():
        await owe_notices(
            db,
            kind,
            to_about=to_about,
            occurrence=position,
            expires_at=session.starts_at,
            now=now,
        )


def count(bookings: Iterable[Booking], status: BookingStatus) -> int:
    """Return how many of these bookings have a status."""
    return sum(one.status == status for one in bookings)
