"""A delivery that remembers what it was asked for."""

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


class Recorder:
    """Remembers the keys of the attempts in their order."""

    def __init__(self) -> None:
        self.due: list[DueNotice] = []
        self._arrived = asyncio.Condition()

    @property
    def keys(self) -> list[str]:
        return [due.key for due in self.due]

    async def deliver(self, due: DueNotice) -> None:
        async with self._arrived:
            self.due.append(due)
            self._arrived.notify_all()

    async def has(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S), self._arrived:
            await self._arrived.wait_for(lambda: len(self.due) >= count)
