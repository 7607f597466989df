"""What is owed, and to whom it can be sent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import NoticeState
from trainingbot.models import Notice, TeamsAccount


async def due_notice_ids(db: AsyncSession, *, limit: int = 100, now: datetime) -> Sequence[UUID]:
    """Return the ids of notices to send now, or to give up, the longest due first.

    Those of people whom Teams cannot reach yet are not among them: they wait until the person
    has met the bot, or until it is too late for them.
    """
    reachable = (
        select(TeamsAccount.id)
        .where(
            TeamsAccount.practitioner_id == Notice.practitioner_id,
            col(TeamsAccount.installed).is_(True),
        )
        .exists()
    )
    found = await db.exec(
        select(Notice.id)
        .where(
            Notice.state == NoticeState.OWED,
            Notice.due_at <= now,
            or_(reachable, Notice.expires_at <= now),
        )
        .order_by(col(Notice.due_at))
        .limit(limit)
    )
    return found.all()
