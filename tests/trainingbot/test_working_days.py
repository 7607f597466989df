"""Working days: which days count, and what happens at weekends, holidays and clock changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingbot.enums import Nation
from trainingbot.working_days import (
    WorkingCalendar,
    add_working_hours,
    is_quiet,
    is_working_day,
    next_time_awake,
    working_days_after,
    working_days_before,
)

LONDON = ZoneInfo("Europe/London")
CAIRO = ZoneInfo("Africa/Cairo")
"""Its clocks go forward on a Friday at midnight and back on a Thursday at midnight."""

ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND = (WorkingCalendar(nation, LONDON) for nation in Nation)
IN_CAIRO = WorkingCalendar(Nation.ENGLAND, CAIRO)

A_DAY = timedelta(days=1)
EVENING, MORNING = time(20), time(7, 30)

unhurried = settings(deadline=None)
moments = st.datetimes(datetime(1975, 1, 1), datetime(2199, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone itself
calendars = st.sampled_from([ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND])
counts = st.integers(0, 30)
working_times = st.timedeltas(timedelta(), timedelta(hours=200))


def at(written: str, zone: ZoneInfo = LONDON, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone, fold=fold)


def in_utc(written: str) -> datetime:
    return at(written).replace(tzinfo=UTC)


def local(moment: datetime) -> datetime:
    return moment.astimezone(LONDON)


def days_from(first: date, before: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((before - first).days)]


def is_worked(moment: datetime, calendar: WorkingCalendar) -> bool:
    return is_working_day(local(moment).date(), calendar=calendar)


def holidays_on_weekdays(year: int, calendar: WorkingCalendar) -> list[str]:
    return [
        f"{day:%d %b}"
        for day in days_from(date(year, 1, 1), date(year + 1, 1, 1))
        if day.weekday() < 5 and not is_working_day(day, calendar=calendar)
    ]


def easter_sunday(year: int) -> date:
    """Return Easter by Butcher's rule (Nature, 20 April 1876), which nothing here uses."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def time_run(first: datetime, last: datetime, calendar: WorkingCalendar) -> timedelta:
    """Return how long clocks in London ran on working days from one moment to another."""
    first, last = (local(moment).replace(tzinfo=None) for moment in (first, last))
    ran = timedelta()
    for day in days_from(first.date(), last.date() + A_DAY):
        if is_working_day(day, calendar=calendar):
            midnight = datetime.combine(day, time())
            ran += min(last, midnight + A_DAY) - max(first, midnight)
    return ran


# Which days count.


@pytest.mark.parametrize("calendar", [ENGLAND, WALES], ids=["england", "wales"])
@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2022, "03 Jan, 15 Apr, 18 Apr, 02 May, 02 Jun, 03 Jun, 29 Aug, 19 Sep, 26 Dec, 27 Dec"),
        (2023, "02 Jan, 07 Apr, 10 Apr, 01 May, 08 May, 29 May, 28 Aug, 25 Dec, 26 Dec"),
        (2024, "01 Jan, 29 Mar, 01 Apr, 06 May, 27 May, 26 Aug, 25 Dec, 26 Dec"),
        (2025, "01 Jan, 18 Apr, 21 Apr, 05 May, 26 May, 25 Aug, 25 Dec, 26 Dec"),
        (2026, "01 Jan, 03 Apr, 06 Apr, 04 May, 25 May, 31 Aug, 25 Dec, 28 Dec"),
        (2027, "01 Jan, 26 Mar, 29 Mar, 03 May, 31 May, 30 Aug, 27 Dec, 28 Dec"),
        (2028, "03 Jan, 14 Apr, 17 Apr, 01 May, 29 May, 28 Aug, 25 Dec, 26 Dec"),
    ],
)
def test_england_and_wales_have_these_bank_holidays(
    year: int, holidays: str, calendar: WorkingCalendar
) -> None:
    assert holidays_on_weekdays(year, calendar) == holidays.split(", ")


