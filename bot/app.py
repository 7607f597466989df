"""The composition root: every part is made and joined here, and nowhere else."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime

import structlog
from aiohttp import web

from bot.courier import Courier
from bot.dispatch import Dispatcher
from bot.teams.adapter import TeamsAdapter
from bot.teams.connector import open_http_session
from bot.teams.service import Teams
from bot.web.about import about_routes
from bot.web.calendar import calendar_routes
from bot.web.health import health_routes
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.migrations import prepare
from trainingbot.people.operations import appoint_coordinators
from trainingbot.settings import Settings

log = structlog.get_logger()

TEAMS = web.AppKey("teams", Teams)
ADAPTER = web.AppKey("adapter", TeamsAdapter)
COURIER = web.AppKey("courier", Courier)
DATABASE = web.AppKey("database", Database)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    make_teams: Callable[..., Teams] = Teams,
) -> web.Application:
    """Return the whole service as a web application; it opens its parts when it is started.

    `make_teams` lets a test or a measurement put loopback addresses in the place of Microsoft's.
    """
    database = Database(settings.database_url)
    app = web.Application()
    app[DATABASE] = database
    app.cleanup_ctx.append(_parts(settings, database, clock, make_teams))
    app.router.add_post("/api/messages", _messages)
    app.router.add_routes(about_routes(settings))
    app.router.add_routes(calendar_routes(database, settings, clock))
    app.router.add_routes(health_routes(database))
    return app


async def _messages(request: web.Request) -> web.StreamResponse:
    return await request.app[ADAPTER].process(request)


def _parts(
    settings: Settings,
    database: Database,
    clock: Callable[[], datetime],
    make_teams: Callable[..., Teams],
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def parts(app: web.Application) -> AsyncIterator[None]:
        await prepare(database)
        async with database.writing() as db:
            await appoint_coordinators(db, settings.coordinators)
        async with open_http_session() as http:
            teams = make_teams(settings, http, clock=clock)
            courier = Courier(
                database=database, settings=settings, messenger=teams.messenger, clock=clock
            )
            dispatcher = Dispatcher(
                database=database,
                settings=settings,
                roster=teams.roster,
                clock=clock,
                after_change=courier.call,
            )
            app[TEAMS], app[COURIER] = teams, courier
            app[ADAPTER] = teams.adapter(dispatcher.on_turn)
            delivering = asyncio.create_task(courier.run())
            # What start-up made stays for good: the collector need not look at it at every turn.
            gc.collect()
            gc.freeze()
            yield
            delivering.cancel()
            with suppress(asyncio.CancelledError):
                await delivering
        await database.close()

    return parts
