"""A roster, and a coordinator who books, cancels and sends a colleague, in a real browser."""

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
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import jobs_at_once
from tests.moments import TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.clock import utc_now
from trainingbot.models import SessionTrainer
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

TENANT = "5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee25"
TRAINER = Person(
    name="Tess Hall",
    email="tess.hall@community.example",
    object_id=str(uuid4()),
    tenant_id=TENANT,
)
COORDINATOR = Person(
    name="Morgan Reid",
    email="morgan.reid@county.example",
    object_id=str(uuid4()),
    tenant_id=TENANT,
)
PEOPLE = ("Ann Smith", "Bartholomew Featherstonehaugh-Cholmondeley", "Cas Hill", "Dan Ford")


@pytest.fixture
async def bot_url(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Run the service with a session of two places, on which two people wait."""
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
            session = await make_session(
                db,
                course=await make_course(db, title="Professional Curiosity"),
                code="S26-005",
                starts_at=datetime.combine(day, time(9, 30), tzinfo=UTC),
                capacity=2,
            )
            trainer = await make_practitioner(
                db, name=TRAINER.name, email=TRAINER.email, agency=agency
            )
            db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
            people = [await make_practitioner(db, name=name, agency=agency) for name in PEOPLE]
            await make_practitioner(db, name="Eve Bell", agency=agency)
            for person in people:
                await book_place(
                    db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=utc_now()
                )
        yield str(server.make_url("/api/messages"))


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_a_trainer_looks_at_who_is_coming(bot_url: str, open_chat: OpenChat) -> None:
    chat = await open_chat(TRAINER, bot_url)
    await chat.wait_for("Hello Tess")

    await chat.say("help")
    await chat.press("My sessions")
    sessions = await look(chat, "my-sessions")
    await chat.press("Roster")
    roster = await look(chat, "roster-of-a-trainer")

    assert sessions[:3] == [
        "My sessions",
        "1 session that you teach, those to come first",
        "Professional Curiosity",
    ]
    assert roster[0] == "Roster: Professional Curiosity"
    assert [line for line in roster if line in PEOPLE] == list(PEOPLE)
    assert await chat.buttons() == ["My sessions"]


async def test_a_coordinator_books_cancels_and_sends_a_colleague_for_others(
    bot_url: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("manage S26-005")
    await chat.press("Roster")
    await look(chat, "roster")
    await chat.press("Book somebody")
    await look(chat, "who-is-to-come")
    await chat.fill("A part of the name", "bell")
    await chat.press("Find")
    await look(chat, "people-found")
    await chat.press("Choose")
    await look(chat, "book-somebody")
    await chat.fill("Why?", "The manager rang us on Monday")
    await chat.press("Book")
    booked = await look(chat, "booked-somebody")
    await chat.press("Cancel for them")
    await look(chat, "cancel-for-somebody")
    await chat.fill("Why?", "A mistake of ours")
    await chat.press("Cancel for them")
    cancelled = await look(chat, "cancelled-for-somebody")

    assert booked[5:7] == ["Waitlist: 3rd", "Eve Bell is 3rd on the waitlist."]
    assert cancelled[5:7] == ["Cancelled", "Eve Bell does not wait any more."]


async def test_a_coordinator_sends_a_colleague_in_somebodys_place(
    bot_url: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(COORDINATOR, bot_url)
    await chat.wait_for("Hello Morgan")

    await chat.say("roster S26-005")
    await chat.page.get_by_role("button", name="Open", exact=True).first.click()
    await chat.wait_for("What happened, the newest first")
    await look(chat, "somebodys-booking")
    await chat.press("Send a colleague instead")
    await look(chat, "who-goes-instead")
    await chat.press("Send Cas Hill")
    await look(chat, "send-somebody-instead")
    await chat.fill("Why?", "Ann is ill")
    await chat.press("Hand the place on")
    done = await look(chat, "place-handed-on")

    assert done[0] == "Ann Smith"
    assert done[5:7] == ["Cancelled", "Cas Hill has the place now."]
