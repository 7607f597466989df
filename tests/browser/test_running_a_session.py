"""A coordinator adds, moves and cancels a session on its cards, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from datetime import date, datetime, time
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer

from bot import phrases
from bot.app import DATABASE, create_app
from bot.demo.playground import Person
from tests.browser.chat import PHONE, Chat
from tests.browser.conftest import NO_DIGEST, OpenChat
from tests.factories import make_course, make_practitioner, make_session
from tests.fakes import jobs_at_once
from tests.moments import TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.clock import utc_now
from trainingbot.enums import Role
from trainingbot.models import PractitionerRole, SessionTrainer
from trainingbot.settings import Settings
from trainingbot.working_days import working_days_after

pytestmark = pytest.mark.browser

COORDINATOR = Person(
    name="Morgan Reid",
    email="morgan.reid@county.example",
    object_id=str(uuid4()),
    tenant_id="5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee24",
)


def working_day(after: int) -> date:
    """Return the day so many working days from now."""
    return working_days_after(utc_now(), days=after, calendar=TERMS.calendar).date()


@pytest.fixture
async def bot_url(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Run the service with a full session that has a trainer and somebody who waits."""
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        coordinators=(COORDINATOR.email,),
        notices_off=NO_DIGEST,
        tenants=(COORDINATOR.tenant_id,),
        local=True,
        quiet=False,
        _env_file=None,
    )
    app = create_app(settings, make_jobs=jobs_at_once)
    async with TestServer(app, host="127.0.0.1") as server:
        async with app[DATABASE].writing() as db:
            course = await make_course(db, title="Professional Curiosity")
            session = await make_session(
                db,
                course=course,
                code="S26-005",
                starts_at=datetime.combine(
                    working_day(30), time(9, 30), tzinfo=TERMS.calendar.zone
                ),
                capacity=2,
            )
            for name in ("Tara Moss", "Ned Hill"):
                trainer = await make_practitioner(db, name=name)
                db.add(PractitionerRole(practitioner_id=trainer.id, role=Role.TRAINER))
            db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
            for _ in range(3):
                person = await make_practitioner(db)
                await book_place(
                    db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=utc_now()
                )
        yield str(server.make_url("/api/messages"))


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_a_coordinator_moves_a_session_and_cancels_it(
    bot_url: str, open_chat: OpenChat
) -> None:
    day = working_day(32)
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("S26-005")
    await chat.press("Manage")
    await chat.unfold("More")
    await look(chat, "manage-session")
    await chat.press("Move")
    await chat.fill("Day", day.isoformat())
    await chat.fill("Why? Everybody who is told reads it.", "The trainer is away.")
    await chat.press("See what happens")
    shown = await look(chat, "preview-of-a-move")
    await chat.press("Move it")
    moved = await look(chat, "session-moved")
    await chat.unfold("More")
    await chat.press("Cancel session")
    await look(chat, "cancel-a-session")
    await chat.fill("Why? Everybody who is told reads it.", "The trainer is ill.")
    await chat.press("Cancel session")
    cancelled = await look(chat, "session-cancelled-by-a-coordinator")

    assert f"To {phrases.date_of(day)}, 09:30 to 12:00" in shown
    assert "3 people will be told." in shown
    assert "The session is moved." in moved
    assert "2 places lost. The trainer is ill." in cancelled


async def test_a_coordinator_adds_a_session_to_a_course(bot_url: str, open_chat: OpenChat) -> None:
    day = working_day(40)
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("professional curiosity")
    await look(chat, "course-for-a-coordinator")
    await chat.press("Add a session")
    await look(chat, "add-a-session")
    await chat.fill("Day", day.isoformat())
    await chat.fill("Begins", "10:00")
    await chat.fill("Places", "20")
    await chat.press("See what happens")
    shown = await look(chat, "preview-of-a-session")
    await chat.unfold("Change it")
    await chat.fill("Places", "25")
    await chat.press("See what happens")
    await chat.press("Add it")
    added = await look(chat, "session-added")

    assert f"{phrases.date_of(day)}, 10:00 to 12:30" in shown
    assert "Online in Teams, 20 places" in shown
    assert "Online in Teams, 25 of 25 places free" in added
