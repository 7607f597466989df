"""In which queue an attempt waits, and how fast each queue may run."""

from dataclasses import dataclass
from math import ceil

from trainingbot.enums import Channel
from trainingbot.notices.views import DueNotice
from trainingbot.settings import Settings

FIRST = "first"
"""First attempts to send to Teams."""
AGAIN = "again"
"""Repeated attempts to send to Teams."""
MAIL = "mail"
"""Attempts to send by e-mail, first and repeated."""

WINDOW_SECONDS = 1.0
"""The limiter counts starts in a window. The end of one is seen late by a look into the queue, and
by more where two processes look at once, so a shorter window loses more of the rate; how evenly
what was taken out is sent is another matter, see `Stream`."""
LOOK_SECONDS = 0.025
"""How often a queue is looked into in which much waits. A window that is over is seen on average
half of that later, and the window is shorter by as much, so that the rate is kept."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `jobs` are started in any `seconds`."""

    jobs: int
    seconds: float


def queue_of(due: DueNotice) -> str:
    """Return the queue in which an attempt waits."""
    if due.channel is Channel.EMAIL:
        return MAIL
    return AGAIN if due.attempts else FIRST


def limit_of(rate: float) -> Limit:
    """Return the limit that keeps `rate` a second."""
    jobs = max(1, round(rate * WINDOW_SECONDS))
    return Limit(jobs=jobs, seconds=ceil((jobs / rate - LOOK_SECONDS / 2) * 1000) / 1000)


def limits(settings: Settings) -> dict[str, Limit]:
    """Return the limit of each queue.

    Repeated attempts have half of the first ones' rate: together that is less than Teams takes.
    """
    return {
        FIRST: limit_of(settings.send_rate),
        AGAIN: limit_of(settings.send_rate / 2),
        MAIL: limit_of(settings.mail_rate),
    }
