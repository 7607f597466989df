"""What is owed, and to whom it can be sent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, String, type_coerce
from sqlmodel import and_, case, col, literal, or_, select, true
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from trainingbot.enums import Channel, NoticeKind, NoticeState
from trainingbot.models import (
    Booking,
    CourseSession,
    CourseWithoutNotice,
    Notice,
    Practitioner,
    TeamsAccount,
)
from trainingbot.notices.rules import (
    ASKED_FOR,
    ASKED_TO_WAIT,
    BY_MAIL_ONLY,
    CANNOT_SLEEP,
    IN_HAND,
    LONGEST_ASKED,
)
from trainingbot.notices.views import DueNotice
from trainingbot.timings import AT_ANY_HOUR, OPTIONAL

LOOKED_THROUGH = 5
"""How many times as many notices are looked through as are wanted, since some are of one person.

Where that is too few, somebody with very many of them, fewer are returned, and the rest next time.
"""


async def due_notices(
    db: AsyncSession,
    *,
    limit: int,
    by_mail: bool,
    quiet_until: datetime | None,
    now: datetime,
) -> Sequence[DueNotice]:
    """Return what can be sent now, the longest due first, and one notice of each person at most.

    People are left out whom no channel reaches yet, and those for whom a job has another notice
    in hand or whose conversation Teams asked to leave alone for a while. `by_mail` says whether
    e-mail is a channel; with `quiet_until` only what cannot wait until then.
    """
    channel = channel_of(by_mail=by_mail)
    found = await db.exec(
        select(Notice.id, Notice.attempts, Notice.practitioner_id, type_coerce(channel, String))
        .join(Practitioner, col(Practitioner.id) == Notice.practitioner_id)
        .where(
            col(Notice.state) == NoticeState.OWED,
            col(Notice.due_at) <= now,
            col(Notice.expires_at) > now,
            channel.is_not(None),
            is_awake(quiet_until),
            col(Notice.practitioner_id).not_in(_busy(now)),
        )
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit * LOOKED_THROUGH)
    )
    first: dict[UUID, DueNotice] = {}
    for notice_id, attempts, practitioner_id, way in found:
        first.setdefault(practitioner_id, DueNotice(notice_id, attempts, Channel(way)))
    return list(first.values())[:limit]


def channel_of(*, by_mail: bool) -> ColumnElement[str | None]:
    """Return the channel over which a notice reaches its practitioner now, or NULL.

    For statements that join both.
    """
    in_teams = (
        select(TeamsAccount.id)
        .where(
            TeamsAccount.practitioner_id == Notice.practitioner_id,
            col(TeamsAccount.installed).is_(True),
        )
        .exists()
    )
    by_teams = and_(in_teams, col(Notice.kind).not_in(BY_MAIL_ONLY))
    ways = [(by_teams, literal(Channel.TEAMS.value))]
    if by_mail:
        ways.append((col(Practitioner.email).is_not(None), literal(Channel.EMAIL.value)))
    return case(*ways, else_=None)


def is_awake(quiet_until: datetime | None) -> ColumnElement[bool]:
    """Tell whether a notice goes out although it is quiet until that moment."""
    if quiet_until is None:
        return true()
    return or_(
        col(Notice.kind).in_(AT_ANY_HOUR), col(Notice.expires_at) <= quiet_until + CANNOT_SLEEP
    )


def is_in_hand(now: datetime) -> ColumnElement[bool]:
    """Tell whether a job has a notice in hand: it was asked for just now, or makes its attempt."""
    is_attempted = and_(col(Notice.queued_at) > now - IN_HAND, col(Notice.due_at) > now)
    return and_(
        col(Notice.queued_at).is_not(None),
        or_(col(Notice.queued_at) > now - ASKED_FOR, is_attempted),
    )


def _busy(now: datetime) -> SelectOfScalar[UUID]:
    """Select the practitioners to whom nothing else is handed over for the moment."""
    asked_to_wait = and_(col(Notice.failure).endswith(ASKED_TO_WAIT), col(Notice.due_at) > now)
    return select(Notice.practitioner_id).where(
        col(Notice.state) == NoticeState.OWED,
        # Nothing that is in hand, or was put off, is due later than that.
        col(Notice.due_at) <= now + LONGEST_ASKED + IN_HAND,
        or_(is_in_hand(now), asked_to_wait),
    )


async def is_switched_off(db: AsyncSession, notice: Notice, *, off: Collection[NoticeKind]) -> bool:
    """Tell whether nobody gets this kind, or nobody of the course that the notice is about."""
    if notice.kind not in OPTIONAL:
        return False
    if notice.kind in off:
        return True
    booked = select(Booking.session_id).where(Booking.id == notice.about_id)
    found = await db.exec(
        select(CourseWithoutNotice.kind)
        .join(CourseSession, col(CourseSession.course_id) == CourseWithoutNotice.course_id)
        .where(
            or_(CourseSession.id == notice.about_id, col(CourseSession.id).in_(booked)),
            CourseWithoutNotice.kind == notice.kind,
        )
    )
    return found.first() is not None
