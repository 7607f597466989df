"""Messages owed once, claimed by one, and ended once."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.factories import make_notice, make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import Channel, NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.operations import (
    claim_notice,
    expire_notices,
    finish_notice,
    owe_notice,
    put_off_notice,
    take_due,
    withdraw_notices,
)
from trainingbot.notices.rules import ASKED_FOR
from trainingbot.notices.views import DueNotice

A_MINUTE = timedelta(minutes=1)
A_SECOND = timedelta(seconds=1)
LATER = NOW + A_MINUTE


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


async def take(database: Database, *due: DueNotice, now: datetime = NOW) -> list[DueNotice]:
    async with database.writing() as db:
        return list(await take_due(db, due, now=now))


async def claim(database: Database, due: DueNotice, *, now: datetime = NOW) -> bool:
    async with database.writing() as db:
        return await claim_notice(db, due, now=now) is not None


def attempt(notice_id: UUID, attempts: int = 0) -> DueNotice:
    return DueNotice(notice_id, attempts, Channel.TEAMS)


async def test_a_notice_is_taken_by_one_of_many_who_ask_a_job_for_it(database: Database) -> None:
    ids = [await owed_notice(database) for _ in range(5)]

    taken = await asyncio.gather(*(take(database, *map(attempt, ids)) for _ in range(4)))

    assert sorted(one.id for some in taken for one in some) == sorted(ids)
    assert {(await read(database, one)).queued_at for one in ids} == {NOW}


async def test_a_notice_is_taken_again_when_nothing_was_heard_of_it(database: Database) -> None:
    notice_id = await owed_notice(database)
    await take(database, attempt(notice_id))

    too_soon = await take(database, attempt(notice_id), now=NOW + ASKED_FOR - A_SECOND)
    in_time = await take(database, attempt(notice_id), now=NOW + ASKED_FOR)

    assert (too_soon, in_time) == ([], [attempt(notice_id)])


@pytest.mark.parametrize("state", [state for state in NoticeState if state != NoticeState.OWED])
async def test_what_has_ended_is_not_taken(database: Database, state: NoticeState) -> None:
    notice_id = await owed_notice(database)
    async with database.writing() as db:
        await finish_notice(db, notice_id, state=state, now=NOW)

    assert await take(database, attempt(notice_id)) == []


async def test_what_was_tried_since_it_was_looked_up_is_taken_as_it_is_now(
    database: Database,
) -> None:
    notice_id = await owed_notice(database)
    async with database.writing() as db:
        (await db.get_one(Notice, notice_id)).attempts = 3

    assert await take(database, attempt(notice_id)) == [attempt(notice_id, 3)]


async def test_an_attempt_is_counted_and_the_notice_is_put_off_in_case_it_is_lost(
    database: Database,
) -> None:
    notice_id = await owed_notice(database)
    await take(database, attempt(notice_id), now=NOW - A_MINUTE)

    assert await claim(database, attempt(notice_id))

    notice = await read(database, notice_id)
    assert (notice.attempts, notice.due_at, notice.queued_at) == (1, NOW + 2 * A_MINUTE, NOW)


async def test_a_job_that_is_resumed_takes_the_attempt_that_was_lost(database: Database) -> None:
    notice_id = await owed_notice(database)

    claimed = [await claim(database, attempt(notice_id), now=now) for now in (NOW, LATER)]

    notice = await read(database, notice_id)
    assert (claimed, notice.attempts, notice.due_at) == ([True, True], 1, LATER + 2 * A_MINUTE)


async def test_a_job_that_is_resumed_leaves_an_attempt_alone_that_is_over(
    database: Database,
) -> None:
    notice_id = await owed_notice(database)
    await claim(database, attempt(notice_id))
    async with database.writing() as db:
        await put_off_notice(db, notice_id, failure="429", wait=10 * A_MINUTE, now=NOW)

    assert not await claim(database, attempt(notice_id), now=LATER)
    assert (await read(database, notice_id)).due_at == NOW + 10 * A_MINUTE


@pytest.mark.parametrize("attempts", [0, 1, 5])
async def test_a_job_that_comes_after_others_does_nothing(
    database: Database, attempts: int
) -> None:
    notice_id = await owed_notice(database)
    for number in range(3):
        await claim(database, attempt(notice_id, number))

    assert not await claim(database, attempt(notice_id, attempts))


async def test_a_job_that_comes_before_its_time_gives_its_name_up_and_sends_nothing(
    database: Database,
) -> None:
    notice_id = await owed_notice(database)
    await take(database, attempt(notice_id))
    async with database.writing() as db:
        (await db.get_one(Notice, notice_id)).due_at = LATER

    claimed = await claim(database, attempt(notice_id))
    taken = await take(database, attempt(notice_id), now=LATER)

    assert (claimed, taken) == (False, [attempt(notice_id, 1)])


async def test_a_notice_that_comes_too_late_expires_instead(database: Database) -> None:
    notice_id = await owed_notice(database)

    claimed = await claim(database, attempt(notice_id), now=NEXT_WEEK)

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

    assert not await claim(database, attempt(notice_id))


async def test_a_notice_that_is_not_there_cannot_be_claimed(database: Database) -> None:
    assert not await claim(database, attempt(uuid4()))


async def test_everything_that_is_too_late_expires_at_once(database: Database) -> None:
    late = [await owed_notice(database) for _ in range(3)]
    in_time = await owed_notice(database)
    async with database.writing() as db:
        (await db.get_one(Notice, in_time)).expires_at = NEXT_WEEK + A_SECOND

    async with database.writing() as db:
        expired = [await expire_notices(db, now=NEXT_WEEK) for _ in range(2)]

    notices = [await read(database, one) for one in (*late, in_time)]
    assert expired == [3, 0]
    assert [(one.state, one.finished_at) for one in notices] == [
        *[(NoticeState.EXPIRED, NEXT_WEEK)] * 3,
        (NoticeState.OWED, None),
    ]


async def test_what_is_being_sent_at_this_moment_does_not_expire(database: Database) -> None:
    notice_id = await owed_notice(database)
    await claim(database, attempt(notice_id), now=NEXT_WEEK - A_SECOND)

    async with database.writing() as db:
        expired = await expire_notices(db, now=NEXT_WEEK)

    assert (expired, (await read(database, notice_id)).state) == (0, NoticeState.OWED)


async def test_how_a_notice_was_sent_is_written_down(database: Database) -> None:
    notice_id = await owed_notice(database)
    await claim(database, attempt(notice_id))

    async with database.writing() as db:
        await finish_notice(db, notice_id, state=NoticeState.SENT, channel=Channel.EMAIL, now=LATER)

    notice = await read(database, notice_id)
    assert (notice.state, notice.channel, notice.queued_at, notice.finished_at) == (
        NoticeState.SENT,
        Channel.EMAIL,
        None,
        LATER,
    )


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
        await claim_notice(db, attempt(notice_id), now=NOW)
        await put_off_notice(db, notice_id, failure="429", wait=10 * A_MINUTE, now=NOW)

    notice = await read(database, notice_id)
    assert (notice.state, notice.due_at, notice.queued_at, notice.failure) == (
        NoticeState.OWED,
        NOW + 10 * A_MINUTE,
        None,
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
