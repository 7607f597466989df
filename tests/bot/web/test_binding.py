"""To whom a personal link belongs: the browser in which it was used first."""

import asyncio
import re
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from bot.web.personal import ASKED
from tests.bot.digests import digest
from tests.bot.web.conftest import Site, opened
from tests.factories import make_course, make_notice, make_practitioner, make_session
from tests.moments import NOW, TERMS
from tests.visitor import Visitor
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState
from trainingbot.models import Booking, Notice, Practitioner
from trainingbot.settings import Settings

ELSEWHERE = "This link was used in another browser"


@dataclass
class Scene:
    """A nurse, a booking of hers, and the link of her reminder."""

    nurse: Practitioner
    booking: Booking
    notice: Notice
    url: str

    @property
    def path(self) -> str:
        return "/" + self.url.partition("://")[2].partition("/")[2]


@pytest.fixture
async def scene(site: Site) -> Scene:
    return await scene_of(site)


async def scene_of(site: Site) -> Scene:
    async with site.database.writing() as db:
        nurse = await make_practitioner(db, name="Sarah Okafor", email="sarah@community.example")
        session = await make_session(db, course=await make_course(db, title="Neglect Level 2"))
        booking = await book_place(
            db, session_id=session.id, practitioner_id=nurse.id, terms=TERMS, now=NOW
        )
    notice = await site.notice_to(nurse, about_id=booking.id)
    return Scene(nurse, booking, notice, site.url(notice))


async def links_owed(site: Site) -> list[Notice]:
    async with site.database.reading() as db:
        found = await db.exec(
            select(Notice)
            .where(Notice.kind == NoticeKind.PERSONAL_LINK)
            .order_by(col(Notice.occurrence))
        )
        return list(found)


async def test_the_first_press_binds_the_link_to_the_browser(site: Site, scene: Scene) -> None:
    visitor = site.visitor()
    await visitor.opens(scene.url)
    opened_only = (await site.again(scene.notice)).browser

    await visitor.presses("My training")

    assert visitor.headers is not None
    cookie = visitor.headers["Set-Cookie"]
    bound = (await site.again(scene.notice)).browser
    assert opened_only is None
    assert re.fullmatch(
        r"browser=[\w-]{43}; HttpOnly; Max-Age=5184000; Path=/; SameSite=Strict", cookie
    )
    assert bound is not None
    assert visitor.cookies["browser"] not in bound


async def test_over_tls_the_cookie_is_for_this_host_alone(
    database: Database, settings: Settings
) -> None:
    behind_tls = settings.model_copy(update={"public_url": "https://training.example/pages"})
    async with opened(database, behind_tls) as site:
        scene = await scene_of(site)
        visitor = site.visitor()
        await visitor.opens(scene.path.removeprefix("/pages"))
        [form, _] = visitor.page.all("form")
        await visitor.sends(
            form.attributes["action"].removeprefix("/pages"), {"press": '{"verb": "my_training"}'}
        )

    assert visitor.headers is not None
    name, *said = visitor.headers["Set-Cookie"].split("; ")
    assert form.attributes["action"].startswith("/pages/n/")
    assert name.startswith("__Host-browser=")
    assert sorted(said) == ["HttpOnly", "Max-Age=5184000", "Path=/", "SameSite=Strict", "Secure"]


async def test_in_another_browser_a_bound_link_does_and_tells_nothing(
    site: Site, scene: Scene
) -> None:
    owner, other = site.visitor(), site.visitor()
    await owner.opens(scene.url)
    await owner.presses("My training")
    before = await digest(site.database)

    await other.opens(scene.url)
    seen = [(other.status, other.title, other.buttons)]
    await other.asks(scene.path, "cancel_booking", {"session_id": str(scene.booking.session_id)})
    seen.append((other.status, other.title, other.buttons))
    other.cookies = {"browser": "A" * 43}
    await other.asks(scene.path, "my_training", {})
    seen.append((other.status, other.title, other.buttons))

    assert set(map(str, seen)) == {str((403, ELSEWHERE, ["Send me a new link"]))}
    for word in ("Neglect", "Sarah", "community.example", "Jan 2025"):
        assert word not in other.html
    assert other.cookies == {"browser": "A" * 43}
    assert await digest(site.database) == before


async def test_every_link_of_a_person_works_in_the_browser_that_they_use(
    site: Site, scene: Scene
) -> None:
    visitor = site.visitor()
    await visitor.opens(scene.url)
    await visitor.presses("I’m coming")
    held = dict(visitor.cookies)
    second = await site.notice_to(
        scene.nurse, about_id=scene.booking.id, kind=NoticeKind.LATE_REMINDER
    )

    await visitor.opens(site.url(second))
    await visitor.presses("I can’t come")

    assert (visitor.status, visitor.cookies) == (200, held)
    assert (await site.again(second)).browser == (await site.again(scene.notice)).browser


