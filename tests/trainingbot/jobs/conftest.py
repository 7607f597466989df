"""Fixtures for the job engine: one that runs, and its tables without one that runs."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta

import pytest

from tests.trainingbot.jobs.recorder import Recorder
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.jobs.engine import DbosBacklog, DbosJobs
from trainingbot.jobs.store import open_store
from trainingbot.settings import Settings

Running = Callable[..., AbstractAsyncContextManager[DbosJobs]]


class LeapingClock:
    """A clock on which half a minute passes whenever somebody looks."""

    def __init__(self) -> None:
        self._now = utc_now()

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=30)
        return self._now


@pytest.fixture
def running(database: Database) -> Running:
    """Return what runs a job engine for a recorder, until its block ends."""

    @asynccontextmanager
    async def run(
        recorder: Recorder,
        *,
        clock: Callable[[], datetime] = utc_now,
        patience: float = 5,
        send_rate: int = 25,
    ) -> AsyncIterator[DbosJobs]:
        settings = Settings(send_rate=send_rate)
        jobs = DbosJobs(database, settings, clock=clock, patience=patience)
        await jobs.start(recorder.deliver)
        try:
            yield jobs
        finally:
            await jobs.stop()

    return run


@pytest.fixture
async def backlog(database: Database, running: Running) -> AsyncIterator[DbosBacklog]:
    """Return the engine's tables, which are made by its first start, while nothing runs."""
    async with running(Recorder()):
        pass
    store = open_store(database)
    backlog = DbosBacklog(store)
    yield backlog
    backlog.close()
    store.dispose()
