"""The one clock of working days: when notice runs out, when time runs, and when to keep quiet.

Every moment given is aware, every moment returned is in UTC, and days and times of day are those
of the calendar's zone. What counts and why: docs/decisions/0005-working-days.md.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays.countries.united_kingdom import UnitedKingdom

from trainingbot.enums import Nation

A_DAY = timedelta(days=1)
FRIDAY = 4

SUBDIVISIONS = {
    Nation.ENGLAND: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.WALES: "WLS",
    Nation.NORTHERN_IRELAND: "NIR",
}


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Whose bank holidays count, and in which zone a day begins and ends."""

    nation: Nation
    zone: ZoneInfo


def is_working_day(day: date, *, calendar: WorkingCalendar) -> bool:
    """Say whether a day is one of Monday to Friday and no bank holiday of the nation.

    Raises `TypeError` for a moment: which day it falls on depends on the zone.
    """
    if isinstance(day, datetime):
        raise TypeError("A working day is asked for by its date, and this is a moment.")
    return day.weekday() <= FRIDAY and day not in _bank_holidays(calendar.nation, day.year)


def working_days_before(moment: datetime, *, days: int, calendar: WorkingCalendar) -> datetime:
    """Return the same time of day as many working days earlier: until when notice can be given.

    A moment on a day that is no working day counts from there. No days at all give the moment
    itself. A time that the clocks skip on the day found becomes the first moment after the gap;
    of a time that they show twice, the earlier counts.
    """
    return _working_days_away(moment, days, calendar, step=-A_DAY)


def working_days_after(moment: datetime, *, days: int, calendar: WorkingCalendar) -> datetime:
    """Return the same time of day as many working days later; see `working_days_before`."""
    return _working_days_away(moment, days, calendar, step=A_DAY)


def add_working_hours(
    moment: datetime, *, hours: int | timedelta, calendar: WorkingCalendar
) -> datetime:
    """Return the moment by which so much time has run on working days.

    Time runs around the clock on working days, from midnight to midnight, and stands still on
    all others: 24 hours from a Friday at 16:00 end on the Monday at 16:00. Hours are those that
    a clock on the wall shows, so every working day has 24 of them. The result always stands on
    a working day, so time that is used up at the midnight after a Friday ends as Monday begins,
    and it is never earlier than the moment given.
    """
    left = hours if isinstance(hours, timedelta) else timedelta(hours=hours)
    if left < timedelta():
        raise ValueError(f"Working hours are counted forwards, so {left} cannot be added.")
    wall = _on_the_wall(moment, calendar)
    if not is_working_day(wall.date(), calendar=calendar):
        wall = _midnight(_next_working_day(wall.date(), calendar))
    while (rest_of_day := _midnight(wall.date() + A_DAY) - wall) <= left:
        left -= rest_of_day
        wall = _midnight(_next_working_day(wall.date(), calendar))
    return max(_moment_of(wall + left, calendar), moment.astimezone(UTC))


def is_quiet(moment: datetime, *, begins: time, ends: time, calendar: WorkingCalendar) -> bool:
    """Say whether a message should wait: in the quiet hours, or on a day that is not worked.

    Quiet hours last from `begins` up to, but not including, `ends`, over midnight where `ends`
    is the earlier. Where both are the same there are no quiet hours, only quiet days.
    """
    wall = _on_the_wall(moment, calendar)
    if not is_working_day(wall.date(), calendar=calendar):
        return True
    if begins <= ends:
        return begins <= wall.time() < ends
    return wall.time() >= begins or wall.time() < ends


def next_time_awake(
    moment: datetime, *, begins: time, ends: time, calendar: WorkingCalendar
) -> datetime:
    """Return the moment itself, or where it is quiet, the moment at which quiet next ends."""
    now_in_utc = moment.astimezone(UTC)
    if not is_quiet(moment, begins=begins, ends=ends, calendar=calendar):
        return now_in_utc
    day = _on_the_wall(moment, calendar).date()
    while True:
        for wake in (time.min, ends):
            found = _moment_of(datetime.combine(day, wake), calendar)
            if found > now_in_utc and not is_quiet(
                found, begins=begins, ends=ends, calendar=calendar
            ):
                return found
        day = _next_working_day(day, calendar)


def at_time_of_day(moment: datetime, at: time, *, calendar: WorkingCalendar) -> datetime:
    """Return the moment at which clocks show `at` on the day of the moment given."""
    return _moment_of(datetime.combine(_on_the_wall(moment, calendar).date(), at), calendar)


class _BankHolidays(UnitedKingdom):
    """The package's bank holidays, also for the years after 2100, in which it knows none."""

    end_year = MAXYEAR


@lru_cache(maxsize=256)
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    known = _BankHolidays(subdiv=SUBDIVISIONS[nation], years=year, expand=False)  # type: ignore[no-untyped-call] # the package leaves its constructor untyped
    return frozenset(known)


def _working_days_away(
    moment: datetime, days: int, calendar: WorkingCalendar, *, step: timedelta
) -> datetime:
    if days < 0:
        raise ValueError(f"Working days are counted from 0 upwards, and not {days}.")
    wall = _on_the_wall(moment, calendar)
    if days == 0:
        return moment.astimezone(UTC)
    day = wall.date()
    for _ in range(days):
        day = _next_working_day(day, calendar, step=step)
    return _moment_of(datetime.combine(day, wall.time()), calendar)


def _next_working_day(day: date, calendar: WorkingCalendar, *, step: timedelta = A_DAY) -> date:
    day += step
    while not is_working_day(day, calendar=calendar):
        day += step
    return day


def _midnight(day: date) -> datetime:
    """Return the beginning of a day as clocks show it, without a zone."""
    return datetime.combine(day, time.min)


def _on_the_wall(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """Return what clocks in the zone show at a moment, without the zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone, or it is not known when it is.")
    return moment.astimezone(calendar.zone).replace(tzinfo=None)


def _moment_of(wall: datetime, calendar: WorkingCalendar) -> datetime:
    """Return when clocks first show a time, or the first moment after a gap in which it lies."""
    found = wall.replace(tzinfo=calendar.zone, fold=0).astimezone(UTC)
    if _on_the_wall(found, calendar) == wall:
        return found
    # In a gap Python reads fold=0 with the offset before it and fold=1 with the one after it
    # (PEP 495), so these two moments lie on either side of the change.
    before = wall.replace(tzinfo=calendar.zone, fold=1, microsecond=0).astimezone(UTC)
    seconds = range(int((found - before).total_seconds()))
    changed = found.astimezone(calendar.zone).utcoffset()

    def has_changed(second: int) -> bool:
        there = (before + timedelta(seconds=second)).astimezone(calendar.zone)
        return there.utcoffset() == changed

    return before + timedelta(seconds=bisect_left(seconds, True, key=has_changed))
