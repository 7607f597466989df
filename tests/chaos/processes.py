"""The processes of a scene: each is one that the scene started, and ends with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

from tests.chaos.connector import Temper
from tests.chaos.figures import Log, Sending

PROJECT = Path(__file__).parents[2]
PATIENCE = 60.0
"""How long a process may take to end once it was told to, in seconds."""

_numbers = count(1)


class Process:
    """One process in a group of its own; what it says is kept in a file."""

    def __init__(
        self,
        arguments: list[str],
        *,
        folder: Path,
        settings: Mapping[str, str],
        code: Path = PROJECT,
    ) -> None:
        self._told_to_end = False
        self.said = folder / f"process-{next(_numbers)}.log"
        inherited = {name: value for name, value in os.environ.items() if "TRAININGBOT" not in name}
        paths = os.pathsep.join([str(code), str(code / "src")])
        with self.said.open("wb") as said:
            self._process = subprocess.Popen(  # noqa: S603 - this Python and modules of this project
                [sys.executable, *arguments],
                cwd=folder,
                env={**inherited, **settings, "PYTHONPATH": paths},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def fell(self) -> bool:
        """Whether it has ended without being told to."""
        return not self.runs and not self._told_to_end

    def lines(self) -> list[str]:
        """Return what it has said so far."""
        return self.said.read_text(errors="replace").splitlines()

    def kill(self) -> None:
        """End it as a power cut would, kill -9, with everything that it started."""
        if self.runs:
            self._told_to_end = True
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to end, wait until it has, and return its exit code."""
        self._told_to_end = True
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)


@contextmanager
def ending() -> Iterator[list[Process]]:
    """Yield a list for processes; whatever happens, all that are in it have ended afterwards."""
    processes: list[Process] = []
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()


class RunningConnector:
    """The connector of a scene, which outlives everything else in it."""

    def __init__(self, folder: Path, temper: Temper) -> None:
        file = folder / "connector.log"
        self._log = Log(file)
        self._process = subprocess.Popen(  # noqa: S603 - this Python and a module of these tests
            [sys.executable, "-m", "tests.chaos.connector", str(file), temper.written()],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def sendings(self) -> list[Sending]:
        """Return every request to send a message so far."""
        return self._log.sendings()


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
