"""Where the job engine keeps its own tables, and how it learns that the database is away."""

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import OperationalError

from trainingbot.db import BUSY_TIMEOUT_MS, Database, journal_mode
from trainingbot.jobs.sqlite_clock import tell_milliseconds

CONNECTIONS = 6
MORE_CONNECTIONS = 6
PATIENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "options": "-c idle_in_transaction_session_timeout=60000",
}
"""Seconds to wait for a connection, milliseconds for an answer from a machine that is gone, and
milliseconds after which a process that froze with rows locked loses its locks."""
SERVER_IS_AWAY = ("08", "53", "57P")
"""SQLSTATE classes of a server that is not there, full, or going down; 57014 is none of them."""


class DatabaseAway(Exception):
    """The database did not answer; whoever asked tries again later."""


def jobs_file(file: Path) -> Path:
    """Return the file of the engine's tables, beside the database that is in `file`."""
    return file.with_name(f"{file.stem}.jobs{file.suffix or '.db'}")


def open_store(database: Database) -> Engine:
    """Make the engine that reaches the job engine's tables.

    On SQLite they have a file of their own, so that jobs and bookings do not wait for each other;
    on PostgreSQL they stand in the schema `dbos` of the same database.
    """
    url = make_url(database.url)
    return _sqlite_store(url) if database.is_sqlite else _postgres_store(url)


def put_broken_file_aside(store: Engine) -> None:
    """Take a damaged file of the engine's tables out of the way, so that a new one is made.

    Nothing is lost by that: notices stand in the database, and are handed over again.
    """
    store.dispose()
    file = Path(str(store.url.database))
    if file.exists():
        file.replace(file.with_name(f"{file.name}.broken"))


def _sqlite_store(url: URL) -> Engine:
    file = jobs_file(Path(str(url.database)))
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        del record
        connection.isolation_level = "IMMEDIATE"
        tell_milliseconds(connection)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute(f"PRAGMA journal_mode = {journal_mode()}")
        # What a power cut takes from these tables is handed over again from the notices.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return engine


def _postgres_store(url: URL) -> Engine:
    given = {name: value for name, value in PATIENCE.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        pool_timeout=10,
        connect_args={"application_name": "trainingbot jobs", **given},
    )

    event.listen(engine, "handle_error", _name_an_absence)
    return engine


def _name_an_absence(context: ExceptionContext) -> None:
    """Raise `DatabaseAway` where the server is gone.

    DBOS waits up to a minute between two tries when it meets the driver's own error, in a sleep
    that nothing ends; an error it does not know ends the try, and its threads poll on.
    """
    if context.is_disconnect or _is_absence(context):
        raise DatabaseAway("The database does not answer.")


def _is_absence(context: ExceptionContext) -> bool:
    if not isinstance(context.sqlalchemy_exception, OperationalError):
        return False
    state = getattr(context.original_exception, "sqlstate", None)
    return state is None or str(state).startswith(SERVER_IS_AWAY)
