"""Teams is busy, or behaves as if it were: it is never pressed, and everything arrives."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.conftest import Tell
from tests.chaos.connector import Temper
from tests.chaos.figures import (
    impatient,
    lost,
    messages_a_second,
    most_in_a_conversation,
    most_requests_in_a_second,
    needlessly_repeated,
    repeated,
)
from tests.chaos.scene import opened_scene
from trainingbot.enums import NoticeState

RATE = 30
HELD = 0.9
MOST_IN_A_SECOND = 50
MOST_IN_A_CONVERSATION = 7
"""Teams takes so many a second of one bot in one conversation."""
MISBEHAVING = Temper(seed=4, refused=0.2, broken=0.005, slow=0.1)


@dataclass(frozen=True)
class Size:
    """How much is sent, the patience for it in seconds, and whether the rate is looked at."""

    people: int
    notices_each: int
    patience: float
    timed: bool


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(100, 3, patience=180, timed=False), id="short"),
        pytest.param(Size(5_000, 2, patience=1_800, timed=True), id="long", marks=pytest.mark.long),
    ],
)
async def test_a_connector_that_misbehaves_gets_everything_and_is_never_pressed(
    database_url: str, tmp_path: Path, size: Size, tell: Tell
) -> None:
    async with opened_scene(
        database_url, tmp_path, people=size.people, temper=MISBEHAVING
    ) as scene:
        owed = {key for _ in range(size.notices_each) for key in await scene.stage.owe()}
        scene.start_all({"SEND_RATE": str(RATE)})

        ended = await scene.until_nothing_is_owed(within=size.patience)

        sendings = scene.sendings()
        refused = sum(one.status not in range(200, 300) for one in sendings)
        rate = messages_a_second(sendings)
        tell(
            {
                "messages": len(owed),
                "requests": len(sendings),
                "not taken, %": 100 * refused / len(sendings),
                "lost": len(lost(sendings, owed=owed)),
                "repeated after 502, 504 or nothing": repeated(sendings),
                "repeated after it was taken": len(needlessly_repeated(sendings)),
                "sent before Retry-After had run out": len(impatient(sendings)),
                "most requests in any rolling second": most_requests_in_a_second(sendings),
                "of those in one conversation": most_in_a_conversation(sendings),
                "messages a second": rate,
                "of the configured rate, %": 100 * rate / RATE,
            }
        )
        assert lost(sendings, owed=owed) == set()
        assert needlessly_repeated(sendings) == []
        assert impatient(sendings) == []
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND
        assert most_in_a_conversation(sendings) <= MOST_IN_A_CONVERSATION
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert ended.changed_more_than_once == 0
        assert not size.timed or rate >= HELD * RATE
