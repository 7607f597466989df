"""Owe what nobody has owed yet about coming sessions, as in a database from an older version."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, not_, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select, SelectOfScalar

from trainingbot.bookings.queries import locked_session
from trainingbot.bookings.schedule import owe_schedules
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState, SessionStatus
from trainingbot.models import Booking, CourseSession, Notice, SessionTrainer
from trainingbot.scheduling.digests import last_position, owe_digests
from trainingbot.terms import Terms

SESSIONS_AT_A_TIME = 20
"""So many, the soonest first, take a fraction of a second: nobody waits for the database."""


async def owe_missing(db: AsyncSession, *, terms: Terms, now: datetime) -> int:
    """Owe every schedule and trainers' digest that is missing, of up to 20 sessions.

    Returns of how many sessions it was: 0 when nothing is missing any more, which costs one
    query. Safe to repeat, and by several processes at once.
    """
    lacking = _lacking(now).order_by(col(CourseSession.starts_at), col(CourseSession.id))
    found = await db.exec(lacking.limit(SESSIONS_AT_A_TIME))
    return await _owe_of(db, found.all(), terms=terms, now=now)


async def owe_missing_of(
    db: AsyncSession, session_ids: Collection[UUID], *, terms: Terms, now: datetime
) -> int:
    """Do the same for all of these sessions and for no others."""
    found = await db.exec(_lacking(now).where(col(CourseSession.id).in_(session_ids)))
    return await _owe_of(db, found.all(), terms=terms, now=now)


async def _owe_of(
    db: AsyncSession, lacking: Sequence[tuple[UUID, str]], *, terms: Terms, now: datetime
) -> int:
    # In the order of their codes, as everybody locks several sessions.
    for session_id, _ in sorted(lacking, key=lambda one: one[1]):
        session = await locked_session(db, session_id)
        if session is None:
            continue
        places = (await db.exec(_places_without(session_id))).all()
        await owe_schedules(db, session, places, terms=terms, now=now)
        trainers = (await db.exec(_trainers_without(session_id))).all()
        if trainers:
            position = await last_position(db, session_id)
            await owe_digests(db, session, trainers, position=position, terms=terms, now=now)
    return len(lacking)


def _lacking(now: datetime) -> Select[UUID, str]:
    """Return the coming sessions, with their codes, about which something is missing."""
    place = select(Booking.id).where(Booking.session_id == CourseSession.id, _LACKS_SCHEDULE)
    trainer = select(SessionTrainer.practitioner_id).where(
        SessionTrainer.session_id == CourseSession.id, _LACKS_DIGEST
    )
    return select(CourseSession.id, CourseSession.code).where(
        CourseSession.status == SessionStatus.SCHEDULED,
        CourseSession.starts_at > now,
        or_(
            place.correlate(CourseSession).exists(),
            trainer.correlate(CourseSession).exists(),
        ),
    )


def _places_without(session_id: UUID) -> Select[UUID, UUID, int]:
    return select(Booking.id, Booking.practitioner_id, Booking.change_count).where(
        Booking.session_id == session_id, _LACKS_SCHEDULE
    )


def _trainers_without(session_id: UUID) -> SelectOfScalar[UUID]:
    return select(SessionTrainer.practitioner_id).where(
        SessionTrainer.session_id == session_id, _LACKS_DIGEST
    )


def _lacks_schedule() -> ColumnElement[bool]:
    """Tell of a booking that it has a place and no schedule.

    The question how it was is owed with every schedule, and to the end of the session.
    """
    owed = select(Notice.id).where(
        Notice.about_id == Booking.id,
        Notice.kind == NoticeKind.EVALUATION_INVITATION,
        Notice.state == NoticeState.OWED,
    )
    confirmed = col(Booking.status) == BookingStatus.CONFIRMED
    return and_(confirmed, not_(owed.correlate(Booking).exists()))


def _lacks_digest() -> ColumnElement[bool]:
    """Tell of a trainer that nobody has owed them who is coming to their session.

    One that was taken back for a reason, as where its kind is switched off, was owed.
    """
    owed = select(Notice.id).where(
        Notice.about_id == SessionTrainer.session_id,
        Notice.practitioner_id == SessionTrainer.practitioner_id,
        Notice.kind == NoticeKind.TRAINERS_DIGEST,
        or_(Notice.state != NoticeState.WITHDRAWN, col(Notice.failure).is_not(None)),
    )
    return not_(owed.correlate(SessionTrainer).exists())


_LACKS_SCHEDULE = _lacks_schedule()
_LACKS_DIGEST = _lacks_digest()
