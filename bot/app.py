"""The composition root: every part is made and joined here, and nowhere else."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import structlog
from aiohttp import web

from bot.courier import Courier
from bot.dispatch import Dispatcher
from bot.mail.post import post_of
from bot.mail.senders import mail_sender_of
from bot.teams.adapter import TeamsAdapter
from bot.teams.connector import open_http_session
from bot.teams.service import Teams
from bot.web.about import about_routes
from bot.web.calendar import calendar_routes
from bot.web.health import health_routes
from bot.web.link_requests import LinkRequests
from bot.web.personal import PersonalPages
from bot.worker import Worker
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.jobs.doors import Jobs
from trainingbot.migrations import prepare
from trainingbot.people.operations import appoint_coordinators
from trainingbot.settings import Settings

log = structlog.get_logger()

TEAMS = web.AppKey("teams", Teams)
ADAPTER = web.AppKey("adapter", TeamsAdapter)
WORKER = web.AppKey("worker", Worker)
DATABASE = web.AppKey("database", Database)
LINK_REQUESTS = web.AppKey("link_requests", LinkRequests)

Clock = Callable[[], datetime]
MakeJobs = Callable[[Database, Settings, Clock], Jobs]


def dbos_jobs(database: Database, settings: Settings, clock: Clock) -> Jobs:
    """Return the job engine that the service runs on."""
    from trainingbot.jobs.engine import DbosJobs  # noqa: PLC0415 - only who runs jobs needs it

    return DbosJobs(database, settings, clock=clock)


def create_app(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    make_teams: Callable[..., Teams] = Teams,
    make_jobs: MakeJobs | None = dbos_jobs,
) -> web.Application:
    """Return the whole service as a web application; it opens its parts when it is started.

    `make_teams` lets a test or a measurement put loopback addresses in the place of Microsoft's,
    `make_jobs` another job engine. Without one nothing is delivered: another process does that.
    """
    database = Database(settings.database_url)
    app = web.Application()
    app[DATABASE] = database
    app.cleanup_ctx.append(_parts(settings, database, clock, make_teams, make_jobs))
    app.router.add_post("/api/messages", _messages)
    app.router.add_routes(about_routes(settings))
    app.router.add_routes(calendar_routes(database, settings, clock))
    app.router.add_routes(health_routes(database))
    _add_pages_for_people(app, settings, database, clock)
    return app


def _add_pages_for_people(
    app: web.Application, settings: Settings, database: Database, clock: Clock
) -> None:
    """Add the pages behind personal links, and the one on which such a link is asked for."""

    def after_change() -> None:
        # Where another process delivers, nobody here need be called.
        if (worker := app.get(WORKER)) is not None:
            worker.call()

    pages = PersonalPages(
        database=database, settings=settings, clock=clock, after_change=after_change
    )
    requests = LinkRequests(
        database=database, settings=settings, clock=clock, after_change=after_change
    )
    app[LINK_REQUESTS] = requests
    app.cleanup_ctx.append(requests.running)
    app.router.add_routes([*pages.routes(), *requests.routes()])


async def work(
    settings: Settings,
    *,
    stopped: asyncio.Event,
    started: Callable[[], None],
    clock: Clock = utc_now,
    make_teams: Callable[..., Teams] = Teams,
    make_jobs: MakeJobs = dbos_jobs,
) -> None:
    """Deliver what is owed and do the chores, without turns or pages, until `stopped` is set.

    `started` is called once everything runs.
    """
    database = Database(settings.database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await prepare(database)
        http = await stack.enter_async_context(open_http_session())
        teams = make_teams(settings, http, clock=clock)
        jobs = make_jobs(database, settings, clock)
        await stack.enter_async_context(_working(settings, database, teams, clock, jobs))
        started()
        await stopped.wait()


async def _messages(request: web.Request) -> web.StreamResponse:
    return await request.app[ADAPTER].process(request)


def _parts(
    settings: Settings,
    database: Database,
    clock: Clock,
    make_teams: Callable[..., Teams],
    make_jobs: MakeJobs | None,
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def parts(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(database.close)
            await prepare(database)
            async with database.writing() as db:
                await appoint_coordinators(db, settings.coordinators)
            http = await stack.enter_async_context(open_http_session())
            teams = make_teams(settings, http, clock=clock)
            call = _nobody
            if make_jobs is not None:
                jobs = make_jobs(database, settings, clock)
                worker = await stack.enter_async_context(
                    _working(settings, database, teams, clock, jobs)
                )
                app[WORKER], call = worker, worker.call
            dispatcher = Dispatcher(
                database=database,
                settings=settings,
                roster=teams.roster,
                clock=clock,
                after_change=call,
            )
            app[TEAMS], app[ADAPTER] = teams, teams.adapter(dispatcher.on_turn)
            # What start-up made stays for good: the collector need not look at it at every turn.
            gc.collect()
            gc.freeze()
            yield

    return parts


@asynccontextmanager
async def _working(
    settings: Settings, database: Database, teams: Teams, clock: Clock, jobs: Jobs
) -> AsyncIterator[Worker]:
    """Deliver what is owed for as long as the block runs; the round that runs at its end ends."""
    sender = mail_sender_of(settings)
    courier = Courier(
        database=database,
        settings=settings,
        messenger=teams.messenger,
        post=post_of(sender, settings=settings, clock=clock) if sender else None,
        turn=jobs.turn,
        clock=clock,
    )
    worker = Worker(courier=courier, jobs=jobs, send_rate=settings.send_rate)
    async with AsyncExitStack() as stack:
        if sender is not None:
            stack.push_async_callback(sender.close)
        await worker.start()
        stack.push_async_callback(worker.stop)
        yield worker


def _nobody() -> None:
    """Call nobody: another process looks for what is owed every second."""
