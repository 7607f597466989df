"""The job engine: what is asked for runs, also after a restart, and nothing is left behind."""

import asyncio
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import text
from sqlmodel import select

from tests.trainingbot.jobs.conftest import LeapingClock, Running
from tests.trainingbot.jobs.recorder import PATIENCE_S, Recorder, due_notices, keys
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import Channel
from trainingbot.jobs.engine import VERSION, DbosBacklog
from trainingbot.jobs.queues import AGAIN, FIRST, MAIL
from trainingbot.jobs.store import jobs_file, open_store
from trainingbot.models import Replica

ROOT = Path(__file__).parents[3]


def column_of_jobs(database: Database, table: str, column: str) -> list[Any]:
    """Read what the engine's tables say of all jobs, in the order of that."""
    store = open_store(database)
    schema = None if database.is_sqlite else "dbos"
    source = sqlalchemy.table(f"workflow_{table}", sqlalchemy.column(column), schema=schema)
    with store.begin() as connection:
        found = connection.execute(select(source.c[column]).order_by(source.c[column])).scalars()
        values = list(found)
    store.dispose()
    return values


def lose_tables(database: Database) -> None:
    store = open_store(database)
    if database.is_sqlite:
        Path(str(store.url.database)).unlink()
    else:
        with store.begin() as connection:
            connection.execute(text("DROP SCHEMA dbos CASCADE"))
    store.dispose()


async def test_exactly_the_jobs_asked_for_run(running: Running) -> None:
    first, again = due_notices(6), due_notices(3, attempts=2)
    mail = due_notices(2, channel=Channel.EMAIL)
    recorder = Recorder()

    async with running(recorder) as jobs:
        await jobs.enqueue([*first, *again, *mail])
        await recorder.has_ended(11)

    assert sorted(recorder.ended, key=str) == sorted([*first, *again, *mail], key=str)


async def test_what_is_asked_for_twice_runs_once(running: Running) -> None:
    due, other = due_notices(3), due_notices(1)
    recorder = Recorder()

    async with running(recorder) as jobs:
        await jobs.enqueue(due)
        await jobs.enqueue(due)
        await recorder.has_ended(3)
        await jobs.enqueue([*due, *other])
        await recorder.has_ended(4)

    assert keys(recorder.ended) == keys([*due, *other])


async def test_the_next_attempt_at_a_notice_is_another_job(running: Running) -> None:
    [due] = due_notices(1)
    recorder = Recorder()
    next_attempt = due_notices(1, attempts=1)[0].__class__(due.id, 1, due.channel)

    async with running(recorder) as jobs:
        await jobs.enqueue([due, next_attempt])
        await recorder.has_ended(2)

    assert keys(recorder.ended) == [f"{due.id}:0", f"{due.id}:1"]


async def test_jobs_queued_before_a_start_run_after_it(
    backlog: DbosBacklog, running: Running
) -> None:
    due = due_notices(4)
    recorder = Recorder()
    await asyncio.to_thread(backlog.add, due)

    async with running(recorder):
        await recorder.has_ended(4)

    assert keys(recorder.ended) == keys(due)


async def test_a_job_belongs_to_no_release_of_the_service(
    backlog: DbosBacklog, database: Database
) -> None:
    await asyncio.to_thread(backlog.add, due_notices(1))

    found = await asyncio.to_thread(column_of_jobs, database, "status", "application_version")
    # Another number here strands whatever is queued on the day of the upgrade.
    assert (found, VERSION) == (["1"], "1")


async def test_a_job_carries_keys_in_plain_json(backlog: DbosBacklog, database: Database) -> None:
    [due] = due_notices(1)

    await asyncio.to_thread(backlog.add, [due])

    found = await asyncio.to_thread(column_of_jobs, database, "input", "inputs")
    assert found == [f'{{"namedArgs":{{}},"positionalArgs":["{due.id}",0,"teams"]}}']


async def test_stopping_lets_running_jobs_end_and_begins_none(running: Running) -> None:
    recorder = Recorder()
    recorder.door.clear()
    due = due_notices(2)

    async with running(recorder) as jobs:
        await jobs.enqueue(due)
        await recorder.has_begun(2)
        stopping = asyncio.create_task(jobs.stop())
        await asyncio.sleep(0)
        recorder.door.set()
        await stopping
    async with running(recorder) as jobs:
        await jobs.enqueue([*due, *due_notices(1)])
        await recorder.has_ended(3)

    assert keys(recorder.began) == keys(recorder.ended)
    assert len(recorder.ended) == 3


async def test_what_does_not_end_in_time_runs_again_after_the_next_start(running: Running) -> None:
    due = due_notices(2)
    stuck, recorder = Recorder(), Recorder()
    stuck.door.clear()

    async with running(stuck, patience=0.05) as jobs:
        await jobs.enqueue(due)
        await stuck.has_begun(2)
    async with running(recorder):
        await recorder.has_ended(2)

    assert (stuck.ended, keys(recorder.ended)) == ([], keys(due))


