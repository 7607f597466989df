"""The stream of attempts: a distance between them, whatever made them wait."""

import asyncio
from itertools import pairwise

from trainingbot.jobs.stream import Stream


async def distances(stream: Stream, count: int) -> list[float]:
    moments = []

    async def go() -> None:
        await stream.turn()
        moments.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(go() for _ in range(count)))
    return [later - earlier for earlier, later in pairwise(moments)]


async def test_attempts_that_come_at_once_go_at_a_distance() -> None:
    stream = Stream(most=100)

    found = await distances(stream, 6)

    # The event loop's timers know a thousandth of a second.
    assert [one for one in found if one < 0.009] == []


async def test_processes_share_what_may_go() -> None:
    stream = Stream(most=100)
    stream.share(3)

    found = await distances(stream, 4)

    assert [one for one in found if one < 0.029] == []
