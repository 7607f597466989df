"""The personal pages on loopback, with people who open them in browsers of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web.link_requests import LinkRequests
from bot.web.links import personal_url
from bot.web.personal import PersonalPages
from tests.factories import make_notice
from tests.fakes import SetClock
from tests.moments import NOW
from tests.visitor import Visitor
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Notice, Practitioner
from trainingbot.settings import Settings


@dataclass
class Site:
    """The pages as browsers reach them."""

    client: TestClient[Any, Any]
    database: Database
    settings: Settings
    clock: SetClock
    requests: LinkRequests
    calls: list[str] = field(default_factory=list)
    """One for each transaction after which the courier was called."""

    def visitor(self) -> Visitor:
        """Return somebody at a browser that has never been here."""
        return Visitor(self.client)

    async def notice_to(
        self,
        person: Practitioner,
        *,
        about_id: UUID,
        kind: NoticeKind = NoticeKind.EARLY_REMINDER,
    ) -> Notice:
        """Return a notice that has been sent to somebody."""
        async with self.database.writing() as db:
            return await make_notice(
                db, person, kind=kind, about_id=about_id, state=NoticeState.SENT
            )

    def url(self, notice: Notice, do: str = "") -> str:
        """Return the link in the letter of a notice."""
        return personal_url(notice.id, settings=self.settings, now=NOW, do=do)

    async def again(self, notice: Notice) -> Notice:
        """Return the notice as it stands now."""
        async with self.database.reading() as db:
            return await db.get_one(Notice, notice.id)


@asynccontextmanager
async def opened(database: Database, settings: Settings) -> AsyncIterator[Site]:
    """Open an application of the personal pages alone."""
    clock, calls = SetClock(), list[str]()

    def call() -> None:
        calls.append("called")

    pages = PersonalPages(database=database, settings=settings, clock=clock, after_change=call)
    requests = LinkRequests(database=database, settings=settings, clock=clock, after_change=call)
    app = web.Application()
    app.cleanup_ctx.append(requests.running)
    app.add_routes([*pages.routes(), *requests.routes()])
    async with TestClient(TestServer(app)) as client:
        yield Site(client, database, settings, clock, requests, calls)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Return the settings of a service that sends e-mails."""
    return Settings(
        _env_file=None,
        database_url=database_url,
        secret="a secret that only the tests know, 32 characters",
        partnership="Northshire <Partnership>",
        mail_url="console:",
    )


@pytest.fixture
async def site(database: Database, settings: Settings) -> AsyncIterator[Site]:
    """Return the pages of that service."""
    async with opened(database, settings) as site:
        yield site
