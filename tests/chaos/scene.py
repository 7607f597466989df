"""One scene: a connector, a prepared database, and the processes of the service upon them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from tests.chaos.connector import Temper
from tests.chaos.figures import Sending, deliveries
from tests.chaos.processes import PROJECT, Process, RunningConnector, ending
from tests.chaos.stage import Ended, Stage
from trainingbot.clock import utc_now
from trainingbot.db import Database

SECRET = "a-secret-of-at-least-32-characters"
LOOK_SECONDS = 0.25


class Scene:
    """What a scene is played with; everything that it starts ends with it."""

    def __init__(
        self,
        *,
        url: str,
        folder: Path,
        connector: RunningConnector,
        stage: Stage,
        processes: list[Process],
    ) -> None:
        self.url = url
        self.stage = stage
        self._folder = folder
        self.service_url = connector.url
        self._connector = connector
        self._processes = processes
        self._settings = {
            "TRAININGBOT_DATABASE_URL": url,
            "TRAININGBOT_LOCAL": "true",
            "TRAININGBOT_SECRET": SECRET,
            "TRAININGBOT_PORT": "0",
            "TRAININGBOT_SEND_RATE": "33",
            # Scenes are played at any hour of any day.
            "TRAININGBOT_QUIET": "false",
        }

    @property
    def is_sqlite(self) -> bool:
        """Whether the whole service is one process."""
        return self.stage.database.is_sqlite

    def start(
        self, *command: str, code: Path = PROJECT, settings: Mapping[str, str] | None = None
    ) -> Process:
        """Start one process of the service; by default the one that sends notices.

        On SQLite that is the whole service, on PostgreSQL a worker. `settings` are variables
        without `TRAININGBOT_`.
        """
        given = {f"TRAININGBOT_{name}": value for name, value in (settings or {}).items()}
        process = Process(
            ["-m", "bot.cli", *(command or (("serve",) if self.is_sqlite else ("worker",)))],
            folder=self._folder,
            settings={**self._settings, **given},
            code=code,
        )
        self._processes.append(process)
        return process

    def start_all(
        self, settings: Mapping[str, str] | None = None, *, code: Path = PROJECT
    ) -> list[Process]:
        """Start one process on SQLite, two workers on PostgreSQL."""
        return [self.start(code=code, settings=settings) for _ in range(1 if self.is_sqlite else 2)]

    def sendings(self) -> list[Sending]:
        """Return every request to send a message so far."""
        return self._connector.sendings()

    def arrived(self) -> int:
        """Return how many different messages have arrived so far."""
        return len(deliveries(self.sendings()))

    async def until_arrived(self, number: int, *, within: float) -> None:
        """Wait until so many different messages have arrived."""

        async def arrived() -> bool:
            return self.arrived() >= number

        await self.until(arrived, within=within)

    async def until_nothing_is_owed(self, *, within: float) -> Ended:
        """Wait until every notice of the scene has ended, and return how."""

        async def nothing_owed() -> bool:
            return not await self.stage.owes()

        await self.until(nothing_owed, within=within)
        return await self.stage.ended()

    async def until(self, holds: Callable[[], Awaitable[bool]], *, within: float) -> None:
        """Wait until something holds; a scene that never gets there fails with what was said."""
        end = monotonic() + within
        while True:
            began = monotonic()
            if await holds():
                return
            assert monotonic() < end, self._how_it_stands(f"after {within:g} s")
            assert not any(one.fell for one in self._processes), self._how_it_stands("one ended")
            # Whoever watches takes little of the machine away from those who are watched.
            await asyncio.sleep(LOOK_SECONDS + 10 * (monotonic() - began))

    def _how_it_stands(self, when: str) -> str:
        said = [line for process in self._processes for line in process.lines()[-20:]]
        return "\n".join([f"{when}, {self.arrived()} messages have arrived; last said:", *said])


@asynccontextmanager
async def opened_scene(
    url: str, folder: Path, *, people: int, temper: Temper | None = None
) -> AsyncIterator[Scene]:
    """Open a connector and write people into the empty database at `url`."""
    database = Database(url)
    try:
        with RunningConnector(folder, temper or Temper()) as connector, ending() as processes:
            stage = Stage(database, service_url=connector.url, now=utc_now())
            await stage.prepare(people)
            yield Scene(
                url=url, folder=folder, connector=connector, stage=stage, processes=processes
            )
    finally:
        await database.close()
