"""Troubles of a database, in sentences for the person who runs the service."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from trainingbot.errors import DatabaseUnreachable

SQLITE_TROUBLES = {
    "SQLITE_CANTOPEN": "its file cannot be opened. Check that the folder exists and is yours",
    "SQLITE_READONLY": "its file cannot be written. Check to whom the file and its folder belong",
    "SQLITE_PERM": "its file cannot be written. Check to whom the file and its folder belong",
    "SQLITE_BUSY": "another process is writing to it for very long. Try again in a minute",
    "SQLITE_LOCKED": "another process is writing to it for very long. Try again in a minute",
    "SQLITE_NOTADB": "the file is no SQLite database. Name another in TRAININGBOT_DATABASE_URL",
    "SQLITE_CORRUPT": "the file is damaged. Put a copy of it back",
    "SQLITE_FULL": "the disk is full. Make room and try again",
    "SQLITE_IOERR": "the disk reports an error. Look at the disk and try again",
}
"""What to do about a result of SQLite, by the beginning of its name."""
POSTGRES_TROUBLES = {
    "08": "the connection was lost. Try again",
    "28": "it does not let this user in. Check TRAININGBOT_DATABASE_URL",
    "3D": "there is no such database on the server. Make it, or check TRAININGBOT_DATABASE_URL",
    "42501": "this user may not change it. Give the user the right to",
    "40": "somebody changed the same rows at the same time. Nothing was kept: try again",
    "53": "the server has no room or no connection left. Make room and try again",
    "55": "another process holds a lock on it for very long. Try again in a minute",
    "57": "the server is being shut down. Try again when it is back",
}
"""What to do about an error of PostgreSQL, by the beginning of its SQLSTATE."""
UNIQUE_ROW_EXISTS = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505")


@contextmanager
def database_troubles_told(url: str) -> Iterator[None]:
    """Turn what is wrong with a database into `DatabaseUnreachable`; leave faults of ours alone."""
    try:
        yield
    except (DBAPIError, NoFreeConnection, sqlite3.Error) as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise DatabaseUnreachable(
            f"The database {shown(url)} cannot be used: {trouble}."
        ) from error


def open_once(file: Path) -> None:
    """Open and close the file of an embedded database; raises what SQLite says to it.

    An aiosqlite connection that cannot be opened leaves a thread that reports to an event loop
    which has ended by then, and prints a traceback.
    """
    with closing(sqlite3.connect(file)):
        pass


def shown(url: str) -> str:
    """Return a database URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def trouble_of(error: DBAPIError | NoFreeConnection | sqlite3.Error) -> str | None:
    """Return what is wrong and what to do, or None where the fault is the service's own."""
    if isinstance(error, NoFreeConnection):
        return "all connections are in use. Try again in a minute"
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if name is None:
        # A server that was never reached has no SQLSTATE to give.
        lost = "connection" in str(cause)
        return f"{_first_line(cause)}. Check that it runs and can be reached" if lost else None
    if name in UNIQUE_ROW_EXISTS:
        return "somebody wrote the same row at the same time. Nothing was kept: try again"
    for beginning, trouble in (SQLITE_TROUBLES | POSTGRES_TROUBLES).items():
        if name.startswith(beginning):
            return trouble
    return None


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), "it does not answer").rstrip(". ")
