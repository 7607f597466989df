"""The whole service, booking places: authentication on, commit on disk, card to the connector.

`python -m tests.benchmarks.serve_booking SCENE_FILE`. Each body is a practitioner of their own
pressing *Book* on one of the sessions, as an older client sends it, so that the card goes out
through the connector.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import uvloop
from aiohttp import ClientSession, web

from bot.app import create_app
from bot.teams.service import Teams
from bot.teams.service_urls import ServiceUrls
from bot.visits import Clock
from tests.benchmarks.scene import Scene
from tests.benchmarks.serve_echo import FixedCredentials
from tests.bot_framework import BOT_ID, submitted
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import CourseKind, Delivery
from trainingbot.migrations import prepare
from trainingbot.models import Agency, Course, CourseSession, Practitioner, TeamsAccount
from trainingbot.settings import Settings

PEOPLE = 500
SESSIONS = 30
CAPACITY = 250
"""Half of those who book a session get a place, the others wait."""
Fill = Callable[[Database, Scene], Awaitable[None]]
"""Writes down what a measurement begins with."""
NAMESPACE = UUID("6f0d9d4e-4b39-4c66-8f3a-0c4d1f2e3a5b")


def an_id(kind: str, number: int) -> UUID:
    """Return the same id in the process that loads and in the one that serves."""
    return uuid5(NAMESPACE, f"{kind} {number}")


def booking_bodies(scene: Scene) -> list[str]:
    """Return one press of *Book* for each person on each session."""
    return [
        json.dumps(_press(scene, person, session))
        for session in range(SESSIONS)
        for person in range(PEOPLE)
    ]


def _press(scene: Scene, person: int, session: int) -> dict[str, Any]:
    data = {"session_id": str(an_id("session", session))}
    press = submitted("book_place", data, serviceUrl=scene.sink_url, replyToId=None)
    object_id = str(an_id("object", person))
    press["from"] = {"id": f"29:{object_id}", "name": "Ann", "aadObjectId": object_id}
    press["conversation"]["id"] = f"a:{object_id}"
    press["channelData"]["tenant"]["id"] = press["conversation"]["tenantId"] = scene.tenant
    return press


async def fill(database: Database, scene: Scene) -> None:
    """Write down the people and the sessions that are booked."""
    now = utc_now()
    async with database.writing() as db:
        agency = Agency(code="A", name="Agency", sector="health", contributing=True)
        course = Course(
            code="C02",
            title="Neglect Level 2",
            kind=CourseKind.COURSE,
            level=2,
            theme="neglect",
            minutes=150,
            capacity=35,
        )
        db.add_all([agency, course])
        await db.flush()
        for number in range(SESSIONS):
            starts_at = now + timedelta(days=7 + number)
            db.add(
                CourseSession(
                    id=an_id("session", number),
                    code=f"S-{number}",
                    course_id=course.id,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=150),
                    delivery=Delivery.TEAMS,
                    capacity=CAPACITY,
                )
            )
        for number in range(PEOPLE):
            person = Practitioner(
                name=f"Person {number}", agency_id=agency.id, agency_confirmed_at=now
            )
            object_id = str(an_id("object", number))
            account = TeamsAccount(
                tenant_id=scene.tenant,
                object_id=object_id,
                practitioner_id=person.id,
                practitioner=person,
                service_url=scene.sink_url,
                conversation_id=f"a:{object_id}",
                teams_user_id=f"29:{object_id}",
                bot_id=BOT_ID,
                greeted_at=now,
            )
            db.add(account)


async def application(scene: Scene, folder: str, fill: Fill) -> web.Application:
    url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
    settings = Settings(
        database_url=url,
        app_id=scene.app_id,
        tenants=(scene.tenant,),
        secret="s" * 40,
        # A measurement is made at any hour of any day.
        quiet=False,
    )
    database = Database(url)
    await prepare(database)
    await fill(database, scene)
    await database.close()

    def teams(settings: Settings, http: ClientSession, *, clock: Clock) -> Teams:
        return Teams(
            settings,
            http,
            metadata_url=scene.metadata_url,
            credentials=FixedCredentials(),
            service_urls=ServiceUrls((), loopback=True),
            clock=clock,
        )

    return create_app(settings, make_teams=teams)


def serve(scene: Scene, *, fill: Fill = fill) -> None:
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    with tempfile.TemporaryDirectory(dir=".") as folder:
        made = application(scene, folder, fill)
        web.run_app(made, host="127.0.0.1", port=scene.port, print=None, access_log=None)


if __name__ == "__main__":
    serve(Scene.read(sys.argv[1]))
