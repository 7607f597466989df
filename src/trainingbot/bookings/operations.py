"""Book a place, give it back, and pass it on.

Every operation first locks the session's row; what it reads after that cannot change under it.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queries import (
    booking_of,
    locked_session,
    longest_waiting,
    people_waiting,
)
from trainingbot.bookings.rules import (
    may_overtake,
    promotions,
    refusal_to_book,
    refusal_to_cancel,
    status_of_new_booking,
)
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, Change, NoticeKind
from trainingbot.errors import CapacityTooSmall, NoBooking, NotFound
from trainingbot.models import Booking, BookingChange, CourseSession, Practitioner
from trainingbot.notices.operations import owe_notice, withdraw_notices


async def book_place(
    db: AsyncSession, *, session_id: UUID, practitioner_id: UUID, now: datetime
) -> Booking:
    """Book a place for a practitioner, or queue them when the session is full.

    Safe to repeat: pressing *Book* twice returns the same booking. Somebody who waits and asks
    again after the queue has ended gets a place that has become free.
    Raises `NotFound`, or the first rule that blocks: `SessionCancelled`, `SessionStarted`,
    `AgencyNotConfirmed`.
    """
    session = await _lock_session(db, session_id)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is not None and booking.status == BookingStatus.CONFIRMED:
        return booking
    practitioner = await db.get_one(Practitioner, practitioner_id)
    refusal = refusal_to_book(session, practitioner, now=now)
    if refusal is not None:
        raise refusal
    somebody_waits = may_overtake(session) and bool(await longest_waiting(db, session_id, limit=1))
    status = status_of_new_booking(session, somebody_waits=somebody_waits, now=now)
    if booking is not None and booking.status == status == BookingStatus.WAITLISTED:
        return booking
    if booking is None:
        booking = Booking(
            session_id=session_id, practitioner_id=practitioner_id, status=status, booked_at=now
        )
        db.add(booking)
    booking.cancelled_at = None
    booking.booked_at = now
    if status == BookingStatus.CONFIRMED:
        _give_place(session, booking)
        _record(db, booking, Change.BOOKED, actor_id=practitioner_id, now=now)
    else:
        _queue(session, booking)
        _record(db, booking, Change.WAITLISTED, actor_id=practitioner_id, now=now)
    return booking


async def cancel_booking(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    reason: str | None = None,
    now: datetime,
) -> Booking:
    """Give a practitioner's place back, or take them off the waitlist.

    A place goes at once to the one who has waited longest. Safe to repeat: a booking that is
    cancelled stays as it was when it was.
    Raises `NotFound`, `NoBooking` or `SessionStarted`.
    """
    session = await _lock_session(db, session_id)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is not None and booking.status == BookingStatus.CANCELLED:
        return booking
    if booking is None or booking.status not in ACTIVE_BOOKINGS:
        raise NoBooking("You have no place on this session, so there is nothing to give back.")
    refusal = refusal_to_cancel(session, now=now)
    if refusal is not None:
        raise refusal
    if booking.status == BookingStatus.CONFIRMED:
        session.places_taken -= 1
    booking.status = BookingStatus.CANCELLED
    booking.queue_number = None
    booking.cancelled_at = now
    _record(db, booking, Change.CANCELLED, actor_id=practitioner_id, reason=reason, now=now)
    await withdraw_notices(db, about_id=booking.id, kinds=(NoticeKind.PROMOTED,), now=now)
    await _promote_from_waitlist(db, session, now=now)
    return booking


async def change_capacity(
    db: AsyncSession, *, session_id: UUID, capacity: int, now: datetime
) -> CourseSession:
    """Set how many places a session has; new places go to those who wait, in their order.

    Safe to repeat. Raises `NotFound`, or `CapacityTooSmall` when more places are taken: nobody
    loses a place by a number.
    """
    session = await _lock_session(db, session_id)
    if capacity < session.places_taken:
        raise CapacityTooSmall(
            f"{session.code} cannot have {capacity} places, because {session.places_taken} are "
            f"taken. Set it to {session.places_taken} or more."
        )
    session.capacity = capacity
    await _promote_from_waitlist(db, session, now=now)
    return session


async def _promote_from_waitlist(
    db: AsyncSession, session: CourseSession, *, now: datetime
) -> None:
    if session.next_queue_number == 1:
        return
    await db.flush()
    number = promotions(session, waiting=await people_waiting(db, session.id), now=now)
    for booking in await longest_waiting(db, session.id, limit=number) if number else ():
        booking.queue_number = None
        _give_place(session, booking)
        _record(db, booking, Change.PROMOTED, actor_id=None, now=now)
        await owe_notice(
            db,
            NoticeKind.PROMOTED,
            practitioner_id=booking.practitioner_id,
            about_id=booking.id,
            occurrence=booking.change_count,
            expires_at=session.starts_at,
            now=now,
        )


async def _lock_session(db: AsyncSession, session_id: UUID) -> CourseSession:
    session = await locked_session(db, session_id)
    if session is None:
        raise NotFound("This session is no longer in the programme. Type “courses” to look again.")
    return session


def _give_place(session: CourseSession, booking: Booking) -> None:
    session.places_taken += 1
    booking.status = BookingStatus.CONFIRMED
    booking.queue_number = None


def _queue(session: CourseSession, booking: Booking) -> None:
    booking.status = BookingStatus.WAITLISTED
    booking.queue_number = session.next_queue_number
    session.next_queue_number += 1


def _record(
    db: AsyncSession,
    booking: Booking,
    change: Change,
    *,
    actor_id: UUID | None,
    reason: str | None = None,
    now: datetime,
) -> None:
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
