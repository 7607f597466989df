"""Attempts: tried again when they break off, and free of what they met."""

import asyncio
import traceback

import pytest
from structlog.testing import capture_logs

from tests.trainingbot.jobs.recorder import PATIENCE_S, Recorder, due_notices
from trainingbot.jobs.attempts import Attempts, DeliveryBroke
from trainingbot.jobs.stream import MOST_A_SECOND
from trainingbot.jobs.voice import SparingLog
from trainingbot.notices.views import DueNotice


class Breaking:
    """A delivery that breaks off some times before it ends."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.asked = 0

    async def deliver(self, due: DueNotice) -> None:
        del due
        self.asked += 1
        self.left -= 1
        if self.left >= 0:
            raise ValueError("Ana Marsh, ana@school.example")


async def test_a_delivery_that_breaks_off_is_tried_again() -> None:
    breaking = Breaking(times=2)
    attempts = Attempts(breaking.deliver, SparingLog(), pauses=(0, 0))

    with capture_logs() as events:
        await attempts.hand_over(due_notices(1)[0])

    assert (breaking.asked, attempts.keys()) == (3, frozenset())
    assert [(event["event"], event["kind"]) for event in events] == [
        ("delivery_broke", "ValueError")
    ]


async def test_one_that_breaks_off_each_time_says_nothing_of_what_it_met() -> None:
    breaking = Breaking(times=9)
    attempts = Attempts(breaking.deliver, SparingLog(), pauses=(0, 0))

    with capture_logs(), pytest.raises(DeliveryBroke) as met:
        await attempts.hand_over(due_notices(1)[0])

    assert breaking.asked == 3
    assert "Ana" not in "".join(traceback.format_exception(met.value))


async def test_attempts_run_on_the_loop_of_the_service() -> None:
    loops = []

    async def deliver(due: DueNotice) -> None:
        del due
        loops.append(asyncio.get_running_loop())

    attempts = Attempts(deliver, SparingLog())

    await asyncio.to_thread(asyncio.run, attempts.hand_over(due_notices(1)[0]))

    assert loops == [asyncio.get_running_loop()]


async def test_none_begins_once_the_end_has_come() -> None:
    recorder = Recorder()
    attempts = Attempts(recorder.deliver, SparingLog(), patience=PATIENCE_S)
    await attempts.end()
    [due] = due_notices(1)

    waiting = asyncio.create_task(attempts.hand_over(due))
    for _ in range(20):
        await asyncio.sleep(0)
    parked = attempts.keys()
    await attempts.cancel()

    assert (recorder.began, parked, attempts.keys()) == ([], frozenset({due.key}), frozenset())
    assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], BaseException)


async def test_each_process_leaves_the_others_their_part_of_the_messages() -> None:
    attempts = Attempts(Recorder().deliver, SparingLog())
    attempts.share(5)
    loop = asyncio.get_running_loop()

    await attempts.sending.turn()
    began = loop.time()
    await attempts.sending.turn()

    # The event loop's timers know a thousandth of a second.
    assert loop.time() - began >= 5 / MOST_A_SECOND - 0.001
