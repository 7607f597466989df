"""Owe a message, and record what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.rules import next_attempt_at

OWES = "owes_notices"


async def owe_notice(
    db: AsyncSession,
    kind: NoticeKind,
    *,
    practitioner_id: UUID,
    about_id: UUID,
    occurrence: int,
    expires_at: datetime,
    now: datetime,
) -> Notice:
    """Owe a practitioner a message about one thing, from now on and until `expires_at`.

    Safe to repeat: the same kind about the same thing and occurrence is owed once.
    """
    owed = await db.exec(
        select(Notice).where(
            Notice.kind == kind,
            Notice.practitioner_id == practitioner_id,
            Notice.about_id == about_id,
            Notice.occurrence == occurrence,
        )
    )
    notice = owed.first()
    if notice is None:
        notice = Notice(
            kind=kind,
            practitioner_id=practitioner_id,
            about_id=about_id,
            occurrence=occurrence,
            due_at=now,
            expires_at=expires_at,
        )
        db.add(notice)
        db.info[OWES] = True
    return notice


async def owe_notices(
    db: AsyncSession,
    kind: NoticeKind,
    *,
    to_about: Sequence[tuple[UUID, UUID]],
    occurrence: int,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Owe many people the same kind of message, each about a thing of their own.

    `to_about` holds the practitioner and the thing of each. One statement for all of them;
    `occurrence` has not been used for this kind and these things before.
    """
    if not to_about:
        return
    db.add_all(
        Notice(
            kind=kind,
            practitioner_id=practitioner_id,
            about_id=about_id,
            occurrence=occurrence,
            due_at=now,
            expires_at=expires_at,
        )
        for practitioner_id, about_id in to_about
    )
    db.info[OWES] = True


def owes_notices(db: AsyncSession) -> bool:
    """Tell whether this transaction has owed anybody a message."""
    return OWES in db.info


async def withdraw_notices(
    db: AsyncSession,
    *,
    about_id: UUID,
    kinds: tuple[NoticeKind, ...],
    practitioner_id: UUID | None = None,
    now: datetime,
) -> None:
    """Take back what is still owed about a thing, because it is no longer true.

    To everybody, or only to `practitioner_id`.
    """
    owed = update(Notice).where(
        col(Notice.about_id) == about_id,
        col(Notice.kind).in_(kinds),
        col(Notice.state) == NoticeState.OWED,
    )
    if practitioner_id is not None:
        owed = owed.where(col(Notice.practitioner_id) == practitioner_id)
    await db.exec(owed.values(state=NoticeState.WITHDRAWN, finished_at=now))


async def withdraw_notices_about(
    db: AsyncSession,
    about_ids: SelectOfScalar[UUID],
    *,
    kinds: Sequence[NoticeKind] = tuple(NoticeKind),
    now: datetime,
) -> None:
    """Take back what is still owed about many things, in one statement."""
    await db.exec(
        update(Notice)
        .where(
            col(Notice.about_id).in_(about_ids),
            col(Notice.kind).in_(kinds),
            col(Notice.state) == NoticeState.OWED,
        )
        .values(state=NoticeState.WITHDRAWN, finished_at=now)
    )


async def finish_notice(
    db: AsyncSession,
    notice_id: UUID,
    *,
    state: NoticeState,
    failure: str | None = None,
    now: datetime,
) -> None:
    """Record how an owed notice ended; one that has ended before stays as it is."""
    await db.exec(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == NoticeState.OWED)
        .values(state=state, failure=failure, finished_at=now)
    )


async def claim_notice(db: AsyncSession, notice_id: UUID, *, now: datetime) -> bool:
    """Take a due notice for sending, and put its next attempt off in case this one is lost.

    Returns False when it is no longer owed or somebody else took it first.
    """
    notice = await db.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None or notice.state != NoticeState.OWED or notice.due_at > now:
        return False
    if notice.expires_at <= now:
        await finish_notice(db, notice_id, state=NoticeState.EXPIRED, now=now)
        return False
    notice.attempts += 1
    notice.due_at = next_attempt_at(attempts=notice.attempts, now=now)
    return True


async def put_off_notice(
    db: AsyncSession, notice_id: UUID, *, failure: str, wait: timedelta, now: datetime
) -> None:
    """Try a claimed notice again after `wait`, and remember why it did not arrive."""
    await db.exec(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == NoticeState.OWED)
        .values(due_at=now + wait, failure=failure)
    )
