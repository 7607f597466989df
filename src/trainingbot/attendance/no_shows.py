"""No-show figures for coordinators: by course, agency or month, and who keeps missing sessions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.attendance.rates import NO_SHOW, NOT_KNOWN, Outcomes, outcome_columns
from trainingbot.dates import day_bounds, months_later
from trainingbot.enums import CourseKind
from trainingbot.models import Agency, Booking, Course, CourseSession, Practitioner
from trainingbot.people.operations import refuse_unless_coordinator

REPEATED = 2
"""So many no-shows within twelve months are repeated."""
A_YEAR_OF_MONTHS = 12


class Grouping(StrEnum):
    """By what no-show figures are told apart."""

    COURSE = "course"
    AGENCY = "agency"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the partnership's calendar, both included; a session counts by its local start."""

    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Group:
    """The outcomes of one course, agency or month; a month is called `2024-06`."""

    name: str
    """Empty for people whose agency is not known."""
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class NoShowFigures:
    """The outcomes of a period, in all and in groups."""

    overall: Outcomes
    groups: Sequence[Group]
    """Months in their order; courses and agencies with the most no-shows first."""
    sessions_open: int
    """Sessions of the period that have begun and whose register is not closed."""


@dataclass(frozen=True, slots=True)
class RepeatedNoShow:
    """Somebody who did not come several times, and when they last did not."""

    practitioner: Practitioner
    agency: Agency | None
    no_shows: int
    latest: datetime


def calendar_year(year: int) -> Period:
    """Return a calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def last_twelve_months(today: date) -> Period:
    """Return the twelve months that end today."""
    return Period(months_later(today, -A_YEAR_OF_MONTHS) + timedelta(days=1), today)


async def no_show_figures(
    db: AsyncSession,
    *,
    period: Period,
    by: Grouping,
    kind: CourseKind | None = CourseKind.COURSE,
    actor_id: UUID,
    zone: ZoneInfo,
    now: datetime,
) -> NoShowFigures:
    """Return what became of the places of a period, for coordinators.

    `kind` None takes every format. Raises `NotACoordinator`.
    """
    await refuse_unless_coordinator(db, actor_id)
    begun = _begun(period, kind=kind, zone=zone, now=now)
    key: Any = {
        Grouping.COURSE: col(Course.title),
        Grouping.AGENCY: func.coalesce(Agency.name, ""),
        Grouping.MONTH: col(CourseSession.starts_at),
    }[by]
    columns: list[Any] = [key, *outcome_columns()]
    asked: Any = (
        select(*columns)
        .select_from(Booking)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(begun)
        .group_by(key)
    )
    groups: dict[str, Outcomes] = defaultdict(Outcomes)
    for value, *numbers in await db.exec(asked):
        name = f"{value.astimezone(zone):%Y-%m}" if by == Grouping.MONTH else value
        groups[name] += Outcomes(*numbers)
    shown = [Group(name, one) for name, one in groups.items() if one != Outcomes()]
    return NoShowFigures(
        overall=sum(groups.values(), Outcomes()),
        groups=sorted(shown, key=_by_month if by == Grouping.MONTH else _most_first),
        sessions_open=await _open_sessions(db, begun),
    )


async def repeated_no_shows(
    db: AsyncSession,
    *,
    until: date,
    actor_id: UUID,
    zone: ZoneInfo,
    limit: int,
    offset: int = 0,
    now: datetime,
) -> tuple[Sequence[RepeatedNoShow], int]:
    """Return a page of those with two or more no-shows in the twelve months up to a day.

    The most first, and how many people there are in all; of every format. Raises
    `NotACoordinator`.
    """
    await refuse_unless_coordinator(db, actor_id)
    begun = _begun(last_twelve_months(until), kind=None, zone=zone, now=now)
    times = (
        select(
            Booking.practitioner_id,
            func.count().label("times"),
            func.max(CourseSession.starts_at).label("latest"),
        )
        .select_from(Booking)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(begun, NO_SHOW)
        .group_by(col(Booking.practitioner_id))
        .having(func.count() >= REPEATED)
        .subquery()
    )
    found = await db.exec(
        select(Practitioner, Agency, times.c.times, times.c.latest)
        .join(times, times.c.practitioner_id == col(Practitioner.id))
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .order_by(times.c.times.desc(), func.lower(Practitioner.name), col(Practitioner.id))
        .limit(limit)
        .offset(offset)
    )
    total = await db.exec(select(func.count()).select_from(times))
    return [RepeatedNoShow(*row) for row in found], total.one()


def _begun(
    period: Period, *, kind: CourseKind | None, zone: ZoneInfo, now: datetime
) -> ColumnElement[bool]:
    begins, _ = day_bounds(period.begins, zone)
    _, ends = day_bounds(period.ends, zone)
    starts_at = col(CourseSession.starts_at)
    within = and_(starts_at >= begins, starts_at < ends, starts_at <= now)
    return within if kind is None else and_(within, col(Course.kind) == kind)


async def _open_sessions(db: AsyncSession, begun: ColumnElement[bool]) -> int:
    from_there = (
        select(func.count(col(Booking.session_id).distinct()))
        .select_from(Booking)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(begun, NOT_KNOWN)
    )
    return (await db.exec(from_there)).one()


def _by_month(group: Group) -> str:
    return group.name


def _most_first(group: Group) -> tuple[int, str]:
    return -group.outcomes.no_shows, group.name.casefold()
