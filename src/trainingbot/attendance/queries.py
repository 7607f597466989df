"""Registers: who keeps one, who is on it, and which are open."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import and_, case, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.attendance.rules import OPENS_BEFORE
from trainingbot.attendance.views import Register, RegisterNumbers, RegisterRow, Unmarked
from trainingbot.dates import day_bounds
from trainingbot.enums import MAY_HAVE_COME, Attendance, BookingStatus, Role, SessionStatus
from trainingbot.errors import NotFound, NotYourSession
from trainingbot.models import (
    Agency,
    Booking,
    Course,
    CourseSession,
    Practitioner,
    PractitionerRole,
    SessionTrainer,
)

GONE = "This session is no longer in the programme. Type “register” to see what is open."
NOT_YOURS = (
    "Only this session's trainers and the training team keep its register. "
    "Type “my training” to see what you have booked."
)
_ON_REGISTER = col(Booking.status).in_(MAY_HAVE_COME)
_BY_NAME = (
    case((col(Booking.status) == BookingStatus.UNBOOKED, 1), else_=0),
    func.lower(Practitioner.name),
    col(Practitioner.id),
)


async def register_of(
    db: AsyncSession, session_id: UUID, *, actor_id: UUID, limit: int, offset: int = 0
) -> Register:
    """Return a page of the register of a session; those without a booking come last.

    Raises `NotFound`, and for anybody but coordinators and the session's trainers
    `NotYourSession`.
    """
    coordinates = await keeps_register(db, session_id, actor_id=actor_id)
    found = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(CourseSession.id == session_id)
    )
    session, course = found.one()
    rows = await db.exec(
        select(Booking, Practitioner, Agency)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(Booking.session_id == session_id, _ON_REGISTER)
        .order_by(*_BY_NAME)
        .limit(limit)
        .offset(offset)
    )
    return Register(
        session=session,
        course=course,
        rows=[RegisterRow(*row) for row in rows],
        numbers=await numbers_of(db, session_id),
        for_coordinators=coordinates,
    )


async def keeps_register(db: AsyncSession, session_id: UUID, *, actor_id: UUID) -> bool:
    """Return whether a coordinator keeps the register of a session, or one of its trainers.

    Raises `NotFound`, and for anybody else `NotYourSession`.
    """
    coordinates = (
        select(PractitionerRole.practitioner_id)
        .where(
            PractitionerRole.practitioner_id == actor_id,
            PractitionerRole.role == Role.COORDINATOR,
        )
        .exists()
    )
    teaches = (
        select(SessionTrainer.session_id)
        .where(
            SessionTrainer.session_id == CourseSession.id,
            SessionTrainer.practitioner_id == actor_id,
        )
        .correlate(CourseSession)
        .exists()
    )
    found = await db.exec(select(coordinates, teaches).where(CourseSession.id == session_id))
    keeper = found.first()
    if keeper is None:
        raise NotFound(GONE)
    if not any(keeper):
        raise NotYourSession(NOT_YOURS)
    is_coordinator: bool = keeper[0]
    return is_coordinator


async def numbers_of(db: AsyncSession, session_id: UUID) -> RegisterNumbers:
    """Count the people on the register of a session, by what is marked."""
    unbooked = col(Booking.status) == BookingStatus.UNBOOKED
    rows = await db.exec(
        select(unbooked, Booking.attendance, func.count())
        .where(Booking.session_id == session_id, _ON_REGISTER)
        .group_by(unbooked, col(Booking.attendance))
    )
    numbers: dict[str, int] = {}
    for is_unbooked, attendance, number in rows:
        name = "unbooked" if is_unbooked else _NAMES[Attendance(attendance) if attendance else None]
        numbers[name] = numbers.get(name, 0) + number
    return RegisterNumbers(**numbers)


_NAMES = {
    None: "unmarked",
    Attendance.ATTENDED: "attended",
    Attendance.PARTLY_ATTENDED: "partly",
    Attendance.EXCUSED: "excused",
    Attendance.NO_SHOW: "no_shows",
}


async def unmarked_on(db: AsyncSession, session_id: UUID) -> Unmarked:
    """Return who has a place on a session and is not marked, in the order of names."""
    found = await db.exec(
        select(Booking, Practitioner.name)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .where(
            Booking.session_id == session_id,
            Booking.status == BookingStatus.CONFIRMED,
            col(Booking.attendance).is_(None),
        )
        .order_by(*_BY_NAME)
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    return Unmarked([booking for booking, _ in rows], [name for _, name in rows])


async def open_registers(
    db: AsyncSession, *, actor_id: UUID, limit: int, now: datetime
) -> Sequence[tuple[CourseSession, Course]]:
    """Return the sessions whose register somebody can keep now, the latest first."""
    return await _kept_by(
        db,
        actor_id,
        and_(
            col(CourseSession.register_closed_at).is_(None),
            col(CourseSession.starts_at) <= now + OPENS_BEFORE,
        ),
        limit=limit,
    )


async def latest_register_of_course(
    db: AsyncSession,
    course_id: UUID,
    *,
    actor_id: UUID,
    day: date | None = None,
    zone: ZoneInfo,
    now: datetime,
) -> CourseSession | None:
    """Return the last session of a course whose register has been opened and somebody keeps.

    With a `day`, only that of the sessions on it.
    """
    condition = and_(
        col(CourseSession.course_id) == course_id,
        col(CourseSession.starts_at) <= now + OPENS_BEFORE,
    )
    if day is not None:
        begins, ends = day_bounds(day, zone)
        condition = and_(
            condition, col(CourseSession.starts_at) >= begins, col(CourseSession.starts_at) < ends
        )
    found = await _kept_by(db, actor_id, condition, limit=1)
    return found[0][0] if found else None


async def _kept_by(
    db: AsyncSession,
    actor_id: UUID,
    condition: Any,  # noqa: ANN401 - a condition of SQLAlchemy
    *,
    limit: int,
) -> Sequence[tuple[CourseSession, Course]]:
    coordinates = (
        select(PractitionerRole.practitioner_id)
        .where(
            PractitionerRole.practitioner_id == actor_id,
            PractitionerRole.role == Role.COORDINATOR,
        )
        .exists()
    )
    teaches = col(CourseSession.id).in_(
        select(SessionTrainer.session_id).where(SessionTrainer.practitioner_id == actor_id)
    )
    found = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(
            condition,
            CourseSession.status != SessionStatus.CANCELLED,
            or_(coordinates, teaches),
        )
        .order_by(col(CourseSession.starts_at).desc(), col(CourseSession.code))
        .limit(limit)
    )
    return found.all()
