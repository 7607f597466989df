"""Change when, where and for how many people a session takes place, and keep a place on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.history import take_step
from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.openings import open_overdue_places, shift_openings
from trainingbot.bookings.operations import change_capacity
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.schedule import move_schedules
from trainingbot.bookings.session_history import note_session_change
from trainingbot.bookings.waitlist import ABOUT_THE_LAST_STEP, pass_places_on
from trainingbot.dates import moved_along
from trainingbot.enums import BookingStatus, Change, Delivery, NoticeKind, SessionStep
from trainingbot.errors import NoBooking
from trainingbot.models import Booking, CourseSession
from trainingbot.notices.operations import (
    owe_notices,
    withdraw_notices,
    withdraw_notices_about,
)
from trainingbot.scheduling.bookings_told import active_bookings, tell_of_last_change
from trainingbot.scheduling.digests import move_digests
from trainingbot.scheduling.permission import session_to_change
from trainingbot.scheduling.rules import (
    is_another_bargain,
    refusal_of_fewer_places,
    refusal_of_link,
    refusal_of_places,
    refusal_of_times,
    refusal_to_change,
)
from trainingbot.scheduling.trainers import tell_trainers, trainer_ids_of
from trainingbot.scheduling.words import when_and_where
from trainingbot.terms import Terms


@dataclass(frozen=True, slots=True)
class NewDate:
    """When and where a session takes place from now on."""

    starts_at: datetime
    ends_at: datetime
    delivery: Delivery
    venue: str | None
    join_url: str | None

    def is_that_of(self, session: CourseSession) -> bool:
        """Tell whether a session takes place then and there already."""
        return self == NewDate(
            session.starts_at, session.ends_at, session.delivery, session.venue, session.join_url
        )


async def move_session(
    db: AsyncSession,
    *,
    session_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    delivery: Delivery,
    venue: str | None,
    join_url: str | None,
    actor_id: UUID | None,
    reason: str | None,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Move a coming session to another time or place, and tell everybody on it and its trainers.

    Open offers are withdrawn and made again for the new date. Where the time changes, or whether
    it is online, whoever has a place may give it back freely until they say that they keep it.
    Safe to repeat: to the same time and place nothing changes and nobody is told. Raises
    `NotACoordinator`, `NotFound`, `SessionCancelled`, `SessionStarted`, `DatesImpossible` or
    `LinkNotUsable`.
    """
    session = await session_to_change(db, session_id, actor_id=actor_id, terms=terms, now=now)
    date = NewDate(starts_at, ends_at, delivery, venue, join_url)
    refusal = refusal_to_change(session, now=now)
    if refusal is not None:
        raise refusal
    if date.is_that_of(session):
        return session
    refusal = refusal_of_times(starts_at, ends_at, now=now) or refusal_of_link(join_url)
    if refusal is not None:
        raise refusal
    await move_to(db, session, date, reason=reason, actor_id=actor_id, terms=terms, now=now)
    return session


async def move_to(
    db: AsyncSession,
    session: CourseSession,
    date: NewDate,
    *,
    reason: str | None,
    actor_id: UUID | None,
    terms: Terms,
    now: datetime,
) -> None:
    """Move a locked session that has not begun to a date on which it is not already."""
    before = when_and_where(session, zone=terms.calendar.zone)
    await _withdraw_offers(db, session, terms=terms, now=now)
    free_to_leave = is_another_bargain(
        session, starts_at=date.starts_at, ends_at=date.ends_at, delivery=date.delivery
    )
    times_before = (session.starts_at, session.ends_at)
    await _set_date(db, session, date, terms=terms)
    other_times = times_before != (session.starts_at, session.ends_at)
    after = when_and_where(session, zone=terms.calendar.zone)
    change = await note_session_change(
        db,
        session,
        step=SessionStep.MOVED,
        details=f"From {before}. To {after}." if before != after else f"{after}: another link.",
        actor_id=actor_id,
        reason=(reason or "").strip() or None,
        now=now,
    )
    await _tell_everybody(db, session, free_to_leave=free_to_leave, now=now)
    trainers = await trainer_ids_of(db, session.id)
    await tell_trainers(db, session, change, named=trainers, now=now)
    if other_times:
        await move_schedules(db, session, terms=terms, now=now)
        await move_digests(db, session, terms=terms, now=now)
    await open_overdue_places(db, session, now=now)
    await pass_places_on(db, session, freed=True, terms=terms, now=now)


