from datetime import date

import pytest

from bot.understanding.dates import When, take_numeric, take_spoken

TUESDAY = date(2025, 1, 7)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14/3", date(2025, 3, 14)),
        ("6/1", date(2026, 1, 6)),
        ("7/1", date(2025, 1, 7)),
        ("14/03/26", date(2026, 3, 14)),
        ("14-03-2026", date(2026, 3, 14)),
        ("14.3.2026", date(2026, 3, 14)),
        ("2026-03-14", date(2026, 3, 14)),
        ("29/2", date(2028, 2, 29)),
        ("1/1/2024", date(2024, 1, 1)),
    ],
)
def test_a_date_in_figures_is_a_day(text: str, day: date) -> None:
    assert take_numeric(f"x {text} y", today=TUESDAY) == (When(day=day), "x y")


@pytest.mark.parametrize(
    "text", ["31/2", "32/1/2025", "0/0", "14/13/2025", "9.30", "9-11", "24/7/365"]
)
def test_figures_that_are_no_date_are_left_alone(text: str) -> None:
    assert take_numeric(text, today=TUESDAY) == (When(), text)


@pytest.mark.parametrize("text", ["10am", "10 am", "9:30", "9.30am", "at 9.30", "at 0930", "at 10"])
def test_a_time_of_day_is_dropped(text: str) -> None:
    found, rest = take_numeric(f"x {text}", today=TUESDAY)

    assert (found, rest.split()) == (When(), ["x"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14 march", date(2025, 3, 14)),
        ("the 14th of march", date(2025, 3, 14)),
        ("on 14th mar 2026", date(2026, 3, 14)),
        ("march 14", date(2025, 3, 14)),
        ("march the 14th 2026", date(2026, 3, 14)),
        ("fri 14 march", date(2025, 3, 14)),
        ("6 january", date(2026, 1, 6)),
        ("29 feb", date(2028, 2, 29)),
        ("3 may", date(2025, 5, 3)),
        ("today", date(2025, 1, 7)),
        ("tomorrow", date(2025, 1, 8)),
        ("on the 7th", date(2025, 1, 7)),
        ("on the 6th", date(2025, 2, 6)),
        ("the 31st", date(2025, 1, 31)),
        ("wednesday", date(2025, 1, 8)),
        ("on tuesday", date(2025, 1, 14)),
        ("this monday", date(2025, 1, 13)),
        ("next wednesday", date(2025, 1, 15)),
        ("next monday", date(2025, 1, 13)),
        ("on sat", date(2025, 1, 11)),
    ],
)
def test_a_date_in_words_is_a_day(text: str, day: date) -> None:
    assert take_spoken(f"x {text} y", today=TUESDAY) == (When(day=day), "x y")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("january", "2025-01"),
        ("in june", "2025-06"),
        ("in june 2026", "2026-06"),
        ("during sept", "2025-09"),
        ("may", "2025-05"),
        ("this month", "2025-01"),
        ("next month", "2025-02"),
        ("this week", "2025-01"),
        ("next week", "2025-01"),
        ("june or july", "2025-06"),
    ],
)
def test_a_month_without_a_day_is_a_month(text: str, month: str) -> None:
    found, _ = take_spoken(f"x {text} y", today=TUESDAY)

    assert found == When(month=month)


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2025, 12, 30), "2026-01"),
        (date(2025, 1, 31), "2025-02"),
        (date(2024, 2, 29), "2024-03"),
    ],
)
def test_next_month_follows_the_calendar(today: date, month: str) -> None:
    assert take_spoken("next month", today=today) == (When(month=month), "")


def test_a_month_that_has_passed_is_the_one_of_next_year() -> None:
    assert take_spoken("in june", today=date(2025, 7, 1)) == (When(month="2026-06"), "")


@pytest.mark.parametrize("text", ["may i", "may we", "sat through it", "sunlight", "marching"])
def test_words_that_look_like_dates_are_left_alone(text: str) -> None:
    assert take_spoken(text, today=TUESDAY) == (When(), text)


def test_a_day_says_its_month() -> None:
    assert When(day=date(2025, 3, 14)).month_meant == "2025-03"
