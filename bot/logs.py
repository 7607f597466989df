"""How the service writes its logs: events with ids, never names, addresses, words or tokens."""

import logging
import sys
import traceback

import structlog
from structlog.typing import EventDict


def configure_logs() -> None:
    """Write events as JSON lines, or for reading where a person watches a terminal."""
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_words_of_people,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries speak only when something is wrong; at lower levels some print what they send.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def without_words_of_people(_: object, __: str, event: EventDict) -> EventDict:
    """Write an exception as its types and places.

    Its text is left out: databases and parsers quote the names and addresses they stumble over.
    """
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    if not isinstance(fault, BaseException):
        return event
    types, places = [], []
    seen: BaseException | None = fault
    while seen is not None:
        types.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        places += [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__ or seen.__context__
    event.update(exception=types, places=places[-20:])
    return event