async def change_places(
    db: AsyncSession,
    *,
    session_id: UUID,
    capacity: int,
    actor_id: UUID | None,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Set how many places a coming session has; new ones go to those who wait.

    With fewer, offers that nobody has taken yet are withdrawn, the newest first. Safe to repeat.
    Raises `NotACoordinator`, `NotFound`, `SessionCancelled`, `SessionStarted`,
    `PlacesImpossible`, or `CapacityTooSmall` when more are confirmed or reserved.
    """
    session = await session_to_change(db, session_id, actor_id=actor_id, terms=terms, now=now)
    if session.capacity == capacity:
        return session
    refusal = (
        refusal_to_change(session, now=now)
        or refusal_of_places(capacity)
        or refusal_of_fewer_places(session, capacity)
    )
    if refusal is not None:
        raise refusal
    await set_places(db, session, capacity, actor_id=actor_id, terms=terms, now=now)
    return session


async def set_places(
    db: AsyncSession,
    session: CourseSession,
    capacity: int,
    *,
    actor_id: UUID | None,
    terms: Terms,
    now: datetime,
) -> None:
    """Give a locked session another number of places. Raises `CapacityTooSmall`."""
    before = session.capacity
    await change_capacity(db, session_id=session.id, capacity=capacity, terms=terms, now=now)
    await note_places(db, session, before=before, now_there=capacity, actor_id=actor_id, now=now)


async def note_places(
    db: AsyncSession,
    session: CourseSession,
    *,
    before: int,
    now_there: int,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """Write down that a locked session has another number of places."""
    await note_session_change(
        db,
        session,
        step=SessionStep.CAPACITY_CHANGED,
        details=f"From {_places(before)} to {_places(now_there)}.",
        actor_id=actor_id,
        now=now,
    )


async def keep_place(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    terms: Terms,
    now: datetime,
) -> Booking:
    """Say that somebody keeps their place on a session that was moved.

    From then on giving it back can be late. What is still owed about how they came by the place
    stays owed: it is as true as before. Safe to repeat, and without effect where there is nothing
    to decide. Raises `NotFound`, or `NoBooking` where they have no confirmed place.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    if booking is None or booking.status != BookingStatus.CONFIRMED:
        raise NoBooking(
            "You have no confirmed place on this session. "
            "Type “my training” to see what you have booked."
        )
    if booking.may_leave_freely and session.starts_at > now:
        await take_step(
            db,
            session,
            booking,
            status=BookingStatus.CONFIRMED,
            change=Change.KEPT,
            actor_id=practitioner_id,
            terms=terms,
            now=now,
        )
    return booking


async def _set_date(
    db: AsyncSession, session: CourseSession, date: NewDate, *, terms: Terms
) -> None:
    started_at = session.starts_at
    session.starts_at, session.ends_at = date.starts_at, date.ends_at
    session.delivery, session.venue, session.join_url = date.delivery, date.venue, date.join_url
    session.change_count += 1
    if session.tentative and session.decide_at is not None:
        session.decide_at = moved_along(
            session.decide_at,
            before=started_at,
            after=session.starts_at,
            zone=terms.calendar.zone,
        )
    await shift_openings(db, session, started_at=started_at, terms=terms)


async def _withdraw_offers(
    db: AsyncSession, session: CourseSession, *, terms: Terms, now: datetime
) -> None:
    """Take back every open offer of a session, in few statements however many there are."""
    offered = [
        one for one in await active_bookings(db, session.id) if one.status == BookingStatus.OFFERED
    ]
    if not offered:
        return
    open_offers = select(Booking.id).where(
        Booking.session_id == session.id, Booking.status == BookingStatus.OFFERED
    )
    await withdraw_notices_about(db, open_offers, kinds=ABOUT_THE_LAST_STEP, now=now)
    for booking in offered:
        await take_step(
            db,
            session,
            booking,
            status=BookingStatus.WAITLISTED,
            change=Change.OFFER_WITHDRAWN,
            actor_id=None,
            terms=terms,
            now=now,
        )
    await tell_of_last_change(db, session, offered, NoticeKind.OFFER_ENDED, now=now)
    await db.flush()


async def _tell_everybody(
    db: AsyncSession, session: CourseSession, *, free_to_leave: bool, now: datetime
) -> None:
    bookings = await active_bookings(db, session.id)
    if free_to_leave:
        await db.exec(
            update(Booking)
            .where(
                col(Booking.session_id) == session.id,
                col(Booking.status) == BookingStatus.CONFIRMED,
            )
            # Who said that they are coming said it of another date.
            .values(may_leave_freely=True, coming_at=None)
        )
    # Whoever has not heard yet of an older move hears of this one alone.
    of_session = select(Booking.id).where(Booking.session_id == session.id)
    await withdraw_notices_about(db, of_session, kinds=(NoticeKind.SESSION_MOVED,), now=now)
    await withdraw_notices(db, about_id=session.id, kinds=(NoticeKind.SESSION_UNDECIDED,), now=now)
    await owe_notices(
        db,
        NoticeKind.SESSION_MOVED,
        to_about=[(one.practitioner_id, one.id) for one in bookings],
        occurrence=session.change_count,
        expires_at=session.starts_at,
        now=now,
    )


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number} places"
