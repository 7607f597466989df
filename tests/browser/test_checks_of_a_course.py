"""Warned of a clash, booked all the same, and the checks of a course settled, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer

from bot.app import DATABASE, create_app
from bot.demo.playground import Person
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import NO_DIGEST, OpenChat
from tests.factories import make_agency, make_course, make_session
from tests.fakes import jobs_at_once
from trainingbot.clock import utc_now
from trainingbot.enums import Strictness
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

TENANT = "5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee25"
NURSE = Person(
    name="Sarah Okafor",
    email="sarah.okafor@community.example",
    object_id=str(uuid4()),
    tenant_id=TENANT,
)
COORDINATOR = Person(
    name="Morgan Reid",
    email="morgan.reid@county.example",
    object_id=str(uuid4()),
    tenant_id=TENANT,
)


@pytest.fixture
async def bot_url(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Run the bot with two courses at one time, of which the second warns of clashes."""
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        coordinators=(COORDINATOR.email,),
        notices_off=NO_DIGEST,
        secret="a secret that only the tests know, 32 characters",
        local=True,
        quiet=False,
        _env_file=None,
    )
    app = create_app(settings, make_jobs=jobs_at_once)
    async with TestServer(app, host="127.0.0.1") as server:
        day = utc_now().date() + timedelta(days=30)
        starts_at = datetime.combine(day, time(9, 30), tzinfo=UTC)
        async with app[DATABASE].writing() as db:
            await make_agency(
                db, name="Community Services NHS Trust", email_domain="community.example"
            )
            other = await make_course(
                db, title="Safeguarding Children with Disabilities and Complex Health Needs"
            )
            await make_session(db, course=other, code="S26-013", starts_at=starts_at)
            course = await make_course(
                db,
                title="Professional Curiosity",
                code="C05",
                on_clash=Strictness.WARN,
                on_missing_level=Strictness.WARN,
                prerequisite_level=3,
            )
            await make_session(db, course=course, code="S26-005", starts_at=starts_at)
        yield str(server.make_url("/api/messages"))


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_somebody_is_warned_and_books_all_the_same(bot_url: str, open_chat: OpenChat) -> None:
    chat = await open_chat(NURSE, bot_url)
    await chat.wait_for("Hello Sarah")
    await chat.say("book S26-013")

    await chat.say("book S26-005")
    warned = await look(chat, "doubts")
    await chat.press("Book anyway")
    booked = await look(chat, "booked-in-spite-of-doubts")

    assert warned[3] == "Look at this before you book."
    assert warned[4].startswith("This clashes with another booking: Safeguarding Children")
    assert warned[5].startswith("This course builds on one of level 3 or higher")
    assert warned[-3:] == ["Book anyway", "Other dates", "My training"]
    assert booked[3:5] == ["Booked", "You have a place."]


async def test_a_coordinator_settles_the_checks_of_a_course(
    bot_url: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("booking checks of C05")
    await look(chat, "course-checks")
    await chat.choose("If they have another booking at that time", "They can’t book it")
    await chat.fill("Within how many months", "no")
    await chat.press("Save")
    mistaken = await look(chat, "course-checks-mistaken")
    await chat.fill("Within how many months", "24")
    await chat.press("Save")
    saved = await look(chat, "course-checks-saved")

    assert "Type a number of months from 1 to 60." in mistaken
    assert saved[:4] == [
        "Booking checks: Professional Curiosity",
        "What happens when somebody books this course:",
        "Saved.",
        "It holds from the next booking on. Nobody loses a place by it.",
    ]
