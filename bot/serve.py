"""Runs the service until it is told to stop."""

import asyncio
import errno
import sys
from collections.abc import Callable

from aiohttp import web

from bot.app import create_app
from bot.logs import configure_logs
from trainingbot.errors import TrainingBotError
from trainingbot.settings import Settings
from trainingbot.unreachable import database_troubles_told, open_once


class PortInUse(TrainingBotError):
    """Another program listens where the service should."""


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serve until ctrl-C or SIGTERM; open requests are answered first.

    Raises a `TrainingBotError` with what to do when the service cannot be opened.
    """
    settings.refuse_unsafe_serving()
    configure_logs()

    def started(_: str) -> None:
        say(f"Listening on http://{settings.host}:{settings.port}/api/messages. Ctrl-C ends it.")

    try:
        with database_troubles_told(settings.database_url):
            if settings.sqlite_file:
                open_once(settings.sqlite_file)
            web.run_app(
                create_app(settings),
                host=settings.host,
                port=settings.port,
                print=started,
                # Links to calendar files stand in the paths, and no log may hold a token.
                access_log=None,
                loop=_new_event_loop(),
            )
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortInUse(
            f"Port {settings.port} is in use by another program. "
            f"End it, or choose another port: trainingbot serve --port {settings.port + 1}"
        ) from error


def _new_event_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - it does not exist on Windows

    return uvloop.new_event_loop()
