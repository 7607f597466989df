"""Book, cancel and substitute for somebody else, as coordinators do, with a reason.

The history names who did it and why, and the person is told. A coordinator who acts for
themselves needs no reason, and is answered by their own card like everybody else.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.locking import lock_session
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.bookings.queries import booking_of
from trainingbot.bookings.rules import refusal_to_book
from trainingbot.bookings.substitution import substitute_booking
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, LateReason, NoticeKind
from trainingbot.errors import (
    AgencyNotConfirmed,
    NoBooking,
    NotFound,
    ReasonNeeded,
    TrainingBotError,
)
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.notices.operations import owe_notice
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.terms import Terms

LONGEST_REASON = 300
"""Characters; a reason is a short sentence that the person reads on a phone."""


async def book_for(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    actor_id: UUID,
    reason: str,
    terms: Terms,
    despite_doubts: bool = False,
    now: datetime,
) -> Booking:
    """Book a place for somebody, take the one that is held for them, or put them in the queue.

    They are told, with the reason. Safe to repeat: who is booked or waits already stays as they
    are, and is not told again. Raises `NotACoordinator`, `NotFound`, `ReasonNeeded`, or what
    `book_place` raises; nothing of the booking has been changed then.
    """
    await refuse_unless_coordinator(db, actor_id)
    if actor_id == practitioner_id:
        return await book_place(
            db,
            session_id=session_id,
            practitioner_id=practitioner_id,
            terms=terms,
            despite_doubts=despite_doubts,
            now=now,
        )
    given = stated_reason(reason)
    session, before = await _before(db, session_id, practitioner_id, terms=terms, now=now)
    refusal = await refusal_to_book_for(db, session, practitioner_id, now=now)
    if refusal is not None and (before is None or before.status != BookingStatus.CONFIRMED):
        raise refusal
    steps = before.change_count if before else 0
    booking = await book_place(
        db,
        session_id=session_id,
        practitioner_id=practitioner_id,
        terms=terms,
        actor_id=actor_id,
        reason=given,
        despite_doubts=despite_doubts,
        now=now,
    )
    if booking.change_count > steps:
        await _tell(db, session, booking, NoticeKind.BOOKED_FOR_YOU, now=now)
    return booking


async def cancel_for(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    actor_id: UUID,
    reason: str,
    late_reason: LateReason | None,
    terms: Terms,
    now: datetime,
) -> Booking:
    """Give somebody's place back, decline the one held for them, or end their wait.

    The place is passed on, and they are told, with the reason. Without a `late_reason` it is not
    held against them, however late it is; with one it is a late cancellation like their own.
    Safe to repeat. Raises `NotACoordinator`, `NotFound`, `ReasonNeeded`, `NoBooking` or
    `SessionStarted`.
    """
    await refuse_unless_coordinator(db, actor_id)
    if actor_id == practitioner_id:
        return await cancel_booking(
            db,
            session_id=session_id,
            practitioner_id=practitioner_id,
            terms=terms,
            reason=reason.strip() or None,
            late_reason=late_reason,
            now=now,
        )
    given = stated_reason(reason)
    session, before = await _before(db, session_id, practitioner_id, terms=terms, now=now)
    if before is not None and before.status == BookingStatus.CANCELLED:
        return before
    if before is None or before.status not in ACTIVE_BOOKINGS:
        person = await known_person(db, practitioner_id)
        raise NoBooking(
            f"{person.name} has no place on this session and does not wait for one, so there is "
            "nothing to give back."
        )
    booking = await cancel_booking(
        db,
        session_id=session_id,
        practitioner_id=practitioner_id,
        terms=terms,
        actor_id=actor_id,
        reason=given,
        late_reason=late_reason,
        now=now,
    )
    await _tell(db, session, booking, NoticeKind.CANCELLED_FOR_YOU, now=now)
    return booking


async def substitute_for(
    db: AsyncSession,
    *,
    session_id: UUID,
    practitioner_id: UUID,
    substitute_id: UUID,
    actor_id: UUID,
    reason: str,
    terms: Terms,
    now: datetime,
) -> tuple[Booking, Booking]:
    """Hand somebody's confirmed place on to a colleague, and return both bookings.

    Both are told. Safe to repeat. Raises `NotACoordinator`, `NotFound`, `ReasonNeeded`, or what
    `substitute_booking` raises.
    """
    await refuse_unless_coordinator(db, actor_id)
    own = actor_id == practitioner_id
    given = None if own else stated_reason(reason)
    await known_person(db, practitioner_id)
    return await substitute_booking(
        db,
        session_id=session_id,
        practitioner_id=practitioner_id,
        substitute_id=substitute_id,
        terms=terms,
        actor_id=None if own else actor_id,
        reason=given,
        now=now,
    )


def stated_reason(words: str) -> str:
    """Return a reason on one line, or raise `ReasonNeeded` where there is none or a long one."""
    reason = " ".join(words.split())
    if not reason:
        raise ReasonNeeded(
            "Say why in a short sentence. It stands in the history, and the person reads it."
        )
    if len(reason) > LONGEST_REASON:
        raise ReasonNeeded(
            f"The reason has {len(reason)} characters. Say it in {LONGEST_REASON} at most."
        )
    return reason


async def refusal_to_book_for(
    db: AsyncSession, session: CourseSession, practitioner_id: UUID, *, now: datetime
) -> TrainingBotError | None:
    """Return the first rule that blocks booking somebody, as a coordinator reads it, or None."""
    person = await known_person(db, practitioner_id)
    refusal = refusal_to_book(session, person, now=now)
    if isinstance(refusal, AgencyNotConfirmed):
        how = (
            "They have not chosen one yet: ask them to type “my agency” to the bot."
            if person.agency_id is None
            else "Confirm it first: type “agencies”."
        )
        return AgencyNotConfirmed(
            f"{person.name} can be booked as soon as their agency is confirmed. {how}"
        )
    return refusal


async def known_person(db: AsyncSession, practitioner_id: UUID) -> Practitioner:
    """Return a practitioner, or raise `NotFound`."""
    person = await db.get(Practitioner, practitioner_id)
    if person is None:
        raise NotFound("This person is no longer in the list. Look them up again by their name.")
    return person


async def _before(
    db: AsyncSession, session_id: UUID, practitioner_id: UUID, *, terms: Terms, now: datetime
) -> tuple[CourseSession, Booking | None]:
    """Lock the session, and return it with the booking as it stands before anything is done.

    Only what stands under the lock tells whether there is anything new to be told of.
    """
    session = await lock_session(db, session_id, terms=terms, now=now)
    booking = await booking_of(db, session_id=session_id, practitioner_id=practitioner_id)
    return session, booking


async def _tell(
    db: AsyncSession, session: CourseSession, booking: Booking, kind: NoticeKind, *, now: datetime
) -> None:
    await owe_notice(
        db,
        kind,
        practitioner_id=booking.practitioner_id,
        about_id=booking.id,
        occurrence=booking.change_count,
        expires_at=session.starts_at,
        now=now,
    )
