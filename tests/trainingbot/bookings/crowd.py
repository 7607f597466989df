"""Several processes that book on one database at the same time, as replicas of the service do."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

PROJECT = Path(__file__).parents[3]
WORKER = "tests.trainingbot.bookings.crowd_worker"

Turn = tuple[str, UUID | int]
"""What is done, and by whom, or the number that it takes."""


def plain_turn(turn: Turn) -> list[Any]:
    """Return a turn as JSON has it."""
    verb, subject = turn
    return [verb, subject if isinstance(subject, int) else str(subject)]


class Member:
    """One process; it is this test's own and ends with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this Python and a module of these tests
            [sys.executable, "-W", "error", "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT,
            text=True,
        )

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:  # noqa: ANN401 - whatever JSON the worker says
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "a process of the crowd has ended; its reason stands in the captured output"
        return json.loads(line)

    def hear_turns(self, number: int) -> None:
        """Wait until so many more turns are done."""
        for _ in range(number):
            self.hear()

    def kill(self) -> None:
        """End the process as a power cut would, kill -9, whatever it is doing."""
        self._process.kill()
        self.end()

    def end(self) -> None:
        """Let the process end, which it does when there are no more jobs."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


class Crowd:
    """Processes that are ready; a job begins in all of them at the same moment."""

    def __init__(self, processes: int) -> None:
        self.members = [Member() for _ in range(processes)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for member in self.members:
            # After a failed test a process may be busy with an endless job.
            member.end() if kind is None else member.kill()

    def begin(self, jobs: Sequence[dict[str, Any]]) -> None:
        """Give each member its job, and say go when all of them have the database open."""
        for member, job in zip(self.members, jobs, strict=True):
            member.tell(json.dumps(job))
        for member in self.members:
            assert member.hear() == "ready"
        for member in self.members:
            member.tell("go")

    def take_turns(self, url: str, session_id: UUID, turns: Sequence[Turn]) -> list[list[Any]]:
        """Deal the turns out like cards, have all of them taken at once, and return the answers.

        An answer is the status of the booking and its queue number, or the name of a refusal.
        """
        number = len(self.members)
        plain = [plain_turn(turn) for turn in turns]
        self.begin(
            [
                {"url": url, "session_id": str(session_id), "turns": plain[first::number]}
                for first in range(number)
            ]
        )
        return [answer for member in self.members for answer in member.hear()]
