"""The two ends of a substitution or a transfer, as the history tells of them."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.views import OtherEnd
from trainingbot.enums import BookingStatus, Change
from trainingbot.models import Booking, BookingChange, CourseSession, Practitioner


async def went_to(db: AsyncSession, given: Booking, taken: Booking, *, by: Change) -> bool:
    """Tell whether a place that was given up has gone to the other booking, and is still there.

    `by` is the change that ended the one: handed on to a colleague, or changed for another date.
    """
    if (given.status, taken.status) != (BookingStatus.CANCELLED, BookingStatus.CONFIRMED):
        return False
    last = await db.exec(
        select(BookingChange.id).where(
            BookingChange.booking_id == given.id,
            BookingChange.position == given.change_count,
            BookingChange.change == by,
            BookingChange.other_booking_id == taken.id,
        )
    )
    return last.first() is not None


async def other_end(db: AsyncSession, booking_id: UUID, *, position: int) -> OtherEnd | None:
    """Return the other end of a change of a booking, and whose it is; None where it has none."""
    found = await db.exec(
        select(BookingChange, Booking, Practitioner, CourseSession)
        .join(Booking, col(BookingChange.other_booking_id) == col(Booking.id))
        .join(Practitioner, col(Booking.practitioner_id) == col(Practitioner.id))
        .join(CourseSession, col(Booking.session_id) == col(CourseSession.id))
        .where(BookingChange.booking_id == booking_id, BookingChange.position == position)
    )
    row = found.first()
    return None if row is None else OtherEnd(*row)
