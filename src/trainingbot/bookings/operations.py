"""Book a place, take an offered one, give it back, and change how many there are.

Every operation first locks the session's row; what it reads after that cannot change under it.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.history import take_step
from trainingbot.bookings.queries import booking_of, locked_session
from trainingbot.bookings.queue import somebody_is_waiting
from trainingbot.bookings.rules import (
    may_overtake,
    phase,
    refusal_to_book,
    refusal_to_cancel,
    status_of_new_booking,
)
from trainingbot.bookings.waitlist import (
    forget_news,
    pass_places_on,
    settle_offers,
    withdraw_offers,
)
from trainingbot.enums import ACTIVE_BOOKINGS, HOLDS_A_PLACE, BookingStatus, Change
from trainingbot.errors import CapacityTooSmall, NoBooking, NotFound
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.terms import Terms


async def book_place(
    db: AsyncSession, *, session_id: UUID, practitioner_id: UUID, terms: Terms, now: datetime
) -> Booking:
    """Book a place for a practitioner, take the one held for them, or queue them.

    Safe to repeat: pressing *Book* twice returns the same booking. Whoever answers an offer
    too late gets a place that is still free, and else waits again at the end of the queue.
    Raises `NotFound`, or the first rule that blocks: `SessionCancelled`, `SessionStarted`,
    `AgencyNotConfirmed`.
    """
    session = await _lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is not None and booking.status == BookingStatus.CONFIRMED:
        return booking
    practitioner = await db.get_one(Practitioner, practitioner_id)
    refusal = refusal_to_book(session, practitioner, now=now)
    if refusal is not None:
        raise refusal
    if booking is not None and booking.status == BookingStatus.OFFERED:
        await _confirm(
            db, session, booking, change=Change.OFFER_ACCEPTED, actor_id=practitioner_id, now=now
        )
        return booking
    status = status_of_new_booking(
        session,
        somebody_waits=may_overtake(session) and await somebody_is_waiting(db, session_id),
        current=phase(session, terms=terms, now=now),
    )
    if booking is not None and booking.status == status == BookingStatus.WAITLISTED:
        return booking
    if booking is None:
        booking = Booking(
            session_id=session_id,
            practitioner_id=practitioner_id,
            status=BookingStatus.CANCELLED,
            booked_at=now,
        )
    booking.booked_at = now
    if status == BookingStatus.CONFIRMED:
        await _confirm(
            db, session, booking, change=Change.BOOKED, actor_id=practitioner_id, now=now
        )
    else:
        take_step(
            db,
            session,
            booking,
            status=status,
            change=Change.WAITLISTED,
            actor_id=practitioner_id,
            now=now,
        )
        await _forget_old_news(db, booking, now=now)
    return booking


async def cancel_booking(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    terms: Terms,
    reason: str | None = None,
    now: datetime,
) -> Booking:
    """Give a practitioner's place back, decline the one held for them, or end their wait.

    A place is passed on at once. Safe to repeat: a booking that is cancelled stays as it was.
    Raises `NotFound`, `NoBooking` or `SessionStarted`.
    """
    session = await _lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is not None and booking.status == BookingStatus.CANCELLED:
        return booking
    if booking is None or booking.status not in ACTIVE_BOOKINGS:
        raise NoBooking("You have no place on this session, so there is nothing to give back.")
    refusal = refusal_to_cancel(session, now=now)
    if refusal is not None:
        raise refusal
    was_offered = booking.status == BookingStatus.OFFERED
    held_place = booking.status in HOLDS_A_PLACE
    take_step(
        db,
        session,
        booking,
        status=BookingStatus.CANCELLED,
        change=Change.OFFER_DECLINED if was_offered else Change.CANCELLED,
        actor_id=practitioner_id,
        reason=reason,
        now=now,
    )
    await forget_news(db, booking, now=now)
    await pass_places_on(db, session, freed=held_place, terms=terms, now=now)
    return booking


async def book_automatically(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    wanted: bool,
    terms: Terms,
    now: datetime,
) -> Booking:
    """Note whether somebody who waits wants a free place without being asked.

    Once free places go to the first who asks, that includes one that is free already. Raises
    `NotFound` or `NoBooking`. Who has a place already, or one held, keeps it as it is.
    """
    session = await _lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is None or booking.status not in ACTIVE_BOOKINGS:
        raise NoBooking("You are not on the waitlist of this session any more.")
    booking.books_automatically = wanted
    db.add(booking)
    if wanted:
        await pass_places_on(db, session, freed=False, terms=terms, now=now)
    return booking


async def change_capacity(
    db: AsyncSession, *, session_id: UUID, capacity: int, terms: Terms, now: datetime
) -> CourseSession:
    """Set how many places a session has; new places go to those who wait.

    With fewer places, offers that nobody has taken yet are withdrawn, the newest first. Safe to
    repeat. Raises `NotFound`, or `CapacityTooSmall` when more places are confirmed: nobody loses
    a place by a number.
    """
    session = await _lock_session(db, session_id, terms=terms, now=now)
    missing = session.places_taken - capacity
    if missing > 0:
        await withdraw_offers(db, session, number=missing, now=now)
    if capacity < session.places_taken:
        raise CapacityTooSmall(
            f"{session.code} cannot have {capacity} places, because {session.places_taken} are "
            f"taken. Set it to {session.places_taken} or more."
        )
    grown = capacity > session.capacity
    session.capacity = capacity
    await pass_places_on(db, session, freed=grown, terms=terms, now=now)
    return session


async def pass_new_places_on(
    db: AsyncSession, *, session_id: UUID, terms: Terms, now: datetime
) -> None:
    """Pass on the places of a session whose row has just been given more of them."""
    session = await _lock_session(db, session_id, terms=terms, now=now)
    await pass_places_on(db, session, freed=True, terms=terms, now=now)


async def advance_waitlist(
    db: AsyncSession, *, session_id: UUID, terms: Terms, now: datetime
) -> None:
    """End the offers of a session whose time is over, and pass their places on.

    Called as time passes; safe to repeat, and by several processes.
    """
    await _lock_session(db, session_id, terms=terms, now=now)


async def _confirm(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    *,
    change: Change,
    actor_id: UUID,
    now: datetime,
) -> None:
    take_step(
        db,
        session,
        booking,
        status=BookingStatus.CONFIRMED,
        change=change,
        actor_id=actor_id,
        now=now,
    )
    await _forget_old_news(db, booking, now=now)


async def _forget_old_news(db: AsyncSession, booking: Booking, *, now: datetime) -> None:
    if booking.change_count > 1:
        await forget_news(db, booking, now=now)


async def _lock_session(
    db: AsyncSession, session_id: UUID, *, terms: Terms, now: datetime
) -> CourseSession:
    session = await locked_session(db, session_id)
    if session is None:
        raise NotFound("This session is no longer in the programme. Type “courses” to look again.")
    await settle_offers(db, session, terms=terms, now=now)
    return session
