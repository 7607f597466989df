"""Processes are killed in the middle of sending: nothing is lost, and little is said twice."""

from pathlib import Path

from tests.chaos.figures import lost, needlessly_repeated, repeated
from tests.chaos.scene import opened_scene
from trainingbot.enums import NoticeState


async def test_smoke(database_url: str, tmp_path: Path) -> None:
    async with opened_scene(database_url, tmp_path, people=20) as scene:
        owed = await scene.stage.owe() | await scene.stage.owe()
        scene.start_all()

        ended = await scene.until_nothing_is_owed(within=60)

        assert ended.states == {NoticeState.SENT: 40}
        assert ended.changed_more_than_once == 0
        sendings = scene.sendings()
        assert lost(sendings, owed=owed) == set()
        assert (repeated(sendings), needlessly_repeated(sendings)) == (0, [])
