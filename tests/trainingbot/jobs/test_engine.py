"""The job engine: what is asked for runs, once, also after a restart, and nothing is left behind."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from tests.trainingbot.jobs.recorder import Recorder, due_notices
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import Channel
from trainingbot.jobs.engine import DbosJobs
from trainingbot.notices.views import DueNotice
from trainingbot.settings import Settings


@asynccontextmanager
async def running(database: Database, recorder: Recorder, **given: int) -> AsyncIterator[DbosJobs]:
    jobs = DbosJobs(database, Settings(**given), clock=utc_now)
    await jobs.start(recorder.deliver)
    try:
        yield jobs
    finally:
        await jobs.stop()


async def test_exactly_the_jobs_asked_for_run(database: Database) -> None:
    due = due_notices(10)
    recorder = Recorder()

    async with running(database, recorder) as jobs:
        await jobs.enqueue(due)
        await recorder.has(10)

    assert sorted(recorder.keys) == sorted(one.key for one in due)
