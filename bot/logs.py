"""How the service writes its logs: events with ids, never names, addresses, words or tokens."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Write events as JSON lines, or for reading where a person watches a terminal."""
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if terminal else [structlog.processors.dict_tracebacks]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries speak only when something is wrong; at lower levels some print what they send.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
