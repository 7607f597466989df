"""Searching with the filter, waiting for a full session, and words that mean something else."""

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
from tests.browser.conftest import OpenChat
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import jobs_at_once
from tests.moments import TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import CourseKind, Delivery
from trainingbot.settings import Settings

pytestmark = pytest.mark.browser

TENANT = "5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee24"


def person(name: str, email: str) -> Person:
    return Person(name=name, email=email, object_id=str(uuid4()), tenant_id=TENANT)


NURSE = person("Sarah Okafor", "sarah.okafor@community.example")


@pytest.fixture
async def bot(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Run the whole service with a small programme of coming courses; return its address."""
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
    async with TestServer(app, host="127.0.0.1") as server:
        await plan_courses(app[DATABASE])
        yield str(server.make_url("/api/messages"))


def a_morning(days: int) -> datetime:
    """Return 09:30 in UTC, some days from today."""
    return datetime.combine(utc_now().date() + timedelta(days=days), time(9, 30), tzinfo=UTC)


async def plan_courses(database: Database) -> None:
    async with database.writing() as db:
        await make_agency(db, name="Community Services NHS Trust", email_domain="community.example")
        await make_agency(db, name="County Council", email_domain="county.example")
        await make_agency(db, name="Voluntary Sector")
        neglect = await make_course(db, title="Neglect Level 2", code="C02")
        await make_session(db, course=neglect, starts_at=a_morning(20), capacity=35)
        await make_session(db, course=neglect, starts_at=a_morning(48), capacity=35)
        curiosity = await make_course(
            db, title="Professional Curiosity", theme="professional curiosity"
        )
        full = await make_session(db, course=curiosity, starts_at=a_morning(13), capacity=2)
        thresholds = await make_course(
            db,
            title="Partner Workshop: Thresholds",
            theme="thresholds",
            level=1,
            kind=CourseKind.WORKSHOP,
        )
        await make_session(
            db,
            course=thresholds,
            starts_at=a_morning(6),
            delivery=Delivery.IN_PERSON,
            venue="Partner premises",
            capacity=60,
        )
        for title in ("Graded Care Profile", "Early Help Assessment", "Online Abuse"):
            course = await make_course(db, title=title, theme=title.lower())
            await make_session(db, course=course, starts_at=a_morning(30))
        for _ in range(3):
            other = await make_practitioner(db)
            await book_place(
                db, session_id=full.id, practitioner_id=other.id, terms=TERMS, now=utc_now()
            )


async def shown(chat: Chat, name: str) -> list[str]:
    """Keep pictures of the newest card for a desktop and a phone, and return its lines."""
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_the_filter_narrows_the_courses_and_keeps_what_was_chosen(
    bot: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(NURSE, bot)
    await chat.wait_for("Hello Sarah")

    await chat.say("courses")
    listed = await shown(chat, "small-courses")
    await chat.unfold("Filter")
    filtering = await shown(chat, "filter")
    await chat.choose("Format", "Workshop")
    await chat.press("Show courses")
    workshops = await shown(chat, "workshops")
    await chat.unfold("Filter")
    await chat.choose("Level", "Level 3")
    await chat.press("Show courses")
    nothing = await shown(chat, "nothing-found")

    assert listed[:2] == ["Courses", "6 courses, page 1 of 2, the next dates first"]
    assert "Only dates with places free" in filtering
    assert workshops[:3] == [
        "Workshops",
        "1 course, the next dates first",
        "Partner Workshop: Thresholds",
    ]
    assert nothing[:2] == [
        "Nothing found",
        "There are no level 3 workshops in the programme at the moment.",
    ]


async def test_a_nurse_waits_for_a_full_session_and_reads_where_she_stands(
    bot: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(NURSE, bot)
    await chat.wait_for("Hello Sarah")

    await chat.say("book profesional curiosity")
    await shown(chat, "full-course")
    await chat.press((await chat.buttons())[0])
    waiting = await shown(chat, "waitlisted")
    await chat.say("where am I in the queue")
    listed = await shown(chat, "my-waitlist")

    assert waiting[3] == "Waitlist: 2nd"
    assert listed[:3] == ["My training", "Waitlist: 1 session", "Professional Curiosity"]


async def test_words_that_are_no_booking_get_an_answer_of_their_own(
    bot: str, open_chat: OpenChat
) -> None:
    chat = await open_chat(NURSE, bot)
    await chat.wait_for("Hello Sarah")

    await chat.say("quantum gardening for beginners")
    unclear = await shown(chat, "unclear")
    await chat.say("I'm worried about a child")
    concern = await shown(chat, "concern")

    assert unclear[0] == "Which training do you mean?"
    assert concern[:2] == [
        "Worried about a child or an adult?",
        "If somebody is in immediate danger, call 999.",
    ]
