"""What people are told of a change of a session, as it stands when they read it."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import ACTIVE_BOOKINGS, SessionStatus, SessionStep
from trainingbot.models import (
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Interest,
    SessionChange,
    SessionTrainer,
)
from trainingbot.scheduling.queries import LEADS_TO_A_PLACE
from trainingbot.scheduling.views import InterestPage, InterestRow, SessionOfCourse


async def last_move(db: AsyncSession, session_id: UUID) -> SessionChange | None:
    """Return the last change of when or where a session takes place, or None."""
    found = await db.exec(
        select(SessionChange)
        .where(SessionChange.session_id == session_id, SessionChange.step == SessionStep.MOVED)
        .order_by(col(SessionChange.position).desc())
        .limit(1)
    )
    return found.first()


async def change_of_session(
    db: AsyncSession, session_id: UUID, *, position: int
) -> SessionChange | None:
    """Return one row of a session's history, or None."""
    found = await db.exec(
        select(SessionChange).where(
            SessionChange.session_id == session_id, SessionChange.position == position
        )
    )
    return found.first()


async def had_place(db: AsyncSession, booking: Booking) -> bool:
    """Tell whether somebody had a place, and did not only wait, before the last change of it."""
    found = await db.exec(
        select(BookingChange.change).where(
            BookingChange.booking_id == booking.id,
            BookingChange.position == booking.change_count - 1,
        )
    )
    return found.first() in LEADS_TO_A_PLACE


async def booked_then(
    db: AsyncSession, practitioner_id: UUID, session: CourseSession
) -> Sequence[SessionOfCourse]:
    """Return the other sessions at the time of this one on which somebody is, soonest first."""
    rows = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .join(Booking, col(Booking.session_id) == CourseSession.id)
        .where(
            Booking.practitioner_id == practitioner_id,
            col(Booking.status).in_(ACTIVE_BOOKINGS),
            CourseSession.id != session.id,
            CourseSession.status != SessionStatus.CANCELLED,
            CourseSession.starts_at < session.ends_at,
            CourseSession.ends_at > session.starts_at,
        )
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
    )
    return [SessionOfCourse(*row) for row in rows]


async def trains(db: AsyncSession, session_id: UUID, practitioner_id: UUID) -> bool:
    """Tell whether somebody is a trainer of a session."""
    return await db.get(SessionTrainer, (session_id, practitioner_id)) is not None


async def interest_of(
    db: AsyncSession, course_id: UUID, practitioner_id: UUID
) -> InterestRow | None:
    """Return since when somebody has wanted the next date of a course, or None."""
    page = await _interests(db, practitioner_id, course_id=course_id, limit=1)
    return page[0] if page else None


async def interests_of(db: AsyncSession, practitioner_id: UUID, *, limit: int) -> InterestPage:
    """Return the courses of which somebody wants the next date, the longest wish first."""
    rows = await _interests(db, practitioner_id, course_id=None, limit=limit)
    if len(rows) < limit:
        return InterestPage(rows, len(rows))
    total = await db.exec(
        select(func.count())
        .select_from(Interest)
        .where(Interest.practitioner_id == practitioner_id)
    )
    return InterestPage(rows, total.one())


async def _interests(
    db: AsyncSession, practitioner_id: UUID, *, course_id: UUID | None, limit: int
) -> Sequence[InterestRow]:
    mine = (
        select(Course, Interest.since)
        .join(Interest, col(Interest.course_id) == Course.id)
        .where(Interest.practitioner_id == practitioner_id)
    )
    if course_id is not None:
        mine = mine.where(Interest.course_id == course_id)
    rows = await db.exec(mine.order_by(col(Interest.since), col(Course.title)).limit(limit))
    return [InterestRow(*row) for row in rows]
