from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingbot.dates import day_and_time, from_to, months_later

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("named", "months", "later"),
    [
        ("2025-01-14", 1, "2025-02-14"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2025-03-31", 1, "2025-04-30"),
        ("2025-04-30", 1, "2025-05-30"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-12-01", 1, "2026-01-01"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-01-01", 60, "2030-01-01"),
        ("1999-12-31", 2, "2000-02-29"),
        ("2099-12-31", 2, "2100-02-28"),
    ],
)
def test_a_day_is_found_again_in_a_later_month(named: str, months: int, later: str) -> None:
    found = months_later(date.fromisoformat(named), months)

    assert found == date.fromisoformat(later)


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 60), st.integers(0, 400))
def test_a_later_day_is_found_again_no_earlier(named: date, months: int, days: int) -> None:
    assert months_later(named, months) <= months_later(named + timedelta(days=days), months)


def test_a_time_is_written_as_clocks_of_the_zone_show_it() -> None:
    summer = datetime(2025, 7, 1, 8, 30, tzinfo=UTC)

    assert day_and_time(summer, LONDON) == "Tue 1 Jul 2025, 09:30"


def test_an_end_on_another_day_is_written_with_its_day() -> None:
    starts_at = datetime(2025, 1, 14, 9, 0, tzinfo=UTC)

    same_day = from_to(starts_at, starts_at + timedelta(hours=3), LONDON)
    next_day = from_to(starts_at, starts_at + timedelta(hours=27), LONDON)

    assert same_day == "09:00 to 12:00"
    assert next_day == "09:00 to Wed 15 Jan 2025, 12:00"
