"""Owe a message, and record what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, not_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from trainingbot.enums import Channel, NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.queries import is_in_hand
from trainingbot.notices.rules import IN_HAND
from trainingbot.notices.views import DueNotice

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


async def take_due(
    db: AsyncSession, due: Sequence[DueNotice], *, now: datetime
) -> Sequence[DueNotice]:
    """Note that a job is asked for these notices now, and return those nobody else has taken.

    For some seconds from now on nobody takes them again. Several processes may try at once.
    """
    still_due = (
        select(Notice.id)
        .where(
            col(Notice.id).in_([one.id for one in due]),
            col(Notice.state) == NoticeState.OWED,
            col(Notice.due_at) <= now,
            not_(is_in_hand(now)),
        )
        .with_for_update(skip_locked=True)
    )
    taken = await db.exec(
        update(Notice)
        .where(col(Notice.id).in_(still_due))
        .values(queued_at=now)
        .returning(col(Notice.id), col(Notice.attempts))
    )
    attempts: dict[UUID, int] = {row.id: row.attempts for row in taken}
    return [replace(one, attempts=attempts[one.id]) for one in due if one.id in attempts]


async def claim_notice(db: AsyncSession, due: DueNotice, *, now: datetime) -> Notice | None:
    """Take a notice for the attempt that a job is for, and put it off in case that one is lost.

    A job that is resumed takes an attempt that was begun and of which nothing was heard again.
    Returns None where the notice is no longer owed, or where this attempt is over.
    """
    notice = await db.get(Notice, due.id, with_for_update=True, populate_existing=True)
    if notice is None or notice.state != NoticeState.OWED:
        return None
    resumed = notice.attempts == due.attempts + 1 and notice.queued_at is not None
    if notice.attempts != due.attempts and not resumed:
        return None
    if notice.expires_at <= now:
        await finish_notice(db, notice.id, state=NoticeState.EXPIRED, now=now)
        return None
    if not resumed:
        notice.attempts += 1
        if notice.due_at > now:
            # It was moved meanwhile. No job of this name comes again, so the next has another.
            notice.queued_at = None
            return None
    notice.queued_at = now
    notice.due_at = now + IN_HAND
    return notice


async def finish_notice(
    db: AsyncSession,
    notice_id: UUID,
    *,
    state: NoticeState,
    failure: str | None = None,
    channel: Channel | None = None,
    now: datetime,
) -> None:
    """Record how an owed notice ended; one that has ended before stays as it is."""
    await db.exec(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == NoticeState.OWED)
        .values(state=state, failure=failure, channel=channel, finished_at=now, queued_at=None)
    )


async def put_off_notice(
    db: AsyncSession, notice_id: UUID, *, failure: str, wait: timedelta, now: datetime
) -> None:
    """Try a claimed notice again after `wait`, and remember why it did not arrive."""
    await db.exec(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == NoticeState.OWED)
        .values(due_at=now + wait, failure=failure, queued_at=None)
    )


async def expire_notices(db: AsyncSession, *, now: datetime) -> int:
    """End what is too late to be useful, in one statement; return how many there were.

    One that is being sent at this moment ends by that.
    """
    expired = await db.exec(
        update(Notice)
        .where(
            col(Notice.state) == NoticeState.OWED,
            col(Notice.expires_at) <= now,
            not_(is_in_hand(now)),
        )
        .values(state=NoticeState.EXPIRED, finished_at=now, queued_at=None)
    )
    return expired.rowcount
