"""The steps of a booking: each changes its status and is written down in the same breath."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import HOLDS_A_PLACE, BookingStatus, Change
from trainingbot.models import Booking, BookingChange, CourseSession


def take_step(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    *,
    status: BookingStatus,
    change: Change,
    actor_id: UUID | None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Bring a booking of a locked session into a status, count its place, and record the change.

    Waiting for the first time since the last booking issues a queue number; it is kept while a
    place is offered. `actor_id` is None for what the service does by itself.
    """
    session.places_taken += (status in HOLDS_A_PLACE) - (booking.status in HOLDS_A_PLACE)
    booking.status = status
    booking.offer_expires_at = None
    booking.cancelled_at = now if status == BookingStatus.CANCELLED else None
    if status == BookingStatus.CANCELLED:
        # Whoever comes back is asked again: nobody is booked by a choice they have forgotten.
        booking.books_automatically = False
    if status not in {BookingStatus.WAITLISTED, BookingStatus.OFFERED}:
        booking.queue_number = None
    elif booking.queue_number is None:
        booking.queue_number = session.next_queue_number
        session.next_queue_number += 1
    booking.change_count += 1
    db.add(booking)
    db.add(
        BookingChange(
            booking_id=booking.id,
            position=booking.change_count,
            change=change,
            at=now,
            actor_id=actor_id,
            reason=reason,
            booking=booking,
        )
    )
