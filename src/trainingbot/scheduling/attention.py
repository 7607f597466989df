"""What needs a coordinator's attention, and the digest that tells them of it each working day."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, not_, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import ChargeState, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import (
    Charge,
    Course,
    CourseSession,
    Notice,
    Practitioner,
    SessionTrainer,
)
from trainingbot.notices.operations import owe_notices
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.people.queries import agency_requests, coordinator_ids
from trainingbot.scheduling.attention_views import Attention
from trainingbot.scheduling.clashes import coming_clashes
from trainingbot.scheduling.reach import numbers_unreached
from trainingbot.scheduling.views import SessionOfCourse, SessionsPage
from trainingbot.terms import Terms
from trainingbot.working_days import at_time_of_day, is_working_day, working_days_after

DIGEST_AT, DIGEST_UNTIL = time(8, 30), time(18, 0)
LOOK_AHEAD_DAYS = 10
"""Working days in which sessions with few people or without a trainer are looked for."""
DECIDE_DAYS = 2
"""Working days before the day to decide on a tentative session, from which it is told."""
FEW = 3
"""Few people have a place where it is less than one in so many of the places."""
RECENT = timedelta(days=7)
"""For how long a notice that was given up is told of."""
SESSIONS_NAMED = 3
"""So many sessions of each kind are named; of the others only the number is told."""


async def attention(db: AsyncSession, *, actor_id: UUID, terms: Terms, now: datetime) -> Attention:
    """Return what needs attention at the moment, as a coordinator reads it.

    At most fifteen statements, whatever the size. Raises `NotACoordinator`.
    """
    await refuse_unless_coordinator(db, actor_id)
    calendar = terms.calendar
    decide_until = working_days_after(now, days=DECIDE_DAYS, calendar=calendar)
    look_ahead_until = working_days_after(now, days=LOOK_AHEAD_DAYS, calendar=calendar)
    soon = col(CourseSession.starts_at) <= look_ahead_until
    _, agencies = await agency_requests(db, limit=1)
    charged = terms.policy.late_charge or terms.policy.no_show_charge
    return Attention(
        agencies=agencies,
        to_decide=await _sessions(
            db,
            col(CourseSession.tentative).is_(True),
            col(CourseSession.decide_at) <= decide_until,
            now=now,
        ),
        decide_until=decide_until,
        few_people=await _sessions(db, soon, _has_few_people(), now=now),
        without_trainer=await _sessions(db, soon, not_(_has_trainer()), now=now),
        look_ahead_until=look_ahead_until,
        clashes=(await coming_clashes(db, limit=0, now=now)).total,
        unreached=await numbers_unreached(db, now=now),
        undeliverable=await _undeliverable(db, now=now),
        open_charges=await _open_charges(db) if charged else 0,
    )


async def owe_coordinators_digests(db: AsyncSession, *, terms: Terms, now: datetime) -> None:
    """Owe every coordinator the digest of today, once: on working days from 08:30 to 18:00.

    What it says is decided when it is sent. Safe to repeat, and by several processes at once.
    """
    calendar = terms.calendar
    today = now.astimezone(calendar.zone).date()
    begins, ends = (at_time_of_day(now, at, calendar=calendar) for at in (DIGEST_AT, DIGEST_UNTIL))
    if not is_working_day(today, calendar=calendar) or not begins <= now < ends:
        return
    occurrence = today.toordinal()
    if not await _without_digest(db, occurrence):
        return
    await _lock(db)
    await owe_notices(
        db,
        NoticeKind.COORDINATORS_DIGEST,
        to_about=[(one, one) for one in await _without_digest(db, occurrence)],
        occurrence=occurrence,
        expires_at=ends,
        now=now,
    )


async def _without_digest(db: AsyncSession, occurrence: int) -> list[UUID]:
    """Return the coordinators to whom the digest of that day is not owed yet."""
    found = await db.exec(
        select(Notice.practitioner_id).where(
            Notice.kind == NoticeKind.COORDINATORS_DIGEST, Notice.occurrence == occurrence
        )
    )
    return sorted(set(await coordinator_ids(db)).difference(found.all()))


async def _lock(db: AsyncSession) -> None:
    """Wait until no other process owes the digests; SQLite has one writer anyhow."""
    coordinators = sorted(await coordinator_ids(db))
    await db.exec(
        select(Practitioner.id)
        .where(col(Practitioner.id).in_(coordinators))
        .order_by(col(Practitioner.id))
        .with_for_update()
    )


async def _sessions(
    db: AsyncSession, *conditions: ColumnElement[bool], now: datetime
) -> SessionsPage:
    """Return the first coming sessions that meet the conditions, and how many there are."""
    coming = and_(
        col(CourseSession.status) == SessionStatus.SCHEDULED,
        col(CourseSession.starts_at) > now,
        *conditions,
    )
    rows = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(coming)
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
        .limit(SESSIONS_NAMED)
    )
    found = [SessionOfCourse(*row) for row in rows]
    if len(found) < SESSIONS_NAMED:
        return SessionsPage(found, len(found))
    total = await db.exec(select(func.count()).select_from(CourseSession).where(coming))
    return SessionsPage(found, total.one())


def _has_few_people() -> ColumnElement[bool]:
    return or_(
        col(CourseSession.places_taken) * FEW < col(CourseSession.capacity),
        col(CourseSession.places_taken) < col(CourseSession.minimum_places),
    )


def _has_trainer() -> Any:  # noqa: ANN401 - a condition that stands inside another statement
    return (
        select(SessionTrainer.session_id)
        .where(SessionTrainer.session_id == CourseSession.id)
        .correlate(CourseSession)
        .exists()
    )


async def _undeliverable(db: AsyncSession, *, now: datetime) -> int:
    found = await db.exec(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.state == NoticeState.UNDELIVERABLE,
            col(Notice.finished_at) > now - RECENT,
        )
    )
    return found.one()


async def _open_charges(db: AsyncSession) -> int:
    found = await db.exec(
        select(func.count()).select_from(Charge).where(col(Charge.state) == ChargeState.RAISED)
    )
    return found.one()
