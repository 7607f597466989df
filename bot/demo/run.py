"""The demo from its first sentence to ctrl-C: the bot, and a Playground for each person."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.demo.node import CACHE, Say, install_playground
from bot.demo.playground import Person, Playground
from bot.demo.processes import LOOPBACK, end_group, is_free, is_listening, started
from trainingbot.errors import TrainingBotError

BOT_PORT = 3978
PLAYGROUND_PORT = 56150
ANY_PORT = 0


class DemoStopped(TrainingBotError):
    """The demo cannot start, or a part of it ended by itself."""


@dataclass(frozen=True, slots=True)
class DemoChat:
    """A person for whom the demo opens a chat with the bot."""

    person: Person
    about: str
    """Who that is, as read after the name: "who runs the programme"."""
    coordinator: bool = False


PrepareDatabase = Callable[[str, datetime], Sequence[DemoChat]]
"""Fills the new database at a URL with the demo's programme as of `now`; says who talks."""


def run_demo(
    prepare: PrepareDatabase,
    *,
    say: Say,
    folder: Path = CACHE / "demo",
    port: int = BOT_PORT,
    playground_port: int = PLAYGROUND_PORT,
    now: datetime,
) -> None:
    """Run the demo until ctrl-C; nothing of it is left running afterwards.

    The bot listens on `port`, the Playgrounds on `playground_port` and those after it, or on any
    that are free. Raises a `TrainingBotError` with what to do when `port` is in use or a part
    does not start.
    """
    try:
        with _ended_in_order(), ExitStack() as stack:
            _refuse_port_in_use(port)
            install_playground(say=say)
            say("Importing the 2024 programme, moved forward so that it has sessions to come…")
            chats = prepare(_new_database(folder), now)
            say("Starting the bot…")
            bot = stack.enter_context(_bot(chats, folder=folder, port=port))
            say("Starting Microsoft's Agents Playground, one for each person…")
            playgrounds = [
                stack.enter_context(playground)
                for playground in _playgrounds(
                    chats, folder=folder, port=port, first=playground_port
                )
            ]
            say(_where_to_look(chats, playgrounds))
            _wait_until_one_ends(bot, playgrounds, folder)
    except KeyboardInterrupt:
        say("\nThe demo has ended.")


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let ctrl-C, `kill` and a closed terminal end the demo alike: with all its parts.

    A shell lets its background programs ignore ctrl-C, so that one is set here too.
    """
    ways = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(way, signal.default_int_handler) for way in ways]
    try:
        yield
    finally:
        for way, handler in zip(ways, before, strict=True):
            signal.signal(way, handler)


def _refuse_port_in_use(port: int) -> None:
    if not is_free(port):
        raise DemoStopped(
            f"Port {port} is in use by another program, perhaps a demo that still runs. "
            f"End it, or choose another port: make demo PORT={port + 1}"
        )


def _new_database(folder: Path) -> str:
    """Return the URL of the demo's database, which begins anew each time: its dates move."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("demo.db*"):
        old.unlink()
    return f"sqlite+aiosqlite:///{folder / 'demo.db'}"


@contextmanager
def _bot(
    chats: Sequence[DemoChat], *, folder: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "bot.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - this project's own command
            [sys.executable, "-m", "bot.cli", "serve", "--local", "--port", str(port)],
            cwd=folder,
            env=_bot_environment(chats, folder=folder, port=port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        if not started(process, answers=lambda: is_listening(port)):
            raise DemoStopped(f"The bot did not start. {_end_of(folder / 'bot.log')}")
        yield process
    finally:
        end_group(process)


def _bot_environment(chats: Sequence[DemoChat], *, folder: Path, port: int) -> dict[str, str]:
    """Return this shell's environment without its own settings of the service.

    A shell that is set up for the real service would otherwise lend the demo its database.
    """
    others = {
        name: value for name, value in os.environ.items() if not name.startswith("TRAININGBOT_")
    }
    coordinators = (one.person.email for one in chats if one.coordinator)
    return others | {
        "TRAININGBOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        "TRAININGBOT_COORDINATORS": ",".join(coordinators),
        "TRAININGBOT_PARTNERSHIP": "Fenland Safeguarding Partnership",
        "TRAININGBOT_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        # People try the demo at any hour, and a reminder is to come then.
        "TRAININGBOT_QUIET": "no",
    }


def _playgrounds(
    chats: Sequence[DemoChat], *, folder: Path, port: int, first: int
) -> Iterator[Playground]:
    bot_url = f"http://{LOOPBACK}:{port}/api/messages"
    for number, one in enumerate(chats):
        wanted = first + number
        yield Playground(
            one.person,
            bot_url=bot_url,
            folder=folder / f"playground-{number + 1}",
            port=wanted if is_free(wanted) else ANY_PORT,
        )


def _where_to_look(chats: Sequence[DemoChat], playgrounds: Sequence[Playground]) -> str:
    width = max(len(playground.url) for playground in playgrounds)
    addresses = [
        f"  {playground.url:<{width}}  {one.person.name}, {one.about}"
        for one, playground in zip(chats, playgrounds, strict=True)
    ]
    return "\n".join(
        [
            "",
            "The demo is ready. Open a chat in your browser as",
            "",
            *addresses,
            "",
            "and type: help, courses, what's on next month, my training.",
            f"{chats[0].person.name} is reminded of a session at once. Say that you can't come:",
            f"{chats[1].person.name}, who waits for it, is offered the place. Some minutes later",
            "the way into a session that starts in an hour arrives by itself.",
            "Everything stays on this machine. Ctrl-C ends it.",
        ]
    )


def _wait_until_one_ends(
    bot: subprocess.Popen[bytes], playgrounds: Sequence[Playground], folder: Path
) -> None:
    while all(playground.is_running for playground in playgrounds):
        if bot.poll() is not None:
            raise DemoStopped(f"The bot has ended by itself. {_end_of(folder / 'bot.log')}")
        time.sleep(0.2)
    raise DemoStopped(f"A Playground has ended by itself. Its log is in {folder}.")


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join([f"The last lines of {log}:", *lines[-10:]])
