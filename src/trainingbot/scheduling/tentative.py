"""Decide on tentative sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import and_, col, not_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queries import locked_session
from trainingbot.bookings.tentative import confirm_tentative
from trainingbot.enums import NoticeKind, SessionStatus, SessionStep
from trainingbot.errors import NotTentative
from trainingbot.models import CourseSession, Notice, SessionChange
from trainingbot.notices.operations import owe_notices
from trainingbot.people.queries import coordinator_ids
from trainingbot.scheduling.permission import session_as_it_is
from trainingbot.scheduling.rules import is_undecided, refusal_to_change


async def confirm_session(
    db: AsyncSession, *, session_id: UUID, actor_id: UUID | None, now: datetime
) -> CourseSession:
    """Say that a tentative session takes place, and tell everybody who has a place.

    Safe to repeat: one that was confirmed before stays as it was. Raises `NotACoordinator`,
    `NotFound`, `SessionCancelled`, `SessionStarted`, or `NotTentative` where it never was.
    """
    session = await session_as_it_is(db, session_id, actor_id=actor_id)
    refusal = refusal_to_change(session, now=now)
    if refusal is not None:
        raise refusal
    if session.tentative:
        await confirm_tentative(db, session, actor_id=actor_id, now=now)
    elif not await _was_confirmed(db, session.id):
        raise NotTentative(f"{session.code} is not tentative: it takes place anyhow.")
    return session


async def undecided_sessions(db: AsyncSession, *, now: datetime) -> Sequence[UUID]:
    """Return the tentative sessions that are to be decided on, and nobody has been asked yet.

    A session that is moved afterwards is to be decided on anew.
    """
    asked = select(Notice.id).where(
        Notice.kind == NoticeKind.SESSION_UNDECIDED,
        Notice.about_id == CourseSession.id,
        Notice.occurrence == CourseSession.change_count,
    )
    found = await db.exec(
        select(CourseSession.id)
        .where(
            and_(
                col(CourseSession.tentative).is_(True),
                col(CourseSession.status) == SessionStatus.SCHEDULED,
                col(CourseSession.decide_at) <= now,
                col(CourseSession.starts_at) > now,
                not_(asked.correlate(CourseSession).exists()),
            )
        )
        .order_by(col(CourseSession.decide_at), col(CourseSession.id))
    )
    return found.all()


async def ask_to_decide(db: AsyncSession, *, session_id: UUID, now: datetime) -> None:
    """Owe every coordinator the question whether a tentative session takes place.

    Called as time passes; safe to repeat, and by several processes: nobody is asked twice.
    """
    session = await locked_session(db, session_id)
    if session is None or not is_undecided(session, now=now):
        return
    if session_id not in await undecided_sessions(db, now=now):
        return
    await owe_notices(
        db,
        NoticeKind.SESSION_UNDECIDED,
        to_about=[(one, session.id) for one in sorted(await coordinator_ids(db))],
        occurrence=session.change_count,
        expires_at=session.starts_at,
        now=now,
    )


async def _was_confirmed(db: AsyncSession, session_id: UUID) -> bool:
    found = await db.exec(
        select(SessionChange.id)
        .where(SessionChange.session_id == session_id, SessionChange.step == SessionStep.CONFIRMED)
        .limit(1)
    )
    return found.first() is not None
