"""The connection that changes threads only to wait."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from weakref import WeakSet

import aiosqlite
import pytest

from trainingbot.sqlite_connection import ShortTransactionConnection, connecting

connect = connecting(ShortTransactionConnection, WeakSet())


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[aiosqlite.Connection]:
    connection = await connect(str(tmp_path / "trainingbot.db"), isolation_level=None, timeout=10)
    await connection.execute("CREATE TABLE place (number INTEGER)")
    yield connection
    await connection.close()


async def thread_of(connection: aiosqlite.Connection, statement: str) -> int:
    """Return the thread in which SQLite runs a statement."""
    threads: list[int] = []
    await connection.set_trace_callback(lambda _: threads.append(threading.get_ident()))
    await connection.execute(statement)
    (thread,) = threads
    return thread


async def test_a_short_statement_runs_where_it_is_called(
    connection: aiosqlite.Connection,
) -> None:
    thread = await thread_of(connection, "INSERT INTO place VALUES (1)")

    assert thread == threading.get_ident()


async def test_a_transaction_begins_in_place_and_keeps_its_patience(
    connection: aiosqlite.Connection,
) -> None:
    threads: list[int] = []
    await connection.set_trace_callback(lambda _: threads.append(threading.get_ident()))
    await connection.execute("BEGIN IMMEDIATE")
    cursor = await connection.execute("PRAGMA busy_timeout")

    assert set(threads) == {threading.get_ident()}
    assert list(await cursor.fetchall()) == [(10_000,)]
    assert connection.in_transaction


@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK"])
async def test_what_waits_for_the_disk_runs_in_a_thread_of_its_own(
    connection: aiosqlite.Connection, statement: str
) -> None:
    await connection.execute("BEGIN IMMEDIATE")

    thread = await thread_of(connection, statement)

    assert thread != threading.get_ident()


async def test_waiting_for_another_writer_does_not_hold_up_the_others(
    connection: aiosqlite.Connection, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "trainingbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(connection.execute("BEGIN IMMEDIATE"))
        turns = [await asyncio.sleep(0.001, turn) for turn in range(20)]
        still_waiting = not waiting.done()
        other.execute("COMMIT")
        await waiting
    await connection.execute("ROLLBACK")

    assert turns == list(range(20))
    assert still_waiting


async def test_rows_come_back(connection: aiosqlite.Connection) -> None:
    await connection.executemany("INSERT INTO place VALUES (?)", [(1,), (2,)])

    cursor = await connection.execute("SELECT number FROM place ORDER BY number")

    assert list(await cursor.fetchall()) == [(1,), (2,)]


async def test_a_faulty_statement_raises_where_it_was_called(
    connection: aiosqlite.Connection,
) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table: seat"):
        await connection.execute("INSERT INTO seat VALUES (1)")


async def test_a_closed_connection_says_so(tmp_path: Path) -> None:
    connection = await connect(str(tmp_path / "trainingbot.db"))
    await connection.close()

    with pytest.raises(ValueError, match="no active connection"):
        await connection.execute("SELECT 1")
