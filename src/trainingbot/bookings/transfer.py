"""Change a place for one on another date of the same course, without ever losing the first."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.charges import raise_late_charge, waive_charges_of_booking
from trainingbot.bookings.checks import check_booking
from trainingbot.bookings.handovers import went_to
from trainingbot.bookings.history import new_booking, take_step
from trainingbot.bookings.locking import lock_sessions
from trainingbot.bookings.places import status_of_claim
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.rules import (
    is_late,
    refusal_to_book,
    refusal_to_leave_for,
    refusal_without_reason,
)
from trainingbot.bookings.tentative import confirm_if_enough
from trainingbot.bookings.waitlist import forget_news, forget_old_news, pass_places_on
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, Change, LateReason
from trainingbot.errors import AlreadyBooked, NoBooking, SessionFull
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.terms import Terms

NO_PLACE_THERE = (
    "There is no place for you on that date at the moment. You keep the one you have. "
    "You can join the waitlist of the other date meanwhile."
)


async def transfer_booking(
    db: AsyncSession,
    *,
    from_session_id: UUID,
    to_session_id: UUID,
    practitioner_id: UUID,
    terms: Terms,
    late_reason: LateReason | None = None,
    reason: str | None = None,
    despite_doubts: bool = False,
    now: datetime,
) -> Booking:
    """Change a confirmed place for one on another date, and return the booking on that date.

    Both bookings change or neither does: the new date must have a place for the person at once,
    or hold one for them. The old place is passed on. It is late where giving it back would be:
    that needs a `late_reason`, with words in `reason` for `OTHER`, and raises what the terms
    charge. Safe to repeat; to the same date nothing changes. Raises `NotFound`, or the first
    rule that blocks: `AnotherCourse`, `SessionCancelled`, `SessionStarted`, `NoBooking`,
    `AlreadyBooked`, `AgencyNotConfirmed`, `SessionFull`, `CheckRefuses`, `CheckWarns` unless
    `despite_doubts`, `ReasonNeeded`.
    """
    old, new = await lock_sessions(db, [from_session_id, to_session_id], terms=terms, now=now)
    left = await booking_of(db, session_id=old.id, practitioner_id=practitioner_id)
    entered = await booking_of(db, session_id=new.id, practitioner_id=practitioner_id)
    if left and entered and await went_to(db, left, entered, by=Change.TRANSFERRED_AWAY):
        return entered
    left = _place_to_change(old, new, left, now=now)
    if old.id == new.id:
        return left
    practitioner = await db.get_one(Practitioner, practitioner_id)
    _refuse_to_enter(new, entered, practitioner, now=now)
    if not await _has_place_for(db, new, entered, practitioner, terms=terms, now=now):
        raise SessionFull(NO_PLACE_THERE)
    doubts = await check_booking(
        db,
        new,
        practitioner_id=practitioner_id,
        despite_doubts=despite_doubts,
        instead_of=old.id,
        terms=terms,
    )
    if refusal := refusal_without_reason(
        old, left, late_reason=late_reason, words=reason, terms=terms, now=now
    ):
        raise refusal
    entered = await _enter(
        db, new, entered, practitioner, left=left, doubts=doubts, terms=terms, now=now
    )
    await _leave(
        db,
        old,
        left,
        entered=entered,
        late_reason=late_reason,
        reason=reason,
        terms=terms,
        now=now,
    )
    return entered


async def wait_for_other_date(
    db: AsyncSession,
    *,
    from_session_id: UUID,
    to_session_id: UUID,
    practitioner_id: UUID,
    terms: Terms,
    now: datetime,
) -> Booking | None:
    """Put somebody who keeps their place on the waitlist of another date, and return the wait.

    None where that date has a place for them by now: they may change at once. Who waits there
    already, or is offered a place, stays as they are. Raises what `transfer_booking` raises of
    the two dates and the person, and `CheckRefuses`.
    """
    old, new = await lock_sessions(db, [from_session_id, to_session_id], terms=terms, now=now)
    left = await booking_of(db, session_id=old.id, practitioner_id=practitioner_id)
    entered = await booking_of(db, session_id=new.id, practitioner_id=practitioner_id)
    _place_to_change(old, new, left, now=now)
    if entered is not None and entered.status in ACTIVE_BOOKINGS:
        return entered
    practitioner = await db.get_one(Practitioner, practitioner_id)
    _refuse_to_enter(new, entered, practitioner, now=now)
    if await _has_place_for(db, new, entered, practitioner, terms=terms, now=now):
        return None
    doubts = await check_booking(
        db,
        new,
        practitioner_id=practitioner_id,
        despite_doubts=True,
        instead_of=old.id,
        terms=terms,
    )
    waiting = entered or new_booking(new, practitioner, now=now)
    waiting.booked_at = now
    await take_step(
        db,
        new,
        waiting,
        status=BookingStatus.WAITLISTED,
        change=Change.WAITLISTED,
        actor_id=practitioner_id,
        reason=doubts,
        terms=terms,
        now=now,
    )
    await forget_old_news(db, waiting, now=now)
    return waiting


def _place_to_change(
    old: CourseSession, new: CourseSession, left: Booking | None, *, now: datetime
) -> Booking:
    refusal = refusal_to_leave_for(old, new, booking=left, now=now)
    if refusal is not None:
        raise refusal
    if left is None:
        raise NoBooking("You have no place on this session, so there is none to change.")
    return left


def _refuse_to_enter(
    new: CourseSession, entered: Booking | None, practitioner: Practitioner, *, now: datetime
) -> None:
    if entered is not None and entered.status == BookingStatus.CONFIRMED:
        raise AlreadyBooked(
            "You have a place on that date already. If you need only one, give the other back."
        )
    refusal = refusal_to_book(new, practitioner, now=now)
    if refusal is not None:
        raise refusal


async def _has_place_for(
    db: AsyncSession,
    new: CourseSession,
    entered: Booking | None,
    practitioner: Practitioner,
    *,
    terms: Terms,
    now: datetime,
) -> bool:
    if entered is not None and entered.status == BookingStatus.OFFERED:
        return True
    status = await status_of_claim(db, new, practitioner, terms=terms, now=now)
    return status == BookingStatus.CONFIRMED


async def _enter(
    db: AsyncSession,
    new: CourseSession,
    entered: Booking | None,
    practitioner: Practitioner,
    *,
    left: Booking,
    doubts: str | None,
    terms: Terms,
    now: datetime,
) -> Booking:
    comes_back = entered is not None
    entered = entered or new_booking(new, practitioner, now=now)
    if entered.status != BookingStatus.OFFERED:
        entered.booked_at = now
    await take_step(
        db,
        new,
        entered,
        status=BookingStatus.CONFIRMED,
        change=Change.TRANSFERRED_HERE,
        actor_id=practitioner.id,
        reason=doubts,
        other_booking=left,
        terms=terms,
        now=now,
    )
    await forget_old_news(db, entered, now=now)
    if comes_back:
        await waive_charges_of_booking(db, entered, actor_id=None, now=now)
    await confirm_if_enough(db, new, now=now)
    return entered


async def _leave(
    db: AsyncSession,
    old: CourseSession,
    left: Booking,
    *,
    entered: Booking,
    late_reason: LateReason | None,
    reason: str | None,
    terms: Terms,
    now: datetime,
) -> None:
    """Give the old place back and pass it on; a reason is written down only where it is late."""
    if not is_late(old, left, terms=terms, now=now):
        late_reason = reason = None
    await take_step(
        db,
        old,
        left,
        status=BookingStatus.CANCELLED,
        change=Change.TRANSFERRED_AWAY,
        actor_id=left.practitioner_id,
        reason=reason,
        late_reason=late_reason,
        other_booking=entered,
        terms=terms,
        now=now,
    )
    await raise_late_charge(db, left, late_reason=late_reason, terms=terms, now=now)
    await forget_news(db, left, now=now)
    await pass_places_on(db, old, freed=True, terms=terms, now=now)
