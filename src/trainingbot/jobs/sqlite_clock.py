"""The clock by which the job engine counts starts on SQLite, in milliseconds."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

from trainingbot.clock import utc_now


def tell_milliseconds(
    connection: sqlite3.Connection, *, clock: Callable[[], datetime] = utc_now
) -> None:
    """Let the engine's statements on this connection read a clock of milliseconds.

    The engine asks SQLite for `strftime('%s', 'now')`, which knows whole seconds only, or for
    `unixepoch('subsec')`, which SQLite before 3.42 does not know at all. Counted by whole seconds
    a limit of 6 starts in 0.2 s would be one of 6 in a second.
    """
    connection.create_function("strftime", 2, lambda *_: seconds_of(clock()))
    connection.create_function("unixepoch", 1, lambda *_: seconds_of(clock()))


def seconds_of(moment: datetime) -> float:
    """Return a moment in seconds that are a whole number when SQLite takes them times 1000.

    Floating point does not reach every millisecond so; the last one that it does is taken, at
    most some milliseconds earlier. A column of whole numbers would keep anything else as it is.
    """
    milliseconds = int(moment.timestamp() * 1000)
    while milliseconds / 1000 * 1000 != milliseconds:
        milliseconds -= 1
    return milliseconds / 1000
