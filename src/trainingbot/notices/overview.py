"""What is owed, sent and stuck, for whoever runs the service: ids alone, and no names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import case, col, func, literal, not_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice, Practitioner
from trainingbot.notices.queries import channel_of, is_awake, is_in_hand
from trainingbot.notices.stuck import is_stuck
from trainingbot.notices.views import Listed, NoticeLine, WaitsFor

Counts = Mapping[NoticeKind, Mapping[Listed, int]]


async def count_notices(db: AsyncSession, *, now: datetime) -> Counts:
    """Return how many notices of each kind are in each state, and how many of them are stuck."""
    found = await db.exec(
        select(
            Notice.kind,
            Notice.state,
            func.count(),
            func.sum(case((is_stuck(now), 1), else_=0)),
        ).group_by(col(Notice.kind), col(Notice.state))
    )
    counts: dict[NoticeKind, dict[Listed, int]] = {}
    for kind, state, count, stuck in found:
        of_kind = counts.setdefault(NoticeKind(kind), dict.fromkeys(Listed, 0))
        of_kind[Listed(state)] += count
        of_kind[Listed.STUCK] += stuck
    return {kind: counts[kind] for kind in NoticeKind if kind in counts}


async def list_notices(
    db: AsyncSession,
    *,
    listed: Listed | None,
    kind: NoticeKind | None,
    limit: int,
    by_mail: bool,
    quiet_until: datetime | None,
    now: datetime,
) -> Sequence[NoticeLine]:
    """Return notices, the longest due first: in one state or stuck, or all that needs sending.

    That is what is owed and what was given up. `by_mail` and `quiet_until` as for the sweep.
    """
    waits_for = _waits_for(by_mail=by_mail, quiet_until=quiet_until, now=now)
    rows = (
        select(Notice, waits_for)
        .join(Practitioner, col(Practitioner.id) == Notice.practitioner_id)
        .where(_is_listed(listed, now=now))
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit)
    )
    if kind is not None:
        rows = rows.where(col(Notice.kind) == kind)
    return [_line(notice, waits) for notice, waits in await db.exec(rows)]


def _is_listed(listed: Listed | None, *, now: datetime) -> ColumnElement[bool]:
    if listed is None:
        return col(Notice.state).in_([NoticeState.OWED, NoticeState.UNDELIVERABLE])
    if listed == Listed.STUCK:
        return is_stuck(now)
    return col(Notice.state) == NoticeState(listed.value)


def _waits_for(
    *, by_mail: bool, quiet_until: datetime | None, now: datetime
) -> ColumnElement[str | None]:
    """Say why a notice, joined with its practitioner, has not been sent."""
    later = col(Notice.due_at) > now
    reasons: Sequence[tuple[ColumnElement[bool], WaitsFor]] = (
        (is_in_hand(now), WaitsFor.BEING_SENT),
        (col(Notice.expires_at) <= now, WaitsFor.TOO_LATE),
        (later & col(Notice.failure).is_not(None), WaitsFor.NEXT_ATTEMPT),
        (later, WaitsFor.ITS_TIME),
        (channel_of(by_mail=by_mail).is_(None), WaitsFor.NOT_REACHABLE),
        (not_(is_awake(quiet_until)), WaitsFor.QUIET_HOURS),
    )
    return case(
        (col(Notice.state) != NoticeState.OWED, None),
        *((is_so, literal(reason.value)) for is_so, reason in reasons),
        else_=literal(WaitsFor.WORKER.value),
    )


def _line(notice: Notice, waits_for: str | None) -> NoticeLine:
    return NoticeLine(
        id=notice.id,
        kind=notice.kind,
        state=notice.state,
        practitioner_id=notice.practitioner_id,
        about_id=notice.about_id,
        due_at=notice.due_at,
        expires_at=notice.expires_at,
        attempts=notice.attempts,
        channel=notice.channel,
        finished_at=notice.finished_at,
        failure=notice.failure,
        waits_for=None if waits_for is None else WaitsFor(waits_for),
    )
