"""What the job engine says, made fit for our log: sparing, and without secrets."""

import logging
import re
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

import structlog

QUIET_SECONDS = 60.0
"""How long the same message is counted rather than written again."""
MOST_MESSAGES = 30
"""How many different messages are written in that time; more are counted only."""
LONGEST = 200

NOT_FOR_OUR_LOG: Final = (
    "conductor",
    "for development and testing",
    "contention detected",
    "is no longer owned by this execution",
    "outcome was not recorded",
    "asyncio task cancelled",
    "exception encountered in asynchronous workflow",
)
"""What the engine says that is no news here: advertisements, what two workers at one queue see
every day, and what `DbosJobs` reports itself."""

_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+@")
_SECRETS = re.compile(r"(?i)\b(password|token|secret|key)\b(\W{1,3})\S+")
_TOKENS = re.compile(r"\beyJ[\w-]+(\.[\w-]+)*|(?i:bearer)\s+\S+")
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27,}|\d+(\.\d+)?")


class SparingLog:
    """Writes each message once a minute, with how often it came in between.

    While a database is away a dozen threads report it many times a second.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[str, int] = {}
        self._since = clock()
        self._log = structlog.get_logger()

    def warning(self, event: str, *, message: str = "", **fields: object) -> None:
        """Write a warning, or count it."""
        kind = f"{event} {_NUMBERS.sub('#', message)}"
        with self._lock:
            self._begin_anew()
            self._counts[kind] = self._counts.get(kind, 0) + 1
            if self._counts[kind] > 1 or len(self._counts) > MOST_MESSAGES:
                return
        if message:
            fields["message"] = message
        self._log.warning(event, **fields)

    def _begin_anew(self) -> None:
        if self._clock() < self._since + QUIET_SECONDS:
            return
        repeated = sum(count - 1 for count in self._counts.values())
        unwritten = max(0, len(self._counts) - MOST_MESSAGES)
        self._counts.clear()
        self._since = self._clock()
        if repeated + unwritten:
            self._log.warning("job_messages_repeated", times=repeated + unwritten)


class EngineHandler(logging.Handler):
    """Passes the engine's warnings on, and drops what it advertises."""

    def __init__(self, log: SparingLog) -> None:
        super().__init__(level=logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write the first line of a message as one of our own events, `job_engine_message`."""
        message = without_secrets(record.getMessage().partition("\n")[0])[:LONGEST]
        if any(words in message.lower() for words in NOT_FOR_OUR_LOG):
            return
        self._log.warning("job_engine_message", message=message)


def without_secrets(message: str) -> str:
    """Return a message without tokens, passwords and the names before the host in URLs."""
    message = _CREDENTIALS.sub("…@", message)
    message = _TOKENS.sub("…", message)
    return _SECRETS.sub(r"\1\2…", message)


def speak_through(logger: logging.Logger, log: SparingLog) -> None:
    """Make `log` the only way out of a library's logger."""
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.addHandler(EngineHandler(log))
    logger.propagate = False
