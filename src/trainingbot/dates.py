"""Days and times as they are written and moved everywhere, in the partnership's zone."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_OF_A_YEAR = 12


def date_of(named: date) -> str:
    """Return `Tue 14 Jan 2025` for a day of the calendar."""
    return f"{DAYS[named.weekday()]} {named.day} {MONTHS[named.month - 1]} {named.year}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """Return `Tue 14 Jan 2025`; English whatever the machine's language."""
    return date_of(moment.astimezone(zone).date())


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return `09:30`."""
    return f"{moment.astimezone(zone):%H:%M}"


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return `Tue 14 Jan 2025, 09:30`."""
    return f"{day(moment, zone)}, {clock_time(moment, zone)}"


def from_to(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return `09:30 to 12:00`, with the day of the end where it is another one."""
    same_day = starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date()
    end = clock_time(ends_at, zone) if same_day else day_and_time(ends_at, zone)
    return f"{clock_time(starts_at, zone)} to {end}"


def months_later(named: date, months: int) -> date:
    """Return the same day so many calendar months later.

    A month without such a day gives its last one: a month after 31 January is 28 February.
    """
    year, month = divmod(named.year * MONTHS_OF_A_YEAR + named.month - 1 + months, MONTHS_OF_A_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(named.day, last))


def moved_along(moment: datetime, *, before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment at the same distance from a start that is moved, as clocks show it.

    What was at 17:00 stays at 17:00, also where the clocks change between the two starts.
    """
    wall = moment.astimezone(zone).replace(tzinfo=None)
    distance = after.astimezone(zone).replace(tzinfo=None) - before.astimezone(zone).replace(
        tzinfo=None
    )
    return (wall + distance).replace(tzinfo=zone).astimezone(UTC)


def day_bounds(named: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day begins, and when the next one does."""
    begins = datetime.combine(named, time(), zone)
    ends = datetime.combine(named + timedelta(days=1), time(), zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)
