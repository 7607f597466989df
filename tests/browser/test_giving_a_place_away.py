"""A place is handed on, changed for another date, and given back late, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from trainingbot.clock import utc_now
from trainingbot.enums import Role
from trainingbot.models import PractitionerRole, SessionTrainer
from trainingbot.settings import Settings
from trainingbot.working_days import working_days_after

pytestmark = pytest.mark.browser

TENANT = "5f1f9a0e-0c1e-4b56-9d6e-2024c0ffee24"


def person(name: str, email: str) -> Person:
    return Person(name=name, email=email, object_id=str(uuid4()), tenant_id=TENANT)


NURSE = person("Sarah Okafor", "sarah.okafor@community.example")
TRAINER = person("Tom Baker", "tom.baker@community.example")
COORDINATOR = person("Morgan Reid", "morgan.reid@county.example")


@dataclass
class Stage:
    """Where the running service is."""

    url: str


def a_working_day(days: int) -> datetime:
    """Return a morning so many working days from now, as the terms count them."""
    return working_days_after(utc_now(), days=days, calendar=TERMS.calendar).replace(
        hour=9, minute=30, second=0, microsecond=0
    )


@pytest.fixture
async def stage(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    file = shutil.copy(sqlite_template, tmp_path / "trainingbot.db")
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{file}",
        partnership="Fenland Safeguarding Partnership",
        coordinators=(COORDINATOR.email,),
        notices_off=NO_DIGEST,
        policy="two_days",
        secret="a secret that only the tests know, 32 characters",
        local=True,
        quiet=False,
        _env_file=None,
    )
    app = create_app(settings, make_jobs=jobs_at_once)
    first, later = a_working_day(20), a_working_day(30)
    async with TestServer(app, host="127.0.0.1") as server:
        async with app[DATABASE].writing() as db:
            agency = await make_agency(
                db, name="Community Services NHS Trust", email_domain="community.example"
            )
            await make_agency(db, name="Fenland Police")
            course = await make_course(db, title="Professional Curiosity", code="C05")
            session = await make_session(
                db, course=course, code="S26-005", starts_at=first, capacity=12
            )
            await make_session(db, course=course, code="S26-006", starts_at=later, capacity=3)
            await make_session(
                db,
                course=await make_course(db, title="Working with Fathers"),
                code="S26-007",
                starts_at=utc_now() + timedelta(hours=20),
            )
            trainer = await make_practitioner(
                db, name=TRAINER.name, email=TRAINER.email, agency=agency
            )
            db.add(PractitionerRole(practitioner_id=trainer.id, role=Role.TRAINER))
            db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
            for name in ("Priya Shah", "Leon Hughes"):
                await make_practitioner(db, name=name, agency=agency)
        yield Stage(str(server.make_url("/api/messages")))


async def look(chat: Chat, name: str) -> list[str]:
    await chat.screenshot(name)
    await chat.screenshot(name, width=PHONE)
    assert await chat.cut_off() == []
    return (await chat.last_card_text()).splitlines()


async def test_a_place_is_handed_on_and_changed_for_another_date(
    stage: Stage, open_chat: OpenChat
) -> None:
    nurse = await open_chat(NURSE, stage.url)
    await nurse.wait_for("Hello Sarah")
    await nurse.say("book S26-005")
    await look(nurse, "booked-with-cut-off")
    await nurse.say("change my date S26-005")
    await look(nurse, "change-date")
    await nurse.press((await nurse.buttons())[0])
    changed = await look(nurse, "date-changed")
    await nurse.press("Send a colleague")
    await look(nurse, "send-a-colleague")
    await nurse.fill("Find a colleague by name", "shah")
    await nurse.press("Find")
    await look(nurse, "colleagues-found")
    await nurse.press("Send Priya")
    sent = await look(nurse, "colleague-sent")

    assert changed[3] == "Booked"
    assert sent[3:5] == ["Cancelled", "Priya Shah has your place."]


async def test_a_place_is_given_back_late_and_the_charge_is_waived(
    stage: Stage, open_chat: OpenChat
) -> None:
    nurse = await open_chat(NURSE, stage.url)
    await nurse.wait_for("Hello Sarah")
    await nurse.say("book S26-007")
    await look(nurse, "booked-late")
    await nurse.press("Give my place back")
    await look(nurse, "give-back-late")
    await nurse.choose("Why can’t you come?", "Urgent work that can’t wait")
    await nurse.press("Give my place back")
    given = await look(nurse, "given-back-late")
    coordinator = await open_chat(COORDINATOR, stage.url)
    await coordinator.wait_for("Hello Morgan")
    await coordinator.say("charges")
    await look(coordinator, "charges")
    await coordinator.press("Waive")
    await look(coordinator, "waive-a-charge")
    await coordinator.fill("Why is it waived? The person can read it.", "A court date.")
    await coordinator.press("Waive")
    waived = await look(coordinator, "charge-waived")

    assert given[3] == "Cancelled"
    assert waived[0] == "Sarah Okafor"


async def test_a_coordinator_reserves_places_for_an_agency(
    stage: Stage, open_chat: OpenChat
) -> None:
    coordinator = await open_chat(COORDINATOR, stage.url)
    await coordinator.wait_for("Hello Morgan")
    await coordinator.say("manage S26-005")
    await look(coordinator, "session-hub")
    await coordinator.unfold("More")
    await coordinator.press("Reserve places")
    await look(coordinator, "reserve-places")
    await coordinator.choose("For which agency?", "Fenland Police")
    await coordinator.fill("How many places, with those its people have?", "4")
    await coordinator.press("Reserve")
    reserved = await look(coordinator, "places-reserved")

    assert reserved[0] == "Reserved places: Professional Curiosity"
