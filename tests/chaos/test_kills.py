"""Processes are killed in the middle of sending: nothing is lost, and little is said twice."""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from tests.chaos.conftest import Tell
from tests.chaos.connector import Temper
from tests.chaos.figures import lost, messages_a_second, most_requests_in_a_second, repeated
from tests.chaos.scene import Scene, opened_scene
from trainingbot.enums import NoticeState
from trainingbot.jobs.engine import CONCURRENCY

MOST_IN_A_SECOND = 50
"""Teams takes no more of one app in one tenant."""


@dataclass(frozen=True)
class Size:
    """How much is sent and how often somebody is killed, and the patience for it in seconds."""

    people: int
    notices_each: int
    kills: int
    patience: float


SHORT = Size(people=100, notices_each=2, kills=2, patience=180)
LONG = Size(people=5_000, notices_each=2, kills=5, patience=1_800)
SIZES = pytest.mark.parametrize(
    "size",
    [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.long)],
)


@SIZES
async def test_nothing_is_lost_however_often_a_process_is_killed(
    database_url: str, tmp_path: Path, size: Size, tell: Tell
) -> None:
    slow = Temper(slow=1.0, longest_delay=0.3)
    async with opened_scene(database_url, tmp_path, people=size.people, temper=slow) as scene:
        owed = {key for _ in range(size.notices_each) for key in await scene.stage.owe()}
        running = scene.start_all()

        for number in range(1, size.kills + 1):
            until = len(owed) * number // (size.kills + 1)
            await scene.until_arrived(until, within=size.patience)
            running.pop(0).kill()
            running.append(scene.start())
        ended = await scene.until_nothing_is_owed(within=size.patience)

        sendings = scene.sendings()
        tell(
            {
                "messages": len(owed),
                "kill -9": size.kills,
                "lost": len(lost(sendings, owed=owed)),
                "repeated": repeated(sendings),
                "at most so many": size.kills * CONCURRENCY,
                "most requests in any rolling second": most_requests_in_a_second(sendings),
                "messages a second": messages_a_second(sendings),
            }
        )
        assert lost(sendings, owed=owed) == set()
        assert repeated(sendings) <= size.kills * CONCURRENCY
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert ended.changed_more_than_once == 0


WITHIN_A_MINUTE = 60.0


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@SIZES
async def test_the_jobs_of_a_worker_that_died_go_on_elsewhere_within_a_minute(
    database_url: str, tmp_path: Path, size: Size, tell: Tell
) -> None:
    slow = Temper(slow=1.0, longest_delay=3.0)
    people = size.people // 2
    async with opened_scene(database_url, tmp_path, people=people, temper=slow) as scene:
        owed = await scene.stage.owe()
        first, _ = scene.start_all()
        await scene.until_arrived(people // 3, within=size.patience)

        first.kill()
        died = monotonic()
        in_hand = await scene.stage.in_hand()
        await _until_sent(scene, in_hand, within=WITHIN_A_MINUTE)
        taken_over = monotonic()
        ended = await scene.until_nothing_is_owed(within=size.patience)

        sendings = scene.sendings()
        tell(
            {
                "messages": len(owed),
                "under way when a worker died": len(in_hand),
                "seconds until the last of those was sent": taken_over - died,
                "lost": len(lost(sendings, owed=owed)),
                "repeated": repeated(sendings),
            }
        )
        assert lost(sendings, owed=owed) == set()
        assert repeated(sendings) <= CONCURRENCY
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert ended.changed_more_than_once == 0


async def _until_sent(scene: Scene, keys: set[tuple[str, str]], *, within: float) -> None:
    async def sent() -> bool:
        states = await scene.stage.states()
        return all(states[key] == NoticeState.SENT for key in keys)

    await scene.until(sent, within=within)
