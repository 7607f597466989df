"""A new version takes the place of the old one while much is queued: nothing is left behind."""

import re
import shutil
from pathlib import Path

import pytest

from tests.chaos.conftest import Tell
from tests.chaos.figures import lost, most_requests_in_a_second, repeated
from tests.chaos.processes import PROJECT
from tests.chaos.scene import opened_scene
from trainingbot.enums import NoticeState

MOST_IN_A_SECOND = 50
DEFINITION = re.compile(r"^(\s*(?:async )?def .*:)$", re.MULTILINE)


def another_version(folder: Path) -> Path:
    """Copy the service, as a version with another number and other code; return where it is.

    Every function of the jobs differs, so that whatever hashes them gets another result.
    """
    code = folder / "another version"
    for package in ("bot", "src"):
        shutil.copytree(
            PROJECT / package, code / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in [*code.glob("bot/*.py"), *code.glob("src/trainingbot/jobs/*.py")]:
        file.write_text(DEFINITION.sub(r"\1  # of another version", file.read_text()))
    metadata = code / "src" / "trainingbot-99.0.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: trainingbot\nVersion: 99.0.0\n")
    return code


@pytest.mark.parametrize(
    ("people", "patience"),
    [
        pytest.param(200, 180.0, id="short"),
        pytest.param(1_000, 600.0, id="long", marks=pytest.mark.long),
    ],
)
async def test_an_upgrade_strands_nothing_that_is_queued(
    database_url: str, tmp_path: Path, people: int, patience: float, tell: Tell
) -> None:
    async with opened_scene(database_url, tmp_path, people=people) as scene:
        owed = await scene.stage.owe()
        old = scene.start_all()
        await scene.until_arrived(people // 10, within=patience)

        exit_codes = [process.stop() for process in old]
        queued = await scene.stage.queued()
        before = scene.arrived()
        scene.start(code=another_version(tmp_path))
        ended = await scene.until_nothing_is_owed(within=patience)

        sendings = scene.sendings()
        tell(
            {
                "messages": len(owed),
                "sent by the old version": before,
                "asked for but not sent at the upgrade": len(queued),
                "lost": len(lost(sendings, owed=owed)),
                "repeated": repeated(sendings),
                "most requests in any rolling second": most_requests_in_a_second(sendings),
            }
        )
        assert exit_codes == [0 for _ in old]
        assert queued
        assert lost(sendings, owed=owed) == set()
        assert repeated(sendings) == 0
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert ended.changed_more_than_once == 0