async def test_stopping_leaves_no_thread_and_no_lease(database: Database, running: Running) -> None:
    recorder = Recorder()
    async with database.reading() as db:
        await db.exec(select(Replica))
    before = threading.enumerate()

    for _ in range(3):
        async with running(recorder) as jobs:
            await jobs.enqueue(due_notices(3))

    left = [thread.name for thread in threading.enumerate() if thread not in before]
    async with database.reading() as db:
        leases = list(await db.exec(select(Replica)))
    assert [name for name in left if "aiosqlite" not in name.lower()] == _of_the_database(left)
    assert leases == []


def _of_the_database(names: list[str]) -> list[str]:
    """Name the threads of SQLite's own connections, which belong to the database."""
    return [name for name in names if name.startswith("Thread-")]


async def test_a_process_has_one_engine(running: Running) -> None:
    async with running(Recorder()):
        with pytest.raises(RuntimeError, match="runs in this process already"):
            async with running(Recorder()):
                pass


async def test_asking_for_jobs_when_nothing_runs_raises_nothing(running: Running) -> None:
    async with running(Recorder()) as jobs:
        pass

    await jobs.enqueue(due_notices(1))


async def test_losing_the_tables_of_the_engine_loses_nothing_that_is_asked_for_again(
    database: Database, backlog: DbosBacklog, running: Running
) -> None:
    due = due_notices(3)
    recorder = Recorder()
    await asyncio.to_thread(backlog.add, due)
    await asyncio.to_thread(lose_tables, database)

    async with running(recorder) as jobs:
        await jobs.enqueue(due)
        await recorder.has_ended(3)

    assert keys(recorder.ended) == keys(due)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_damaged_file_of_the_engine_is_put_aside(running: Running, tmp_path: Path) -> None:
    file = jobs_file(tmp_path / "trainingbot.db")
    file.write_bytes(b"no database" * 1000)
    due = due_notices(2)
    recorder = Recorder()

    async with running(recorder) as jobs:
        await jobs.enqueue(due)
        await recorder.has_ended(2)

    assert keys(recorder.ended) == keys(due)
    assert (tmp_path / "trainingbot.jobs.db.broken").read_bytes() == b"no database" * 1000


async def test_a_job_finished_hours_ago_is_purged_and_its_key_is_free(
    backlog: DbosBacklog, running: Running
) -> None:
    due = due_notices(2)
    recorder = Recorder()
    async with running(recorder) as jobs:
        await jobs.enqueue(due)
        await recorder.has_ended(2)

    soon = await asyncio.to_thread(backlog.purge, now=utc_now() + timedelta(hours=5))
    later = await asyncio.to_thread(backlog.purge, now=utc_now() + timedelta(hours=7))
    async with running(recorder) as jobs:
        await jobs.enqueue(due)
        await recorder.has_ended(4)

    assert (soon, later) == (0, 2)
    assert keys(recorder.ended) == keys([*due, *due])


async def test_the_limiter_keeps_a_distance_between_windows(
    backlog: DbosBacklog, database: Database, running: Running
) -> None:
    recorder = Recorder()
    await asyncio.to_thread(backlog.add, due_notices(18))

    async with running(recorder, send_rate=8):
        await recorder.has_ended(18)

    moments = await asyncio.to_thread(column_of_jobs, database, "status", "started_at_epoch_ms")
    # Eight in any second, less what a look comes late on average.
    windows = [later - earlier for earlier, later in zip(moments, moments[8:], strict=False)]
    assert [window for window in windows if window < 987] == []


async def test_a_full_queue_is_looked_into_often_and_an_empty_one_seldom(
    backlog: DbosBacklog, running: Running
) -> None:
    recorder = Recorder()
    recorder.door.clear()

    async with running(recorder) as jobs:
        await jobs.enqueue(due_notices(40))
        paces = await asyncio.to_thread(lambda: [backlog.pace(name) for name in (FIRST, AGAIN)])
        recorder.door.set()

    assert paces == [0.025, 0.5]


async def test_jobs_of_a_worker_that_was_killed_run_in_another(
    database: Database, backlog: DbosBacklog, running: Running
) -> None:
    due = [*due_notices(2), *due_notices(1, channel=Channel.EMAIL)]
    await asyncio.to_thread(backlog.add, due)
    recorder = Recorder()
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.trainingbot.jobs.worker_to_kill", database.url),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert worker.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        begun = [(await worker.stdout.readline()).decode().strip() for _ in due]
    worker.kill()
    await worker.communicate()

    async with running(recorder, clock=LeapingClock()):
        await recorder.has_ended(3)

    assert sorted(begun) == keys(recorder.ended) == keys(due)
    async with database.reading() as db:
        assert list(await db.exec(select(Replica))) == []


async def test_queues_are_named_for_what_waits_in_them(backlog: DbosBacklog) -> None:
    await asyncio.to_thread(
        backlog.add,
        [
            *due_notices(3),
            *due_notices(2, attempts=1),
            *due_notices(1, attempts=1, channel=Channel.EMAIL),
        ],
    )

    waiting = await asyncio.to_thread(
        lambda: [backlog.waiting(name, at_most=9) for name in (FIRST, AGAIN, MAIL)]
    )

    assert waiting == [3, 2, 1]
