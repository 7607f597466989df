"""Personal links: bound to the browser in which they are first used, and sent anew when asked."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice, Practitioner
from trainingbot.notices.operations import owe_notice

BETWEEN_LINKS = timedelta(hours=1)
"""Nobody is sent links more often than this, whoever asks and however often."""
LINK_IS_AWAITED = timedelta(days=1)
"""Whoever asked for a link and got none in this time has asked again by then."""


async def bind_to_browser(db: AsyncSession, notice_id: UUID, browser: str) -> bool:
    """Bind the link of a notice to a browser; tell whether it is bound to this one now.

    One statement decides: of two browsers at the same moment one is the first.
    """
    unbound = update(Notice).where(col(Notice.id) == notice_id, col(Notice.browser).is_(None))
    await db.exec(unbound.values(browser=browser))
    bound = await db.exec(select(Notice.browser).where(Notice.id == notice_id))
    return bound.first() == browser


async def owe_personal_link(db: AsyncSession, practitioner_id: UUID, *, now: datetime) -> bool:
    """Owe somebody a new link to their own page, and tell whether one is owed by this call.

    At most one an hour; none while the last one is still on its way, and none to somebody
    without an e-mail address. The caller tells nobody which it was.
    """
    person = await db.get(Practitioner, practitioner_id, with_for_update=True)
    if person is None or not person.email:
        return False
    last = await _last_link(db, practitioner_id)
    if last is not None and _is_enough(last, now=now):
        return False
    await owe_notice(
        db,
        NoticeKind.PERSONAL_LINK,
        practitioner_id=practitioner_id,
        about_id=practitioner_id,
        occurrence=last.occurrence + 1 if last else 1,
        expires_at=now + LINK_IS_AWAITED,
        now=now,
    )
    return True


async def _last_link(db: AsyncSession, practitioner_id: UUID) -> Notice | None:
    found = await db.exec(
        select(Notice)
        .where(
            Notice.practitioner_id == practitioner_id,
            Notice.kind == NoticeKind.PERSONAL_LINK,
        )
        .order_by(col(Notice.occurrence).desc())
        .limit(1)
    )
    return found.first()


def _is_enough(last: Notice, *, now: datetime) -> bool:
    """Tell whether the last link was asked for lately, or is still to be sent.

    It is sent within a day or not at all, so that day ends where it expires.
    """
    asked_at = last.expires_at - LINK_IS_AWAITED
    on_its_way = last.state == NoticeState.OWED and now < last.expires_at
    return on_its_way or now < asked_at + BETWEEN_LINKS
