"""The attempts that run in this process, on the service's own event loop."""

import asyncio
from asyncio import Task
from collections.abc import Sequence

from trainingbot.enums import Channel
from trainingbot.jobs.doors import Deliver
from trainingbot.jobs.stream import Stream
from trainingbot.jobs.voice import SparingLog
from trainingbot.notices.views import DueNotice

PAUSES_S = (1.0, 2.0)
"""How long to wait before a broken delivery is tried again within its job."""
END_S = 8.0
"""How long running deliveries have to end when the service stops."""


class DeliveryBroke(Exception):
    """A delivery raised; the log has the rest, and the engine's tables shall not."""


class Attempts:
    """Runs `deliver` on the event loop that makes this, for callers on other ones.

    aiohttp's sessions and SQLAlchemy's engines belong to the loop on which they were made.
    """

    def __init__(
        self,
        deliver: Deliver,
        log: SparingLog,
        *,
        pauses: Sequence[float] = PAUSES_S,
        patience: float = END_S,
    ) -> None:
        self._deliver = deliver
        self._log = log
        self._pauses = pauses
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[str, Task[None]] = {}
        self._begun: set[str] = set()
        self._ending = False
        self._beginning = Stream()
        self.sending = Stream()
        """Between the beginning of an attempt and its message comes the database, before which
        many may have waited together."""

    async def hand_over(self, due: DueNotice) -> None:
        """Run an attempt on the service's loop, and wait for its end on the caller's.

        Raises `DeliveryBroke` when it broke off each time it was tried.
        """
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._run(due), self._loop))

    def share(self, processes: int) -> None:
        """Leave each of so many processes its part of what may go."""
        self._beginning.share(processes)
        self.sending.share(processes)

    def keys(self) -> frozenset[str]:
        """Return the keys of the attempts that are here at this moment."""
        return frozenset(self._tasks)

    async def end(self) -> None:
        """Begin none any more, and wait some seconds for those that run."""
        self._ending = True
        begun = [self._tasks[key] for key in self._begun]
        if begun:
            await asyncio.wait(begun, timeout=self._patience)

    async def cancel(self) -> None:
        """Break off what is still here, and wait until it has gone."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, due: DueNotice) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("An attempt runs as a task.")
        self._tasks[due.key] = task
        try:
            if due.channel is Channel.TEAMS:
                await self._beginning.turn()
            if self._ending:
                # It stays begun until the engine closes, and then goes back into its queue.
                await self._loop.create_future()
            self._begun.add(due.key)
            await self._attempt(due)
        finally:
            self._begun.discard(due.key)
            self._tasks.pop(due.key, None)

    async def _attempt(self, due: DueNotice) -> None:
        for pause in (*self._pauses, None):
            try:
                await self._deliver(due)
            except Exception as fault:  # noqa: BLE001 - one broken notice must not stop the others
                self._log.warning("delivery_broke", kind=type(fault).__name__, exc_info=fault)
                if pause is None or self._ending:
                    raise DeliveryBroke from None
                await asyncio.sleep(pause)
            else:
                return
