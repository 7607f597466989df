"""Runs the service until it is told to stop."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from bot.app import create_app, dbos_jobs, work
from bot.logs import configure_logs
from trainingbot.errors import TrainingBotError
from trainingbot.settings import Settings
from trainingbot.unreachable import database_troubles_told, open_once

FIRST_FREE_PORT = 1024
"""Below it an ordinary user may open none."""
SHUTDOWN_SECONDS = 15.0
"""Teams waits no longer for the answer to a turn, so nobody else needs to either."""


class CannotListen(TrainingBotError):
    """The service cannot be opened at the host and port of the settings."""


def serve(settings: Settings, *, say: Callable[[str], None], jobs: bool = True) -> None:
    """Serve until ctrl-C or SIGTERM; open requests are answered first.

    Without `jobs` nothing that is owed is delivered here: workers do that.
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
            # Found missing later, it would be a fault in somebody's booking.
            _ = settings.signing_secret
            web.run_app(
                create_app(settings, make_jobs=dbos_jobs if jobs else None),
                host=settings.host,
                port=settings.port,
                print=started,
                # Links to calendar files stand in the paths, and no log may hold a token.
                access_log=None,
                shutdown_timeout=SHUTDOWN_SECONDS,
                loop=_new_event_loop(),
            )
    except OSError as error:
        sentence = _why_not_listening(error, settings)
        if sentence is None:
            raise
        raise CannotListen(sentence) from error


def deliver(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Deliver what is owed until ctrl-C or SIGTERM, on no port; what runs then is ended first.

    Raises a `TrainingBotError` with what to do when that cannot begin.
    """
    settings.refuse_unsafe_serving()
    configure_logs()

    async def run() -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            # Windows knows no such handlers; there ctrl-C ends the process as it ends any other.
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await work(
            settings,
            stopped=stopped,
            started=lambda: say("Delivering what is owed. Ctrl-C ends it."),
        )

    with database_troubles_told(settings.database_url):
        if settings.sqlite_file:
            open_once(settings.sqlite_file)
        # Links in messages are signed with it.
        _ = settings.signing_secret
        with asyncio.Runner(loop_factory=_new_event_loop) as runner:
            runner.run(run())


def _why_not_listening(error: OSError, settings: Settings) -> str | None:
    """Return what is wrong with host or port and what to do, or None for any other fault."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} is in use by another program. "
            f"End it, or choose another port: trainingbot serve --port {settings.port + 1}"
        )
    if error.errno == errno.EACCES and settings.port < FIRST_FREE_PORT:
        return (
            f"Port {settings.port} is kept for the administrator of this machine. "
            f"Choose one from {FIRST_FREE_PORT} on: trainingbot serve --port 3978"
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{settings.host} is no address of this machine. "
            "Set TRAININGBOT_HOST to one it has, or to 0.0.0.0 for all of them."
        )
    return None


def _new_event_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop  # noqa: PLC0415 - it does not exist on Windows

    return uvloop.new_event_loop()
