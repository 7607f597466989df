"""When a notice is sent, and when it is tried again."""

from datetime import datetime, timedelta

from trainingbot.enums import NoticeKind
from trainingbot.settings import Settings
from trainingbot.terms import terms_of
from trainingbot.working_days import is_quiet, next_time_awake

ASKED_FOR = timedelta(seconds=20)
"""For so long nobody asks again for a job that was asked for and has not begun.

Whoever noted it may have died before it asked. Where the job does wait, asking again does nothing:
it has the same name.
"""
IN_HAND = timedelta(minutes=2)
"""For so long a notice stays with the attempt at it.

When nothing was heard of it by then, it is handed over again: the worker may be lost.
"""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ASKED = timedelta(days=1)
"""The other side may ask for more patience than this; a message is tried once a day all the same.

It is as well more than any date can be put off.
"""
CANNOT_SLEEP = timedelta(hours=4)
"""What would be too late so soon after people are awake again is sent although it is quiet."""
ASKED_TO_WAIT = ", asked to wait"
"""The end of the reason where the other side said how long to wait: until then nothing at all
goes to that person, because the limit is one of their conversation."""
BY_MAIL_ONLY = frozenset({NoticeKind.PERSONAL_LINK})
"""Kinds that go to the person's address even where Teams reaches them: the address is the proof."""


def wait_after_failure(
    *, attempts: int, retry_after: float | None = None, chance: float
) -> timedelta:
    """Return how long to wait after `attempts` tries: 1, 2, 4 … seconds, at most an hour.

    `chance` in [0, 1) spreads them apart, over half to all of that. `retry_after`, the seconds
    that the other side asks for, is a lower bound, up to a day.
    """
    doubled = min(FIRST_WAIT * float(2 ** min(attempts - 1, 20)), LONGEST_WAIT)
    usual = doubled * (0.5 + chance / 2)
    if retry_after is None:
        return usual
    asked = timedelta(seconds=min(retry_after, LONGEST_ASKED.total_seconds()))
    return max(usual, asked + FIRST_WAIT * chance)


def quiet_until(settings: Settings, *, now: datetime) -> datetime | None:
    """Return when the quiet of now ends, or None where messages go out now."""
    if not settings.quiet:
        return None
    calendar = terms_of(settings).calendar
    begins, ends = settings.quiet_begins, settings.quiet_ends
    if not is_quiet(now, begins=begins, ends=ends, calendar=calendar):
        return None
    return next_time_awake(now, begins=begins, ends=ends, calendar=calendar)
