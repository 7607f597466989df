"""The whole application on loopback, with a Bot Framework and people in Teams around it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.app import MakeJobs, create_app
from bot.teams.service import Teams
from bot.teams.service_urls import ServiceUrls
from tests.bot_framework import (
    APP_ID,
    BOT_ID,
    OTHER_TENANT,
    TENANT,
    FakeBotFramework,
    FixedCredentials,
    HandClock,
    executed,
    submitted,
    typed,
)
from tests.fakes import jobs_at_once
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeKind
from trainingbot.settings import Settings

SECRET = "a secret that only the tests know, 32 characters"


@dataclass(frozen=True)
class Service:
    """The whole application as Teams and browsers reach it, and what it does there."""

    client: TestClient[Any, Any]
    framework: FakeBotFramework
    clock: HandClock
    database: Database

    async def post(self, activity: dict[str, Any], *, token: str | None = "") -> ClientResponse:
        """Send an activity as Teams does; `token=None` sends none, a text sends that one."""
        if token == "":
            token = self.framework.token(now=self.clock.moment)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.client.post("/api/messages", json=activity, headers=headers)

    @property
    def cards_sent(self) -> list[dict[str, Any]]:
        """The cards that went out through the connector, in their order."""
        return [
            call.body["attachments"][0]["content"]
            for call in self.framework.calls
            if call.method in {"POST", "PUT"}
        ]

    def person(self, name: str, email: str | None = None, **fields: str) -> "Person":
        """Return somebody who uses Teams; the tenant knows their e-mail address."""
        person = Person(self, name, email, **fields)
        self.framework.members[person.teams_user_id] = {
            "id": person.teams_user_id,
            "name": name,
            "email": email,
            "tenantId": person.tenant_id,
        }
        return person


@dataclass(frozen=True)
class Person:
    """Somebody in their personal chat with the bot."""

    service: Service
    name: str
    email: str | None
    tenant_id: str = TENANT
    object_id: str = ""
    conversation_type: str = field(default="personal")

    @property
    def entra_id(self) -> str:
        return self.object_id or str(uuid5(NAMESPACE_DNS, self.email or self.name))

    @property
    def teams_user_id(self) -> str:
        return f"29:{self.tenant_id[:4]}-{self.entra_id}"

    def envelope(self) -> dict[str, Any]:
        """Return the fields of an activity that tell who sent it, and from where."""
        return {
            "serviceUrl": self.service.framework.service_url,
            "from": {"id": self.teams_user_id, "name": self.name, "aadObjectId": self.entra_id},
            "conversation": {
                "id": f"a:{self.tenant_id[:4]}-{self.entra_id}",
                "conversationType": self.conversation_type,
                "tenantId": self.tenant_id,
            },
            "channelData": {"tenant": {"id": self.tenant_id}},
        }

    async def types(self, text: str) -> dict[str, Any]:
        """Type words, and return the card that came as the answer."""
        response = await self.service.post(typed(text, **self.envelope()))
        assert (response.status, await response.read()) == (200, b"")
        return self.service.cards_sent[-1]

    async def presses(self, verb: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Press a button as a newer client sends it, and return the card it became."""
        response = await self.service.post(executed(verb, data, **self.envelope()))
        assert response.status == 200
        answer = await response.json()
        assert (answer["statusCode"], answer["type"].rpartition(".")[2]) == (200, "adaptive")
        card: dict[str, Any] = answer["value"]
        return card

    async def submits(self, verb: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Press a button as an older client sends it, and return the card it became."""
        response = await self.service.post(submitted(verb, data, **self.envelope()))
        assert (response.status, await response.read()) == (200, b"")
        return self.service.cards_sent[-1]


@pytest.fixture
async def framework() -> AsyncIterator[FakeBotFramework]:
    async with FakeBotFramework() as framework:
        yield framework


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=database_url,
        app_id=APP_ID,
        tenants=(TENANT, OTHER_TENANT),
        secret=SECRET,
        partnership="Fenland Safeguarding Partnership",
        public_url="https://training.fenland.example",
        # On working days it would be owed while a test looks at the database.
        notices_off=frozenset({NoticeKind.COORDINATORS_DIGEST}),
    )


def teams_at(framework: FakeBotFramework, settings: Settings) -> Callable[..., Teams]:
    """Return what makes Teams with authentication as in earnest, on this machine."""
    return partial(
        Teams,
        metadata_url=framework.metadata_url,
        credentials=FixedCredentials(),
        service_urls=ServiceUrls(settings.service_hosts, loopback=True),
    )


@asynccontextmanager
async def running(
    settings: Settings,
    framework: FakeBotFramework,
    clock: HandClock,
    database: Database,
    *,
    make_jobs: MakeJobs | None,
) -> AsyncIterator[Service]:
    """Run the whole application, with a job engine or without one."""
    make_teams = teams_at(framework, settings)
    application = create_app(settings, clock=clock, make_teams=make_teams, make_jobs=make_jobs)
    async with TestClient(TestServer(application, host="127.0.0.1")) as client:
        yield Service(client, framework, clock, database)


@pytest.fixture
async def service(
    settings: Settings, framework: FakeBotFramework, clock: HandClock, database: Database
) -> AsyncIterator[Service]:
    """The whole application; what is owed is sent at once."""
    async with running(settings, framework, clock, database, make_jobs=jobs_at_once) as service:
        yield service


__all__ = ["BOT_ID", "Person", "Service"]
