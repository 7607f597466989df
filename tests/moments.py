"""The moments at which tests take place, so that no test reads the clock."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2025, 1, 7, 10, 0, tzinfo=UTC)
"""A Tuesday in winter, 10:00 in London."""
NEXT_WEEK = NOW + timedelta(days=7)
YESTERDAY = NOW - timedelta(days=1)
