"""Local times of a programme: which moment is meant, and whether there is such a moment."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def moment_of(local: datetime, *, zone: ZoneInfo) -> datetime:
    """Return the moment, in UTC, at which clocks in the zone show this local time.

    Where clocks show it twice, in the hour before they go back, the earlier one is meant. Where
    they never show it, a clock that was not yet put forward did, so that 01:19 stands for 02:19.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def is_shown_by_clocks(local: datetime, *, zone: ZoneInfo) -> bool:
    """Tell whether clocks in the zone ever show this local time; they skip an hour in spring."""
    back = moment_of(local, zone=zone).astimezone(zone).replace(tzinfo=None, fold=0)
    return back == local.replace(fold=0)


def local_time(moment: datetime, *, zone: ZoneInfo) -> datetime:
    """Return what clocks in the zone show at this moment, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)
