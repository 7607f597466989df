"""Hands what is due to the job engine, and keeps house, until it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.courier import Courier
from trainingbot.jobs.doors import Jobs

log = structlog.get_logger()

SWEEP_SECONDS = 1.0
"""How often to look for what is due when nobody calls."""
BREATH_SECONDS = 0.2
"""From one sweep that found something to the next."""
LEAST_PAUSE_SECONDS = 0.05
"""However long a sweep took, turns come between it and the next."""
LONGEST_CATCH_UP_SECONDS = 0.6
"""A sweep makes good for one that took long, up to so much time."""
HOUSEKEEPING_SECONDS = 60.0
LONGEST_FAILING_SECONDS = 10.0
"""While the database is away it is asked less and less often, and no less often than this."""


class Worker:
    """Two loops: one sweeps and asks the engine for jobs, one does the chores.

    In a second at most twice `send_rate` notices are handed over. `stop` lets the round that
    runs end: nothing is cancelled in the middle of a call to the database.
    """

    def __init__(self, *, courier: Courier, jobs: Jobs, send_rate: int) -> None:
        self._courier = courier
        self._jobs = jobs
        self._send_rate = send_rate
        self._last_found: float | None = None
        self._called = asyncio.Event()
        self._stopped = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []

    def call(self) -> None:
        """Say that something may be owed; returns at once."""
        self._called.set()

    async def start(self) -> None:
        """Begin to deliver, also what was left from before."""
        await self._jobs.start(self._courier.deliver)
        self._loops = [
            asyncio.create_task(self._repeat(self._sweep, "sweep_failed")),
            asyncio.create_task(self._repeat(self._keep_house, "housekeeping_failed")),
        ]

    async def stop(self) -> None:
        """End after the rounds that run now, and let the attempts that run end too."""
        self._stopped.set()
        self._called.set()
        await asyncio.gather(*self._loops)
        await self._jobs.stop()

    async def _repeat(self, do: Callable[[], Awaitable[None]], failed: str) -> None:
        pause = SWEEP_SECONDS
        while not self._stopped.is_set():
            try:
                await do()
            except Exception:
                log.exception(failed)
                await _wait_for(self._stopped, pause)
                pause = min(2 * pause, LONGEST_FAILING_SECONDS)
            else:
                pause = SWEEP_SECONDS

    async def _sweep(self) -> None:
        self._called.clear()
        loop = asyncio.get_running_loop()
        began = loop.time()
        since = BREATH_SECONDS if self._last_found is None else began - self._last_found
        due = await self._courier.due(limit=most_at_once(self._send_rate, since=since))
        if not due:
            self._last_found = None
            await _wait_for(self._called, SWEEP_SECONDS)
            return
        self._last_found = began
        await self._jobs.enqueue(due)
        left = began + BREATH_SECONDS - loop.time()
        await _wait_for(self._stopped, max(left, LEAST_PAUSE_SECONDS))

    async def _keep_house(self) -> None:
        await self._courier.housekeeping()
        self.call()
        await _wait_for(self._stopped, HOUSEKEEPING_SECONDS)


def most_at_once(send_rate: int, *, since: float) -> int:
    """Return how many notices are handed over by a sweep that begins so long after the last one.

    That is twice the rate of sending, so that the engine always has enough to choose from.
    """
    return max(1, int(2 * send_rate * min(since, LONGEST_CATCH_UP_SECONDS)))


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
