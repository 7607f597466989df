"""The door to the database: what is kept, what is not, and which URLs open it."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests.factories import make_agency
from trainingbot.db import Database, add_unless_there, journal_mode
from trainingbot.errors import SettingsNotUsable
from trainingbot.models import Agency


async def names_of_agencies(database: Database) -> list[str]:
    async with database.reading() as db:
        return sorted((await db.exec(select(Agency.name))).all())


async def test_what_is_written_is_kept_when_the_block_ends(database: Database) -> None:
    async with database.writing() as db:
        await make_agency(db, name="Police")

    assert await names_of_agencies(database) == ["Police"]


async def test_nothing_is_kept_when_the_block_raises(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.writing() as db:
            await make_agency(db, name="Police")
            raise KeyError

    await asyncio.gather(write_and_fail(), return_exceptions=True)

    assert await names_of_agencies(database) == []


async def test_nothing_done_while_reading_is_kept(database: Database) -> None:
    async with database.reading() as db:
        await make_agency(db, name="Police")

    assert await names_of_agencies(database) == []


async def test_rows_can_be_read_after_their_transaction(database: Database) -> None:
    async with database.writing() as db:
        agency = await make_agency(db, name="Police")

    assert agency.name == "Police"


async def test_two_hundred_transactions_at_once_all_succeed(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.writing() as db:
            await make_agency(db, name=f"Agency {number:03}")

    await asyncio.gather(*(write(number) for number in range(200)))

    assert await names_of_agencies(database) == [f"Agency {number:03}" for number in range(200)]


async def test_a_turn_given_up_while_it_writes_leaves_the_door_open(database: Database) -> None:
    reached = asyncio.Event()

    async def write_and_wait() -> None:
        async with database.writing() as db:
            await make_agency(db, name="Given up")
            reached.set()
            await asyncio.Event().wait()

    turn = asyncio.create_task(write_and_wait())
    await reached.wait()
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)
    async with database.writing() as db:
        await make_agency(db, name="Police")

    assert turn.cancelled()
    assert await names_of_agencies(database) == ["Police"]


async def test_a_row_is_added_once_however_often_it_is_added(database: Database) -> None:
    async def add(name: str) -> None:
        async with database.writing() as db:
            agency = Agency(code="A1", name=name, sector="police", contributing=True)
            await add_unless_there(db, agency, unique=["code"])

    await asyncio.gather(*(add("Police") for _ in range(20)))
    await add("Another name")

    assert await names_of_agencies(database) == ["Police"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "TRAININGBOT_DATABASE_URL cannot be read."),
        ("trainingbot.db", "TRAININGBOT_DATABASE_URL cannot be read."),
        ("postgresql+psycopg://name@host:port/db", "TRAININGBOT_DATABASE_URL cannot be read."),
        ("mysql://host/db", "TRAININGBOT_DATABASE_URL names mysql;"),
        ("sqlite:///trainingbot.db", "TRAININGBOT_DATABASE_URL names sqlite;"),
        ("postgresql+psycopg2://h/db", "TRAININGBOT_DATABASE_URL names postgresql+psycopg2;"),
        ("sqlite+aiosqlite://", "TRAININGBOT_DATABASE_URL names no file."),
        ("sqlite+aiosqlite:///:memory:", "TRAININGBOT_DATABASE_URL names no file."),
        ("sqlite+aiosqlite://trainingbot.db", "TRAININGBOT_DATABASE_URL names no file."),
        ("sqlite+aiosqlite:///a.db?mode=ro", "TRAININGBOT_DATABASE_URL names no file."),
    ],
)
def test_a_url_that_the_service_cannot_run_on_is_refused_in_a_sentence(
    url: str, sentence: str
) -> None:
    with pytest.raises(SettingsNotUsable) as refusal:
        Database(url)

    assert refusal.value.sentence[: len(sentence)] == sentence


def test_a_refused_url_does_not_repeat_its_password() -> None:
    with pytest.raises(SettingsNotUsable) as refusal:
        Database("mysql://name:correct-horse@host/db")

    assert "correct-horse" not in refusal.value.sentence


async def test_sqlite_checks_references_and_waits_for_the_disk(sqlite_template: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{sqlite_template}")

    async with database.reading() as db:
        pragmas = [
            (await db.exec(text(f"PRAGMA {name}"))).scalar_one()  # type: ignore[call-overload]  # exec takes text too
            for name in ("foreign_keys", "synchronous", "busy_timeout", "journal_mode")
        ]
    await database.close()

    full = 2
    assert pragmas == [1, full, 30_000, journal_mode().lower()]


def test_wal_is_used_only_where_it_cannot_corrupt() -> None:
    mode = journal_mode()

    assert (mode == "WAL") == (sqlite3.sqlite_version_info >= (3, 51, 3))


@pytest.mark.parametrize("steps", range(12))
async def test_closing_waits_for_a_connection_that_was_given_up_while_it_opened(
    tmp_path: Path, steps: int
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'given-up.db'}")
    before = set(threading.enumerate())

    opening = asyncio.create_task(database.answers())
    for _ in range(steps):
        await asyncio.sleep(0)
    started = set(threading.enumerate()) - before
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await database.close()

    assert [thread.name for thread in started if thread.is_alive()] == []
