"""Owe the trainers of a session, the working day before it, the news of who is coming."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.schedule_rules import digest_of
from trainingbot.enums import NoticeKind
from trainingbot.models import CourseSession, Notice, SessionChange
from trainingbot.notices.in_time import owe_in_time
from trainingbot.notices.operations import withdraw_notices
from trainingbot.terms import Terms


async def owe_digests(
    db: AsyncSession,
    session: CourseSession,
    trainers: Collection[UUID],
    *,
    occurrence: int,
    terms: Terms,
    now: datetime,
) -> None:
    """Owe those who train a session its digest; `occurrence` is the position of the last step."""
    planned = digest_of(session, terms=terms, now=now)
    if planned is None:
        return
    notices = [
        Notice(
            kind=planned.kind,
            practitioner_id=one,
            about_id=session.id,
            occurrence=occurrence,
            due_at=planned.due_at,
            expires_at=planned.expires_at,
        )
        for one in sorted(trainers)
    ]
    await owe_in_time(db, notices)


async def move_digests(
    db: AsyncSession,
    session: CourseSession,
    change: SessionChange,
    *,
    trainers: Collection[UUID],
    terms: Terms,
    now: datetime,
) -> None:
    """Take back the digests of a session that has other times now, and owe them for these."""
    await withdraw_notices(db, about_id=session.id, kinds=(NoticeKind.TRAINERS_DIGEST,), now=now)
    await owe_digests(db, session, trainers, occurrence=change.position, terms=terms, now=now)
