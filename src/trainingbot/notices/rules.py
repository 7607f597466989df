"""When a notice is tried again."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


def next_attempt_at(*, attempts: int, now: datetime) -> datetime:
    """Return when to try again after `attempts` tries: 1, 2, 4 … minutes, at most an hour."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)
