"""Cancel a session, and tell everybody who has to do with it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.charges import waive_charges_of
from trainingbot.bookings.history import note_step
from trainingbot.bookings.session_history import note_session_change
from trainingbot.enums import (
    ACTIVE_BOOKINGS,
    BookingStatus,
    Change,
    NoticeKind,
    SessionStatus,
    SessionStep,
)
from trainingbot.errors import ReasonNeeded
from trainingbot.models import Booking, CourseSession
from trainingbot.notices.operations import withdraw_notices, withdraw_notices_about
from trainingbot.scheduling.bookings_told import active_bookings, count, tell_of_last_change
from trainingbot.scheduling.interest import note_interest
from trainingbot.scheduling.permission import session_to_change
from trainingbot.scheduling.rules import refusal_to_change
from trainingbot.scheduling.trainers import tell_trainers, trainer_ids_of
from trainingbot.scheduling.views import Affected
from trainingbot.scheduling.words import who_was_on_it
from trainingbot.terms import Terms


async def cancel_session(
    db: AsyncSession,
    *,
    session_id: UUID,
    reason: str,
    keep_interest: bool,
    actor_id: UUID | None,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    """Cancel a coming session, and tell everybody with a place, everybody who waits, its trainers.

    With `keep_interest` those people are put onto the interest list of the course: who had a
    place first, then who waited, in their order. Open charges for it are waived. Safe to repeat:
    a session that is cancelled stays as it was. Raises `NotACoordinator`, `NotFound`,
    `SessionStarted`, or `ReasonNeeded` where no reason is given.
    """
    session = await session_to_change(db, session_id, actor_id=actor_id, terms=terms, now=now)
    if session.status == SessionStatus.CANCELLED:
        return session
    refusal = refusal_to_change(session, now=now)
    if refusal is not None:
        raise refusal
    if not reason.strip():
        raise ReasonNeeded("Say why the session is cancelled. Everybody who is told can read it.")
    await call_off(
        db, session, reason=reason.strip(), keep_interest=keep_interest, actor_id=actor_id, now=now
    )
    return session


async def call_off(
    db: AsyncSession,
    session: CourseSession,
    *,
    reason: str | None,
    keep_interest: bool,
    actor_id: UUID | None,
    now: datetime,
) -> int:
    """Cancel a locked session that has not begun; return how many bookings ended with it."""
    bookings = await active_bookings(db, session.id)
    affected = Affected(
        confirmed=count(bookings, BookingStatus.CONFIRMED),
        offered=count(bookings, BookingStatus.OFFERED),
        waiting=count(bookings, BookingStatus.WAITLISTED),
        trainers=0,
    )
    if keep_interest:
        people = [one.practitioner_id for one in bookings]
        await note_interest(db, session.course_id, people, now=now)
    await _forget_what_is_owed(db, session, now=now)
    for booking in bookings:
        # Nobody was there: whatever was marked beforehand is not true.
        booking.attendance = None
        note_step(
            db,
            session,
            booking,
            status=BookingStatus.SESSION_CANCELLED,
            change=Change.SESSION_CANCELLED,
            actor_id=actor_id,
            reason=reason,
            now=now,
        )
    await tell_of_last_change(db, session, bookings, NoticeKind.SESSION_CANCELLED, now=now)
    session.status = SessionStatus.CANCELLED
    session.cancel_reason = reason
    session.tentative = False
    session.change_count += 1
    change = await note_session_change(
        db,
        session,
        step=SessionStep.CANCELLED,
        details=who_was_on_it(affected),
        actor_id=actor_id,
        reason=reason,
        now=now,
    )
    await waive_charges_of(db, session.id, actor_id=actor_id, now=now)
    trainers = await trainer_ids_of(db, session.id)
    await tell_trainers(db, session, change, released=trainers, now=now)
    return len(bookings)


async def _forget_what_is_owed(db: AsyncSession, session: CourseSession, *, now: datetime) -> None:
    on_it = select(Booking.id).where(
        Booking.session_id == session.id, col(Booking.status).in_(ACTIVE_BOOKINGS)
    )
    await withdraw_notices_about(db, on_it, now=now)
    await withdraw_notices(db, about_id=session.id, kinds=(NoticeKind.SESSION_UNDECIDED,), now=now)
