"""Calendar files as a browser fetches them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar

from bot.visits import CALENDAR
from bot.web.calendar import calendar_routes
from tests.factories import make_booking, make_course, make_session
from tests.fakes import SetClock
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import BookingStatus
from trainingbot.links import sign_link
from trainingbot.models import Booking, CourseSession
from trainingbot.settings import Settings

SECRET = "a secret of at least thirty-two characters"
Client = TestClient[Any, Any]


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database_url,
        secret=SECRET,
        partnership="Northshire <Partnership>",
    )


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def client(database: Database, settings: Settings, clock: SetClock) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(calendar_routes(database, settings, clock))
    async with TestClient(TestServer(app)) as client:
        yield client


def url_of(booking_id: UUID, *, purpose: str = CALENDAR) -> str:
    token = sign_link(purpose, booking_id, secret=SECRET, expires_at=NOW + timedelta(days=30))
    return f"/calendar/{token}.ics"


async def booking_in(
    database: Database, *, status: BookingStatus = BookingStatus.CONFIRMED, code: str = "S25-014"
) -> Booking:
    waits = status == BookingStatus.WAITLISTED
    cancelled = status == BookingStatus.CANCELLED
    async with database.writing() as db:
        course = await make_course(db, title="Neglect Level 2")
        session = await make_session(db, course=course, code=code)
        return await make_booking(
            db,
            session_id=session.id,
            status=status,
            queue_number=1 if waits else None,
            cancelled_at=NOW if cancelled else None,
        )


async def test_a_link_gives_the_file_of_the_booking(client: Client, database: Database) -> None:
    booking = await booking_in(database)

    response = await client.get(url_of(booking.id))
    calendar = Calendar.from_ical(await response.read())

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="S25014.ics"'
    assert calendar["METHOD"] == "PUBLISH"
    assert [event["SUMMARY"] for event in calendar.walk("VEVENT")] == ["Neglect Level 2"]


async def test_the_entry_says_until_when_the_place_is_free_to_give_back(
    client: Client, database: Database, clock: SetClock
) -> None:
    booking = await booking_in(database)
    clock.advance(timedelta(days=6))

    response = await client.get(url_of(booking.id))

    (event,) = Calendar.from_ical(await response.read()).walk("VEVENT")
    assert (
        str(event["DESCRIPTION"]).splitlines()[1] == "Free to cancel until Fri 10 Jan 2025, 10:00."
    )


async def test_the_entry_of_a_tentative_session_says_on_what_it_depends(
    client: Client, database: Database
) -> None:
    booking = await booking_in(database)
    async with database.writing() as db:
        session = await db.get_one(CourseSession, booking.session_id)
        session.tentative, session.minimum_places = True, 8
        session.decide_at = NOW + timedelta(days=3)

    response = await client.get(url_of(booking.id))

    (event,) = Calendar.from_ical(await response.read()).walk("VEVENT")
    assert event["STATUS"] == "TENTATIVE"
    assert str(event["DESCRIPTION"]).splitlines()[1] == (
        "Tentative: takes place if 8 people have booked by Fri 10 Jan 2025, 10:00."
    )


async def test_an_old_link_gives_the_booking_as_it_stands_now(
    client: Client, database: Database
) -> None:
    booking = await booking_in(database, status=BookingStatus.CANCELLED)

    response = await client.get(url_of(booking.id))

    assert Calendar.from_ical(await response.read())["METHOD"] == "CANCEL"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_everything_is_closed_to_the_outside_and_kept_nowhere(
    client: Client, database: Database, method: str
) -> None:
    booking = await booking_in(database)

    answers = [await client.request(method, url) for url in (url_of(booking.id), "/calendar/x.ics")]

    assert [answer.status for answer in answers] == [200, 404]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.split("; ")[0] == "default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


async def test_asking_only_for_the_head_gives_no_body(client: Client, database: Database) -> None:
    booking = await booking_in(database)

    response = await client.head(url_of(booking.id))

    assert (response.status, await response.read()) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


async def test_an_expired_link_says_how_to_get_a_new_one(
    client: Client, database: Database, clock: SetClock
) -> None:
    booking = await booking_in(database)
    clock.advance(timedelta(days=30))

    response = await client.get(url_of(booking.id))
    page = await response.text()

    assert response.status == 410
    assert "<h1>This link has expired</h1>" in page
    assert "Type “my training” in Teams to get a new one." in page


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "x" * 4000, "%00", "%C3%A9", "..%2F..%2Fx"])
async def test_a_link_that_was_not_signed_here_is_told_in_plain_words(
    client: Client, token: str
) -> None:
    response = await client.get(f"/calendar/{token}.ics")
    page = await response.text()

    assert response.status == 404
    assert "<h1>This link does not work</h1>" in page
    assert token not in page


async def test_a_token_of_ten_thousand_characters_is_turned_away(client: Client) -> None:
    response = await client.get(f"/calendar/{'x' * 10_000}.ics")

    assert 400 <= response.status < 500


async def test_a_link_for_something_else_gives_no_file(client: Client, database: Database) -> None:
    booking = await booking_in(database)

    response = await client.get(url_of(booking.id, purpose="register"))

    assert response.status == 404


async def test_a_booking_that_is_not_there_gives_a_page(client: Client) -> None:
    response = await client.get(url_of(uuid4()))

    assert response.status == 404
    assert "This booking is no longer there." in await response.text()


async def test_somebody_who_waits_is_told_so(client: Client, database: Database) -> None:
    booking = await booking_in(database, status=BookingStatus.WAITLISTED)

    response = await client.get(url_of(booking.id))

    assert response.status == 404
    assert "You are on the waitlist of this session." in await response.text()


@pytest.mark.parametrize("code", ['S"; x="', "S\r\nSet-Cookie: a=b", "Ünï"])
async def test_the_name_of_the_file_is_made_of_plain_letters(
    client: Client, database: Database, code: str
) -> None:
    booking = await booking_in(database, code=code)

    response = await client.get(url_of(booking.id))
    name = response.headers["Content-Disposition"].removeprefix('attachment; filename="')

    assert name.removesuffix('.ics"').isalnum()
    assert name.isascii()
    assert "Set-Cookie" not in response.headers


async def test_a_page_is_for_people_on_a_phone_and_for_screen_readers(client: Client) -> None:
    page = await (await client.get("/calendar/garbage.ics")).text()

    assert '<html lang="en-GB">' in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert page.count("<h1>") == page.count("<main>") == page.count("<title>") == 1
    assert "<script" not in page


async def test_names_are_escaped_on_a_page(client: Client) -> None:
    page = await (await client.get("/calendar/garbage.ics")).text()

    assert "Northshire &lt;Partnership&gt;" in page
    assert "<Partnership>" not in page


async def test_a_fault_is_told_with_a_reference_and_nothing_else(
    client: Client, database: Database
) -> None:
    booking = await booking_in(database)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE course RENAME COLUMN title TO titel")

    response = await client.get(url_of(booking.id))
    page = await response.text()

    assert response.status == 500
    assert "<h1>Something went wrong on our side</h1>" in page
    assert "titel" not in page
    assert "SELECT" not in page
