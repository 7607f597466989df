"""Asking for a link with nothing but an e-mail address."""

from datetime import timedelta

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.web.link_requests import AT_ONCE, EVERY
from tests.bot.digests import digest
from tests.bot.web.conftest import Site
from tests.factories import make_practitioner
from tests.visitor import Visitor
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice, Practitioner


@pytest.fixture
async def nurse(site: Site) -> Practitioner:
    async with site.database.writing() as db:
        return await make_practitioner(db, email="sarah@community.example")


async def links_owed(site: Site) -> list[Notice]:
    await site.requests.settled()
    async with site.database.reading() as db:
        found = await db.exec(select(Notice).where(Notice.kind == NoticeKind.PERSONAL_LINK))
        return list(found)


async def ask(site: Site, email: str) -> Visitor:
    visitor = site.visitor()
    await visitor.opens("/link")
    await visitor.presses("Send me a link", email=email)
    return visitor


@pytest.mark.parametrize("typed", ["sarah@community.example", "  Sarah@Community.EXAMPLE "])
async def test_a_known_address_is_sent_a_link(site: Site, nurse: Practitioner, typed: str) -> None:
    visitor = await ask(site, typed)

    [link] = await links_owed(site)
    assert (visitor.status, visitor.title) == (200, "Look into your mailbox")
    assert link.practitioner_id == nurse.id
    assert site.calls == ["called"]


async def test_nobody_is_told_whether_an_address_is_known(site: Site, nurse: Practitioner) -> None:
    addresses = ("sarah@community.example", "nobody@community.example", "sarah@community.example")

    visitors = [await ask(site, address) for address in addresses]

    assert len({(one.status, one.html) for one in visitors}) == 1
    assert len(await links_owed(site)) == 1
    assert nurse.name not in visitors[0].html


async def test_an_unknown_address_changes_nothing(site: Site) -> None:
    before = await digest(site.database)

    await ask(site, "nobody@community.example")

    assert await links_owed(site) == []
    assert await digest(site.database) == before


async def test_a_link_is_sent_once_an_hour(site: Site, nurse: Practitioner) -> None:
    owed = []
    for minutes in (0, 1, 58, 61):
        site.clock.advance(timedelta(minutes=minutes))
        await ask(site, "sarah@community.example")
        # What was owed is sent at once, or else no further one would be owed for that alone.
        async with site.database.writing() as db:
            for link in await db.exec(select(Notice)):
                link.state, link.finished_at = NoticeState.SENT, site.clock.now
        owed.append(len(await links_owed(site)))

    assert owed == [1, 1, 1, 2]
    assert nurse.email == "sarah@community.example"


@pytest.mark.parametrize(
    "typed", ["", "sarah", "sarah@community", "a b@c.example", f"{'x' * 250}@c.example", "@"]
)
async def test_what_is_no_address_is_shown_again_with_the_reason(site: Site, typed: str) -> None:
    visitor = await ask(site, typed)

    [field] = visitor.page.all("input")
    assert (visitor.status, field.attributes["value"]) == (400, typed)
    assert field.attributes["aria-describedby"] == "problem"
    assert "That is no e-mail address." in visitor.text


async def test_nobody_can_flood_the_service(site: Site, nurse: Practitioner) -> None:
    asked = [await ask(site, f"person{number}@flood.example") for number in range(AT_ONCE + 3)]
    site.clock.advance(EVERY)
    after_a_while = await ask(site, "sarah@community.example")

    assert [one.status for one in asked] == [*[200] * AT_ONCE, 429, 429, 429]
    assert "Try again in a few minutes." in asked[-1].text
    assert after_a_while.status == 200
    assert [link.practitioner_id for link in await links_owed(site)] == [nurse.id]


async def test_a_fault_with_one_address_keeps_no_other_waiting(
    site: Site, nurse: Practitioner
) -> None:
    async with site.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE practitioner RENAME TO people")
    with capture_logs() as events:
        broken = await ask(site, "sarah@community.example")
        await site.requests.settled()
    async with site.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE people RENAME TO practitioner")

    sound = await ask(site, "sarah@community.example")

    assert [event["event"] for event in events] == ["link_request_failed"]
    assert "community.example" not in str([{**event, "exc_info": None} for event in events])
    assert (broken.status, broken.html) == (sound.status, sound.html)
    assert [link.practitioner_id for link in await links_owed(site)] == [nurse.id]
