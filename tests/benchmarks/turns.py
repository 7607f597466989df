"""Turns per second: the stock CloudAdapter and this project's, measured in one run.

`python -m tests.benchmarks.turns [--seconds 4] [--rounds 3] [--connections 16]`

Server, load generator and connector are processes of their own on 127.0.0.1. Every request
carries a real RS256 token, every reply is delivered to the connector, and the number of replies
that arrived is compared with the number of requests answered. Targets take turns, round by round,
and the median round counts.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from tests.benchmarks.load import Job, Measured
from tests.benchmarks.scene import Scene
from tests.benchmarks.serve_booking import booking_bodies
from tests.bot_framework import APP_ID, TENANT, SigningPair, typed

WARM_UP = 1.0
SETTLE = 0.7
"""Until the turns under way at the end of a load have come to theirs."""
PATIENCE = 20.0


def echo_bodies(scene: Scene) -> list[str]:
    """Return what is typed to the echoing targets."""
    return [json.dumps(typed("Is there a place left on Neglect?", serviceUrl=scene.sink_url))]


@dataclass(frozen=True)
class Target:
    """A server to measure: `python -m module SCENE_FILE` listens at the scene's port.

    `bodies` are the activities it is sent; `replies` is how many messages each of them makes the
    server send to the connector (0 where the answer is in the body, as for Action.Execute).
    """

    name: str
    module: str
    bodies: Callable[[Scene], list[str]] = echo_bodies
    replies: int = 1
    environment: dict[str, str] = field(default_factory=dict)


STOCK = Target("stock CloudAdapter, echo", "tests.benchmarks.serve_stock")
ECHO = Target("this adapter, echo", "tests.benchmarks.serve_echo")
BOOKING = Target("this service, booking", "tests.benchmarks.serve_booking", bodies=booking_bodies)
TARGETS = [STOCK, ECHO, BOOKING]


@dataclass(frozen=True)
class Round:
    """One target, measured once at full speed and once at a quarter of it."""

    full: Measured
    quarter: Measured
    memory: float
    """Resident memory of the server afterwards, in MB."""


def measure(target: Target, scene: Scene, *, connections: int, seconds: float) -> Round:
    """Measure one target in a fresh process.

    Raises `RuntimeError` where an answer is not 2xx or a reply did not arrive.
    """
    warm_up, full_speed, slowly = _shares(target.bodies(scene))
    with serving(target, scene) as (served, server):
        job = Job(served.port, served.token, full_speed, connections, seconds)
        put_under(replace(job, bodies=warm_up, seconds=WARM_UP))
        time.sleep(SETTLE)
        before = taken(served)
        full = put_under(job)
        time.sleep(SETTLE)
        _refuse_incomplete(target, full, taken(served) - before, connections)
        quarter = put_under(replace(job, bodies=slowly, rate=full.per_second / 4))
        return Round(full, quarter, _resident_mb(server.pid))


def _shares(bodies: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Give each of the three loads bodies of its own, so that none repeats another's booking."""
    if len(bodies) < 3:
        return bodies, bodies, bodies
    sixth = len(bodies) // 6
    return bodies[:sixth], bodies[sixth : -2 * sixth], bodies[-2 * sixth :]


def _refuse_incomplete(target: Target, full: Measured, arrived: int, connections: int) -> None:
    if any(not status.startswith("2") for status in full.statuses):
        raise RuntimeError(f"{target.name}: not all answers were 2xx: {full.statuses}")
    # Those under way when the time ends arrive, but are not counted as answered.
    missing = full.answered * target.replies - arrived
    if missing > 0 or -missing > connections * max(1, target.replies):
        raise RuntimeError(f"{target.name}: {full.answered} answers, {arrived} replies arrived")


def put_under(job: Job) -> Measured:
    """Load the server as the job says, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        check=True,
    )
    return Measured(**json.loads(done.stdout))


@contextmanager
def running(
    command: list[str], port: int, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until the block ends; it listens at `port` when the block begins."""
    process = subprocess.Popen(command, env={**os.environ, **environment})  # noqa: S603 - our own modules
    try:
        _wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not listen within {PATIENCE:.0f} s")


def taken(scene: Scene) -> int:
    """Return how many messages the connector has taken so far."""
    with urlopen(f"{scene.sink_url}count", timeout=5) as answer:  # noqa: S310 - our own loopback
        return int(answer.read())


def free_port() -> int:
    """Return a port on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _resident_mb(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def connector() -> Iterator[Scene]:
    """Run the sink; yield a scene with its address and a token for it, and with no server yet."""
    pair, port = SigningPair(), free_port()
    sink_url = f"http://127.0.0.1:{port}/"
    token = pair.token(issued_at=time.time(), serviceurl=sink_url)
    key_set = json.dumps({"keys": [pair.published()]})
    command = [sys.executable, "-m", "tests.benchmarks.sink", str(port), key_set]
    with running(command, port, {}):
        yield Scene(0, sink_url, APP_ID, TENANT, token)


@contextmanager
def serving(target: Target, scene: Scene) -> Iterator[tuple[Scene, subprocess.Popen[bytes]]]:
    """Run a target in a fresh process; yield the scene with its port, and the process."""
    scene = replace(scene, port=free_port())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scene.json"
        scene.write(file)
        command = [sys.executable, "-m", target.module, str(file)]
        with running(command, scene.port, target.environment) as server:
            yield scene, server


def run(targets: list[Target], *, rounds: int, connections: int, seconds: float) -> None:
    """Measure all targets and print the table."""
    results: dict[str, list[Round]] = {target.name: [] for target in targets}
    with connector() as scene:
        for number in range(rounds):
            for target in targets:
                say(f"round {number + 1} of {rounds}: {target.name}")
                result = measure(target, scene, connections=connections, seconds=seconds)
                results[target.name].append(result)
    _print_table(results, connections=connections)


def _print_table(results: dict[str, list[Round]], *, connections: int) -> None:
    stock = median(each.full.per_second for each in results[STOCK.name])
    say(f"\n{connections} connections; latencies in ms; median round")
    say(
        f"{'':28}{'turns/s':>9}{'p50':>8}{'p99':>8}{'ratio':>8}"
        f"{'at 1/4: p50':>13}{'p99':>8}{'MB':>6}"
    )
    for name, rounds in results.items():
        speed = median(each.full.per_second for each in rounds)
        say(
            f"{name:28}{speed:9,.0f}"
            f"{median(each.full.p50 for each in rounds):8.1f}"
            f"{median(each.full.p99 for each in rounds):8.1f}"
            f"{speed / stock:8.1f}"
            f"{median(each.quarter.p50 for each in rounds):13.2f}"
            f"{median(each.quarter.p99 for each in rounds):8.2f}"
            f"{median(each.memory for each in rounds):6.0f}"
        )


def say(line: str) -> None:
    """Show a line."""
    print(line, flush=True)  # noqa: T201 - a measurement is read on the terminal


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _arguments()
    run(
        TARGETS,
        rounds=chosen.rounds,
        connections=chosen.connections,
        seconds=chosen.seconds,
    )
