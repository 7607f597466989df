"""Look up to which dates of a course somebody could change."""

from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queries import bookings_of
from trainingbot.bookings.reservations import open_places_of
from trainingbot.bookings.views import OtherDate, OtherDates
from trainingbot.enums import BookingStatus, SessionStatus
from trainingbot.models import Booking, CourseSession, Practitioner


async def other_dates_of(
    db: AsyncSession,
    session: CourseSession,
    practitioner: Practitioner,
    *,
    limit: int,
    now: datetime,
) -> OtherDates:
    """Return the next other dates of a session's course, as they stand for one person."""
    coming = (
        col(CourseSession.course_id) == session.course_id,
        col(CourseSession.id) != session.id,
        col(CourseSession.status) == SessionStatus.SCHEDULED,
        col(CourseSession.starts_at) > now,
    )
    found = await db.exec(
        select(CourseSession)
        .where(*coming)
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
        .limit(limit)
    )
    sessions = found.all()
    bookings = await bookings_of(
        db, practitioner.id, session_ids=[session.id for session in sessions]
    )
    reserved = await open_places_of(db, sessions, agency_id=practitioner.agency_id)
    dates = [
        OtherDate(
            session=one,
            booking=bookings.get(one.id),
            opening=reserved.get(one.id),
        )
        for one in sessions
    ]
    if len(dates) < limit:
        return OtherDates(dates, len(dates))
    total = await db.exec(select(func.count()).select_from(CourseSession).where(*coming))
    return OtherDates(dates, total.one())


async def place_on_another_date(
    db: AsyncSession, practitioner: Practitioner, session: CourseSession, *, now: datetime
) -> CourseSession | None:
    """Return the first coming session of the same course on which somebody has a place, or None."""
    found = await db.exec(
        select(CourseSession)
        .join(Booking, col(Booking.session_id) == col(CourseSession.id))
        .where(
            col(Booking.practitioner_id) == practitioner.id,
            col(Booking.status) == BookingStatus.CONFIRMED,
            col(CourseSession.course_id) == session.course_id,
            col(CourseSession.id) != session.id,
            col(CourseSession.status) == SessionStatus.SCHEDULED,
            col(CourseSession.starts_at) > now,
        )
        .order_by(col(CourseSession.starts_at))
        .limit(1)
    )
    return found.first()
