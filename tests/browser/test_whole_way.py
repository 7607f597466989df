"""The whole way of a practitioner, in a real browser, on the programme of the demo."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.app import create_app
from bot.demo.chats import prepare_demo_database
from bot.demo.run import DemoChat
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import OpenChat
from tests.fakes import jobs_at_once
from trainingbot.settings import Settings
from trainingbot.timings import OPTIONAL

pytestmark = pytest.mark.browser

NOW = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
"""A Tuesday; the demo's programme has sessions before and after it."""


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[tuple[dict[str, DemoChat], str]]:
    """Run the bot on the demo's programme; return whose chats can be opened, and its address."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'demo.db'}"
    chats = await asyncio.to_thread(prepare_demo_database, url, NOW)
    # Nothing arrives in between that only time brings.
    settings = Settings.model_validate(
        {"database_url": url, "local": True, "notices_off": OPTIONAL}
    )
    async with TestServer(
        create_app(settings, clock=lambda: NOW, make_jobs=jobs_at_once)
    ) as server:
        people = dict(
            zip(("practitioner", "trainer", "coordinator", "newcomer"), chats, strict=True)
        )
        yield people, str(server.make_url("/api/messages"))


async def look(chat: Chat, name: str) -> list[str]:
    """Keep pictures of the newest card at both widths; return its lines. All of it must fit."""
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off(width=PHONE) == []
    return (await chat.last_card_text()).splitlines()


def button_of(names: Iterable[str], beginning: str) -> str:
    return next(name for name in names if name.startswith(beginning))


async def test_a_place_is_found_booked_seen_and_given_back(
    demo: tuple[dict[str, DemoChat], str], open_chat: OpenChat
) -> None:
    people, bot_url = demo
    chat = await open_chat(people["practitioner"].person, bot_url)

    greeting = await look(chat, "greeting")
    await chat.say("help")
    helped = await look(chat, "help")
    await chat.say("courses")
    listed = await look(chat, "courses")
    await chat.say("neglect level 2")
    found = await look(chat, "course")
    await chat.press(button_of(await chat.buttons(), "Book "))
    booked = await look(chat, "booked")
    await chat.picture("chat")
    await chat.say("my training")
    mine = await look(chat, "my-training")
    await chat.say("cancel neglect level 2")
    asked = await look(chat, "give-back")
    await chat.press("Give my place back")
    given_back = await look(chat, "given-back")
    await chat.say("my training")
    left = await look(chat, "my-training-after")

    assert greeting[0] == "Hello Ben"
    assert helped[0] == "What would you like to do?"
    assert listed[:2] == ["Courses", "24 courses, page 1 of 5, the next dates first"]
    assert found[:2] == ["Neglect Level 2", "Level 2, neglect, 2 h 30 min"]
    assert booked[3:5] == ["Booked", "You have a place."]
    assert [line for line in mine if line == "Neglect Level 2"] == ["Neglect Level 2"]
    assert asked[3].startswith("Free to cancel until ")
    assert asked[4] == "Give your place back?"
    assert given_back[3:5] == ["Cancelled", "You have given your place back."]
    assert [line for line in left if line == "Neglect Level 2"] == []


async def test_a_newcomer_books_once_a_coordinator_has_confirmed_the_agency(
    demo: tuple[dict[str, DemoChat], str], open_chat: OpenChat
) -> None:
    people, bot_url = demo
    coordinator = await open_chat(people["coordinator"].person, bot_url)
    newcomer = await open_chat(people["newcomer"].person, bot_url)

    await look(newcomer, "newcomer")
    await newcomer.choose("Which agency do you work for?", "Voluntary Sector")
    await newcomer.press("Send to the training team")
    waiting = await look(newcomer, "newcomer-waiting")
    await coordinator.wait_for("Sam Taylor")
    asked = await look(coordinator, "coordinator-asked")
    await coordinator.press("Confirm")
    confirmed = await look(coordinator, "coordinator-confirmed")
    await newcomer.wait_for("You can book now")
    await look(newcomer, "newcomer-confirmed")
    await newcomer.say("book neglect level 2")
    await newcomer.press(button_of(await newcomer.buttons(), "Book "))
    booked = await newcomer.last_card_text()

    assert waiting[:2] == ["Your agency", "You chose Voluntary Sector."]
    assert asked[:3] == ["Does this person belong to the agency?", "Name", "Sam Taylor"]
    assert confirmed[:2] == [
        "Confirmed",
        "Sam Taylor belongs to Voluntary Sector and can book now.",
    ]
    assert booked.splitlines()[3:5] == ["Booked", "You have a place."]
