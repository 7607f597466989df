"""Pass free places on to those who wait; every function needs the session's row locked."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.charges import waive_charges_of_booking
from trainingbot.bookings.history import take_step
from trainingbot.bookings.openings import open_overdue_places
from trainingbot.bookings.queue import (
    everybody_waiting,
    newest_offers,
    overdue_offers,
    waiting_in_order,
    waiting_of_agencies,
)
from trainingbot.bookings.reservations import reservations_of
from trainingbot.bookings.reserved_rules import (
    agencies_with_places,
    places_open_to,
    with_one_more_taken,
)
from trainingbot.bookings.rules import QUEUE_ENDS, Phase, offer_expiry, phase
from trainingbot.bookings.tentative import confirm_if_enough
from trainingbot.enums import BookingStatus, Change, NoticeKind
from trainingbot.models import Booking, CourseSession
from trainingbot.notices.operations import owe_notice, owe_notices, withdraw_notices
from trainingbot.terms import Terms

ABOUT_THE_LAST_STEP = (
    NoticeKind.PROMOTED,
    NoticeKind.OFFER,
    NoticeKind.OFFER_ENDED,
    NoticeKind.BROADCAST,
    NoticeKind.STEPPED_IN,
    NoticeKind.SUBSTITUTED,
    NoticeKind.BOOKED_FOR_YOU,
    NoticeKind.CANCELLED_FOR_YOU,
    NoticeKind.CONFIRMATION,
)
"""Notices that are no longer true once a booking has taken its next step."""
STEPS_TO_COME_BACK = 4
"""Booked, given back, waited and promoted: a booking with fewer steps was never charged for."""


async def pass_places_on(
    db: AsyncSession, session: CourseSession, *, freed: bool, terms: Terms, now: datetime
) -> None:
    """Give the free places of a session to those who wait, as its phase says.

    `freed` says that a place has become free just now: nobody is told twice of the same one.
    Safe to repeat: with no place free, or nobody waiting, nothing happens.
    """
    if session.next_queue_number == 1 or session.places_taken >= session.capacity:
        return
    current = phase(session, terms=terms, now=now)
    if current == Phase.OVER:
        return
    await db.flush()
    free = session.capacity - session.places_taken
    in_broadcast = current == Phase.BROADCAST
    if session.reserved_until is not None:
        await _give_to_those_it_is_open_to(
            db, session, automatic=in_broadcast, terms=terms, now=now
        )
    else:
        # As many are read as there are places: a queue of 10,000 costs no more than one of 10.
        for booking in await waiting_in_order(db, session.id, limit=free, automatic=in_broadcast):
            await _give(db, session, booking, terms=terms, now=now)
    if freed and in_broadcast and session.places_taken < session.capacity:
        await _broadcast(db, session, now=now)


async def settle_offers(
    db: AsyncSession, session: CourseSession, *, terms: Terms, now: datetime
) -> None:
    """End the offers of a session whose time is over, and pass their places on.

    Reserved places whose time has come open to all, and are passed on with them.
    """
    opened = await open_overdue_places(db, session, now=now)
    if session.next_queue_number == 1:
        return
    overdue = await overdue_offers(db, session.id, now=now)
    for booking in overdue:
        await end_offer(db, session, booking, change=Change.OFFER_EXPIRED, terms=terms, now=now)
    if overdue or opened:
        await pass_places_on(db, session, freed=True, terms=terms, now=now)


async def withdraw_offers(
    db: AsyncSession, session: CourseSession, *, number: int, terms: Terms, now: datetime
) -> None:
    """Take back the newest offers of a session that gets fewer places.

    Those people wait again where they waited before. Fewer are taken back where fewer are open.
    """
    for booking in await newest_offers(db, session.id, limit=number):
        await end_offer(db, session, booking, change=Change.OFFER_WITHDRAWN, terms=terms, now=now)


async def end_offer(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    *,
    change: Change,
    terms: Terms,
    now: datetime,
) -> None:
    """End an offer that the person did not end themselves, and owe them the news."""
    status = (
        BookingStatus.WAITLISTED if change == Change.OFFER_WITHDRAWN else BookingStatus.CANCELLED
    )
    await take_step(
        db,
        session,
        booking,
        status=status,
        change=change,
        actor_id=None,
        terms=terms,
        now=now,
    )
    await _tell(db, session, booking, NoticeKind.OFFER_ENDED, now=now)


async def forget_news(db: AsyncSession, booking: Booking, *, now: datetime) -> None:
    """Withdraw what is still owed about its last step, because the booking has moved on."""
    await withdraw_notices(db, about_id=booking.id, kinds=ABOUT_THE_LAST_STEP, now=now)


async def forget_old_news(db: AsyncSession, booking: Booking, *, now: datetime) -> None:
    """Do the same after the step of a booking that may be its first, at no cost if it is."""
    if booking.change_count > 1:
        await forget_news(db, booking, now=now)


async def _give_to_those_it_is_open_to(
    db: AsyncSession, session: CourseSession, *, automatic: bool, terms: Terms, now: datetime
) -> None:
    """Give free places in the order of the queue, and pass by whom none is open to.

    Each round but the last ends with places for fewer agencies, so there are few of them, and
    none reads more people than there are places.
    """
    reserved = await reservations_of(db, session, now=now)
    last_number = 0
    while (agencies := agencies_with_places(session, reserved=reserved)) != frozenset():
        limit = session.capacity - session.places_taken
        waiting = await waiting_of_agencies(
            db,
            session.id,
            agencies=agencies,
            after=last_number,
            limit=limit,
            automatic=automatic,
        )
        for booking, agency_id in waiting:
            last_number = booking.queue_number or last_number
            if places_open_to(agency_id, session=session, reserved=reserved) > 0:
                await _give(db, session, booking, terms=terms, now=now)
                reserved = with_one_more_taken(reserved, agency_id)
        if len(waiting) < limit:
            return


async def _give(
    db: AsyncSession, session: CourseSession, booking: Booking, *, terms: Terms, now: datetime
) -> None:
    if booking.books_automatically:
        await _promote(db, session, booking, terms=terms, now=now)
    else:
        await _offer(db, session, booking, terms=terms, now=now)


async def _offer(
    db: AsyncSession, session: CourseSession, booking: Booking, *, terms: Terms, now: datetime
) -> None:
    await take_step(
        db,
        session,
        booking,
        status=BookingStatus.OFFERED,
        change=Change.OFFERED,
        actor_id=None,
        terms=terms,
        now=now,
    )
    booking.offer_expires_at = offer_expiry(session, terms=terms, now=now)
    await _tell(db, session, booking, NoticeKind.OFFER, until=booking.offer_expires_at, now=now)


async def _promote(
    db: AsyncSession, session: CourseSession, booking: Booking, *, terms: Terms, now: datetime
) -> None:
    await take_step(
        db,
        session,
        booking,
        status=BookingStatus.CONFIRMED,
        change=Change.PROMOTED,
        actor_id=None,
        terms=terms,
        now=now,
    )
    if booking.change_count >= STEPS_TO_COME_BACK:
        await waive_charges_of_booking(db, booking, actor_id=None, now=now)
    await _tell(db, session, booking, NoticeKind.PROMOTED, until=session.starts_at, now=now)
    await confirm_if_enough(db, session, now=now)


async def _broadcast(db: AsyncSession, session: CourseSession, *, now: datetime) -> None:
    await db.flush()
    waiting = await everybody_waiting(db, session.id)
    if not waiting:
        return
    session.broadcast_count += 1
    await owe_notices(
        db,
        NoticeKind.BROADCAST,
        to_about=waiting,
        occurrence=session.broadcast_count,
        expires_at=session.starts_at - QUEUE_ENDS,
        now=now,
    )


async def _tell(
    db: AsyncSession,
    session: CourseSession,
    booking: Booking,
    kind: NoticeKind,
    *,
    until: datetime | None = None,
    now: datetime,
) -> None:
    await forget_news(db, booking, now=now)
    await owe_notice(
        db,
        kind,
        practitioner_id=booking.practitioner_id,
        about_id=booking.id,
        occurrence=booking.change_count,
        expires_at=until or session.starts_at,
        now=now,
    )
