"""Random rounds of booking on a real database, beside a model of them in plain Python.

`STATEFUL_EXAMPLES` says how many rounds of fifty steps are tried on SQLite; PostgreSQL gets a
quarter of them, or `STATEFUL_EXAMPLES_POSTGRESQL`.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.trainingbot.scheduling.machine import PlacesMachine
from tests.trainingbot.scheduling.world import World

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "30"))
EXAMPLES_ON_POSTGRESQL = int(
    os.environ.get("STATEFUL_EXAMPLES_POSTGRESQL", str(max(1, EXAMPLES // 4)))
)
STEPS = 50
ON_POSTGRESQL = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with asyncio.Runner() as runner:
        world = World(database_url, runner)
        yield world
        world.run(world.database.close())


def run_rounds(world: World, *, examples: int) -> None:
    machine = type("PlacesMachine", (PlacesMachine,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_places_on_sqlite_go_as_they_are_meant(world: World) -> None:
    run_rounds(world, examples=EXAMPLES)


@pytest.mark.parametrize("database_url", [ON_POSTGRESQL], indirect=True)
def test_places_on_postgresql_go_as_they_are_meant(world: World) -> None:
    run_rounds(world, examples=EXAMPLES_ON_POSTGRESQL)
