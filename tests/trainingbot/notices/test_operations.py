"""Messages owed once, claimed by one, and ended once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.factories import make_notice, make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.operations import (
    claim_notice,
    finish_notice,
    owe_notice,
    put_off_notice,
    withdraw_notices,
)

A_MINUTE = timedelta(minutes=1)


async def owed_notice(
    database: Database, *, kind: NoticeKind = NoticeKind.PROMOTED, about_id: UUID | None = None
) -> UUID:
    async with database.writing() as db:
        notice = await make_notice(db, await make_practitioner(db), kind=kind, about_id=about_id)
    return notice.id


async def read(database: Database, notice_id: UUID) -> Notice:
    async with database.reading() as db:
        return await db.get_one(Notice, notice_id)


async def test_a_notice_is_owed_from_now_until_it_is_too_late(database: Database) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        owed = await owe_notice(
            db,
            NoticeKind.PROMOTED,
            practitioner_id=person.id,
            about_id=person.id,
            occurrence=2,
            expires_at=NEXT_WEEK,
            now=NOW,
        )

    notice = await read(database, owed.id)
    assert (notice.state, notice.due_at, notice.expires_at, notice.attempts) == (
        NoticeState.OWED,
        NOW,
        NEXT_WEEK,
        0,
    )


async def test_the_same_thing_is_owed_once_and_each_time_it_happens(database: Database) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        owed = [
            await owe_notice(
                db,
                NoticeKind.PROMOTED,
                practitioner_id=person.id,
                about_id=person.id,
                occurrence=occurrence,
                expires_at=NEXT_WEEK,
                now=NOW,
            )
            for occurrence in (1, 1, 2)
        ]

    assert owed[0].id == owed[1].id
    assert owed[2].id != owed[0].id


async def test_a_notice_that_was_sent_is_not_owed_again(database: Database) -> None:
    notice_id = await owed_notice(database)
    async with database.writing() as db:
        await finish_notice(db, notice_id, state=NoticeState.SENT, now=NOW)
    sent = await read(database, notice_id)

    async with database.writing() as db:
        again = await owe_notice(
            db,
            sent.kind,
            practitioner_id=sent.practitioner_id,
            about_id=sent.about_id,
            occurrence=sent.occurrence,
            expires_at=NEXT_WEEK,
            now=NOW,
        )

    assert (again.id, again.state) == (notice_id, NoticeState.SENT)


async def test_a_notice_is_claimed_by_one_of_two(database: Database) -> None:
    notice_id = await owed_notice(database)

    async def claim() -> bool:
        async with database.writing() as db:
            return await claim_notice(db, notice_id, now=NOW)

    claimed = await asyncio.gather(*(claim() for _ in range(10)))

    assert sorted(claimed) == [False] * 9 + [True]
    assert (await read(database, notice_id)).attempts == 1


async def test_a_claimed_notice_is_due_again_in_case_its_sender_is_lost(
    database: Database,
) -> None:
    notice_id = await owed_notice(database)
    async with database.writing() as db:
        await claim_notice(db, notice_id, now=NOW)

    async with database.writing() as db:
        too_soon = await claim_notice(db, notice_id, now=NOW + A_MINUTE - timedelta(seconds=1))
        in_time = await claim_notice(db, notice_id, now=NOW + A_MINUTE)

    assert (too_soon, in_time) == (False, True)
    assert (await read(database, notice_id)).due_at == NOW + 3 * A_MINUTE


async def test_a_notice_that_comes_too_late_expires_instead(database: Database) -> None:
    notice_id = await owed_notice(database)

    async with database.writing() as db:
        claimed = await claim_notice(db, notice_id, now=NEXT_WEEK)

    notice = await read(database, notice_id)
    assert not claimed
    assert (notice.state, notice.finished_at, notice.attempts) == (
        NoticeState.EXPIRED,
        NEXT_WEEK,
        0,
    )


@pytest.mark.parametrize("state", [state for state in NoticeState if state != NoticeState.OWED])
async def test_what_has_ended_cannot_be_claimed(database: Database, state: NoticeState) -> None:
    notice_id = await owed_notice(database)
    async with database.writing() as db:
        await finish_notice(db, notice_id, state=state, now=NOW)

    async with database.writing() as db:
        assert not await claim_notice(db, notice_id, now=NOW)


async def test_a_notice_that_is_not_there_cannot_be_claimed(database: Database) -> None:
    async with database.writing() as db:
        assert not await claim_notice(db, uuid4(), now=NOW)


async def test_a_notice_ends_once(database: Database) -> None:
    notice_id = await owed_notice(database)

    async with database.writing() as db:
        await finish_notice(db, notice_id, state=NoticeState.SENT, now=NOW)
        await finish_notice(
            db, notice_id, state=NoticeState.UNDELIVERABLE, failure="gone", now=NEXT_WEEK
        )

    notice = await read(database, notice_id)
    assert (notice.state, notice.failure, notice.finished_at) == (NoticeState.SENT, None, NOW)


async def test_what_is_no_longer_true_is_withdrawn(database: Database) -> None:
    about, other = uuid4(), uuid4()
    promoted = await owed_notice(database, about_id=about)
    confirmed = await owed_notice(database, kind=NoticeKind.AGENCY_CONFIRMED, about_id=about)
    of_another = await owed_notice(database, about_id=other)

    async with database.writing() as db:
        await withdraw_notices(db, about_id=about, kinds=(NoticeKind.PROMOTED,), now=NOW)

    states = [(await read(database, one)).state for one in (promoted, confirmed, of_another)]
    assert states == [NoticeState.WITHDRAWN, NoticeState.OWED, NoticeState.OWED]
    assert (await read(database, promoted)).finished_at == NOW


async def test_what_was_sent_cannot_be_withdrawn(database: Database) -> None:
    about = uuid4()
    notice_id = await owed_notice(database, about_id=about)

    async with database.writing() as db:
        await finish_notice(db, notice_id, state=NoticeState.SENT, now=NOW)
        await withdraw_notices(db, about_id=about, kinds=(NoticeKind.PROMOTED,), now=NEXT_WEEK)

    notice = await read(database, notice_id)
    assert (notice.state, notice.finished_at) == (NoticeState.SENT, NOW)


async def test_a_notice_that_did_not_arrive_is_put_off_with_its_reason(
    database: Database,
) -> None:
    notice_id = await owed_notice(database)

    async with database.writing() as db:
        await claim_notice(db, notice_id, now=NOW)
        await put_off_notice(db, notice_id, failure="429", wait=10 * A_MINUTE, now=NOW)

    notice = await read(database, notice_id)
    assert (notice.state, notice.due_at, notice.failure) == (
        NoticeState.OWED,
        NOW + 10 * A_MINUTE,
        "429",
    )


async def test_a_withdrawn_notice_is_not_put_off(database: Database) -> None:
    about = uuid4()
    notice_id = await owed_notice(database, about_id=about)

    async with database.writing() as db:
        await withdraw_notices(db, about_id=about, kinds=(NoticeKind.PROMOTED,), now=NOW)
        await put_off_notice(db, notice_id, failure="429", wait=A_MINUTE, now=NOW)

    notice = await read(database, notice_id)
    assert (notice.state, notice.failure) == (NoticeState.WITHDRAWN, None)
