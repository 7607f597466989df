"""A SQLite connection for short transactions: it changes threads only to wait."""

import sqlite3
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any
from weakref import WeakSet

import aiosqlite

BEGIN = "BEGIN IMMEDIATE"
WAITS = (BEGIN, "COMMIT", "ROLLBACK")


class ShortTransactionConnection(aiosqlite.Connection):
    """An aiosqlite connection that runs a statement where it is called.

    Once `BEGIN IMMEDIATE` has returned, the transaction waits for nobody until it commits, and
    a statement on indexed rows takes some 20 µs; handing each of its four calls to a thread and
    back takes ten times as long and holds the event loop longer than the statement does. What
    waits, for another process's lock and for the disk, still goes to the connection's thread.
    Never run a long query here; `Database.reading` is for those.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - it passes on whatever the driver's own function takes and returns
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        if args and args[0] == BEGIN and self._begins_at_once(fn, *args):
            return None
        waits = fn in (self._conn.commit, self._conn.rollback) or (args and args[0] in WAITS)
        if waits:
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        return fn(*args, **kwargs)

    def _begins_at_once(self, fn: Callable[..., Any], *args: Any) -> bool:  # noqa: ANN401 - as above
        """Begin without waiting; False where another process is writing just now."""
        [(patience,)] = self._conn.execute("PRAGMA busy_timeout").fetchall()
        self._conn.execute("PRAGMA busy_timeout = 0")
        try:
            fn(*args)
        except sqlite3.OperationalError:
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout = {patience}")
        return True


def connecting(
    kind: type[aiosqlite.Connection], threads: WeakSet[Thread]
) -> Callable[..., aiosqlite.Connection]:
    """Return a function that makes a connection of a `kind`; awaiting the connection opens it.

    The thread of each is added to `threads`, also of one that is given up while it opens.
    """

    def connect(file: str, **kwargs: Any) -> aiosqlite.Connection:  # noqa: ANN401 - as sqlite3.connect takes them
        kwargs["check_same_thread"] = False
        connection = kind(partial(sqlite3.connect, file, **kwargs), 64)
        connection._thread.daemon = True  # noqa: SLF001 - so does SQLAlchemy with those it makes
        threads.add(connection._thread)  # noqa: SLF001 - it has no other door
        return connection

    return connect