@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2023, "02 Jan, 03 Jan, 07 Apr, 01 May, 08 May, 29 May, 07 Aug, 30 Nov, 25 Dec, 26 Dec"),
        (2024, "01 Jan, 02 Jan, 29 Mar, 06 May, 27 May, 05 Aug, 02 Dec, 25 Dec, 26 Dec"),
        (2025, "01 Jan, 02 Jan, 18 Apr, 05 May, 26 May, 04 Aug, 01 Dec, 25 Dec, 26 Dec"),
        (2027, "01 Jan, 04 Jan, 26 Mar, 03 May, 31 May, 02 Aug, 30 Nov, 27 Dec, 28 Dec"),
        (2028, "03 Jan, 04 Jan, 14 Apr, 01 May, 29 May, 07 Aug, 30 Nov, 25 Dec, 26 Dec"),
    ],
)
def test_scotland_has_its_second_of_january_and_st_andrew_but_no_easter_monday(
    year: int, holidays: str
) -> None:
    assert holidays_on_weekdays(year, SCOTLAND) == holidays.split(", ")


@pytest.mark.parametrize(
    ("year", "holidays"),
    [
        (2024, "01 Jan, 18 Mar, 29 Mar, 01 Apr, 06 May, 27 May, 12 Jul, 26 Aug, 25 Dec, 26 Dec"),
        (2025, "01 Jan, 17 Mar, 18 Apr, 21 Apr, 05 May, 26 May, 14 Jul, 25 Aug, 25 Dec, 26 Dec"),
        (2026, "01 Jan, 17 Mar, 03 Apr, 06 Apr, 04 May, 25 May, 13 Jul, 31 Aug, 25 Dec, 28 Dec"),
        (2027, "01 Jan, 17 Mar, 26 Mar, 29 Mar, 03 May, 31 May, 12 Jul, 30 Aug, 27 Dec, 28 Dec"),
        (2028, "03 Jan, 17 Mar, 14 Apr, 17 Apr, 01 May, 29 May, 12 Jul, 28 Aug, 25 Dec, 26 Dec"),
    ],
)
def test_northern_ireland_has_st_patrick_and_the_twelfth_of_july(year: int, holidays: str) -> None:
    assert holidays_on_weekdays(year, NORTHERN_IRELAND) == holidays.split(", ")


@unhurried
@given(year=st.integers(1978, 2999))
def test_easter_is_kept_in_every_year_also_after_those_the_package_knows(year: int) -> None:
    easter = easter_sunday(year)
    good_friday, easter_monday = easter - timedelta(days=2), easter + A_DAY

    kept_by_england = [
        is_working_day(good_friday, calendar=ENGLAND),
        is_working_day(easter_monday, calendar=ENGLAND),
    ]
    kept_by_scotland = [
        is_working_day(good_friday, calendar=SCOTLAND),
        is_working_day(easter_monday, calendar=SCOTLAND),
    ]

    assert kept_by_england == [False, False]
    assert kept_by_scotland == [False, True]


@unhurried
@given(year=st.integers(1978, 9998), calendar=calendars)
def test_two_weekdays_are_free_at_christmas_of_every_year(
    year: int, calendar: WorkingCalendar
) -> None:
    week = days_from(date(year, 12, 25), date(year, 12, 29))

    free = [day for day in week if not is_working_day(day, calendar=calendar)]

    assert len([day for day in free if day.weekday() < 5]) == 2


@unhurried
@given(day=st.dates(date(2, 1, 1)), calendar=calendars)
def test_nobody_works_at_a_weekend(day: date, calendar: WorkingCalendar) -> None:
    saturday = day - timedelta(days=(day.weekday() + 2) % 7)

    assert not is_working_day(saturday, calendar=calendar)
    assert not is_working_day(saturday + A_DAY, calendar=calendar)


def test_a_moment_is_no_day() -> None:
    with pytest.raises(TypeError) as refusal:
        is_working_day(at("2025-12-25 09:00"), calendar=ENGLAND)

    assert str(refusal.value) == ("A working day is asked for by its date, and this is a moment.")


