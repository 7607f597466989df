"""How an engine is started, asked and stopped from the service's event loop."""

import asyncio
from abc import ABC, abstractmethod
from asyncio import Task
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from trainingbot.db import Database
from trainingbot.jobs.attempts import END_S, Attempts
from trainingbot.jobs.doors import Deliver
from trainingbot.jobs.leases import Leases
from trainingbot.jobs.queues import Limit, limits, queue_of
from trainingbot.jobs.store import DatabaseAway
from trainingbot.jobs.upkeep import AT_WORK, Backlog, Upkeep
from trainingbot.jobs.voice import SparingLog
from trainingbot.notices.views import DueNotice
from trainingbot.settings import Settings

BATCH = 100
"""How many jobs are added in one transaction."""

Answer = TypeVar("Answer")


class FillableBacklog(Backlog, Protocol):
    """Jobs in tables, to which more can be added."""

    def add(self, batch: Iterable[DueNotice]) -> None:
        """Add jobs, all or none; a key that is there already is left as it is."""
        ...


class Engine(Protocol):
    """An engine for one run; every call waits for the database, so in a thread."""

    @property
    def backlog(self) -> FillableBacklog:
        """The jobs, once it was launched."""
        ...

    def launch(self) -> None:
        """Begin to take jobs out of their queues."""
        ...

    def take_no_more(self) -> None:
        """Take no job out any more, and leave those that run."""
        ...

    def wait_until_written(self, unfinished: frozenset[str]) -> None:
        """Wait, not for long, until it is written down what ended besides `unfinished`."""
        ...

    def close(self) -> bool:
        """End every thread and connection; tell whether nothing is left to clear up after."""
        ...


class EngineJobs(ABC):
    """Runs attempts to send notices by an engine in this process.

    `patience` is how many seconds running attempts have to end when it stops.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        clock: Callable[[], datetime],
        patience: float = END_S,
    ) -> None:
        self._database = database
        self._patience = patience
        self._limits: Mapping[str, Limit] = limits(settings)
        self._clock = clock
        self._log = SparingLog()
        self._engine: Engine | None = None
        self._keeper: Task[None] | None = None

    @abstractmethod
    def _make_engine(self, replica: str, attempts: Attempts) -> Engine:
        """Return an engine for one run; raises `RuntimeError` where none can run beside others."""

    async def start(self, deliver: Deliver) -> None:
        """Begin to run jobs, also those left from before, by `deliver` on this event loop.

        Raises `DatabaseAway` or the driver's error when the database cannot be reached.
        """
        replica = uuid4().hex
        self._attempts = Attempts(deliver, self._log, patience=self._patience)
        self._engine = engine = self._make_engine(replica, self._attempts)
        self._replica = replica
        self._leases = Leases(self._database, replica)
        # An engine called on an event loop would block it, and take over its thread pool.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")
        try:
            await self._leases.beat(now=self._clock())
            await self._leases.take_over(now=self._clock())
            self._attempts.share(self._leases.alive)
            await self._in_thread(engine.launch)
        except BaseException:
            await self._leave(engine)
            raise
        self._keeper = asyncio.create_task(self._upkeep(engine).run())

    async def enqueue(self, due: Sequence[DueNotice]) -> None:
        """Ask for these attempts; one whose key was asked for before is left as it is.

        Raises nothing while the database is away or the engine stops: the notices stay owed, and
        are asked for again.
        """
        engine = self._engine
        if engine is None:
            self._log.warning("jobs_not_queued", fault="stopped")
            return
        try:
            for start in range(0, len(due), BATCH):
                batch = due[start : start + BATCH]
                await self._in_thread(partial(self._add, engine.backlog, batch))
        except (DatabaseAway, SQLAlchemyError, RuntimeError) as fault:
            self._log.warning("jobs_not_queued", fault=type(fault).__name__)

    async def turn(self) -> None:
        """Wait until the next message may go to Teams, after `start` and before it is sent."""
        await self._attempts.sending.turn()

    async def stop(self) -> None:
        """Take no new jobs, let the running ones end within some seconds, and leave nothing behind.

        What did not end goes back into its queue, for another worker or the next start.
        """
        engine, self._engine = self._engine, None
        if engine is None:
            return
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        await self._in_thread(engine.take_no_more)
        await self._attempts.end()
        await self._in_thread(partial(engine.wait_until_written, self._attempts.keys()))
        await self._leave(engine)

    async def _leave(self, engine: Engine) -> None:
        """Close the engine, whatever state it is in, and hand back what it had begun."""
        self._engine = None
        await self._attempts.cancel()
        is_clear = await self._in_thread(engine.close)
        # Closing lets go of what was on its way here.
        await self._attempts.cancel()
        if is_clear:
            with suppress(SQLAlchemyError, OSError):
                await self._leases.release(self._replica)
        self._thread.shutdown()

    async def _in_thread(self, do: Callable[[], Answer], /) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    def _add(self, backlog: FillableBacklog, batch: Sequence[DueNotice]) -> None:
        backlog.add(batch)
        queues = [queue_of(due) for due in batch]
        for queue, limit in self._limits.items():
            if queues.count(queue) > limit.jobs:
                backlog.hurry(queue, seconds=AT_WORK)

    def _upkeep(self, engine: Engine) -> Upkeep:
        return Upkeep(
            engine.backlog,
            self._leases,
            replica=self._replica,
            limits=self._limits,
            attempts=self._attempts,
            in_thread=self._in_thread,
            clock=self._clock,
            log=self._log,
        )
