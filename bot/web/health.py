"""Whether the service can work, for whatever watches over it."""

from collections.abc import Sequence
from http import HTTPStatus
from importlib.metadata import version

import structlog
from aiohttp import web

from bot.web.pages import HEADERS
from trainingbot.db import Database

log = structlog.get_logger()


def health_routes(database: Database) -> Sequence[web.RouteDef]:
    """Return the route of the health check: 200 while the database answers, 503 otherwise."""
    running = version("trainingbot")

    async def health(request: web.Request) -> web.Response:
        del request
        well = await database.answers()
        if not well:
            log.error("database_does_not_answer")
        return web.json_response(
            {"status": "ok" if well else "database does not answer", "version": running},
            status=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE,
            headers=HEADERS,
        )

    return [web.get("/health", health)]
