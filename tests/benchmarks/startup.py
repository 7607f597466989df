"""How long `trainingbot serve --local` takes until it answers, and what it holds then.

`python -m tests.benchmarks.startup`; wanted: below 3 s, and below 150 MB when idle.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

ROUNDS = 5
PATIENCE = 60.0
SETTLE = 1.0
WANTED_SECONDS = 3.0
WANTED_MB = 150.0


def run(*, rounds: int = ROUNDS) -> None:
    """Measure and print; each figure is the median of the rounds."""
    bare = median(_seconds(["-c", "pass"]) for _ in range(rounds))
    imports = median(_seconds(["-c", "import bot.serve"]) for _ in range(rounds))
    command = median(_seconds(["-m", "bot.cli", "version"]) for _ in range(rounds))
    first, again, memory = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            first.append(_started(Path(folder))[0])
            seconds, resident = _started(Path(folder))
            again.append(seconds)
            memory.append(resident)
    _say("\nstarting up; median of", f"{rounds} rounds")
    _say("import of the service", f"{imports - bare:6.2f} s")
    _say("a small command, version", f"{command:6.2f} s")
    _say("serve --local, making its database", f"{median(first):6.2f} s")
    _say(
        "serve --local, until it answers",
        f"{median(again):6.2f} s   (wanted below {WANTED_SECONDS:g})",
    )
    _say("memory when idle", f"{median(memory):6.0f} MB  (wanted below {WANTED_MB:g})")


def _seconds(arguments: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, *arguments], check=True, capture_output=True
    )
    return time.perf_counter() - begun


def _started(folder: Path) -> tuple[float, float]:
    """Start the service in `folder` and end it; return the seconds it took, and its MB at rest."""
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if "TRAININGBOT" not in name}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "bot.cli", "serve", "--local", "--port", str(port)],
        cwd=folder,
        env=inherited,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_answer(port, process)
        seconds = time.perf_counter() - begun
        time.sleep(SETTLE)
        return seconds, _resident_mb(process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == http.client.OK:
                return
        except ConnectionRefusedError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError("the service did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _resident_mb(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _say(what: str, figure: str) -> None:
    print(f"{what:38}{figure}", flush=True)  # noqa: T201 - a measurement is read on the terminal


if __name__ == "__main__":
    run()
