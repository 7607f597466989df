"""A tentative session takes place as soon as enough people have a place."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.session_history import note_session_change
from trainingbot.enums import BookingStatus, NoticeKind, SessionStep
from trainingbot.models import Booking, CourseSession
from trainingbot.notices.operations import owe_notices, withdraw_notices


async def confirm_if_enough(db: AsyncSession, session: CourseSession, *, now: datetime) -> None:
    """Confirm a locked session that is tentative, once as many have a place as it needs.

    Called after every step by which somebody gets a place; for any other session, and while
    too few places are taken, it asks the database for nothing.
    """
    if not session.tentative or session.places_taken < (session.minimum_places or 0):
        return
    if await confirmed_places(db, session.id) >= (session.minimum_places or 0):
        await confirm_tentative(db, session, actor_id=None, now=now)


async def confirm_tentative(
    db: AsyncSession, session: CourseSession, *, actor_id: UUID | None, now: datetime
) -> None:
    """Say of a locked, tentative session that it takes place, and tell everybody with a place."""
    have_a_place = await _with_a_place(db, session.id)
    session.tentative = False
    session.change_count += 1
    await note_session_change(
        db,
        session,
        step=SessionStep.CONFIRMED,
        details=f"Places confirmed: {len(have_a_place)}; needed: {session.minimum_places}.",
        actor_id=actor_id,
        now=now,
    )
    await withdraw_notices(db, about_id=session.id, kinds=(NoticeKind.SESSION_UNDECIDED,), now=now)
    await owe_notices(
        db,
        NoticeKind.SESSION_CONFIRMED,
        to_about=have_a_place,
        occurrence=session.change_count,
        expires_at=session.starts_at,
        now=now,
    )


async def confirmed_places(db: AsyncSession, session_id: UUID) -> int:
    """Return how many people have a place on a session, without those who are offered one."""
    found = await db.exec(
        select(func.count())
        .select_from(Booking)
        .where(Booking.session_id == session_id, Booking.status == BookingStatus.CONFIRMED)
    )
    return found.one()


async def _with_a_place(db: AsyncSession, session_id: UUID) -> list[tuple[UUID, UUID]]:
    found = await db.exec(
        select(Booking.practitioner_id, Booking.id)
        .where(Booking.session_id == session_id, Booking.status == BookingStatus.CONFIRMED)
        .order_by(col(Booking.booked_at), col(Booking.id))
    )
    return [(practitioner_id, booking_id) for practitioner_id, booking_id in found]
