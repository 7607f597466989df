"""Look up courses and their sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.courses.rules import CourseFilter, spellings
from trainingbot.courses.views import CourseFound, CoursePage
from trainingbot.enums import SessionStatus
from trainingbot.models import Course, CourseSession


async def search_courses(
    db: AsyncSession, wanted: CourseFilter, *, limit: int, offset: int = 0, now: datetime
) -> CoursePage:
    """Return a page of the courses that match, each with its first matching coming session.

    Two statements, whatever the page holds.
    """
    matching = and_(col(CourseSession.course_id) == Course.id, *_session_conditions(wanted, now))
    first = func.min(CourseSession.starts_at).label("first")
    count = func.count(col(CourseSession.id)).label("count")
    grouped = (
        select(col(Course.id), first, count, func.count().over().label("total"))
        .outerjoin(CourseSession, matching)
        .where(*_course_conditions(wanted))
        .group_by(col(Course.id), col(Course.title), col(Course.code))
    )
    if wanted.narrows_sessions:
        grouped = grouped.having(count > 0)
    page = (
        await db.exec(
            grouped.order_by(first.is_(None), first, col(Course.title), col(Course.code))
            .limit(limit)
            .offset(offset)
        )
    ).all()
    if not page:
        return CoursePage((), await _total_beyond(db, grouped) if offset else 0)
    rows = await db.exec(
        select(Course, CourseSession)
        .outerjoin(CourseSession, matching)
        .where(col(Course.id).in_([row[0] for row in page]))
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
    )
    nearest: dict[UUID, tuple[Course, CourseSession | None]] = {}
    for course, session in rows:
        nearest.setdefault(course.id, (course, session))
    found = [CourseFound(*nearest[row[0]], session_count=row[2]) for row in page]
    return CoursePage(found, page[0][3])


async def _total_beyond(db: AsyncSession, grouped: Any) -> int:  # noqa: ANN401 - a select's type names its columns
    found = await db.exec(select(func.count()).select_from(grouped.subquery()))
    return found.one()


def _course_conditions(wanted: CourseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            func.lower(Course.code) == word.casefold(),
            *(
                column.icontains(spelling, autoescape=True)
                for spelling in sorted(spellings(word))
                for column in (col(Course.title), col(Course.theme))
            ),
        )
        for word in wanted.words.split()
    ]
    if wanted.theme is not None:
        conditions.append(col(Course.theme) == wanted.theme)
    if wanted.level is not None:
        conditions.append(col(Course.level) == wanted.level)
    if wanted.kind is not None:
        conditions.append(col(Course.kind) == wanted.kind)
    return conditions


def _session_conditions(wanted: CourseFilter, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [
        col(CourseSession.status) == SessionStatus.SCHEDULED,
        col(CourseSession.starts_at) > now,
    ]
    if wanted.starts_from is not None:
        conditions.append(col(CourseSession.starts_at) >= wanted.starts_from)
    if wanted.starts_before is not None:
        conditions.append(col(CourseSession.starts_at) < wanted.starts_before)
    if wanted.delivery is not None:
        conditions.append(col(CourseSession.delivery) == wanted.delivery)
    if wanted.with_places:
        conditions.append(col(CourseSession.places_taken) < CourseSession.capacity)
    return conditions


async def course_themes(db: AsyncSession) -> Sequence[str]:
    """Return every theme of the programme once, in the order of the alphabet."""
    return (await db.exec(select(Course.theme).distinct().order_by(Course.theme))).all()


async def last_start(db: AsyncSession, *, now: datetime) -> datetime | None:
    """Return when the last coming session begins, or None when none is planned."""
    found = await db.exec(
        select(func.max(CourseSession.starts_at)).where(
            CourseSession.status == SessionStatus.SCHEDULED, CourseSession.starts_at > now
        )
    )
    return found.one()


async def courses_by_id(db: AsyncSession, ids: Sequence[UUID]) -> Sequence[Course]:
    """Return these courses in the order of the ids; what is not there is left out."""
    found = {
        course.id: course for course in await db.exec(select(Course).where(col(Course.id).in_(ids)))
    }
    return [found[one] for one in ids if one in found]


async def every_course(db: AsyncSession) -> Sequence[Course]:
    """Return all courses in the order of the alphabet."""
    return (await db.exec(select(Course).order_by(col(Course.title)))).all()


async def coming_sessions(
    db: AsyncSession, course_id: UUID, *, limit: int, now: datetime
) -> tuple[Sequence[CourseSession], int]:
    """Return the next sessions of a course that will take place, and how many there are."""
    coming = (
        col(CourseSession.course_id) == course_id,
        col(CourseSession.status) == SessionStatus.SCHEDULED,
        col(CourseSession.starts_at) > now,
    )
    rows = await db.exec(
        select(CourseSession)
        .where(*coming)
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
        .limit(limit)
    )
    total = await db.exec(select(func.count()).select_from(CourseSession).where(*coming))
    return rows.all(), total.one()


async def session_and_course(
    db: AsyncSession, session_id: UUID
) -> tuple[CourseSession, Course] | None:
    """Return a session with its course, or None when there is no such session."""
    found = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(CourseSession.id == session_id)
    )
    row = found.first()
    return None if row is None else (row[0], row[1])


async def session_by_code(db: AsyncSession, code: str) -> CourseSession | None:
    """Return the session that people call by this code, in letters of either case."""
    found = await db.exec(
        select(CourseSession).where(func.lower(CourseSession.code) == code.casefold())
    )
    return found.first()
