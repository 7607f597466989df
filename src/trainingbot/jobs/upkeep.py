"""What one process does for all jobs every few seconds.

It shows that it lives, puts the jobs of dead processes back into their queues, sets the pace of
the queues, and clears away what is finished.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from trainingbot.jobs.attempts import Attempts
from trainingbot.jobs.leases import HEARTBEAT_SECONDS, Leases
from trainingbot.jobs.queues import LOOK_SECONDS, Limit
from trainingbot.jobs.voice import SparingLog

AT_REST = 0.5
AT_WORK = LOOK_SECONDS
"""Seconds between two looks into a queue, when little waits in it and when much does."""
PURGE_EVERY = 12
"""In how many rounds finished jobs are cleared away once: once a minute."""
MOST_PURGES = 20
"""How many batches one round clears away; the next goes on."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class BegunJob:
    """A job that the process `replica` took out of a queue and has not finished."""

    key: str
    queue: str | None
    replica: str | None


class Backlog(Protocol):
    """The jobs in the engine's tables; every call waits for the database, so in a thread."""

    def begun(self, replica: str | None = None) -> Sequence[BegunJob]:
        """Return the jobs that a process has begun and not finished, or all processes."""
        ...

    def resume(self, jobs: Iterable[BegunJob]) -> None:
        """Put jobs back into their queues."""
        ...

    def waiting(self, queue: str, *, at_most: int) -> int:
        """Count the jobs that wait in a queue, up to `at_most`."""
        ...

    def hurry(self, queue: str, *, seconds: float) -> None:
        """Have every process look into a queue every so many seconds."""
        ...

    def purge(self, *, now: datetime) -> int:
        """Delete a batch of jobs that have been finished for long enough; return how many."""
        ...


class InThread(Protocol):
    """Runs a call that waits for the database, away from the event loop."""

    async def __call__(self, do: Callable[[], Answer], /) -> Answer:
        """Return what the call returns."""
        ...


class Upkeep:
    """The rounds of the process `replica`, in which `attempts` run."""

    def __init__(
        self,
        backlog: Backlog,
        leases: Leases,
        *,
        replica: str,
        limits: Mapping[str, Limit],
        attempts: Attempts,
        in_thread: InThread,
        clock: Callable[[], datetime],
        log: SparingLog,
    ) -> None:
        self._backlog = backlog
        self._leases = leases
        self._replica = replica
        self._limits = limits
        self._attempts = attempts
        self._in_thread = in_thread
        self._clock = clock
        self._log = log
        self._doubtful: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Make a round every few seconds until cancelled, whatever happens to the database."""
        rounds = 0
        while True:
            for step in (self.beat, self.heal, self.set_pace):
                await self._try(step)
            if rounds % PURGE_EVERY == 0:
                await self._try(self.purge)
            rounds += 1
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _try(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception as fault:  # noqa: BLE001 - a round that fails is made again
            self._log.warning("job_upkeep_failed", step=step.__name__, fault=type(fault).__name__)

    async def beat(self) -> None:
        """Say that this process lives."""
        await self._leases.beat(now=self._clock())

    async def heal(self) -> None:
        """Put back into their queues the jobs that nobody runs any more."""
        for dead in await self._leases.take_over(now=self._clock()):
            count = await self._in_thread(partial(self._hand_back, dead))
            await self._leases.release(dead)
            self._log.warning("jobs_taken_over", replica=dead, jobs=count)
        self._attempts.share(self._leases.alive)
        begun = await self._in_thread(self._backlog.begun)
        replicas = {job.replica for job in begun if job.replica is not None}
        await self._leases.note(replicas, now=self._clock())
        await self._take_up_own(begun)

    def _hand_back(self, replica: str) -> int:
        jobs = self._backlog.begun(replica)
        self._backlog.resume(jobs)
        return len(jobs)

    async def _take_up_own(self, begun: Sequence[BegunJob]) -> None:
        """Resume what this process began and does not run: its end could not be written down.

        That is so after the database was away. A job counts when it was so in two rounds, since
        between its end and the writing of it a job looks the same.
        """
        running = self._attempts.keys()
        doubtful = [job for job in begun if job.replica == self._replica and job.key not in running]
        left = [job for job in doubtful if job.key in self._doubtful]
        self._doubtful = frozenset(job.key for job in doubtful if job not in left)
        if left:
            await self._in_thread(partial(self._backlog.resume, left))
            self._log.warning("jobs_taken_up_again", jobs=len(left))

    async def set_pace(self) -> None:
        """Look often into the queues in which much waits, and seldom into the others."""
        await self._in_thread(self._set_pace)

    def _set_pace(self) -> None:
        for queue, limit in self._limits.items():
            much = self._backlog.waiting(queue, at_most=limit.jobs + 1) > limit.jobs
            self._backlog.hurry(queue, seconds=AT_WORK if much else AT_REST)

    async def purge(self) -> None:
        """Clear away jobs that have been finished for hours, in batches."""
        for _ in range(MOST_PURGES):
            if not await self._in_thread(partial(self._backlog.purge, now=self._clock())):
                return
