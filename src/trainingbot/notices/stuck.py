"""Notices that do not get through, and trying them again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, not_, or_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import NoticeState
from trainingbot.models import Notice
from trainingbot.notices.queries import is_in_hand


def is_stuck(now: datetime) -> ColumnElement[bool]:
    """Tell whether a notice was given up, or is owed and has failed; nothing that is too late."""
    has_failed = and_(col(Notice.state) == NoticeState.OWED, col(Notice.failure).is_not(None))
    return and_(
        col(Notice.expires_at) > now,
        or_(col(Notice.state) == NoticeState.UNDELIVERABLE, has_failed),
    )


async def retry_notices(
    db: AsyncSession, ids: Collection[UUID] | None = None, *, now: datetime
) -> Sequence[UUID]:
    """Owe what is stuck from now on, as if it had not failed; return the ids of what was.

    Of these `ids`, or all. Safe to repeat: what was put back is not stuck any more. What is
    being tried at this moment is left alone.
    """
    stuck = update(Notice).where(is_stuck(now), not_(is_in_hand(now)))
    if ids is not None:
        stuck = stuck.where(col(Notice.id).in_(ids))
    put_back = await db.exec(
        stuck.values(
            state=NoticeState.OWED,
            due_at=now,
            queued_at=None,
            finished_at=None,
            channel=None,
            failure=None,
        ).returning(col(Notice.id))
    )
    return [row.id for row in put_back]
