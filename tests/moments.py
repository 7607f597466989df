"""The moments at which tests take place, so that no test reads the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from trainingbot.enums import Nation
from trainingbot.terms import Terms
from trainingbot.working_days import WorkingCalendar

NOW = datetime(2025, 1, 7, 10, 0, tzinfo=UTC)
"""A Tuesday in winter, 10:00 in London."""
NEXT_WEEK = NOW + timedelta(days=7)
YESTERDAY = NOW - timedelta(days=1)

TERMS = Terms(WorkingCalendar(Nation.ENGLAND, ZoneInfo("Europe/London")))
"""The terms of a partnership in England, as they come."""
