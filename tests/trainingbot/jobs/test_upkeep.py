"""The rounds that a process makes: what is left lying is taken up, what is finished goes."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from tests.fakes import SetClock
from tests.moments import NOW
from tests.trainingbot.jobs.recorder import Recorder
from trainingbot.db import Database
from trainingbot.jobs.attempts import Attempts
from trainingbot.jobs.leases import Leases
from trainingbot.jobs.queues import AGAIN, FIRST, Limit
from trainingbot.jobs.upkeep import BegunJob, Upkeep
from trainingbot.jobs.voice import SparingLog

Answer = TypeVar("Answer")


class ListedBacklog:
    """Jobs in lists."""

    def __init__(self) -> None:
        self.jobs: list[BegunJob] = []
        self.resumed: list[BegunJob] = []
        self.lengths = {FIRST: 0, AGAIN: 0}
        self.paces: dict[str, float] = {}
        self.finished = 0

    def begun(self, replica: str | None = None) -> list[BegunJob]:
        return [job for job in self.jobs if replica in {None, job.replica}]

    def resume(self, jobs: Iterable[BegunJob]) -> None:
        self.resumed.extend(jobs)
        self.jobs = [job for job in self.jobs if job not in self.resumed]

    def waiting(self, queue: str, *, at_most: int) -> int:
        return min(self.lengths[queue], at_most)

    def hurry(self, queue: str, *, seconds: float) -> None:
        self.paces[queue] = seconds

    def purge(self, *, now: datetime) -> int:
        del now
        batch = min(self.finished, 100)
        self.finished -= batch
        return batch


async def _in_place(do: Callable[[], Answer], /) -> Answer:
    return do()


@pytest.fixture
def backlog() -> ListedBacklog:
    return ListedBacklog()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def upkeep(database: Database, backlog: ListedBacklog, clock: SetClock) -> Upkeep:
    log = SparingLog()
    return Upkeep(
        backlog,
        Leases(database, "here"),
        replica="here",
        limits={FIRST: Limit(jobs=5, seconds=0.2), AGAIN: Limit(jobs=2, seconds=0.2)},
        attempts=Attempts(Recorder().deliver, log),
        in_thread=_in_place,
        clock=clock,
        log=log,
    )


async def test_jobs_of_a_dead_process_go_back_into_their_queues(
    database: Database, upkeep: Upkeep, backlog: ListedBacklog, clock: SetClock
) -> None:
    await Leases(database, "dead").beat(now=NOW - timedelta(hours=1))
    left = [BegunJob("a:0", FIRST, "dead"), BegunJob("b:1", AGAIN, "dead")]
    backlog.jobs = [*left, BegunJob("c:0", FIRST, "alive")]

    await upkeep.heal()
    clock.advance(timedelta(seconds=10))
    await upkeep.heal()

    assert backlog.resumed == left


async def test_jobs_of_a_process_without_a_lease_go_back_when_it_stays_silent(
    upkeep: Upkeep, backlog: ListedBacklog, clock: SetClock
) -> None:
    lost = BegunJob("a:0", FIRST, "lost")
    backlog.jobs = [lost]

    for _ in range(5):
        await upkeep.heal()
        clock.advance(timedelta(seconds=5))
    within_its_lease = list(backlog.resumed)
    for _ in range(2):
        await upkeep.heal()
        clock.advance(timedelta(seconds=5))

    assert (within_its_lease, backlog.resumed) == ([], [lost])


async def test_what_this_process_began_and_does_not_run_is_taken_up_in_the_second_round(
    upkeep: Upkeep, backlog: ListedBacklog
) -> None:
    unwritten = BegunJob("a:0", FIRST, "here")
    backlog.jobs = [unwritten]

    await upkeep.heal()
    first_round = list(backlog.resumed)
    await upkeep.heal()

    assert (first_round, backlog.resumed) == ([], [unwritten])


async def test_what_ended_between_two_rounds_is_left_alone(
    upkeep: Upkeep, backlog: ListedBacklog
) -> None:
    backlog.jobs = [BegunJob("a:0", FIRST, "here")]
    await upkeep.heal()

    backlog.jobs = [BegunJob("b:0", FIRST, "here")]
    await upkeep.heal()

    assert backlog.resumed == []


async def test_queues_in_which_much_waits_are_looked_into_often(
    upkeep: Upkeep, backlog: ListedBacklog
) -> None:
    backlog.lengths = {FIRST: 6, AGAIN: 2}

    await upkeep.set_pace()

    assert backlog.paces == {FIRST: 0.025, AGAIN: 0.5}


async def test_finished_jobs_are_purged_until_none_is_left(
    upkeep: Upkeep, backlog: ListedBacklog
) -> None:
    backlog.finished = 250

    await upkeep.purge()

    assert backlog.finished == 0
