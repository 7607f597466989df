"""Owe the trainers of a session, the working day before it, the news of who is coming."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.schedule_rules import digest_of
from trainingbot.enums import NoticeKind
from trainingbot.models import CourseSession, SessionChange, SessionTrainer
from trainingbot.notices.in_time import NoticeInTime, owe_in_time
from trainingbot.notices.operations import withdraw_notices
from trainingbot.terms import Terms


async def owe_digests(
    db: AsyncSession,
    session: CourseSession,
    trainers: Collection[UUID],
    *,
    position: int,
    terms: Terms,
    now: datetime,
) -> None:
    """Owe those who train a session its digest, at once where its time is over.

    `position` is that of the last row of the session's history. It and the session's count of
    changes only ever rise, so no occurrence comes twice.
    """
    planned = digest_of(session, terms=terms, now=now)
    if planned is None:
        return
    notices = [
        NoticeInTime(
            kind=planned.kind,
            practitioner_id=one,
            about_id=session.id,
            occurrence=position + session.change_count,
            due_at=planned.due_at,
            expires_at=planned.expires_at,
        )
        for one in sorted(trainers)
    ]
    await owe_in_time(db, notices)


async def move_digests(
    db: AsyncSession, session: CourseSession, *, terms: Terms, now: datetime
) -> None:
    """Take back the digests of a session that has other times now, and owe them for these."""
    await withdraw_notices(db, about_id=session.id, kinds=(NoticeKind.TRAINERS_DIGEST,), now=now)
    found = await db.exec(
        select(SessionTrainer.practitioner_id).where(SessionTrainer.session_id == session.id)
    )
    position = await last_position(db, session.id)
    await owe_digests(db, session, found.all(), position=position, terms=terms, now=now)


async def last_position(db: AsyncSession, session_id: UUID) -> int:
    """Return the position of the last row of a session's history, 0 where it has none."""
    newest = await db.exec(
        select(func.max(SessionChange.position)).where(SessionChange.session_id == session_id)
    )
    return newest.one() or 0
