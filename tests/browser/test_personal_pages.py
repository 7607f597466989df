"""The pages of people without Teams, in a real browser in which no script runs."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page
from sqlmodel import select

from bot.app import DATABASE, create_app
from bot.demo.node import CACHE
from bot.web.links import personal_url
from tests.factories import make_agency, make_course, make_notice, make_practitioner, make_session
from tests.moments import TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Delivery, NoticeKind, NoticeState
from trainingbot.models import Booking, CourseSession, Notice, Practitioner
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

SCREENSHOTS = CACHE / "screenshots"
DESKTOP, PHONE = 1280, 320

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter(part => part.getBoundingClientRect().right > width + 1)
    .map(part => part.outerHTML.slice(0, 80));
}"""
_TOO_SMALL = """() => [
    ...document.querySelectorAll('button, .actions a, select, .input, .choice, summary')]
  .map(part => [part.textContent.trim(), part.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && box.height < 44 && box.width < 200)
  .map(([name]) => name)"""


@dataclass
class Site:
    """The whole service, and a nurse of a small charity who has no Teams."""

    url: str
    settings: Settings
    database: Database
    nurse: Practitioner
    neglect: CourseSession
    booking: Booking

    async def letter(
        self,
        kind: NoticeKind = NoticeKind.EARLY_REMINDER,
        *,
        do: str = "",
        days_ago: int = 0,
    ) -> str:
        """Return the link in a letter that the nurse has got."""
        async with self.database.writing() as db:
            notice = await make_notice(
                db, self.nurse, kind=kind, about_id=self.booking.id, state=NoticeState.SENT
            )
        sent_at = utc_now() - timedelta(days=days_ago)
        return personal_url(notice.id, settings=self.settings, now=sent_at, do=do)

    async def booking_now(self) -> Booking:
        """Return the nurse's booking as it stands now."""
        async with self.database.reading() as db:
            return await db.get_one(Booking, self.booking.id)


@pytest.fixture
async def site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """Run the whole service with a small programme, one session of which is tomorrow."""
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    server = TestServer(web.Application(), host="127.0.0.1")
    await server.start_server()
    port = server.port
    await server.close()
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        secret="a secret that only the tests know, 32 characters",
        mail_url="console:",
        public_url=f"http://127.0.0.1:{port}",
        local=True,
        _env_file=None,
    )
    app = create_app(settings, make_jobs=None)
    async with TestServer(app, host="127.0.0.1", port=port):
        yield await plan(settings, app[DATABASE])


def at_half_past_nine(days: int) -> datetime:
    """Return 09:30 in UTC, some days from today."""
    return datetime.combine(utc_now().date() + timedelta(days=days), time(9, 30), tzinfo=UTC)


async def plan(settings: Settings, database: Database) -> Site:
    async with database.writing() as db:
        charity = await make_agency(db, name="Riverside Family Support")
        nurse = await make_practitioner(
            db, name="Sarah Okafor", email="sarah@riverside.example", agency=charity
        )
        await make_practitioner(db, name="Tom Bennett", agency=charity)
        neglect = await make_course(db, title="Neglect Level 2", code="C02")
        tomorrow = await make_session(db, course=neglect, starts_at=at_half_past_nine(1))
        await make_session(db, course=neglect, starts_at=at_half_past_nine(40))
        thresholds = await make_course(db, title="Thresholds of Need", theme="thresholds", level=1)
        await make_session(
            db,
            course=thresholds,
            starts_at=at_half_past_nine(12),
            delivery=Delivery.IN_PERSON,
            venue="Partner premises, Station Road",
        )
        booking = await book_place(
            db, session_id=tomorrow.id, practitioner_id=nurse.id, terms=TERMS, now=utc_now()
        )
    return Site(settings.public_url, settings, database, nurse, tomorrow, booking)


async def phone_of(browser: Browser, *, dark: bool = False) -> BrowserContext:
    """Return a browser of its own, in which no script runs."""
    return await browser.new_context(
        java_script_enabled=False,
        viewport={"width": PHONE, "height": 640},
        device_scale_factor=2,
        color_scheme="dark" if dark else "light",
    )


async def shown(page: Page, name: str) -> str:
    """Keep pictures of a page for a desktop and a phone, look at its sizes, return its text."""
    for width, suffix in ((DESKTOP, ""), (PHONE, f"-{PHONE}")):
        await page.set_viewport_size({"width": width, "height": 640})
        await page.screenshot(path=SCREENSHOTS / f"page-{name}{suffix}.png", full_page=True)
        assert await page.evaluate(_TOO_WIDE) == []
        assert await page.evaluate(_TOO_SMALL) == []
    return await page.locator("body").inner_text()


async def press(page: Page, title: str) -> None:
    await page.get_by_role("button", name=title, exact=True).first.click()


async def test_somebody_says_that_they_are_coming(browser: Browser, site: Site) -> None:
    page = await (await phone_of(browser)).new_page()

    await page.goto(await site.letter(do="say_coming"))
    asked = await shown(page, "reminder")
    before = (await site.booking_now()).coming_at
    await press(page, "I’m coming")
    answered = await shown(page, "coming")

    assert "You chose this in our message." in asked
    assert before is None
    assert "You said you are coming." in answered
    assert (await site.booking_now()).coming_at is not None


