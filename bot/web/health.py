"""Whether the service can work, for whatever watches over it."""

from collections.abc import Sequence
from importlib.metadata import version

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from trainingbot.db import Database

log = structlog.get_logger()


def health_routes(database: Database) -> Sequence[web.RouteDef]:
    """Return the route of the health check: 200 while the database answers, 503 otherwise."""

    async def health(request: web.Request) -> web.Response:
        del request
        try:
            async with database.reading() as db:
                await db.exec(select(1))
        except (SQLAlchemyError, OSError):
            log.exception("database_does_not_answer")
            return web.json_response({"status": "database does not answer"}, status=503)
        return web.json_response({"status": "ok", "version": version("trainingbot")})

    return [web.get("/health", health)]
