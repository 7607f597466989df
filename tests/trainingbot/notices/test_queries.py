"""What is due, and to whom it can be sent."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_account, make_notice, make_practitioner
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.notices.queries import due_notice_ids

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


async def test_what_is_longest_due_comes_first(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    await make_account(db, person)
    late, later, latest = [
        await make_notice(db, person, due_at=NOW - minutes * A_MINUTE) for minutes in (1, 3, 2)
    ]

    due = await due_notice_ids(db, now=NOW)

    assert due == [later.id, latest.id, late.id]


@pytest.mark.parametrize(("due_at", "count"), [(NOW, 1), (NOW + A_MINUTE, 0)])
async def test_a_notice_is_due_from_its_moment_on(
    db: AsyncSession, due_at: datetime, count: int
) -> None:
    person = await make_practitioner(db)
    await make_account(db, person)
    await make_notice(db, person, due_at=due_at)

    assert len(await due_notice_ids(db, now=NOW)) == count


@pytest.mark.parametrize("state", [state for state in NoticeState if state != NoticeState.OWED])
async def test_what_has_ended_is_not_due(db: AsyncSession, state: NoticeState) -> None:
    person = await make_practitioner(db)
    await make_account(db, person)
    await make_notice(db, person, state=state)

    assert await due_notice_ids(db, now=NOW) == []


async def test_somebody_whom_teams_cannot_reach_yet_is_waited_for(db: AsyncSession) -> None:
    await make_notice(db, await make_practitioner(db))

    assert await due_notice_ids(db, now=NOW) == []


async def test_nothing_is_sent_to_somebody_who_removed_the_app(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    account = await make_account(db, person)
    account.installed = False
    await make_notice(db, person)

    assert await due_notice_ids(db, now=NOW) == []


async def test_somebody_with_two_accounts_is_sent_a_notice_once(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    await make_account(db, person)
    await make_account(db, person, tenant_id="tenant-2")
    notice = await make_notice(db, person)

    assert await due_notice_ids(db, now=NOW) == [notice.id]


async def test_no_more_are_taken_than_asked_for(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    await make_account(db, person)
    for _ in range(3):
        await make_notice(db, person)

    assert len(await due_notice_ids(db, limit=2, now=NOW)) == 2


async def test_what_is_too_late_for_somebody_out_of_reach_is_given_up(db: AsyncSession) -> None:
    person = await make_practitioner(db)
    notice = await make_notice(db, person, due_at=NOW - A_MINUTE, expires_at=NOW)

    assert await due_notice_ids(db, now=NOW) == [notice.id]
