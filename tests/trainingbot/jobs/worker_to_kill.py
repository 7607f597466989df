"""A worker of its own that begins what it is asked for, says so, and never ends it."""

import asyncio
import sys

from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.jobs.engine import DbosJobs
from trainingbot.notices.views import DueNotice
from trainingbot.settings import Settings


async def _begin(due: DueNotice) -> None:
    sys.stdout.write(f"{due.key}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().create_future()


async def _work(url: str) -> None:
    await DbosJobs(Database(url), Settings(), clock=utc_now).start(_begin)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))
