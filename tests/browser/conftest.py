"""Fixtures of the browser tests: a headless Chromium, and a chat for each person."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot.demo.playground import Person, Playground
from tests.browser.chat import Chat
from tests.browser.prepare import (
    installed_chromium,
    missing_for_the_browser_tests,
    running_in_ci,
)
from trainingbot.enums import NoticeKind

NO_DIGEST = frozenset({NoticeKind.COORDINATORS_DIGEST})
"""For `notices_off`: on working days the digest would come between two answers of the bot."""
OpenChat = Callable[[Person, str], Awaitable[Chat]]

NO_CALLS_HOME = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the browser tests out where something is missing, in one line; never in CI."""
    missing = missing_for_the_browser_tests()
    if item.get_closest_marker("browser") is None or missing is None:
        return
    if running_in_ci():
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Start a headless Chromium of its own for the test."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=installed_chromium(),
            # Chromium's sandbox refuses to work for root, which CI machines often are.
            args=["--no-sandbox", "--disable-gpu", *NO_CALLS_HOME],
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def open_chat(browser: Browser, tmp_path: Path) -> AsyncIterator[OpenChat]:
    """Return `await open_chat(person, bot_url)`: each person gets a Playground of their own."""
    async with AsyncExitStack() as stack:

        async def open_one(person: Person, bot_url: str) -> Chat:
            folder = tmp_path / person.object_id
            playground = Playground(person, bot_url=bot_url, folder=folder)
            await asyncio.to_thread(playground.start)
            stack.callback(playground.stop)
            return await Chat.open(browser, playground)

        yield open_one