# Notice in working days.


@pytest.mark.parametrize(
    ("session", "days", "free_until"),
    [
        ("2025-01-16 09:30", 2, "2025-01-14 09:30"),
        ("2025-01-16 09:30", 0, "2025-01-16 09:30"),
        pytest.param("2025-01-14 09:30", 2, "2025-01-10 09:30", id="over a weekend"),
        pytest.param("2025-01-18 09:30", 2, "2025-01-16 09:30", id="a session on a Saturday"),
        pytest.param("2025-01-19 09:30", 2, "2025-01-16 09:30", id="a session on a Sunday"),
        pytest.param("2025-01-18 09:30", 0, "2025-01-18 09:30", id="a Saturday without notice"),
        pytest.param("2025-05-05 10:00", 1, "2025-05-02 10:00", id="a session on a bank holiday"),
        pytest.param("2025-05-06 10:00", 1, "2025-05-02 10:00", id="after a bank holiday"),
        pytest.param("2025-01-14 00:00", 1, "2025-01-13 00:00", id="midnight"),
        pytest.param("2025-01-13 23:59:59", 1, "2025-01-10 23:59:59", id="before midnight"),
        pytest.param("2025-03-03 09:00", 1, "2025-02-28 09:00", id="end of February"),
        pytest.param("2024-03-01 09:00", 1, "2024-02-29 09:00", id="leap day"),
        pytest.param("2028-03-01 09:00", 1, "2028-02-29 09:00", id="leap day of 2028"),
        pytest.param("2024-02-29 09:00", 20, "2024-02-01 09:00", id="a month of leap year"),
        pytest.param("2025-10-01 09:00", 1, "2025-09-30 09:00", id="end of September"),
        pytest.param("2025-01-02 09:00", 1, "2024-12-31 09:00", id="New Year"),
        pytest.param("2024-12-27 09:00", 2, "2024-12-23 09:00", id="Christmas 2024"),
        pytest.param("2026-12-29 09:00", 1, "2026-12-24 09:00", id="Boxing Day's substitute 2026"),
        pytest.param("2027-12-29 09:00", 1, "2027-12-24 09:00", id="both substitutes of 2027"),
        pytest.param("2027-12-25 09:00", 1, "2027-12-24 09:00", id="Christmas on a Saturday"),
        pytest.param("2028-01-04 09:00", 3, "2027-12-29 09:00", id="New Year's substitute 2028"),
        pytest.param("2024-04-02 09:00", 1, "2024-03-28 09:00", id="Easter 2024"),
        pytest.param("2025-04-22 09:00", 2, "2025-04-16 09:00", id="Easter 2025"),
        pytest.param("2026-04-07 09:00", 1, "2026-04-02 09:00", id="Easter 2026"),
        pytest.param("2027-03-30 09:00", 1, "2027-03-25 09:00", id="Easter 2027"),
        pytest.param("2150-04-14 09:00", 1, "2150-04-09 09:00", id="Easter 2150"),
    ],
)
def test_notice_is_counted_backwards_in_working_days(
    session: str, days: int, free_until: str
) -> None:
    assert working_days_before(at(session), days=days, calendar=ENGLAND) == at(free_until)


@pytest.mark.parametrize(
    ("session", "days", "free_until"),
    [
        ("2025-04-22 09:00", 1, "2025-04-21 09:00"),
        ("2025-04-22 09:00", 2, "2025-04-17 09:00"),
        ("2025-12-02 09:00", 1, "2025-11-28 09:00"),
        ("2026-01-05 09:00", 1, "2025-12-31 09:00"),
        ("2028-01-05 09:00", 1, "2027-12-31 09:00"),
        ("2025-08-26 09:00", 1, "2025-08-25 09:00"),
    ],
)
def test_notice_in_scotland_is_counted_by_its_own_holidays(
    session: str, days: int, free_until: str
) -> None:
    assert working_days_before(at(session), days=days, calendar=SCOTLAND) == at(free_until)


