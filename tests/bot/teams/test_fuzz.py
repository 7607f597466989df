"""The door under broken requests: it answers each of them, and lets in none it should not."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bot.teams.service import Teams
from bot.turns import Reply, Turn
from tests.bot_framework import FakeBotFramework, HandClock
from tests.fuzz import FAMILIES, fuzzed_requests, send_all

SHORT, LONG = 1_000, 10_000


class Mirror:
    """Shows on a card all that came, so that what comes in must be fit to go out."""

    def __init__(self) -> None:
        self.turns = 0

    async def __call__(self, turn: Turn) -> Reply:
        self.turns += 1
        text = json.dumps([turn.text, turn.verb, turn.data], ensure_ascii=False)
        return Reply(card={"type": "AdaptiveCard", "body": [text]}, summary=turn.text)


@pytest.fixture
def mirror() -> Mirror:
    return Mirror()


@pytest.fixture
async def mirrored(teams: Teams, mirror: Mirror) -> AsyncIterator[TestClient[Any, Any]]:
    application = web.Application()
    application.router.add_post("/api/messages", teams.messages(mirror))
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.mark.parametrize("family", ["token", "bytes", "envelope"])
async def test_no_broken_request_makes_a_turn(
    mirrored: TestClient[Any, Any],
    mirror: Mirror,
    framework: FakeBotFramework,
    clock: HandClock,
    family: str,
) -> None:
    requests = fuzzed_requests(
        7, count=SHORT // 4, framework=framework, clock=clock, families=[family]
    )

    with capture_logs():
        statuses = await send_all(mirrored, requests)

    assert statuses[family].total() == SHORT // 4
    assert (mirror.turns, framework.calls) == (0, [])


@pytest.mark.parametrize(
    ("seed", "count"),
    [(1, SHORT), pytest.param(2, LONG, marks=pytest.mark.long)],
    ids=["short", "long"],
)
async def test_every_broken_request_is_answered_and_none_is_a_fault(
    *,
    mirrored: TestClient[Any, Any],
    mirror: Mirror,
    framework: FakeBotFramework,
    clock: HandClock,
    seed: int,
    count: int,
) -> None:
    requests = fuzzed_requests(seed, count=count, framework=framework, clock=clock)

    with capture_logs() as events:
        statuses = await send_all(mirrored, requests)

    assert sum(statuses[family].total() for family in FAMILIES) == count
    assert [event for event in events if event["log_level"] == "error"] == []
    assert {family: set(statuses[family]) for family in FAMILIES} == {
        "token": {401},
        "bytes": {400, 415},
        "envelope": {200, 400, 401, 403},
        "payload": {200, 400},
    }
    assert mirror.turns > count // 20, "the sound part of the payloads gets through"
