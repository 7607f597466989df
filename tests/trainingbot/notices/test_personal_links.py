"""Owing new links, and binding a link to a browser."""

import asyncio
from datetime import timedelta

from sqlmodel import select

from tests.factories import make_notice, make_practitioner
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.notices.personal_links import bind_to_browser, owe_personal_link


async def test_of_many_browsers_at_once_one_is_bound(database: Database) -> None:
    async with database.writing() as db:
        notice = await make_notice(db, await make_practitioner(db))

    async def bind(browser: str) -> bool:
        async with database.writing() as db:
            return await bind_to_browser(db, notice.id, browser)

    bound = await asyncio.gather(*(bind(f"browser-{number}") for number in range(8)))

    async with database.reading() as db:
        winner = (await db.get_one(Notice, notice.id)).browser
    assert sorted(bound) == [*[False] * 7, True]
    assert winner == f"browser-{bound.index(True)}"
    assert await bind(winner) is True


async def test_of_many_requests_at_once_one_is_heard(database: Database) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)

    async def ask() -> bool:
        async with database.writing() as db:
            return await owe_personal_link(db, person.id, now=NOW)

    heard = await asyncio.gather(*(ask() for _ in range(8)))

    async with database.reading() as db:
        owed = (await db.exec(select(Notice))).all()
    assert sorted(heard) == [*[False] * 7, True]
    assert [(one.kind, one.occurrence, one.due_at) for one in owed] == [
        (NoticeKind.PERSONAL_LINK, 1, NOW)
    ]


async def test_no_second_link_is_owed_while_the_first_is_still_to_be_sent(
    database: Database,
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)

    heard = []
    for hours in (0, 2, 23, 24):
        async with database.writing() as db:
            heard.append(await owe_personal_link(db, person.id, now=NOW + timedelta(hours=hours)))

    assert heard == [True, False, False, True]


async def test_a_link_that_was_sent_can_be_asked_for_again_after_an_hour(
    database: Database,
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        await owe_personal_link(db, person.id, now=NOW)
        sent = (await db.exec(select(Notice))).one()
        sent.state, sent.finished_at = NoticeState.SENT, NOW

    heard = []
    for minutes in (59, 60):
        async with database.writing() as db:
            now = NOW + timedelta(minutes=minutes)
            heard.append(await owe_personal_link(db, person.id, now=now))

    assert heard == [False, True]


async def test_nobody_without_an_address_is_owed_a_link(database: Database) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        person.email = None

    async with database.writing() as db:
        heard = await owe_personal_link(db, person.id, now=NOW)

    assert heard is False