async def test_of_two_browsers_at_the_same_moment_one_wins(site: Site, scene: Scene) -> None:
    visitors = [site.visitor() for _ in range(8)]

    await asyncio.gather(*(one.asks(scene.path, "my_training", {}) for one in visitors))

    assert sorted(one.status for one in visitors) == [200, *[403] * 7]
    [winner] = [one for one in visitors if one.cookies]
    await winner.opens(scene.url)
    assert winner.status == 200


@pytest.mark.parametrize("held", ["", "x", "ü", "A" * 44, "A" * 5000, '"; DROP TABLE notice; --'])
async def test_a_cookie_that_we_did_not_make_is_none(site: Site, scene: Scene, held: str) -> None:
    visitor = site.visitor()
    visitor.cookies = {"browser": held}

    await visitor.asks(scene.path, "my_training", {})

    assert visitor.status == 200
    assert len(visitor.cookies["browser"]) == 43


async def test_a_page_of_another_site_can_press_nothing(site: Site, scene: Scene) -> None:
    visitor = site.visitor()
    before = await digest(site.database)

    seen = set()
    for path in (scene.path, f"{scene.path}/again", "/link"):
        for site_of_form in ("cross-site", "same-site", "nonsense"):
            await visitor.sends(
                path,
                {"press": '{"verb": "my_training"}', "email": "sarah@community.example"},
                **{"Sec-Fetch-Site": site_of_form},
            )
            seen.add((visitor.status, visitor.title))
    await site.requests.settled()

    assert seen == {(403, "This came from another page")}
    assert await digest(site.database) == before


async def test_a_bound_link_in_a_mailbox_on_the_web_lets_the_browser_ask_again(
    site: Site, scene: Scene
) -> None:
    owner = site.visitor()
    await owner.opens(scene.url)
    await owner.presses("My training")
    held, owner.cookies = owner.cookies, {}

    await owner.opens(f"{scene.url}?do=say_coming", **{"Sec-Fetch-Site": "cross-site"})
    moment = owner.html
    owner.cookies = held
    [link] = owner.page.all("a")
    await owner.opens(link.attributes["href"], **{"Sec-Fetch-Site": "same-origin"})
    stranger = site.visitor()
    await stranger.opens(link.attributes["href"], **{"Sec-Fetch-Site": "cross-site"})

    assert f'content="0; url={scene.path}?here=1&amp;do=say_coming"' in moment
    assert "Neglect" not in moment
    assert (owner.status, owner.title, owner.buttons[0]) == (200, "Neglect Level 2", "I’m coming")
    assert (stranger.status, stranger.title) == (403, ELSEWHERE)


async def test_a_new_link_goes_to_the_owner_whoever_asks_and_once_an_hour(
    site: Site, scene: Scene
) -> None:
    owner, other = site.visitor(), site.visitor()
    await owner.asks(scene.path, "my_training", {})

    answers = set()
    for _ in range(3):
        await other.opens(scene.url)
        await other.presses("Send me a new link")
        answers.add((other.status, other.title, ASKED in other.text))

    [link] = await links_owed(site)
    assert answers == {(200, "Look into your mailbox", True)}
    assert (link.practitioner_id, link.state, link.due_at) == (
        scene.nurse.id,
        NoticeState.OWED,
        NOW,
    )
    assert "sarah" not in other.html.casefold()
    assert site.calls == ["called"]


async def test_a_new_link_opens_the_own_page_in_the_new_browser(site: Site, scene: Scene) -> None:
    owner, phone = site.visitor(), site.visitor()
    await owner.asks(scene.path, "my_training", {})
    await phone.sends(f"{scene.path}/again", {})
    [link] = await links_owed(site)

    await phone.opens(site.url(link))
    title, offered = phone.title, phone.buttons
    await phone.presses("My training")

    assert (title, offered) == ("Your training page", ["My training", "Find a course"])
    assert "Neglect Level 2" in phone.text


async def test_without_e_mails_nobody_is_promised_one(
    database: Database, settings: Settings
) -> None:
    without = settings.model_copy(update={"mail_url": Settings(_env_file=None).mail_url})
    async with opened(database, without) as site:
        scene = await scene_of(site)
        owner, other = site.visitor(), site.visitor()
        await owner.asks(scene.path, "my_training", {})

        await other.opens(scene.url)
        said = (other.buttons, "in Teams" in other.text)
        await other.sends(f"{scene.path}/again", {})
        await other.opens("/link")

        assert said == ([], True)
        assert await links_owed(site) == []
        assert (other.status, other.title) == (404, "No links by e-mail")


async def test_the_link_of_a_notice_that_is_withdrawn_still_opens_the_person_s_own_view(
    site: Site, scene: Scene
) -> None:
    async with site.database.writing() as db:
        withdrawn = await make_notice(
            db, scene.nurse, about_id=scene.booking.id, state=NoticeState.WITHDRAWN
        )
        booking = await db.get_one(Booking, scene.booking.id)
    visitor: Visitor = site.visitor()

    await visitor.opens(site.url(withdrawn))

    assert (visitor.status, booking.status) == (200, BookingStatus.CONFIRMED)
