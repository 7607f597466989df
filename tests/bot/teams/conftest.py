"""Fixtures for the door to Teams: a Bot Framework on loopback, and the bot in front of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot.teams.connector import open_http_session
from bot.teams.service import Teams
from bot.teams.service_urls import ServiceUrls
from bot.turns import Reply, Turn
from tests.bot_framework import (
    APP_ID,
    SERVICE_URL,
    TENANT,
    FakeBotFramework,
    FixedCredentials,
    HandClock,
)
from trainingbot.settings import Settings

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Hello"}]}


class Listener:
    """Answers every turn alike, and keeps the turns."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.reply: Reply | None = Reply(card=CARD, summary="Hello")
        self.fault: Exception | None = None

    async def __call__(self, turn: Turn) -> Reply | None:
        self.turns.append(turn)
        if self.fault is not None:
            raise self.fault
        return self.reply


@pytest.fixture
async def framework() -> AsyncIterator[FakeBotFramework]:
    async with FakeBotFramework() as framework:
        yield framework


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with open_http_session() as http:
        yield http


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, app_id=APP_ID, tenants=(TENANT,))


@pytest.fixture
def teams(
    settings: Settings, http: ClientSession, framework: FakeBotFramework, clock: HandClock
) -> Teams:
    return Teams(
        settings,
        http,
        metadata_url=framework.metadata_url,
        credentials=FixedCredentials(),
        service_urls=ServiceUrls(settings.service_hosts, loopback=True),
        clock=clock,
    )


@pytest.fixture
async def client(teams: Teams, listener: Listener) -> AsyncIterator[TestClient[Any, Any]]:
    """The bot, reached by HTTP."""
    application = web.Application()
    application.router.add_route("*", "/api/messages", teams.messages(listener))
    async with TestClient(TestServer(application)) as client:
        yield client


Post = Callable[..., Awaitable[ClientResponse]]


@pytest.fixture
def post(client: TestClient[Any, Any], framework: FakeBotFramework, clock: HandClock) -> Post:
    """Send an activity as Teams does; `token=None` sends none, a str sends that one."""

    async def send(activity: dict[str, Any], *, token: str | None = "") -> ClientResponse:
        if activity.get("serviceUrl") == SERVICE_URL:
            activity = {**activity, "serviceUrl": framework.service_url}
        token = framework.token(now=clock.moment) if token == "" else token
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await client.post("/api/messages", json=activity, headers=headers)

    return send
