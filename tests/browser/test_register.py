"""A register is kept, closed and counted, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.app import DATABASE, create_app
from bot.demo.playground import Person
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import NO_DIGEST, OpenChat
from tests.factories import (
    make_agency,
    make_booking,
    make_course,
    make_practitioner,
    make_session,
)
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import Attendance
from trainingbot.models import Booking
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

COORDINATOR = Person(
    name="Morgan Reid",
    email="morgan.reid@county.example",
    object_id=str(uuid4()),
    tenant_id="5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee25",
)
TITLE = "Safeguarding Children and Young People with Disabilities Level 3"
PEOPLE = (
    "Ada Hill",
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "Cai Vaughan",
    *(f"Dana Example {letter}" for letter in "ABCDEFG"),
)


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    return Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        secret="a secret that only the tests know, 32 characters",
        local=True,
        coordinators=(COORDINATOR.email,),
        notices_off=NO_DIGEST,
        quiet=False,
        _env_file=None,
    )


@pytest.fixture
async def bot_url(settings: Settings) -> AsyncIterator[str]:
    """Run the bot with a session that has just ended, ten people on it and one who is not."""
    application = create_app(settings)
    async with TestServer(application, host="127.0.0.1") as server:
        starts_at = (utc_now() - timedelta(hours=3)).replace(second=0, microsecond=0)
        async with application[DATABASE].writing() as db:
            police = await make_agency(db, name="Fenland Constabulary, Public Protection Unit")
            course = await make_course(db, code="C13", title=TITLE)
            session = await make_session(db, course=course, code="S26-014", starts_at=starts_at)
            session.places_taken = len(PEOPLE)
            for name in PEOPLE:
                person = await make_practitioner(db, name=name, agency=police)
                await make_booking(db, session_id=session.id, practitioner_id=person.id)
            await make_practitioner(db, name="Vera Visits", agency=police)
        yield str(server.make_url("/api/messages"))


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def marks(settings: Settings) -> list[Attendance | None]:
    database = Database(settings.database_url)
    async with database.reading() as db:
        found = await db.exec(select(Booking.attendance).order_by(col(Booking.attendance)))
        kept = [Attendance(one) if one else None for one in found]
    await database.close()
    return kept


async def test_a_register_is_kept_closed_and_counted(
    bot_url: str, open_chat: OpenChat, settings: Settings
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("register for S26-014")
    opened = await look(chat, "register")
    await chat.press("Everyone attended")
    await chat.choose("Cai Vaughan", "Excused")
    await chat.choose("Ada Hill", "Not marked")
    await chat.press("Save")
    saved = await look(chat, "register-saved")
    await chat.press("Add somebody")
    await chat.fill("Part of the name", "vera")
    await chat.press("Find")
    await look(chat, "register-add")
    await chat.press("Add")
    await look(chat, "register-unbooked")
    await chat.press("Close register")
    question = await look(chat, "register-last-look")
    await chat.press("Close register")
    closed = await look(chat, "register-closed")
    await chat.press("Reopen")
    await look(chat, "register-reopen")
    await chat.say("no-shows")
    counted = await look(chat, "no-shows")

    assert opened[0] == f"Register: {TITLE}"
    assert "Saved: 2 marks." in saved
    assert "1 person is not marked and becomes a no-show: Ada Hill." in question
    assert "11 people: 8 attended, 1 excused, 1 no-show, 1 without a booking." in closed
    assert "No-shows: 1 of 10 (10.0 %)" in counted
    assert sorted(str(one) for one in await marks(settings)) == [
        *["attended"] * 9,
        "excused",
        "no_show",
    ]
