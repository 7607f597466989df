"""A delivery that remembers what it was asked for, and a door before it that tests can close."""

import asyncio
from uuid import uuid4

from trainingbot.enums import Channel
from trainingbot.notices.views import DueNotice

PATIENCE_S = 30
"""How long a test waits for what never comes."""


def due_notices(
    count: int, *, attempts: int = 0, channel: Channel = Channel.TEAMS
) -> list[DueNotice]:
    return [DueNotice(id=uuid4(), attempts=attempts, channel=channel) for _ in range(count)]


def keys(due: list[DueNotice]) -> list[str]:
    return sorted(one.key for one in due)


class Recorder:
    """Remembers the attempts that began and those that ended."""

    def __init__(self) -> None:
        self.began: list[DueNotice] = []
        self.ended: list[DueNotice] = []
        self.door = asyncio.Event()
        self.door.set()
        self._changed = asyncio.Condition()

    async def deliver(self, due: DueNotice) -> None:
        await self._add(self.began, due)
        await self.door.wait()
        await self._add(self.ended, due)

    async def has_begun(self, count: int) -> None:
        await self._wait_for(self.began, count)

    async def has_ended(self, count: int) -> None:
        await self._wait_for(self.ended, count)

    async def _add(self, where: list[DueNotice], due: DueNotice) -> None:
        async with self._changed:
            where.append(due)
            self._changed.notify_all()

    async def _wait_for(self, where: list[DueNotice], count: int) -> None:
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(lambda: len(where) >= count)
