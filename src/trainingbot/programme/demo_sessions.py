"""Two sessions by which a demo shows what comes by itself: one in an hour, one in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.operations import book_place
from trainingbot.enums import Delivery, NoticeKind
from trainingbot.models import Booking, Course, CourseSession, Practitioner
from trainingbot.scheduling.adding import add_session
from trainingbot.scheduling.views import SessionPlan
from trainingbot.terms import Terms
from trainingbot.timings import TIMES
from trainingbot.working_days import (
    at_time_of_day,
    is_working_day,
    working_days_after,
    working_days_before,
)

BOOKED_BEFORE = timedelta(days=21)
BEGINS = time(9, 30)
LASTS = timedelta(hours=2, minutes=30)
UNTIL_READY = timedelta(minutes=3)
"""How long whoever tries the demo has to open the first chat."""
TO_THE = timedelta(minutes=5)
LINK = "https://teams.microsoft.com/v2/"
OTHERS = 3


@dataclass(frozen=True, slots=True)
class Cast:
    """Who has what part in them."""

    practitioner_id: UUID
    """Has a place on both."""
    waits_id: UUID
    """Is the next in line for the one in a week."""
    coordinator_id: UUID


async def add_demo_sessions(
    db: AsyncSession, cast: Cast, *, terms: Terms, now: datetime
) -> tuple[CourseSession, CourseSession]:
    """Add a session that starts in about an hour, and a full one of which people are just reminded.

    The first is booked so late that nothing but the way in comes of it. Whoever gives their place
    on the second back sees it offered to the next in line.
    """
    courses = await _courses(db, without=cast.practitioner_id)
    others = await _others(db, cast)
    soon = await _add(
        db,
        courses[0],
        starts_at=starts_soon(now),
        capacity=12,
        booked=[cast.practitioner_id, *others],
        cast=cast,
        terms=terms,
        now=now - timedelta(minutes=OTHERS + 2),
    )
    full = await _add(
        db,
        courses[1],
        starts_at=starts_in_a_week(terms=terms, now=now),
        capacity=OTHERS,
        booked=[cast.practitioner_id, *others[1:], cast.waits_id, others[0]],
        cast=cast,
        terms=terms,
        now=now - BOOKED_BEFORE,
    )
    return soon, full


def starts_soon(now: datetime) -> datetime:
    """Return a start, on a whole five minutes, of which people hear once the first chat is open."""
    earliest = now + timedelta(hours=TIMES[NoticeKind.STARTING_SOON].hours) + UNTIL_READY
    return earliest + (datetime.min.replace(tzinfo=now.tzinfo) - earliest) % TO_THE


def starts_in_a_week(*, terms: Terms, now: datetime) -> datetime:
    """Return a morning of which people have been reminded since the last working morning."""
    calendar = terms.calendar
    morning = at_time_of_day(now, BEGINS, calendar=calendar)
    today = now.astimezone(calendar.zone).date()
    if morning > now or not is_working_day(today, calendar=calendar):
        morning = working_days_before(morning, days=1, calendar=calendar)
    days = TIMES[NoticeKind.EARLY_REMINDER].working_days
    return working_days_after(morning, days=days, calendar=calendar)


async def _add(
    db: AsyncSession,
    course: Course,
    *,
    starts_at: datetime,
    capacity: int,
    booked: Sequence[UUID],
    cast: Cast,
    terms: Terms,
    now: datetime,
) -> CourseSession:
    plan = SessionPlan(
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        capacity=capacity,
        delivery=Delivery.TEAMS,
        join_url=LINK,
    )
    session = await add_session(
        db,
        course_id=course.id,
        plan=plan,
        invite_interested=False,
        actor_id=cast.coordinator_id,
        terms=terms,
        now=now,
    )
    for minutes, practitioner_id in enumerate(booked, start=1):
        await book_place(
            db,
            session_id=session.id,
            practitioner_id=practitioner_id,
            terms=terms,
            despite_doubts=True,
            now=now + timedelta(minutes=minutes),
        )
    return session


async def _courses(db: AsyncSession, *, without: UUID) -> Sequence[Course]:
    """Return the courses that somebody has never booked, in the order of their codes."""
    booked = (
        select(CourseSession.course_id)
        .join(Booking, col(Booking.session_id) == col(CourseSession.id))
        .where(Booking.practitioner_id == without)
    )
    found = await db.exec(
        select(Course)
        .where(col(Course.id).not_in(booked))
        .order_by(col(Course.level).desc(), col(Course.code))
    )
    courses = found.all()
    return courses if len(courses) > 1 else (await db.exec(select(Course))).all()


async def _others(db: AsyncSession, cast: Cast) -> Sequence[UUID]:
    """Return some people who may book, in the order of their addresses."""
    found = await db.exec(
        select(Practitioner.id)
        .where(
            col(Practitioner.agency_confirmed_at).is_not(None),
            col(Practitioner.id).not_in([cast.practitioner_id, cast.waits_id, cast.coordinator_id]),
        )
        .order_by(col(Practitioner.email))
        .limit(OTHERS)
    )
    return found.all()