@pytest.mark.parametrize(
    ("moment", "days", "later"),
    [
        ("2025-01-14 09:30", 2, "2025-01-16 09:30"),
        ("2025-01-17 09:30", 1, "2025-01-20 09:30"),
        ("2025-01-18 09:30", 1, "2025-01-20 09:30"),
        ("2025-01-18 09:30", 0, "2025-01-18 09:30"),
        ("2027-12-24 16:00", 1, "2027-12-29 16:00"),
        ("2027-12-31 16:00", 1, "2028-01-04 16:00"),
        ("2024-02-28 16:00", 1, "2024-02-29 16:00"),
        ("2024-02-29 16:00", 1, "2024-03-01 16:00"),
        ("2026-04-02 16:00", 1, "2026-04-07 16:00"),
    ],
)
def test_days_are_counted_forwards_as_well(moment: str, days: int, later: str) -> None:
    assert working_days_after(at(moment), days=days, calendar=ENGLAND) == at(later)


@pytest.mark.parametrize(
    ("session", "in_utc_free_until"),
    [
        ("2024-04-02 08:30", "2024-03-27 09:30"),
        ("2025-03-31 08:30", "2025-03-27 09:30"),
        ("2026-03-30 08:30", "2026-03-26 09:30"),
        ("2027-03-30 08:30", "2027-03-24 09:30"),
        ("2028-03-27 08:30", "2028-03-23 09:30"),
        ("2024-10-28 09:30", "2024-10-24 08:30"),
        ("2025-10-27 09:30", "2025-10-23 08:30"),
        ("2026-10-26 09:30", "2026-10-22 08:30"),
        ("2027-11-01 09:30", "2027-10-28 08:30"),
        ("2028-10-30 09:30", "2028-10-26 08:30"),
    ],
)
def test_half_past_nine_stays_half_past_nine_over_a_clock_change(
    session: str, in_utc_free_until: str
) -> None:
    """Easter is in the same weekend in 2024 and 2027."""
    starts_at = in_utc(session)

    free_until = working_days_before(starts_at, days=2, calendar=ENGLAND)

    assert free_until == in_utc(in_utc_free_until)
    assert working_days_after(free_until, days=2, calendar=ENGLAND) == starts_at


def test_a_session_in_the_hour_that_is_shown_twice_is_counted_from_what_clocks_show() -> None:
    first, second = at("2025-10-26 01:30"), at("2025-10-26 01:30", fold=1)

    cut_offs = [working_days_before(one, days=1, calendar=ENGLAND) for one in (first, second)]

    assert cut_offs == [in_utc("2025-10-24 00:30"), in_utc("2025-10-24 00:30")]
    assert working_days_before(second, days=0, calendar=ENGLAND).isoformat() == (
        "2025-10-26T01:30:00+00:00"
    )


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2025-04-24 00:30", "2025-04-24 22:00"),
        ("2025-04-24 00:00", "2025-04-24 22:00"),
        ("2025-04-24 00:59:59.5", "2025-04-24 22:00"),
        ("2025-04-24 01:00", "2025-04-24 22:00"),
        ("2025-04-23 23:59", "2025-04-24 21:59"),
    ],
)
def test_a_time_that_clocks_skip_becomes_the_first_moment_after_the_gap(
    moment: str, then: str
) -> None:
    found = working_days_after(at(moment, CAIRO), days=1, calendar=IN_CAIRO)

    assert found == in_utc(then)


def test_of_a_time_that_clocks_show_twice_the_earlier_counts() -> None:
    before = working_days_before(at("2025-10-31 23:30", CAIRO), days=1, calendar=IN_CAIRO)
    after = working_days_after(at("2025-10-29 23:30", CAIRO), days=1, calendar=IN_CAIRO)

    assert before == after == in_utc("2025-10-30 20:30")


def test_the_day_is_that_of_the_zone_and_not_of_utc() -> None:
    just_after_midnight_on_tuesday = in_utc("2025-07-07 23:30")

    found = working_days_before(just_after_midnight_on_tuesday, days=1, calendar=ENGLAND)

    assert found == in_utc("2025-07-06 23:30")


