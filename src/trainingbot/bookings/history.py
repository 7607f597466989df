"""The steps of a booking: each changes its status and is written down in the same breath."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.schedule import follow_step
from trainingbot.enums import HOLDS_A_PLACE, Attendance, BookingStatus, Change, LateReason
from trainingbot.models import Booking, BookingChange, CourseSession, Practitioner
from trainingbot.terms import Terms


def new_booking(session: CourseSession, practitioner: Practitioner, *, now: datetime) -> Booking:
    """Return a booking that has taken no step yet, and is not written down before it does."""
    return Booking(
        session_id=session.id,
        practitioner_id=practitioner.id,
        status=BookingStatus.CANCELLED,
        booked_at=now,
    )


async def take_step(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    *,
    status: BookingStatus,
    change: Change,
    actor_id: UUID | None,
    reason: str | None = None,
    late_reason: LateReason | None = None,
    other_booking: Booking | None = None,
    terms: Terms,
    now: datetime,
) -> None:
    """Do what `note_step` does, and owe or withdraw the schedule of the booking with it."""
    was = booking.status
    note_step(
        db,
        session,
        booking,
        status=status,
        change=change,
        actor_id=actor_id,
        reason=reason,
        late_reason=late_reason,
        other_booking=other_booking,
        now=now,
    )
    await follow_step(db, session, booking, was=was, terms=terms, now=now)


def note_step(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    *,
    status: BookingStatus,
    change: Change,
    actor_id: UUID | None,
    reason: str | None = None,
    late_reason: LateReason | None = None,
    other_booking: Booking | None = None,
    now: datetime,
) -> None:
    """Bring a booking of a locked session into a status, count its place, and record the change.

    Only for those who see to the schedules themselves, as for all bookings of a session at once.
    Waiting for the first time since the last booking issues a queue number; it is kept while a
    place is offered. `actor_id` is None for what the service does by itself. `other_booking` is
    the other end of a substitution or a transfer, written before or in the same transaction.
    """
    session.places_taken += (status in HOLDS_A_PLACE) - (booking.status in HOLDS_A_PLACE)
    if status != booking.status:
        # What was marked is of the claim that there was, and not of another one.
        booking.attendance = None
    booking.status = status
    booking.offer_expires_at = None
    booking.may_leave_freely = False
    if status != BookingStatus.CONFIRMED:
        booking.coming_at = None
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
            late_reason=late_reason,
            other_booking_id=None if other_booking is None else other_booking.id,
            booking=booking,
        )
    )


def note_mark(
    db: AsyncSession,
    booking: Booking,
    *,
    attendance: Attendance | None,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """Mark a booking of a locked session on its register, and record it; None takes a mark back.

    Only for a booking that is confirmed or came unbooked, and whose mark is another one.
    """
    booking.attendance = attendance
    booking.change_count += 1
    db.add(booking)
    db.add(
        BookingChange(
            booking_id=booking.id,
            position=booking.change_count,
            change=Change.ATTENDANCE_MARKED,
            at=now,
            actor_id=actor_id,
            attendance=attendance,
            booking=booking,
        )
    )
