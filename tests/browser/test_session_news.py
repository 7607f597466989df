"""What a practitioner and a coordinator are told of a session that changes, in a real browser."""

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
from tests.factories import make_agency, make_course, make_session
from tests.fakes import jobs_at_once
from tests.moments import TERMS
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import Delivery
from trainingbot.models import CourseSession
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import move_session
from trainingbot.scheduling.tentative import ask_to_decide
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
TITLE = "Safeguarding Children with Disabilities and Complex Health Needs"
VENUE = "Fenland Community Conference Centre, Room 2, Wisbech"
LINK = "https://teams.example/l/meetup-join/19"


@dataclass
class Bot:
    """The running service, and a tentative session of a course with other dates."""

    url: str
    database: Database
    worker: Worker
    session_id: UUID
    starts_at: datetime

    async def must_be_decided(self) -> None:
        async with self.database.writing() as db:
            session = await db.get_one(CourseSession, self.session_id)
            session.decide_at = utc_now() - timedelta(minutes=1)
            await db.flush()
            await ask_to_decide(db, session_id=session.id, now=utc_now())
        self.worker.call()

    async def moves(self) -> None:
        async with self.database.writing() as db:
            await move_session(
                db,
                session_id=self.session_id,
                starts_at=self.starts_at + timedelta(days=7),
                ends_at=self.starts_at + timedelta(days=7, minutes=150),
                delivery=Delivery.IN_PERSON,
                venue=VENUE,
                join_url=None,
                actor_id=None,
                reason="The trainer is at court on that day.",
                terms=TERMS,
                now=utc_now(),
            )
        self.worker.call()

    async def cancels(self) -> None:
        async with self.database.writing() as db:
            await cancel_session(
                db,
                session_id=self.session_id,
                reason="The trainer is ill, and nobody else teaches this course.",
                keep_interest=True,
                actor_id=None,
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
    day = utc_now().date() + timedelta(days=30)
    starts_at = datetime.combine(day, time(9, 30), tzinfo=UTC)
    async with TestServer(app, host="127.0.0.1") as server:
        async with app[DATABASE].writing() as db:
            await make_agency(
                db, name="Community Services NHS Trust", email_domain="community.example"
            )
            course = await make_course(db, title=TITLE, code="C13", level=3)
            session = await make_session(db, course=course, code="S26-013", starts_at=starts_at)
            session.join_url, session.tentative, session.minimum_places = LINK, True, 8
            session.decide_at = starts_at - timedelta(days=7)
            for number in range(2):
                await make_session(
                    db,
                    course=course,
                    code=f"S26-02{number}",
                    starts_at=starts_at + timedelta(days=14 + number),
                    capacity=20 * number,
                )
            await make_course(db, title="Graded Care Profile", code="C04")
        yield Bot(
            str(server.make_url("/api/messages")),
            app[DATABASE],
            app[WORKER],
            session.id,
            starts_at,
        )


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_a_tentative_session_is_booked_decided_moved_and_cancelled(
    bot: Bot, open_chat: OpenChat
) -> None:
    nurse = await open_chat(NURSE, bot.url)
    await nurse.wait_for("Hello Sarah")
    await nurse.say("C13")
    await look(nurse, "tentative-dates")
    await nurse.press((await nurse.buttons())[0])
    booked = await look(nurse, "booked-tentative")
    coordinator = await open_chat(COORDINATOR, bot.url)
    await coordinator.wait_for("Hello Morgan")

    await bot.must_be_decided()
    await coordinator.wait_for("Does this session take place?")
    await look(coordinator, "session-undecided")
    await coordinator.press("Confirm it takes place")
    await nurse.wait_for("This session takes place.")
    sure = await look(nurse, "session-sure")
    await bot.moves()
    await nurse.wait_for("This session has been moved.")
    await look(nurse, "session-moved-notice")
    await nurse.press("Keep my place")
    await look(nurse, "place-kept-after-a-move")
    await bot.cancels()
    await nurse.wait_for("This session is cancelled. We are sorry.")
    cancelled = await look(nurse, "session-cancelled-notice")

    assert booked[3].startswith("Tentative: takes place if 8 people have booked by ")
    assert "Join" not in booked
    assert "Join" in sure
    assert cancelled[0] == TITLE
    assert cancelled[-4:] == [
        "We will offer you a place when there is a new date.",
        "No, thank you",
        "Remove from calendar",
        "My training",
    ]


async def test_a_date_is_wished_for_and_the_wish_is_taken_back(
    bot: Bot, open_chat: OpenChat
) -> None:
    nurse = await open_chat(NURSE, bot.url)
    await nurse.wait_for("Hello Sarah")
    await nurse.say("C04")
    none = await look(nurse, "course-without-a-date")
    await nurse.press("Tell me of a new date")
    await look(nurse, "on-the-interest-list")
    await nurse.press("My waitlist")
    mine = await look(nurse, "dates-wished-for")
    await nurse.press("Leave")
    left = await look(nurse, "off-the-interest-list")

    assert none[-2:] == ["Tell me of a new date", "All courses"]
    assert mine[:4] == [
        "My training",
        "You are on no waitlist.",
        "Waiting for a date",
        "Graded Care Profile",
    ]
    assert left[-2:] == ["See dates", "Tell me of a new date"]
