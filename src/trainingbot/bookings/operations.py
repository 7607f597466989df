"""Book a place, take an offered one, give it back, and change how many there are.

Every operation first locks the session's row; what it reads after that cannot change under it.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.charges import raise_late_charge, waive_charges_of_booking
from trainingbot.bookings.checks import check_booking, with_doubts
from trainingbot.bookings.history import new_booking, take_step
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.places import status_of_claim
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.reservations import reservations_of
from trainingbot.bookings.reserved_rules import all_kept
from trainingbot.bookings.rules import (
    is_late,
    refusal_to_book,
    refusal_to_cancel,
    refusal_without_reason,
)
from trainingbot.bookings.tentative import confirm_if_enough
from trainingbot.bookings.waitlist import (
    forget_news,
    forget_old_news,
    pass_places_on,
    withdraw_offers,
)
from trainingbot.enums import (
    ACTIVE_BOOKINGS,
    HOLDS_A_PLACE,
    BookingStatus,
    Change,
    LateReason,
)
from trainingbot.errors import CapacityTooSmall, NoBooking
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.terms import Terms


async def book_place(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    terms: Terms,
    actor_id: UUID | None = None,
    reason: str | None = None,
    despite_doubts: bool = False,
    now: datetime,
) -> Booking:
    """Book a place for a practitioner, take the one held for them, or queue them.

    Safe to repeat: pressing *Book* twice returns the same booking. Whoever answers an offer
    too late gets a place that is still free, and else waits again at the end of the queue.
    `actor_id` is who books, where it is not the practitioner; `despite_doubts` says that they
    book although a check of the course warns. Raises `NotFound`, or the first rule that blocks:
    `SessionCancelled`, `SessionStarted`, `AgencyNotConfirmed`, `CheckRefuses`, `CheckWarns`.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is not None and booking.status == BookingStatus.CONFIRMED:
        return booking
    practitioner = await db.get_one(Practitioner, practitioner_id)
    refusal = refusal_to_book(session, practitioner, now=now)
    if refusal is not None:
        raise refusal
    status = await _status(db, session, booking, practitioner, terms=terms, now=now)
    if booking is not None and booking.status == status == BookingStatus.WAITLISTED:
        return booking
    doubts = await check_booking(
        db, session, practitioner_id=practitioner_id, despite_doubts=despite_doubts, terms=terms
    )
    was_offered = booking is not None and booking.status == BookingStatus.OFFERED
    comes_back = booking is not None and status == BookingStatus.CONFIRMED
    booking = booking or new_booking(session, practitioner, now=now)
    if not was_offered:
        booking.booked_at = now
    await take_step(
        db,
        session,
        booking,
        status=status,
        change=_change_to(status, was_offered=was_offered),
        actor_id=actor_id or practitioner_id,
        reason=with_doubts(reason, doubts),
        terms=terms,
        now=now,
    )
    if comes_back:
        await waive_charges_of_booking(db, booking, actor_id=actor_id, now=now)
    await forget_old_news(db, booking, now=now)
    await confirm_if_enough(db, session, now=now)
    return booking


