"""What a practitioner gets before a session, and the answer on its card, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.app import DATABASE, WORKER, create_app
from bot.demo.playground import Person
from bot.worker import Worker
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import OpenChat
from tests.factories import make_agency, make_course, make_session
from tests.fakes import jobs_at_once
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

TENANT = "5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee24"
NURSE = Person(
    name="Sarah Okafor",
    email="sarah.okafor@community.example",
    object_id=str(uuid4()),
    tenant_id=TENANT,
)
WAITS = Person(
    name="Ben Lee",
    email="ben.lee@community.example",
    object_id=str(uuid4()),
    tenant_id=TENANT,
)
TITLE = "Safeguarding Children with Disabilities and Complex Health Needs"
LINK = "https://teams.example/l/meetup-join/19"
INSTRUCTIONS = (
    "Please read the *summary of the case review* before you come.\n"
    "- Bring your own laptop, and the referral form that your team uses.\n"
    "- You need a quiet room: we talk about real cases."
)


@dataclass
class Bot:
    """The running service, and a session of one place some weeks from now."""

    url: str
    database: Database
    worker: Worker
    session_id: UUID

    async def time_comes_for(self, kind: NoticeKind) -> None:
        """Let what is owed of a kind be due now, as it would be by itself on its day."""
        async with self.database.writing() as db:
            found = await db.exec(
                select(Notice).where(Notice.kind == kind, Notice.state == NoticeState.OWED)
            )
            for notice in found:
                notice.due_at = utc_now() - timedelta(seconds=1)
        self.worker.call()


@pytest.fixture
async def bot(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Bot]:
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        secret="a secret that only the tests know, 32 characters",
        local=True,
        quiet=False,
        _env_file=None,
    )
    app = create_app(settings, make_jobs=jobs_at_once)
    day = utc_now().date() + timedelta(days=30)
    starts_at = datetime.combine(day, time(9, 30), tzinfo=UTC)
    async with TestServer(app, host="127.0.0.1") as server:
        async with app[DATABASE].writing() as db:
            await make_agency(
                db, name="Community Services NHS Trust", email_domain="community.example"
            )
            course = await make_course(db, title=TITLE, code="C13", level=3)
            course.joining_instructions = INSTRUCTIONS
            session = await make_session(
                db, course=course, code="S26-013", starts_at=starts_at, capacity=1
            )
            session.join_url = LINK
        yield Bot(str(server.make_url("/api/messages")), app[DATABASE], app[WORKER], session.id)


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_a_reminder_arrives_and_is_answered_and_the_place_reaches_the_next_in_line(
    bot: Bot, open_chat: OpenChat
) -> None:
    nurse, waits = await open_chat(NURSE, bot.url), await open_chat(WAITS, bot.url)
    for chat, hello in ((nurse, "Hello Sarah"), (waits, "Hello Ben")):
        await chat.wait_for(hello)
        await chat.say("book S26-013")

    await bot.time_comes_for(NoticeKind.EARLY_REMINDER)
    await nurse.wait_for("Are you coming?")
    asked = await look(nurse, "early-reminder")
    cards = await nurse.cards.count()
    await nurse.press("I’m coming")
    await nurse.wait_for("You said you are coming.")
    answered = await look(nurse, "said-coming")
    answered_in_place = await nurse.cards.count() == cards
    await bot.time_comes_for(NoticeKind.JOINING_INSTRUCTIONS)
    await nurse.wait_for("How to join")
    joining = await look(nurse, "joining-instructions")
    await bot.time_comes_for(NoticeKind.LATE_REMINDER)
    await nurse.wait_for("1 person is waiting for a place.")
    await look(nurse, "late-reminder-of-somebody-coming")
    await nurse.press("I can’t come")
    await look(nurse, "cannot-come")
    await nurse.press("Give my place back")
    given = await look(nurse, "place-given-back-after-a-reminder")
    await waits.wait_for("A place is held for you until")
    await waits.press("Take the place")
    await bot.time_comes_for(NoticeKind.STARTING_SOON)
    await waits.wait_for("Online in Teams")
    soon = await look(waits, "starting-soon")

    assert asked[4:7] == [
        "Are you coming?",
        "1 person is waiting for a place.",
        "If your place stays empty, they can’t have it.",
    ]
    assert asked[-4:] == ["Join", "I’m coming", "I can’t come", "Send a colleague"]
    assert answered_in_place
    assert answered[4] == "You said you are coming."
    assert joining[-6:-3] == [
        "Please read the *summary of the case review* before you come.",
        "- Bring your own laptop, and the referral form that your team uses.",
        "- You need a quiet room: we talk about real cases.",
    ]
    assert "It is offered to the next in line. Thank you for letting us know." in given
    assert soon[0] == TITLE
    assert soon[2:] == ["Online in Teams", "Join"]