@pytest.mark.parametrize("count", [working_days_before, working_days_after])
def test_days_are_not_counted_below_nothing(count: Callable[..., datetime]) -> None:
    with pytest.raises(
        ValueError, match=r"^Working days are counted from 0 upwards, and not -1\.$"
    ):
        count(at("2025-01-16 09:30"), days=-1, calendar=ENGLAND)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = at("2025-01-16 09:30").replace(tzinfo=None)
    sentence = r"^A moment needs its time zone, or it is not known when it is\.$"

    with pytest.raises(ValueError, match=sentence):
        working_days_before(naive, days=0, calendar=ENGLAND)
    with pytest.raises(ValueError, match=sentence):
        working_days_after(naive, days=1, calendar=ENGLAND)
    with pytest.raises(ValueError, match=sentence):
        add_working_hours(naive, hours=1, calendar=ENGLAND)
    with pytest.raises(ValueError, match=sentence):
        is_quiet(naive, begins=EVENING, ends=MORNING, calendar=ENGLAND)
    with pytest.raises(ValueError, match=sentence):
        next_time_awake(naive, begins=EVENING, ends=MORNING, calendar=ENGLAND)


@unhurried
@given(moment=moments, days=st.integers(1, 30), calendar=calendars)
def test_between_a_moment_and_its_cut_off_lie_as_many_working_days_as_asked(
    moment: datetime, days: int, calendar: WorkingCalendar
) -> None:
    before = working_days_before(moment, days=days, calendar=calendar)
    after = working_days_after(moment, days=days, calendar=calendar)

    back = days_from(local(before).date(), local(moment).date())
    forth = days_from(local(moment).date() + A_DAY, local(after).date() + A_DAY)
    assert [is_worked(before, calendar), is_worked(after, calendar)] == [True, True]
    assert [
        sum(is_working_day(day, calendar=calendar) for day in passed) for passed in (back, forth)
    ] == [days, days]


@unhurried
@given(moment=moments, days=counts, calendar=calendars)
def test_the_time_of_day_stays(moment: datetime, days: int, calendar: WorkingCalendar) -> None:
    before = working_days_before(moment, days=days, calendar=calendar)
    after = working_days_after(moment, days=days, calendar=calendar)

    assert local(before).time() == local(after).time() == local(moment).time()
    assert [before.tzinfo, after.tzinfo] == [UTC, UTC]


@unhurried
@given(moment=moments, days=counts, calendar=calendars)
def test_from_a_working_day_there_and_back_is_where_one_was(
    moment: datetime, days: int, calendar: WorkingCalendar
) -> None:
    start = working_days_after(moment, days=1, calendar=calendar)

    before = working_days_before(start, days=days, calendar=calendar)
    after = working_days_after(start, days=days, calendar=calendar)

    assert working_days_after(before, days=days, calendar=calendar) == start
    assert working_days_before(after, days=days, calendar=calendar) == start


@unhurried
@given(moment=moments, later=st.timedeltas(timedelta(), 60 * A_DAY), days=counts)
def test_a_later_session_never_has_its_cut_off_on_an_earlier_day(
    moment: datetime, later: timedelta, days: int
) -> None:
    first, second = (
        working_days_before(one, days=days, calendar=ENGLAND) for one in (moment, moment + later)
    )

    assert local(first).date() <= local(second).date()
    if is_worked(moment, ENGLAND) and is_worked(moment + later, ENGLAND):
        assert first <= second


@unhurried
@given(moment=moments, days=counts, calendar=calendars)
def test_longer_notice_ends_earlier(moment: datetime, days: int, calendar: WorkingCalendar) -> None:
    longer = working_days_before(moment, days=days + 1, calendar=calendar)

    assert longer < working_days_before(moment, days=days, calendar=calendar)


# Hours on working days.


