"""Notices that do not get through are tried again when somebody asks for it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.factories import make_notice, make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import Channel, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.stuck import retry_notices

LATER = NOW + timedelta(hours=1)


async def a_notice(
    database: Database,
    *,
    state: NoticeState = NoticeState.OWED,
    failure: str | None = None,
    expires_at: datetime = NEXT_WEEK,
    queued_at: datetime | None = None,
) -> UUID:
    async with database.writing() as db:
        person = await make_practitioner(db)
        notice = await make_notice(
            db, person, state=state, due_at=NOW + timedelta(days=1), expires_at=expires_at
        )
        notice.failure, notice.queued_at, notice.attempts = failure, queued_at, 3
    return notice.id


async def retry(database: Database, *ids: UUID) -> list[UUID]:
    async with database.writing() as db:
        return sorted(await retry_notices(db, ids or None, now=LATER))


async def test_what_was_given_up_is_owed_again_from_now_on(database: Database) -> None:
    given_up = await a_notice(
        database, state=NoticeState.UNDELIVERABLE, failure="DeliveryRefused 413"
    )
    async with database.writing() as db:
        (await db.get_one(Notice, given_up)).channel = Channel.TEAMS

    put_back = await retry(database)

    async with database.reading() as db:
        notice = await db.get_one(Notice, given_up)
    assert put_back == [given_up]
    assert (notice.state, notice.due_at, notice.failure) == (NoticeState.OWED, LATER, None)
    # Counted on, so that the next job has a name of its own.
    assert (notice.attempts, notice.channel, notice.finished_at) == (3, None, None)


async def test_what_is_put_off_is_tried_at_once(database: Database) -> None:
    put_off = await a_notice(database, failure="TryLater 503")

    assert await retry(database) == [put_off]


async def test_it_is_put_back_once(database: Database) -> None:
    await a_notice(database, failure="TryLater 503")

    assert [len(await retry(database)) for _ in range(2)] == [1, 0]


async def test_only_what_was_chosen_is_put_back(database: Database) -> None:
    chosen, _ = [await a_notice(database, failure="TryLater 503") for _ in range(2)]

    assert await retry(database, chosen, uuid4()) == [chosen]


@pytest.mark.parametrize(
    "state", [NoticeState.SENT, NoticeState.EXPIRED, NoticeState.WITHDRAWN, NoticeState.OWED]
)
async def test_what_is_not_stuck_stays_as_it_is(database: Database, state: NoticeState) -> None:
    notice_id = await a_notice(
        database, state=state, failure=None if state == NoticeState.OWED else "no longer true"
    )

    assert await retry(database, notice_id) == []


async def test_what_is_too_late_stays_as_it_is(database: Database) -> None:
    await a_notice(database, state=NoticeState.UNDELIVERABLE, failure="413", expires_at=LATER)

    assert await retry(database) == []


async def test_what_is_being_tried_at_this_moment_stays_as_it_is(database: Database) -> None:
    await a_notice(database, failure="TryLater 503", queued_at=LATER)

    assert await retry(database) == []
