"""Look up what a change of a session touches, its trainers, its history, and who is interested."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from trainingbot.courses.rules import what_is_offered
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus, Change, Role, SessionStatus
from trainingbot.models import (
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Interest,
    Practitioner,
    PractitionerRole,
    SessionChange,
    SessionTrainer,
)
from trainingbot.scheduling.views import (
    Affected,
    OtherDate,
    SessionOfCourse,
    SessionsPage,
    SessionStory,
)

LEADS_TO_A_PLACE = (
    Change.BOOKED,
    Change.PROMOTED,
    Change.OFFER_ACCEPTED,
    Change.STEPPED_IN,
    Change.TRANSFERRED_HERE,
    Change.KEPT,
    Change.SAID_COMING,
    Change.ATTENDANCE_MARKED,
)
"""The changes after which a booking is confirmed."""


async def people_affected(db: AsyncSession, session_id: UUID) -> Affected:
    """Return how many people a change of a session touches."""
    rows = await db.exec(
        select(Booking.status, func.count())
        .where(Booking.session_id == session_id, col(Booking.status).in_(ACTIVE_BOOKINGS))
        .group_by(col(Booking.status))
    )
    bookings = {BookingStatus(status): number for status, number in rows}
    trainers = await db.exec(
        select(func.count())
        .select_from(SessionTrainer)
        .where(SessionTrainer.session_id == session_id)
    )
    return Affected(
        confirmed=bookings.get(BookingStatus.CONFIRMED, 0),
        offered=bookings.get(BookingStatus.OFFERED, 0),
        waiting=bookings.get(BookingStatus.WAITLISTED, 0),
        trainers=trainers.one(),
    )


async def trainers_of(db: AsyncSession, session_id: UUID) -> Sequence[Practitioner]:
    """Return the trainers of a session in the order of the alphabet."""
    found = await db.exec(
        select(Practitioner)
        .join(SessionTrainer, col(SessionTrainer.practitioner_id) == Practitioner.id)
        .where(SessionTrainer.session_id == session_id)
        .order_by(col(Practitioner.name), col(Practitioner.id))
    )
    return found.all()


async def every_trainer(db: AsyncSession) -> Sequence[Practitioner]:
    """Return everybody who is a trainer, in the order of the alphabet."""
    found = await db.exec(
        select(Practitioner)
        .join(PractitionerRole, col(PractitionerRole.practitioner_id) == Practitioner.id)
        .where(PractitionerRole.role == Role.TRAINER)
        .order_by(col(Practitioner.name), col(Practitioner.id))
    )
    return found.all()


async def sessions_of_trainer(
    db: AsyncSession, practitioner_id: UUID, *, limit: int, offset: int = 0, now: datetime
) -> SessionsPage:
    """Return a page of the sessions that somebody trains and that are not over, soonest first.

    Those that were cancelled are left out.
    """
    taught = and_(
        col(CourseSession.id).in_(
            select(SessionTrainer.session_id).where(
                SessionTrainer.practitioner_id == practitioner_id
            )
        ),
        col(CourseSession.status) != SessionStatus.CANCELLED,
        col(CourseSession.ends_at) > now,
    )
    rows = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(taught)
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
        .limit(limit)
        .offset(offset)
    )
    total = await db.exec(select(func.count()).select_from(CourseSession).where(taught))
    return SessionsPage([SessionOfCourse(*row) for row in rows], total.one())


async def places_lost(db: AsyncSession, session_id: UUID) -> int:
    """Return how many people had a place on a session when it was cancelled.

    Counted from the history: who waited, or was offered a place, has lost none.
    """
    last, before = aliased(BookingChange), aliased(BookingChange)
    found = await db.exec(
        select(func.count())
        .select_from(Booking)
        .join(
            last,
            and_(
                col(last.booking_id) == Booking.id,
                col(last.position) == Booking.change_count,
                col(last.change) == Change.SESSION_CANCELLED,
            ),
        )
        .join(
            before,
            and_(
                col(before.booking_id) == Booking.id,
                col(before.position) == Booking.change_count - 1,
                col(before.change).in_(LEADS_TO_A_PLACE),
            ),
        )
        .where(Booking.session_id == session_id)
    )
    return found.one()


async def history_of_session(
    db: AsyncSession, session_id: UUID, *, limit: int
) -> Sequence[SessionStory]:
    """Return what was done to a session and by whom, the newest first."""
    rows = await db.exec(
        select(SessionChange, Practitioner)
        .outerjoin(Practitioner, col(SessionChange.actor_id) == Practitioner.id)
        .where(SessionChange.session_id == session_id)
        .order_by(col(SessionChange.position).desc())
        .limit(limit)
    )
    return [SessionStory(*row) for row in rows]


async def other_dates(
    db: AsyncSession, session: CourseSession, *, limit: int, now: datetime
) -> Sequence[OtherDate]:
    """Return the other coming sessions of a session's course, soonest first."""
    found = await db.exec(
        select(CourseSession)
        .where(
            CourseSession.course_id == session.course_id,
            CourseSession.id != session.id,
            CourseSession.status == SessionStatus.SCHEDULED,
            CourseSession.starts_at > now,
        )
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
        .limit(limit)
    )
    return [OtherDate(other, what_is_offered(other, now=now)) for other in found]


async def is_interested(db: AsyncSession, course_id: UUID, practitioner_id: UUID) -> bool:
    """Tell whether somebody wants to be offered the next date of a course."""
    return await db.get(Interest, (course_id, practitioner_id)) is not None


async def interested_in(db: AsyncSession, course_id: UUID, *, now: datetime) -> int:
    """Return how many people are asked when a date is added to a course.

    Who has no confirmed agency, or a place on another coming date, is not.
    """
    found = await db.exec(
        select(func.count())
        .select_from(Interest)
        .join(Practitioner, col(Interest.practitioner_id) == Practitioner.id)
        .where(
            Interest.course_id == course_id,
            col(Practitioner.agency_confirmed_at).is_not(None),
            col(Practitioner.id).not_in(with_a_coming_place(course_id, now=now)),
        )
    )
    return found.one()


def with_a_coming_place(course_id: UUID, *, now: datetime) -> SelectOfScalar[UUID]:
    """Select who has a place on a coming date of a course."""
    return (
        select(Booking.practitioner_id)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .where(
            CourseSession.course_id == course_id,
            CourseSession.status == SessionStatus.SCHEDULED,
            CourseSession.starts_at > now,
            Booking.status == BookingStatus.CONFIRMED,
        )
    )