@pytest.mark.parametrize(
    ("moment", "hours", "runs_until"),
    [
        ("2025-01-14 10:00", 24, "2025-01-15 10:00"),
        ("2025-01-14 10:00", 0, "2025-01-14 10:00"),
        pytest.param("2025-01-17 16:00", 24, "2025-01-20 16:00", id="over a weekend"),
        pytest.param("2025-01-18 11:00", 24, "2025-01-21 00:00", id="from a Saturday"),
        pytest.param("2025-01-19 23:59", 24, "2025-01-21 00:00", id="from a Sunday"),
        pytest.param("2025-01-18 11:00", 0, "2025-01-20 00:00", id="no time from a Saturday"),
        pytest.param("2025-01-17 16:00", 7, "2025-01-17 23:00", id="within a Friday"),
        pytest.param("2025-01-17 16:00", 8, "2025-01-20 00:00", id="to the end of a Friday"),
        pytest.param("2025-01-17 00:00", 24, "2025-01-20 00:00", id="a whole Friday"),
        pytest.param("2025-01-16 00:00", 24, "2025-01-17 00:00", id="a whole Thursday"),
        pytest.param("2025-01-14 10:00", 120, "2025-01-21 10:00", id="five days"),
        pytest.param("2025-05-02 16:00", 24, "2025-05-06 16:00", id="May Day"),
        pytest.param("2025-12-24 12:00", 24, "2025-12-29 12:00", id="Christmas 2025"),
        pytest.param("2027-12-24 12:00", 24, "2027-12-29 12:00", id="Christmas 2027"),
        pytest.param("2027-12-31 12:00", 24, "2028-01-04 12:00", id="New Year 2028"),
        pytest.param("2024-03-28 12:00", 24, "2024-04-02 12:00", id="Easter 2024"),
        pytest.param("2025-04-17 12:00", 24, "2025-04-22 12:00", id="Easter 2025"),
        pytest.param("2026-04-02 12:00", 24, "2026-04-07 12:00", id="Easter 2026"),
        pytest.param("2027-03-25 12:00", 24, "2027-03-30 12:00", id="Easter 2027"),
        pytest.param("2024-02-28 12:00", 48, "2024-03-01 12:00", id="leap day"),
        pytest.param("2025-01-31 12:00", 24, "2025-02-03 12:00", id="end of a month"),
    ],
)
def test_time_runs_around_the_clock_on_working_days(
    moment: str, hours: int, runs_until: str
) -> None:
    assert add_working_hours(at(moment), hours=hours, calendar=ENGLAND) == at(runs_until)


@pytest.mark.parametrize(
    ("friday", "monday"),
    [
        ("2025-03-28 16:00", "2025-03-31 15:00"),
        ("2026-03-27 16:00", "2026-03-30 15:00"),
        ("2028-03-24 16:00", "2028-03-27 15:00"),
        ("2024-10-25 15:00", "2024-10-28 16:00"),
        ("2025-10-24 15:00", "2025-10-27 16:00"),
        ("2026-10-23 15:00", "2026-10-26 16:00"),
        ("2027-10-29 15:00", "2027-11-01 16:00"),
        ("2028-10-27 15:00", "2028-10-30 16:00"),
    ],
)
def test_four_on_friday_leads_to_four_on_monday_over_a_clock_change(
    friday: str, monday: str
) -> None:
    assert add_working_hours(in_utc(friday), hours=24, calendar=ENGLAND) == in_utc(monday)


@pytest.mark.parametrize(
    "moment",
    ["2025-03-30 00:59", "2025-03-30 01:00", "2025-10-26 00:30", "2025-10-26 01:30"],
)
def test_time_that_begins_on_the_sunday_of_a_clock_change_begins_on_monday(moment: str) -> None:
    begins = in_utc(moment)
    monday = local(begins).date() + A_DAY

    runs_until = add_working_hours(begins, hours=3, calendar=ENGLAND)

    assert runs_until == datetime.combine(monday, time(3), tzinfo=LONDON)


