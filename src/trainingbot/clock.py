"""The door to time: the only place that reads the clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment in UTC; called at the edge, passed on as `now`."""
    return datetime.now(UTC)
