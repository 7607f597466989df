"""What trainers and coordinators are told and can settle, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.app import DATABASE, create_app
from bot.demo.playground import Person
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import NO_DIGEST, OpenChat
from tests.factories import (
    make_agency,
    make_booking,
    make_course,
    make_notice,
    make_practitioner,
    make_session,
)
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import NoticeKind
from trainingbot.models import (
    Course,
    CourseSession,
    CourseWithoutNotice,
    Practitioner,
    SessionTrainer,
    TeamsAccount,
)
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

COORDINATOR = Person(
    name="Morgan Reid",
    email="morgan.reid@county.example",
    object_id=str(uuid4()),
    tenant_id="5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee25",
)
TITLE = "Safeguarding Children and Young People with Disabilities Level 3"


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    return Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        secret="a secret that only the tests know, 32 characters",
        local=True,
        coordinators=(COORDINATOR.email,),
        notices_off=NO_DIGEST | {NoticeKind.STARTING_SOON},
        quiet=False,
        _env_file=None,
    )


@pytest.fixture
async def bot_url(settings: Settings) -> AsyncIterator[str]:
    """Run the bot with two sessions next week; on the second are three people, one is coming."""
    application = create_app(settings)
    async with TestServer(application, host="127.0.0.1") as server:
        day = utc_now().date() + timedelta(days=7)
        starts_at = datetime.combine(day, time(10), tzinfo=UTC)
        async with application[DATABASE].writing() as db:
            police = await make_agency(db, name="Fenland Constabulary, Public Protection Unit")
            course = await make_course(db, code="C13", title=TITLE)
            for number in (13, 14):
                session = await make_session(
                    db, course=course, code=f"S26-0{number}", starts_at=starts_at, venue="Town Hall"
                )
            for name in ("Ada Hill", "Bartholomew Featherstonehaugh-Cholmondeley", "Cai Vaughan"):
                person = await make_practitioner(db, name=name, agency=police)
                booking = await make_booking(db, session_id=session.id, practitioner_id=person.id)
            booking.coming_at = utc_now()
            session.places_taken = 3
        yield str(server.make_url("/api/messages"))


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def settled(settings: Settings) -> tuple[list[str], str | None]:
    database = Database(settings.database_url)
    async with database.reading() as db:
        kinds = await db.exec(select(CourseWithoutNotice.kind))
        course = (await db.exec(select(Course))).one()
        found = sorted(kinds.all()), course.joining_instructions
    await database.close()
    return found


async def test_a_coordinator_settles_the_notices_of_a_course(
    bot_url: str, open_chat: OpenChat, settings: Settings
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("notices of C13")
    await look(chat, "course-notices")
    await chat.page.get_by_role("checkbox", name="5 working days before the start").last.click()
    await chat.fill("What people need to know", "Bring a case. " * 150)
    await chat.press("Save")
    mistaken = await look(chat, "course-notices-mistaken")
    refused = await settled(settings)
    await chat.fill("What people need to know", "Bring a case.\nRead chapter 2.")
    await chat.press("Save")
    saved = await look(chat, "course-notices-saved")

    assert "The joining instructions have 2,099 characters. Say it in 2,000 at most." in mistaken
    assert refused == ([], None)
    assert saved[:4] == [
        f"Notices: {TITLE}",
        "What the people and the trainers of this course get:",
        "Saved.",
        "It holds for everything that has not been sent yet.",
    ]
    assert await settled(settings) == (["early_reminder"], "Bring a case.\nRead chapter 2.")


async def test_a_coordinator_reads_what_needs_attention_and_whom_teams_does_not_reach(
    bot_url: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("what needs attention")
    attention = await look(chat, "attention")
    await chat.press("Who is not reached")
    people = await look(chat, "people-not-reached")

    assert attention[0] == "What needs attention"
    assert "3 people cannot be reached in Teams and hear nothing" in attention
    assert people[:2] == [
        "People not reached in Teams",
        "3 people cannot be reached in Teams and hear nothing.",
    ]


async def test_a_trainer_is_told_by_itself_who_is_coming(
    bot_url: str, open_chat: OpenChat, settings: Settings
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")
    database = Database(settings.database_url)
    async with database.writing() as db:
        session = (
            await db.exec(select(CourseSession).where(CourseSession.code == "S26-014"))
        ).one()
        account = (await db.exec(select(TeamsAccount))).one()
        trainer = await db.get_one(Practitioner, account.practitioner_id)
        db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
        await make_notice(
            db,
            trainer,
            kind=NoticeKind.TRAINERS_DIGEST,
            about_id=session.id,
            due_at=utc_now(),
            expires_at=session.starts_at,
        )
    await database.close()

    await chat.wait_for("Who is coming to your session")
    digest = await look(chat, "trainers-digest")
    await chat.press("Roster")

    assert digest[3:6] == [
        "Who is coming to your session",
        "3 people have a place, 1 of them has said they are coming.",
        "17 places free.",
    ]
    assert (await chat.last_card_text()).startswith(f"Roster: {TITLE}")