def test_a_working_day_has_24_hours_whatever_its_clocks_do() -> None:
    spring = add_working_hours(at("2025-04-24 16:00", CAIRO), hours=24, calendar=IN_CAIRO)
    autumn = add_working_hours(at("2025-10-30 16:00", CAIRO), hours=24, calendar=IN_CAIRO)

    assert spring - at("2025-04-24 16:00", CAIRO).astimezone(UTC) == timedelta(hours=23)
    assert spring == at("2025-04-25 16:00", CAIRO)
    assert autumn - at("2025-10-30 16:00", CAIRO).astimezone(UTC) == timedelta(hours=25)
    assert autumn == at("2025-10-31 16:00", CAIRO)


def test_time_that_runs_out_in_a_gap_ends_after_it() -> None:
    runs_until = add_working_hours(at("2025-04-24 20:30", CAIRO), hours=4, calendar=IN_CAIRO)

    assert runs_until == in_utc("2025-04-24 22:00")


def test_time_never_runs_out_before_it_began() -> None:
    in_the_second_showing = at("2025-10-30 23:30", CAIRO, fold=1)

    runs_until = add_working_hours(
        in_the_second_showing, hours=timedelta(minutes=15), calendar=IN_CAIRO
    )

    assert runs_until == in_utc("2025-10-30 21:30")


@pytest.mark.parametrize("hours", [-1, timedelta(hours=-1)])
def test_time_does_not_run_backwards(hours: int | timedelta) -> None:
    sentence = r"^Working hours are counted forwards, so -1 day, 23:00:00 cannot be added\.$"

    with pytest.raises(ValueError, match=sentence):
        add_working_hours(at("2025-01-14 10:00"), hours=hours, calendar=ENGLAND)


@unhurried
@given(moment=moments, hours=working_times, calendar=calendars)
def test_exactly_the_time_that_was_asked_for_runs_on_working_days(
    moment: datetime, hours: timedelta, calendar: WorkingCalendar
) -> None:
    runs_until = add_working_hours(moment, hours=hours, calendar=calendar)

    assert time_run(moment, runs_until, calendar) == hours
    assert is_worked(runs_until, calendar)
    assert runs_until >= moment


@unhurried
@given(moment=moments, later=st.timedeltas(timedelta(), 10 * A_DAY), hours=working_times)
def test_what_begins_later_does_not_run_out_earlier(
    moment: datetime, later: timedelta, hours: timedelta
) -> None:
    first, second = (
        add_working_hours(one, hours=hours, calendar=ENGLAND) for one in (moment, moment + later)
    )

    assert first <= second


@unhurried
@given(moment=moments, first=working_times, second=working_times, calendar=calendars)
def test_time_added_in_two_parts_is_time_added_at_once(
    moment: datetime, first: timedelta, second: timedelta, calendar: WorkingCalendar
) -> None:
    part = add_working_hours(moment, hours=first, calendar=calendar)

    both = add_working_hours(part, hours=second, calendar=calendar)

    assert both == add_working_hours(moment, hours=first + second, calendar=calendar)


@unhurried
@given(moment=moments, days=counts, calendar=calendars)
def test_a_day_is_24_working_hours_from_a_working_day(
    moment: datetime, days: int, calendar: WorkingCalendar
) -> None:
    start = working_days_after(moment, days=1, calendar=calendar)

    by_hours = add_working_hours(start, hours=24 * days, calendar=calendar)

    assert by_hours == working_days_after(start, days=days, calendar=calendar)


# Quiet hours.


