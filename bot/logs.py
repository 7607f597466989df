"""How the service writes its logs: events with ids, never names, addresses, words or tokens."""

import logging
import sys
import traceback
from collections.abc import Iterator

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
    logging.basicConfig(level=logging.WARNING, handlers=[LibraryHandler()], force=True)


class LibraryHandler(logging.Handler):
    """Writes what a library reports as one of our own events, without the words it quotes.

    A web server quotes the request that it cannot read, which may hold a signed link, and an
    event loop the exception that nobody caught; so only the first line of a message is kept,
    without what was to be put into it, and of an exception its types and places.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event, `library_message`."""
        structlog.get_logger().log(
            record.levelno,
            "library_message",
            logger=record.name,
            message=str(record.msg).partition("\n")[0],
            exc_info=record.exc_info[1] if record.exc_info else None,
        )


def without_words_of_people(_: object, __: str, event: EventDict) -> EventDict:
    """Write an exception as its types and places.

    Its text is left out: databases and parsers quote the names and addresses they stumble over.
    """
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    if not isinstance(fault, BaseException):
        return event
    causes = list(_causes(fault))
    types = [f"{type(one).__module__}.{type(one).__qualname__}" for one in causes]
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for one in causes
        for frame in traceback.extract_tb(one.__traceback__)
    ]
    event.update(exception=types, places=places[-20:])
    return event


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it came of, each once: exceptions can be each other's cause."""
    known: set[int] = set()
    cause: BaseException | None = fault
    while cause is not None and id(cause) not in known:
        known.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