async def cancel_booking(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    terms: Terms,
    actor_id: UUID | None = None,
    reason: str | None = None,
    late_reason: LateReason | None = None,
    now: datetime,
) -> Booking:
    """Give a practitioner's place back, decline the one held for them, or end their wait.

    A place is passed on at once. Safe to repeat: a booking that is cancelled stays as it was.
    A confirmed place that is given back late needs a `late_reason`, which stands in the history,
    and raises what the terms charge for it. What the person says in time is not written down.
    `actor_id` is who cancels, where it is not the practitioner: where they give no `late_reason`
    it is the organisers' doing, and not late.
    Raises `NotFound`, `NoBooking`, `SessionStarted` or `ReasonNeeded`.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is not None and booking.status == BookingStatus.CANCELLED:
        return booking
    if booking is None or booking.status not in ACTIVE_BOOKINGS:
        raise NoBooking("You have no place on this session, so there is nothing to give back.")
    refusal = refusal_to_cancel(session, now=now)
    if refusal is not None:
        raise refusal
    by_themselves = actor_id in {None, practitioner_id}
    written_down = _late_reason(
        session,
        booking,
        given=late_reason,
        words=reason,
        by_organisers=not by_themselves and late_reason is None,
        terms=terms,
        now=now,
    )
    was_offered = booking.status == BookingStatus.OFFERED
    held_place = booking.status in HOLDS_A_PLACE
    await take_step(
        db,
        session,
        booking,
        status=BookingStatus.CANCELLED,
        change=Change.OFFER_DECLINED if was_offered else Change.CANCELLED,
        actor_id=actor_id or practitioner_id,
        reason=None if by_themselves and written_down is None else reason,
        late_reason=written_down,
        terms=terms,
        now=now,
    )
    await raise_late_charge(db, booking, late_reason=written_down, terms=terms, now=now)
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
    session = await lock_session(db, session_id, terms=terms, now=now)
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
    repeat. Raises `NotFound`, or `CapacityTooSmall` when more places are confirmed, or are with
    those reserved: nobody loses a place by a number.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    missing = session.places_taken - capacity
    if missing > 0:
        await withdraw_offers(db, session, number=missing, terms=terms, now=now)
    if capacity < session.places_taken:
        raise CapacityTooSmall(
            f"{session.code} cannot have {capacity} places, because {session.places_taken} are "
            f"taken. Set it to {session.places_taken} or more."
        )
    grown = capacity > session.capacity
    if not grown and capacity != session.capacity:
        await _refuse_to_cut_into_reserved(db, session, capacity=capacity, now=now)
    session.capacity = capacity
    await pass_places_on(db, session, freed=grown, terms=terms, now=now)
    return session


async def _refuse_to_cut_into_reserved(
    db: AsyncSession, session: CourseSession, *, capacity: int, now: datetime
) -> None:
    kept = all_kept(await reservations_of(db, session, now=now))
    least = session.places_taken + kept
    if kept and capacity < least:
        raise CapacityTooSmall(
            f"{session.code} cannot have {capacity} places, because {session.places_taken} are "
            f"taken and {kept} more are reserved. Set it to {least} or more, or reserve fewer "
            "first."
        )


async def pass_new_places_on(
    db: AsyncSession, *, session_id: UUID, terms: Terms, now: datetime
) -> None:
    """Pass on the places of a session whose row has just been given more of them."""
    session = await lock_session(db, session_id, terms=terms, now=now)
    await pass_places_on(db, session, freed=True, terms=terms, now=now)


async def advance_waitlist(
    db: AsyncSession, *, session_id: UUID, terms: Terms, now: datetime
) -> None:
    """End the offers of a session whose time is over, and pass their places on.

    So are places that are open to somebody who waits since their agency is another. Called as
    time passes; safe to repeat, and by several processes.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    if session.reserved_until is not None:
        await pass_places_on(db, session, freed=False, terms=terms, now=now)


def _late_reason(
    session: CourseSession,
    booking: Booking,
    *,
    given: LateReason | None,
    words: str | None,
    by_organisers: bool,
    terms: Terms,
    now: datetime,
) -> LateReason | None:
    """Return the reason that stands in the history; in time none does. Raises `ReasonNeeded`."""
    if by_organisers or not is_late(session, booking, terms=terms, now=now):
        return None
    refusal = refusal_without_reason(
        session, booking, late_reason=given, words=words, terms=terms, now=now
    )
    if refusal is not None:
        raise refusal
    return given


async def _status(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking | None,
    practitioner: Practitioner,
    *,
    terms: Terms,
    now: datetime,
) -> BookingStatus:
    if booking is not None and booking.status == BookingStatus.OFFERED:
        return BookingStatus.CONFIRMED
    return await status_of_claim(db, session, practitioner, terms=terms, now=now)


def _change_to(status: BookingStatus, *, was_offered: bool) -> Change:
    if status == BookingStatus.WAITLISTED:
        return Change.WAITLISTED
    return Change.OFFER_ACCEPTED if was_offered else Change.BOOKED