@pytest.mark.parametrize(
    ("moment", "wakes"),
    [
        ("2025-01-14 10:00", "2025-01-14 10:00"),
        ("2025-01-14 07:30", "2025-01-14 07:30"),
        ("2025-01-14 19:59:59", "2025-01-14 19:59:59"),
        ("2025-01-14 20:00", "2025-01-15 07:30"),
        ("2025-01-14 23:59", "2025-01-15 07:30"),
        ("2025-01-15 00:00", "2025-01-15 07:30"),
        ("2025-01-15 07:29:59", "2025-01-15 07:30"),
        pytest.param("2025-01-17 20:00", "2025-01-20 07:30", id="Friday evening"),
        pytest.param("2025-01-18 11:00", "2025-01-20 07:30", id="Saturday"),
        pytest.param("2025-01-19 23:00", "2025-01-20 07:30", id="Sunday"),
        pytest.param("2025-05-05 11:00", "2025-05-06 07:30", id="bank holiday"),
        pytest.param("2027-12-24 21:00", "2027-12-29 07:30", id="Christmas 2027"),
        pytest.param("2027-12-31 21:00", "2028-01-04 07:30", id="New Year 2028"),
        pytest.param("2024-03-28 21:00", "2024-04-02 07:30", id="Easter and a clock change"),
        pytest.param("2025-03-28 21:00", "2025-03-31 07:30", id="clocks go forward"),
        pytest.param("2025-10-24 21:00", "2025-10-27 07:30", id="clocks go back"),
        pytest.param("2024-02-28 21:00", "2024-02-29 07:30", id="leap day"),
    ],
)
def test_a_message_waits_for_the_morning_of_a_working_day(moment: str, wakes: str) -> None:
    found = next_time_awake(at(moment), begins=EVENING, ends=MORNING, calendar=ENGLAND)

    assert found == at(wakes)
    assert is_quiet(at(moment), begins=EVENING, ends=MORNING, calendar=ENGLAND) == (moment != wakes)


@pytest.mark.parametrize(
    ("moment", "wakes"),
    [
        ("2025-01-14 11:59", "2025-01-14 11:59"),
        ("2025-01-14 12:00", "2025-01-14 13:00"),
        ("2025-01-14 13:00", "2025-01-14 13:00"),
        ("2025-01-17 23:00", "2025-01-17 23:00"),
        ("2025-01-18 12:30", "2025-01-20 00:00"),
    ],
)
def test_quiet_hours_may_lie_within_a_day(moment: str, wakes: str) -> None:
    found = next_time_awake(at(moment), begins=time(12), ends=time(13), calendar=ENGLAND)

    assert found == at(wakes)


@pytest.mark.parametrize(
    ("moment", "wakes"),
    [
        ("2025-01-14 03:00", "2025-01-14 07:00"),
        ("2025-01-18 12:00", "2025-01-20 07:00"),
    ],
)
def test_quiet_hours_may_begin_at_midnight(moment: str, wakes: str) -> None:
    found = next_time_awake(at(moment), begins=time(0), ends=time(7), calendar=ENGLAND)

    assert found == at(wakes)


@pytest.mark.parametrize("hour", [0, 9])
def test_without_quiet_hours_only_days_are_quiet(hour: int) -> None:
    found = [
        next_time_awake(at(moment), begins=time(hour), ends=time(hour), calendar=ENGLAND)
        for moment in ("2025-01-14 03:00", "2025-01-14 09:00", "2025-01-18 12:00")
    ]

    assert found == [at("2025-01-14 03:00"), at("2025-01-14 09:00"), at("2025-01-20 00:00")]


def test_a_morning_that_clocks_skip_begins_after_the_gap() -> None:
    found = next_time_awake(
        at("2025-04-24 22:00", CAIRO), begins=time(21), ends=time(0, 30), calendar=IN_CAIRO
    )

    assert found == in_utc("2025-04-24 22:00")


@unhurried
@given(
    moment=moments,
    begins=st.times(),
    ends=st.times(),
    part=st.floats(0, 1, exclude_max=True),
    calendar=calendars,
)
def test_a_message_waits_no_longer_than_it_is_quiet(
    moment: datetime, begins: time, ends: time, part: float, calendar: WorkingCalendar
) -> None:
    found = next_time_awake(moment, begins=begins, ends=ends, calendar=calendar)

    between = min(moment + (found - moment) * part, found - timedelta.resolution)
    assert not is_quiet(found, begins=begins, ends=ends, calendar=calendar)
    assert found >= moment
    assert found == moment or is_quiet(between, begins=begins, ends=ends, calendar=calendar)
    assert found == next_time_awake(found, begins=begins, ends=ends, calendar=calendar)
