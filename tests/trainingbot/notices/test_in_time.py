import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from sqlmodel import col, func, select

from tests.factories import make_practitioner
from tests.moments import NEXT_WEEK, NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.in_time import NOTICES_IN_A_STATEMENT, NoticeInTime, owe_in_time


async def a_reminder(database: Database) -> NoticeInTime:
    async with database.writing() as db:
        person = await make_practitioner(db)
    return NoticeInTime(
        kind=NoticeKind.LATE_REMINDER,
        practitioner_id=person.id,
        about_id=uuid4(),
        occurrence=1,
        due_at=NEXT_WEEK - timedelta(days=1),
        expires_at=NEXT_WEEK,
    )


async def number_owed(database: Database) -> int:
    async with database.reading() as db:
        return (await db.exec(select(func.count(col(Notice.id))))).one()


async def test_what_is_owed_in_time_is_a_notice_like_any_other(database: Database) -> None:
    reminder = await a_reminder(database)

    async with database.writing() as db:
        await owe_in_time(db, [reminder])

    usual = Notice(
        kind=reminder.kind,
        practitioner_id=reminder.practitioner_id,
        about_id=reminder.about_id,
        occurrence=1,
        due_at=reminder.due_at,
        expires_at=NEXT_WEEK,
    )
    async with database.reading() as db:
        found = (await db.exec(select(Notice))).one()
    assert found.model_dump(exclude={"id"}) == usual.model_dump(exclude={"id"})


async def test_owing_nothing_asks_nothing(database: Database) -> None:
    async with database.writing() as db:
        await owe_in_time(db, [])

    assert await number_owed(database) == 0


async def test_what_was_owed_before_stays_as_it_is(database: Database) -> None:
    reminder = await a_reminder(database)
    async with database.writing() as db:
        await owe_in_time(db, [reminder])
        (await db.exec(select(Notice))).one().state = NoticeState.SENT

    async with database.writing() as db:
        await owe_in_time(db, [replace(reminder, due_at=NOW), replace(reminder, occurrence=2)])

    async with database.reading() as db:
        found = await db.exec(select(Notice).order_by(col(Notice.occurrence)))
        assert [(one.occurrence, one.state, one.due_at) for one in found] == [
            (1, NoticeState.SENT, reminder.due_at),
            (2, NoticeState.OWED, reminder.due_at),
        ]


async def test_several_at_once_owe_it_once(database: Database) -> None:
    reminder = await a_reminder(database)

    async def owe() -> None:
        async with database.writing() as db:
            await owe_in_time(db, [reminder])

    await asyncio.gather(*(owe() for _ in range(4)))

    assert await number_owed(database) == 1


async def test_more_than_fit_into_a_statement_are_owed(database: Database) -> None:
    reminder = await a_reminder(database)
    number = NOTICES_IN_A_STATEMENT + 1

    async with database.writing() as db:
        await owe_in_time(db, [replace(reminder, occurrence=one) for one in range(number)])

    assert await number_owed(database) == number
