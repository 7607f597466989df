"""The clock of the job engine on SQLite: milliseconds, whatever SQLite knows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.fakes import SetClock
from trainingbot.jobs.sqlite_clock import seconds_of, tell_milliseconds

MOMENT = datetime(2026, 11, 20, 17, 30, 8, 659_000, tzinfo=UTC)
IN_MILLISECONDS = int(MOMENT.timestamp() * 1000)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        tell_milliseconds(connection, clock=SetClock(MOMENT))
        yield connection


@pytest.mark.parametrize("spelling", ["strftime('%s', 'now')", "unixepoch('subsec')"])
def test_both_ways_in_which_the_engine_asks_give_milliseconds(
    connection: sqlite3.Connection, spelling: str
) -> None:
    connection.execute(f"CREATE TABLE job (at INTEGER NOT NULL DEFAULT ({spelling} * 1000))")
    connection.execute("INSERT INTO job DEFAULT VALUES")

    asked = connection.execute(f"SELECT CAST({spelling} * 1000 AS BIGINT)").fetchone()
    kept = connection.execute("SELECT at, typeof(at) FROM job").fetchone()

    assert asked == (IN_MILLISECONDS,)
    assert kept == (IN_MILLISECONDS, "integer")


def test_every_moment_is_a_whole_number_of_milliseconds_and_none_goes_backwards() -> None:
    moments = [MOMENT + timedelta(milliseconds=number) for number in range(2_000)]

    told = [seconds_of(moment) * 1000 for moment in moments]

    assert all(one.is_integer() for one in told)
    assert all(earlier <= later for earlier, later in pairwise(told))
    assert (
        max(moment.timestamp() * 1000 - one for moment, one in zip(moments, told, strict=True)) < 6
    )
