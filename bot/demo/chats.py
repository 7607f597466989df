"""Whose chats the demo opens, and the programme that they find in them."""

import asyncio
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.demo.playground import Person
from bot.demo.run import DemoChat
from trainingbot.db import Database
from trainingbot.enums import Nation
from trainingbot.migrations import prepare
from trainingbot.programme.demo import DemoPeople, DemoPerson, demo_programme, prepare_demo
from trainingbot.settings import Settings
from trainingbot.terms import Terms
from trainingbot.working_days import WorkingCalendar

ZONE = ZoneInfo("Europe/London")
TERMS = Terms(WorkingCalendar(Nation.ENGLAND, ZONE))


def prepare_demo_database(database_url: str, now: datetime) -> list[DemoChat]:
    """Fill the new database with the programme of 2024, moved to `now`; say whose chats to open."""
    return chats_of(asyncio.run(_prepare(database_url, now)))


def chats_of(people: DemoPeople) -> list[DemoChat]:
    """Return one chat for each kind of person, the practitioner's first."""
    return [
        DemoChat(_seen_by_teams(people.practitioner), "who has a place on a course to come"),
        DemoChat(_seen_by_teams(people.trainer), "who trains the next session"),
        DemoChat(_seen_by_teams(people.coordinator), "who runs the programme", coordinator=True),
        DemoChat(
            _seen_by_teams(people.newcomer), "who is new and from an agency that is not known yet"
        ),
    ]


async def _prepare(database_url: str, now: datetime) -> DemoPeople:
    # The bot, started without a secret of its own, will find the same one beside the database.
    secret = Settings(database_url=database_url, secret=SecretStr("")).signing_secret
    database = Database(database_url)
    try:
        await prepare(database)
        programme = demo_programme(zone=ZONE)
        async with database.writing() as db:
            demo = await prepare_demo(db, programme, secret=secret, terms=TERMS, now=now)
    finally:
        await database.close()
    return demo.people


def _seen_by_teams(person: DemoPerson) -> Person:
    """Return what the person's tenant says about them: one made-up tenant per e-mail domain."""
    domain = person.email.partition("@")[2]
    return Person(
        name=person.name,
        email=person.email,
        object_id=str(person.object_id),
        tenant_id=str(uuid5(NAMESPACE_URL, f"https://{domain}")),
    )
