"""Sessions at the same time that share a trainer, a venue, or people."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import ACTIVE_BOOKINGS, SessionStatus
from trainingbot.models import Booking, Course, CourseSession, Practitioner, SessionTrainer
from trainingbot.scheduling.views import (
    Clashes,
    ClashesPage,
    ClashingPair,
    SessionOfCourse,
    TrainerClash,
)

Pair = tuple[UUID, UUID]
_FIRST = aliased(CourseSession, name="first")
_SECOND = aliased(CourseSession, name="second")


async def clashes_with(
    db: AsyncSession,
    *,
    starts_at: datetime,
    ends_at: datetime,
    venue: str | None,
    trainer_ids: Sequence[UUID],
    besides: UUID | None = None,
    booked_on: UUID | None = None,
) -> Clashes:
    """Return what a session at a time and place would collide with.

    `besides` is the session itself, where there is one already, and `booked_on` the one whose
    people are looked at. Sessions that follow each other at once do not clash.
    """
    then = and_(
        col(CourseSession.status) != SessionStatus.CANCELLED,
        col(CourseSession.starts_at) < ends_at,
        col(CourseSession.ends_at) > starts_at,
    )
    if besides is not None:
        then = and_(then, col(CourseSession.id) != besides)
    return Clashes(
        trainers=await _taught(db, then, trainer_ids) if trainer_ids else (),
        venue=await _held_at(db, then, venue) if venue and venue.strip() else (),
        bookings=await _booked(db, then, booked_on) if booked_on else 0,
    )


async def coming_clashes(db: AsyncSession, *, limit: int, now: datetime) -> ClashesPage:
    """Return the pairs of coming sessions that clash, soonest first, and how many there are.

    Four statements at the most, however many pairs there are.
    """
    trainers = await _trainers_of_both(db, now=now)
    venues = await _pairs_at_one_venue(db, now=now)
    people = await _people_on_both(db, now=now)
    pairs = {*trainers, *venues, *people}
    if not pairs:
        return ClashesPage((), 0)
    named = await _sessions(db, {session_id for pair in pairs for session_id in pair})

    def when(pair: Pair) -> tuple[Any, ...]:
        return tuple((named[one].session.starts_at, named[one].session.code) for one in pair)

    rows = [
        ClashingPair(
            named[pair[0]],
            named[pair[1]],
            trainers=trainers.get(pair, []),
            same_venue=pair in venues,
            bookings=people[pair],
        )
        for pair in sorted(pairs, key=when)[:limit]
    ]
    return ClashesPage(rows, len(pairs))


async def _taught(
    db: AsyncSession, then: ColumnElement[bool], trainer_ids: Sequence[UUID]
) -> Sequence[TrainerClash]:
    rows = await db.exec(
        select(Practitioner, CourseSession, Course)
        .join(SessionTrainer, col(SessionTrainer.practitioner_id) == Practitioner.id)
        .join(CourseSession, col(SessionTrainer.session_id) == CourseSession.id)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(then, col(Practitioner.id).in_(trainer_ids))
        .order_by(col(CourseSession.starts_at), col(CourseSession.code), col(Practitioner.name))
    )
    return [TrainerClash(*row) for row in rows]


async def _held_at(
    db: AsyncSession, then: ColumnElement[bool], venue: str
) -> Sequence[SessionOfCourse]:
    rows = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(then, func.lower(func.trim(CourseSession.venue)) == func.lower(venue.strip()))
        .order_by(col(CourseSession.starts_at), col(CourseSession.code))
    )
    return [SessionOfCourse(*row) for row in rows]


async def _booked(db: AsyncSession, then: ColumnElement[bool], session_id: UUID) -> int:
    own, other = aliased(Booking), aliased(Booking)
    found = await db.exec(
        select(func.count(col(own.practitioner_id).distinct()))
        .select_from(own)
        .join(other, col(other.practitioner_id) == own.practitioner_id)
        .join(CourseSession, col(other.session_id) == CourseSession.id)
        .where(
            then,
            own.session_id == session_id,
            other.session_id != session_id,
            col(own.status).in_(ACTIVE_BOOKINGS),
            col(other.status).in_(ACTIVE_BOOKINGS),
        )
    )
    return found.one()


async def _trainers_of_both(db: AsyncSession, *, now: datetime) -> dict[Pair, list[Practitioner]]:
    one, other = aliased(SessionTrainer), aliased(SessionTrainer)
    rows = await db.exec(
        select(_FIRST.id, _SECOND.id, Practitioner)
        .select_from(_FIRST)
        .join(_SECOND, _at_once(now))
        .join(one, col(one.session_id) == _FIRST.id)
        .join(
            other,
            and_(
                col(other.session_id) == _SECOND.id,
                col(other.practitioner_id) == one.practitioner_id,
            ),
        )
        .join(Practitioner, col(one.practitioner_id) == Practitioner.id)
        .order_by(col(Practitioner.name), col(Practitioner.id))
    )
    found: dict[Pair, list[Practitioner]] = defaultdict(list)
    for first, second, trainer in rows:
        found[first, second].append(trainer)
    return dict(found)


async def _pairs_at_one_venue(db: AsyncSession, *, now: datetime) -> set[Pair]:
    rows = await db.exec(
        select(_FIRST.id, _SECOND.id)
        .select_from(_FIRST)
        .join(_SECOND, _at_once(now))
        .where(
            func.trim(_FIRST.venue) != "",
            func.lower(func.trim(_FIRST.venue)) == func.lower(func.trim(_SECOND.venue)),
        )
    )
    return {(first, second) for first, second in rows}


async def _people_on_both(db: AsyncSession, *, now: datetime) -> Counter[Pair]:
    one, other = aliased(Booking), aliased(Booking)
    rows = await db.exec(
        select(_FIRST.id, _SECOND.id, func.count())
        .select_from(_FIRST)
        .join(_SECOND, _at_once(now))
        .join(one, and_(col(one.session_id) == _FIRST.id, col(one.status).in_(ACTIVE_BOOKINGS)))
        .join(
            other,
            and_(
                col(other.session_id) == _SECOND.id,
                col(other.practitioner_id) == one.practitioner_id,
                col(other.status).in_(ACTIVE_BOOKINGS),
            ),
        )
        .group_by(col(_FIRST.id), col(_SECOND.id))
    )
    return Counter({(first, second): number for first, second, number in rows})


def _at_once(now: datetime) -> ColumnElement[bool]:
    """Tell of two sessions that they are to come and overlap; each pair is found once."""
    return and_(
        col(_FIRST.status) == SessionStatus.SCHEDULED,
        col(_SECOND.status) == SessionStatus.SCHEDULED,
        col(_FIRST.starts_at) > now,
        col(_SECOND.starts_at) > now,
        col(_FIRST.starts_at) < _SECOND.ends_at,
        col(_SECOND.starts_at) < _FIRST.ends_at,
        or_(
            col(_FIRST.starts_at) < _SECOND.starts_at,
            and_(col(_FIRST.starts_at) == _SECOND.starts_at, col(_FIRST.code) < col(_SECOND.code)),
        ),
    )


async def _sessions(db: AsyncSession, ids: set[UUID]) -> dict[UUID, SessionOfCourse]:
    rows = await db.exec(
        select(CourseSession, Course)
        .join(Course, col(CourseSession.course_id) == Course.id)
        .where(col(CourseSession.id).in_(ids))
    )
    return {session.id: SessionOfCourse(session, course) for session, course in rows}
