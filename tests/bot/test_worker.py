"""The loop that hands over what is due: it comes when called, outlives faults, and ends whole."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.worker import BREATH_SECONDS, LEAST_PAUSE_SECONDS, Worker, most_at_once
from tests.factories import (
    make_account,
    make_booking,
    make_coordinator,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.fakes import JobsAtOnce, PostBox, SetClock
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import Channel
from trainingbot.notices.views import DueNotice
from trainingbot.settings import Settings

PATIENCE = 10


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def courier(database: Database, post_box: PostBox) -> Courier:
    settings = Settings(_env_file=None, secret="s" * 40)
    return Courier(database=database, settings=settings, messenger=post_box, clock=SetClock())


@asynccontextmanager
async def working(courier: Courier, jobs: JobsAtOnce) -> AsyncIterator[Worker]:
    worker = Worker(courier=courier, jobs=jobs, send_rate=25)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def owed(database: Database) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        booking = await make_booking(db, practitioner_id=person.id)
        await make_notice(db, person, about_id=booking.id)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.01)


async def test_what_is_owed_is_sent_by_itself_and_again_when_it_is_called(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    await owed(database)

    async with working(courier, JobsAtOnce()) as worker:
        await until(lambda: len(post_box.sent) == 1)
        await owed(database)
        worker.call()
        await until(lambda: len(post_box.sent) == 2)

    assert len({to for to, _ in post_box.sent}) == 2


async def test_chores_are_done_from_the_start(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    async with database.writing() as db:
        await make_account(db, await make_coordinator(db))
        session = await make_session(db, starts_at=NOW + timedelta(days=30))
        session.tentative, session.minimum_places, session.decide_at = True, 8, NOW

    async with working(courier, JobsAtOnce()):
        await until(lambda: len(post_box.sent) == 1)


async def test_it_outlives_a_database_that_fails(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    await owed(database)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE notice RENAME TO notices")

    with capture_logs() as events:
        async with working(courier, JobsAtOnce()) as worker:
            await until(lambda: any(event["event"] == "sweep_failed" for event in events))
            async with database.engine.begin() as connection:
                await connection.exec_driver_sql("ALTER TABLE notices RENAME TO notice")
            worker.call()
            await until(lambda: len(post_box.sent) == 1)

    assert {event["event"] for event in events if event["log_level"] == "error"} == {
        "sweep_failed",
        "chore_failed",
    }


class Endless:
    """A courier who always finds as much as is asked for, and notes how much that is."""

    def __init__(self) -> None:
        self.limits: list[int] = []

    async def due(self, *, limit: int) -> Sequence[DueNotice]:
        self.limits.append(limit)
        return [DueNotice(uuid4(), 0, Channel.TEAMS) for _ in range(limit)]

    async def deliver(self, due: DueNotice) -> None:
        del due

    async def housekeeping(self) -> None:
        pass


@pytest.mark.parametrize(
    ("send_rate", "since", "most"),
    [(25, BREATH_SECONDS, 10), (25, 0.4, 20), (25, 60, 30), (33, BREATH_SECONDS, 13), (1, 0.2, 1)],
)
def test_it_hands_over_twice_the_rate_of_sending(send_rate: int, since: float, most: int) -> None:
    assert most_at_once(send_rate, since=since) == most


async def test_however_often_it_is_called_it_hands_over_no_more() -> None:
    endless = Endless()
    worker = Worker(courier=endless, jobs=JobsAtOnce(), send_rate=25)  # type: ignore[arg-type] # a courier with all its doors

    loop = asyncio.get_running_loop()

    began = loop.time()
    await worker.start()
    await until(lambda: len(endless.limits) > 1)
    for _ in range(100):
        worker.call()
        await asyncio.sleep(0)
    seconds = loop.time() - began
    await worker.stop()

    assert endless.limits[0] == 10
    # However slow the machine is: the pauses between sweeps fit into the time that went by.
    assert len(endless.limits) <= 2 + seconds / LEAST_PAUSE_SECONDS


class Slow:
    """A courier whose rounds take long, and who notes which of them came to their end."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.goes_on = asyncio.Event()

    async def due(self, *, limit: int) -> Sequence[DueNotice]:
        del limit
        await self._round("sweep")
        return [DueNotice(uuid4(), 0, Channel.TEAMS)]

    async def deliver(self, due: DueNotice) -> None:
        del due
        self.ended.append("delivery")

    async def housekeeping(self) -> None:
        await self._round("chores")

    async def _round(self, name: str) -> None:
        self.begun.append(name)
        await self.goes_on.wait()
        self.ended.append(name)


async def test_told_to_stop_it_ends_the_rounds_that_run_and_cancels_nothing() -> None:
    slow, jobs = Slow(), JobsAtOnce()
    worker = Worker(courier=slow, jobs=jobs, send_rate=25)  # type: ignore[arg-type] # a courier with all its doors
    await worker.start()
    await until(lambda: len(slow.begun) == 2)

    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    was_running = jobs.is_running
    slow.goes_on.set()
    await asyncio.wait_for(stopping, PATIENCE)

    assert (was_running, jobs.is_running) == (True, False)
    assert (sorted(slow.begun), sorted(slow.ended)) == (
        ["chores", "sweep"],
        ["chores", "delivery", "sweep"],
    )


async def test_stopped_before_it_has_begun_anything_it_ends_at_once() -> None:
    jobs = JobsAtOnce()
    worker = Worker(courier=Slow(), jobs=jobs, send_rate=25)  # type: ignore[arg-type] # a courier with all its doors

    await worker.stop()

    assert not jobs.is_running