async def test_somebody_gives_a_place_back_late_with_a_reason(browser: Browser, site: Site) -> None:
    page = await (await phone_of(browser)).new_page()
    await page.goto(await site.letter())

    await press(page, "I can’t come")
    await shown(page, "late-reason")
    await page.get_by_label("Why can’t you come?").select_option("Another reason")
    await press(page, "Give my place back")
    missing = await shown(page, "late-reason-missing")
    await page.get_by_label("In your own words").fill("The school rang.")
    await press(page, "Give my place back")
    given = await shown(page, "given-back")
    await page.reload()

    assert "Neglect Level 2" in missing
    assert "You have given your place back." in given
    booking = await site.booking_now()
    assert (booking.status, booking.change_count) == (BookingStatus.CANCELLED, 2)


async def test_somebody_finds_a_course_and_books_a_place(browser: Browser, site: Site) -> None:
    page = await (await phone_of(browser)).new_page()
    await page.goto(await site.letter(NoticeKind.PERSONAL_LINK))

    yours = await shown(page, "your-page")
    await press(page, "My training")
    mine = await shown(page, "my-training")
    await press(page, "Find a course")
    await shown(page, "courses")
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_label("Words").fill("thresholds")
    await shown(page, "courses-filter")
    await press(page, "Show courses")
    found = await shown(page, "courses-found")
    await press(page, "See dates")
    await shown(page, "dates")
    await page.get_by_role("button", name="Book ").first.click()
    booked = await shown(page, "booked")

    assert "Your training page" in yours
    assert "Neglect Level 2" in mine
    assert "Neglect Level 2" not in found
    assert "You have a place." in booked
    async with site.database.reading() as db:
        owed = await db.exec(select(Notice).where(Notice.kind == NoticeKind.CONFIRMATION))
        assert len(owed.all()) == 1


async def test_somebody_sends_a_colleague(browser: Browser, site: Site) -> None:
    page = await (await phone_of(browser)).new_page()
    await page.goto(await site.letter())

    await press(page, "Send a colleague")
    await page.get_by_label("Find a colleague by name").fill("tom")
    await page.keyboard.press("Enter")
    await shown(page, "colleague")
    await press(page, "Send Tom")
    sent = await shown(page, "colleague-sent")

    assert "Tom Bennett has your place." in sent


async def test_in_another_browser_the_link_opens_nothing_but_a_way_to_a_new_one(
    browser: Browser, site: Site
) -> None:
    url = await site.letter()
    owner = await (await phone_of(browser)).new_page()
    await owner.goto(url)
    await press(owner, "I’m coming")
    other = await (await phone_of(browser)).new_page()

    await other.goto(url)
    elsewhere = await shown(other, "elsewhere")
    await press(other, "Send me a new link")
    asked = await shown(other, "elsewhere-asked")
    await owner.goto(url)

    assert "This link was used in another browser" in elsewhere
    assert "Neglect" not in elsewhere + asked
    assert "Look into your mailbox" in asked
    assert "Neglect Level 2" in await owner.locator("body").inner_text()


async def test_a_link_in_a_mailbox_on_the_web_opens_in_the_browser_that_it_is_bound_to(
    browser: Browser, site: Site
) -> None:
    url = await site.letter()
    mailbox = web.Application()

    async def letter(request: web.Request) -> web.Response:
        del request
        return web.Response(text=f'<a href="{url}">Open</a>', content_type="text/html")

    mailbox.router.add_get("/", letter)
    context = await phone_of(browser)
    page = await context.new_page()
    async with TestServer(mailbox, host="127.0.0.1") as server:
        # Another name of this machine is another site to the browser.
        outside = f"http://localhost:{server.port}/"
        await page.goto(outside)
        await page.get_by_text("Open").click()
        await press(page, "My training")
        await page.goto(outside)
        await page.get_by_text("Open").click()
        await page.get_by_role("heading", name="Neglect Level 2").wait_for()
        again = await page.locator("body").inner_text()
        await page.reload()

        assert "Are you coming?" in again
        assert "Neglect Level 2" in await page.locator("body").inner_text()


async def test_an_expired_link_leads_to_the_page_where_one_is_asked_for(
    browser: Browser, site: Site
) -> None:
    page = await (await phone_of(browser)).new_page()
    response = await page.goto(await site.letter(days_ago=40))

    expired = await shown(page, "expired")
    await page.get_by_role("link", name="Get a new link").click()
    await shown(page, "link")
    await page.get_by_label("Your work e-mail address").fill("sarah@riverside.example")
    await press(page, "Send me a link")
    asked = await shown(page, "link-asked")

    assert response is not None
    assert response.status == 410
    assert "This link has expired" in expired
    assert "If we know this address" in asked


async def test_a_page_can_be_read_in_the_dark_and_by_keyboard(browser: Browser, site: Site) -> None:
    page = await (await phone_of(browser, dark=True)).new_page()
    await page.goto(await site.letter())

    await page.keyboard.press("Tab")
    focused = await page.evaluate("() => document.activeElement.textContent")
    await page.screenshot(path=SCREENSHOTS / "page-dark-320.png", full_page=True)
    await page.keyboard.press("Enter")
    await page.get_by_text("You said you are coming.").wait_for()

    assert focused == "I’m coming"
