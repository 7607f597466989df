"""What keeps attempts and messages from meeting in bursts, whatever made them wait."""

import asyncio

MOST_A_SECOND = 46
"""Teams takes 50 messages a second per app and tenant (Microsoft's rate limits for bots). Of what
is less than that, each process may have one more in a second than its part."""


class Stream:
    """Lets one through at a time, at the distance that all processes together keep.

    The queues' limiters count when jobs are taken out. A machine that stalls for a moment then
    sends at once what it took out over that time, together with what comes after.
    """

    def __init__(self, most: float = MOST_A_SECOND) -> None:
        self._most = most
        self._distance = 1 / most
        self._next = 0.0
        self._door = asyncio.Lock()

    def share(self, processes: int) -> None:
        """Leave each of so many processes its part."""
        self._distance = max(1, processes) / self._most

    async def turn(self) -> None:
        """Wait until the next may go."""
        loop = asyncio.get_running_loop()
        async with self._door:
            wait = self._next - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next = loop.time() + self._distance
