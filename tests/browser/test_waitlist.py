"""A held place that arrives by itself and is taken on the card, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiohttp.test_utils import TestServer

from bot.app import DATABASE, WORKER, create_app
from bot.demo.playground import Person
from bot.worker import Worker
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import NO_DIGEST, OpenChat
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import jobs_at_once
from tests.moments import TERMS
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

TENANT = "5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee24"
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


@dataclass
class Bot:
    """The running service, and a full session that one person may leave."""

    url: str
    database: Database
    worker: Worker
    session_id: UUID
    holder_id: UUID

    async def holder_gives_back(self) -> None:
        async with self.database.writing() as db:
            await cancel_booking(
                db,
                session_id=self.session_id,
                practitioner_id=self.holder_id,
                terms=TERMS,
                now=utc_now(),
            )
        self.worker.call()


@pytest.fixture
async def bot(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Bot]:
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
        async with app[DATABASE].writing() as db:
            agency = await make_agency(
                db, name="Community Services NHS Trust", email_domain="community.example"
            )
            course = await make_course(db, title="Professional Curiosity")
            session = await make_session(
                db,
                course=course,
                code="S26-005",
                starts_at=datetime.combine(day, time(9, 30), tzinfo=UTC),
                capacity=1,
            )
            holder = await make_practitioner(db, agency=agency)
            await book_place(
                db, session_id=session.id, practitioner_id=holder.id, terms=TERMS, now=utc_now()
            )
        yield Bot(
            str(server.make_url("/api/messages")),
            app[DATABASE],
            app[WORKER],
            session.id,
            holder.id,
        )


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_a_held_place_arrives_by_itself_and_is_taken_on_the_card(
    bot: Bot, open_chat: OpenChat
) -> None:
    chat = await open_chat(NURSE, bot.url)
    await chat.wait_for("Hello Sarah")
    await chat.say("book professional curiosity")
    await chat.press((await chat.buttons())[0])
    await look(chat, "waiting")
    await chat.press("Book me automatically")
    await look(chat, "waiting-automatically")
    await chat.press("Ask me first")
    await chat.press("Why am I waiting?")
    why = await look(chat, "why-waiting")

    await bot.holder_gives_back()
    await chat.wait_for("A place is held for you until")
    offered = await look(chat, "offer")
    await chat.press("Take the place")
    taken = await look(chat, "offer-taken")

    assert why[0] == "Professional Curiosity"
    assert offered[3].startswith("Place held until ")
    assert offered[-3:] == ["Take the place", "No, thank you", "Other dates"]
    assert taken[3:5] == ["Booked", "You have a place."]


async def test_a_coordinator_looks_at_the_waitlist_of_a_session(
    bot: Bot, open_chat: OpenChat
) -> None:
    nurse = await open_chat(NURSE, bot.url)
    await nurse.wait_for("Hello Sarah")
    await nurse.say("book professional curiosity")
    await nurse.press((await nurse.buttons())[0])
    coordinator = await open_chat(COORDINATOR, bot.url)
    await coordinator.wait_for("Hello Morgan")

    await coordinator.say("S26-005")
    await look(coordinator, "session-for-a-coordinator")
    await coordinator.press("Waitlist")
    waiting = await look(coordinator, "session-waitlist")

    assert waiting[0] == "Waitlist: Professional Curiosity"
    assert waiting[3] == "1st: Sarah Okafor"
