"""A new version takes the place of the old one while much is queued: nothing is left behind."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.conftest import Tell
from tests.chaos.connector import Temper
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


@dataclass(frozen=True)
class Size:
    """How much is owed, how much of it is queued at the upgrade, and how slowly Teams takes it."""

    people: int
    queued: int
    slowest: float
    patience: float


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(200, queued=100, slowest=2.0, patience=180), id="short"),
        pytest.param(
            Size(2_000, queued=1_000, slowest=4.0, patience=900),
            id="long",
            marks=pytest.mark.long,
        ),
    ],
)
async def test_an_upgrade_strands_nothing_that_is_queued(
    database_url: str, tmp_path: Path, size: Size, tell: Tell
) -> None:
    slow = Temper(slow=1.0, longest_delay=size.slowest)
    async with opened_scene(database_url, tmp_path, people=size.people, temper=slow) as scene:
        owed = await scene.stage.owe()
        old = scene.start()

        async def enough_is_queued() -> bool:
            return len(await scene.stage.queued()) >= size.queued

        await scene.until(enough_is_queued, within=size.patience)
        exit_code = old.stop()
        queued, before = await scene.stage.queued(), scene.arrived()
        scene.start_all(code=another_version(tmp_path))
        ended = await scene.until_nothing_is_owed(within=size.patience)

        sendings = scene.sendings()
        tell(
            {
                "messages": len(owed),
                "sent by the old version": before,
                "queued at the upgrade": len(queued),
                "lost": len(lost(sendings, owed=owed)),
                "repeated": repeated(sendings),
                "most requests in any rolling second": most_requests_in_a_second(sendings),
            }
        )
        assert exit_code == 0
        assert before < len(owed)
        assert lost(sendings, owed=owed) == set()
        assert repeated(sendings) == 0
        assert most_requests_in_a_second(sendings) <= MOST_IN_A_SECOND
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert ended.changed_more_than_once == 0
