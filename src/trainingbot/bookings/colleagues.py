"""Look up who could take a place over: confirmed colleagues of the same agency."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect
from sqlmodel import and_, col, func, not_, or_, select, true
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.views import Colleague, Colleagues
from trainingbot.enums import Attendance, BookingStatus
from trainingbot.models import (
    Booking,
    Course,
    CourseSession,
    Practitioner,
    SessionTrainer,
    TeamsAccount,
)
from trainingbot.people.search import has_word

LATELY = timedelta(days=180)
"""For how long somebody who has booked anything counts as likely to want a place."""
TOOK_PART = (Attendance.ATTENDED, Attendance.PARTLY_ATTENDED)
IN_LINE = (BookingStatus.WAITLISTED, BookingStatus.OFFERED)


async def likely_substitutes(
    db: AsyncSession,
    session: CourseSession,
    giver: Practitioner,
    *,
    theme: str,
    limit: int,
    now: datetime,
) -> Colleagues:
    """Return colleagues who may well want the place, without anybody typing a name.

    First those who wait for the session, in the order of its queue; then those who took part in
    training of the same `theme`; then those who have booked lately, the latest first.
    """
    booked_at = _last_booking()
    likely = or_(
        _on(session, *IN_LINE), _took_part_in(theme), func.coalesce(booked_at > now - LATELY, False)
    )
    return await _colleagues(db, session, giver, likely, theme=theme, limit=limit)


async def colleagues_named(
    db: AsyncSession,
    session: CourseSession,
    giver: Practitioner,
    *,
    name: str,
    theme: str,
    limit: int,
) -> Colleagues:
    """Return colleagues in whose name or e-mail address every word stands, in either case.

    Who teaches the session is there anyway and is not among them.
    """
    named = and_(true(), *(has_word(word) for word in name.split()))
    return await _colleagues(db, session, giver, named, theme=theme, limit=limit)


async def _colleagues(
    db: AsyncSession,
    session: CourseSession,
    giver: Practitioner,
    wanted: ColumnElement[bool],
    *,
    theme: str,
    limit: int,
) -> Colleagues:
    if giver.agency_confirmed_at is None:
        return Colleagues((), 0)
    could_go = and_(
        col(Practitioner.agency_id) == giver.agency_id,
        col(Practitioner.agency_confirmed_at).is_not(None),
        col(Practitioner.id) != giver.id,
        not_(_on(session, BookingStatus.CONFIRMED)),
        not_(_teaches(session)),
        wanted,
    )
    waits, took_part = _on(session, *IN_LINE), _took_part_in(theme)
    queue = _queue_number(session)
    rows = await db.exec(
        select(Practitioner, waits, took_part, _in_teams())
        .where(could_go)
        .order_by(
            queue.is_(None),
            queue,
            took_part.desc(),
            _last_booking().desc().nulls_last(),
            col(Practitioner.name),
            col(Practitioner.id),
        )
        .limit(limit)
    )
    found = [Colleague(*row) for row in rows]
    if len(found) < limit:
        return Colleagues(found, len(found))
    total = await db.exec(select(func.count()).select_from(Practitioner).where(could_go))
    return Colleagues(found, total.one())


_OWN = col(Booking.practitioner_id) == col(Practitioner.id)


def _on(session: CourseSession, *statuses: BookingStatus) -> ColumnElement[bool]:
    return (
        select(Booking.id)
        .where(_OWN, Booking.session_id == session.id, col(Booking.status).in_(statuses))
        .correlate(Practitioner)
        .exists()
    )


def _teaches(session: CourseSession) -> ColumnElement[bool]:
    return (
        select(SessionTrainer.session_id)
        .where(
            SessionTrainer.session_id == session.id,
            col(SessionTrainer.practitioner_id) == col(Practitioner.id),
        )
        .correlate(Practitioner)
        .exists()
    )


def _queue_number(session: CourseSession) -> ScalarSelect[int | None]:
    return (
        select(Booking.queue_number)
        .where(_OWN, Booking.session_id == session.id)
        .correlate(Practitioner)
        .scalar_subquery()
    )


def _took_part_in(theme: str) -> ColumnElement[bool]:
    return (
        select(Booking.id)
        .join(CourseSession, col(Booking.session_id) == col(CourseSession.id))
        .join(Course, col(CourseSession.course_id) == col(Course.id))
        .where(_OWN, col(Booking.attendance).in_(TOOK_PART), Course.theme == theme)
        .correlate(Practitioner)
        .exists()
    )


def _last_booking() -> ScalarSelect[datetime | None]:
    return select(func.max(Booking.booked_at)).where(_OWN).correlate(Practitioner).scalar_subquery()


def _in_teams() -> ColumnElement[bool]:
    return (
        select(TeamsAccount.id)
        .where(
            col(TeamsAccount.practitioner_id) == col(Practitioner.id),
            col(TeamsAccount.installed).is_(True),
        )
        .correlate(Practitioner)
        .exists()
    )
