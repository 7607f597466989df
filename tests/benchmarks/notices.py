"""Turns while 1,000 notices go out: what a booking takes with and without them, in one run.

`python -m tests.benchmarks.notices [--rounds 3] [--seconds 40]`; wanted: a p99 at a quarter load
that at most doubles. Each round measures how many turns there are at full speed, and puts a
quarter of that under the service twice, once while it sends and once while it does not.
"""

import argparse
import time
from dataclasses import dataclass, replace
from statistics import median

from tests.benchmarks.load import Job, Measured
from tests.benchmarks.scene import Scene
from tests.benchmarks.serve_booking import booking_bodies
from tests.benchmarks.turns import (
    SETTLE,
    WARM_UP,
    Target,
    connector,
    put_under,
    say,
    serving,
    taken,
)

SENDING = Target("booking, notices go out", "tests.benchmarks.serve_notices", booking_bodies)
WITHOUT = replace(SENDING, name="booking", environment={"UNTOLD": "no"})
CONNECTIONS = 16
FULL_SPEED_SECONDS = 4.0
WANTED = 2.0


@dataclass(frozen=True)
class Quarter:
    """A quarter load, and how many notices arrived meanwhile."""

    turns: Measured
    notices: int


def run(*, rounds: int = 3, seconds: float = 40.0) -> None:
    """Measure and print; each figure is the median of the rounds."""
    without: list[Quarter] = []
    sending: list[Quarter] = []
    with connector() as scene:
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}: turns while notices go out")
            rate = _full_speed(scene) / 4
            without.append(_quarter(WITHOUT, scene, rate=rate, seconds=seconds))
            sending.append(_quarter(SENDING, scene, rate=rate, seconds=seconds))
    _print_table(without, sending)


def _full_speed(scene: Scene) -> float:
    warm_up, bodies = _warm_up_and_rest(booking_bodies(scene))
    with serving(WITHOUT, scene) as (served, _):
        job = Job(served.port, served.token, bodies, CONNECTIONS, FULL_SPEED_SECONDS)
        put_under(Job(served.port, served.token, warm_up, CONNECTIONS, WARM_UP))
        return put_under(job).per_second


def _quarter(target: Target, scene: Scene, *, rate: float, seconds: float) -> Quarter:
    """Measure at a rate. Raises `RuntimeError` where an answer is not 2xx."""
    warm_up, bodies = _warm_up_and_rest(target.bodies(scene))
    with serving(target, scene) as (served, _):
        put_under(Job(served.port, served.token, warm_up, CONNECTIONS, WARM_UP, rate))
        time.sleep(SETTLE)
        before = taken(served)
        turns = put_under(Job(served.port, served.token, bodies, CONNECTIONS, seconds, rate))
        notices = taken(served) - before - turns.answered
    if any(not status.startswith("2") for status in turns.statuses):
        raise RuntimeError(f"{target.name}: not all answers were 2xx: {turns.statuses}")
    return Quarter(turns, notices)


def _warm_up_and_rest(bodies: list[str]) -> tuple[list[str], list[str]]:
    sixth = len(bodies) // 6
    return bodies[:sixth], bodies[sixth:]


def _print_table(without: list[Quarter], sending: list[Quarter]) -> None:
    say(f"\n{CONNECTIONS} connections at a quarter load; latencies in ms; median round")
    say(f"{'':28}{'turns/s':>9}{'p50':>8}{'p99':>8}{'notices':>9}")
    for name, rounds in ((WITHOUT.name, without), (SENDING.name, sending)):
        say(
            f"{name:28}{median(one.turns.per_second for one in rounds):9,.0f}"
            f"{median(one.turns.p50 for one in rounds):8.2f}"
            f"{median(one.turns.p99 for one in rounds):8.2f}"
            f"{median(one.notices for one in rounds):9,.0f}"
        )
    ratios = [
        after.turns.p99 / before.turns.p99 for before, after in zip(without, sending, strict=True)
    ]
    say(f"p99 with notices by p99 without: {median(ratios):.2f}  (wanted at most {WANTED:g})")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _arguments()
    run(rounds=chosen.rounds, seconds=chosen.seconds)
