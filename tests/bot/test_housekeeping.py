"""Chores that are done because time passes, each whatever becomes of the others."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot.housekeeping import CHORES, Round, keep_house
from tests.factories import (
    make_account,
    make_booking,
    make_coordinator,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.fakes import FailsAtTimes
from tests.moments import NOW
from trainingbot.bookings.schedule_rules import SCHEDULED
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice
from trainingbot.settings import Settings


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, secret="s" * 40)


async def tentative_session(database: Database, *, decide_at: datetime) -> None:
    """Write a tentative session, and the coordinator who decides on it."""
    async with database.writing() as db:
        await make_account(db, await make_coordinator(db))
        session = await make_session(db)
        session.tentative, session.minimum_places, session.decide_at = True, 8, decide_at


async def questions(database: Database) -> int:
    """Return how many coordinators have been asked to decide, about however many sessions."""
    async with database.reading() as db:
        asked = select(Notice).where(col(Notice.kind) == NoticeKind.SESSION_UNDECIDED)
        return len((await db.exec(asked)).all())


async def test_coordinators_are_asked_once_about_a_session_that_is_to_be_decided_on(
    database: Database, settings: Settings
) -> None:
    await tentative_session(database, decide_at=NOW + timedelta(hours=1))
    asked = []

    for hours in (0, 1, 1):
        await keep_house(Round(database, settings, NOW + timedelta(hours=hours)))
        asked.append(await questions(database))

    assert asked == [0, 1, 1]


async def test_what_is_too_late_expires_for_people_out_of_reach_too(
    database: Database, settings: Settings
) -> None:
    async with database.writing() as db:
        notice = await make_notice(db, await make_coordinator(db), expires_at=NOW)

    await keep_house(Round(database, settings, NOW))

    async with database.reading() as db:
        assert (await db.get_one(Notice, notice.id)).state == NoticeState.EXPIRED


async def test_a_place_from_before_there_were_reminders_gets_them(
    database: Database, settings: Settings
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        session = await make_session(db, starts_at=NOW + timedelta(days=30))
        await make_booking(db, practitioner_id=person.id, session_id=session.id)
    owed = []

    for _ in range(2):
        await keep_house(Round(database, settings, NOW))
        async with database.reading() as db:
            found = await db.exec(select(Notice.kind).where(Notice.practitioner_id == person.id))
            owed.append(sorted(found))

    assert owed[0] == owed[1] == sorted(SCHEDULED)


async def test_a_fault_with_one_session_keeps_no_other_from_being_looked_at(
    database: Database, settings: Settings
) -> None:
    for _ in range(2):
        await tentative_session(database, decide_at=NOW)
    failing = FailsAtTimes(database, {1})
    round_ = Round(failing, settings, NOW)  # type: ignore[arg-type] # a database with both its doors

    with capture_logs() as events:
        await CHORES["ask_to_decide"](round_)
    first = await questions(database)
    await CHORES["ask_to_decide"](Round(database, settings, NOW))

    # Each of both coordinators is asked about each session.
    assert (first, await questions(database)) == (2, 4)
    assert [event["event"] for event in events] == ["item_failed"]


async def test_a_chore_that_fails_keeps_no_other_from_being_done(
    database: Database, settings: Settings
) -> None:
    await tentative_session(database, decide_at=NOW)
    failing = FailsAtTimes(database, {1})

    with capture_logs() as events:
        await keep_house(
            Round(failing, settings, NOW)  # type: ignore[arg-type] # a database with both its doors
        )

    assert [(event["event"], event["chore"]) for event in events] == [
        ("chore_failed", next(iter(CHORES)))
    ]
    assert await questions(database) == 1
