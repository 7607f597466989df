"""What a search means, and what a session offers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.moments import NOW
from trainingbot.courses.rules import (
    CourseFilter,
    Offering,
    month_bounds,
    months_between,
    places_free,
    what_is_offered,
)
from trainingbot.enums import Delivery, SessionStatus
from trainingbot.models import CourseSession

LONDON = ZoneInfo("Europe/London")
A_MINUTE = timedelta(minutes=1)


def session_of(
    *,
    starts_at: datetime = NOW + timedelta(days=7),
    status: SessionStatus = SessionStatus.SCHEDULED,
    taken: int = 0,
) -> CourseSession:
    return CourseSession(
        code="S1",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        delivery=Delivery.TEAMS,
        status=status,
        capacity=20,
        places_taken=taken,
    )


@pytest.mark.parametrize(
    ("month", "first", "following"),
    [
        ("2025-01", datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)),
        ("2025-12", datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        ("2024-02", datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_month_begins_and_ends_at_midnight(
    month: str, first: datetime, following: datetime
) -> None:
    assert month_bounds(month, zone=LONDON) == (first, following)


def test_the_month_in_which_clocks_go_forward_ends_an_hour_earlier() -> None:
    first, following = month_bounds("2025-03", zone=LONDON)

    assert first == datetime(2025, 3, 1, 0, 0, tzinfo=UTC)
    assert following == datetime(2025, 3, 31, 23, 0, tzinfo=UTC)


def test_the_month_in_which_clocks_go_back_begins_an_hour_earlier() -> None:
    first, following = month_bounds("2025-10", zone=LONDON)

    assert first == datetime(2025, 9, 30, 23, 0, tzinfo=UTC)
    assert following == datetime(2025, 11, 1, 0, 0, tzinfo=UTC)


def test_the_months_between_two_moments_are_those_of_the_zone() -> None:
    last_hour_of_june_in_utc = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)

    months = months_between(
        datetime(2024, 11, 5, tzinfo=UTC), last_hour_of_june_in_utc, zone=LONDON
    )

    assert months == [
        "2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06",
        "2025-07",
    ]  # fmt: skip


def test_a_single_moment_is_in_one_month() -> None:
    assert months_between(NOW, NOW, zone=LONDON) == ["2025-01"]


@pytest.mark.parametrize(
    ("wanted", "narrows"),
    [
        (CourseFilter(), False),
        (CourseFilter(words="neglect", theme="neglect", level=2), False),
        (CourseFilter(with_places=True), True),
        (CourseFilter(delivery=Delivery.TEAMS), True),
        (CourseFilter(starts_from=NOW), True),
        (CourseFilter(starts_before=NOW), True),
    ],
)
def test_a_course_without_dates_is_found_unless_dates_are_asked_for(
    wanted: CourseFilter,
    narrows: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert wanted.narrows_sessions is narrows


@pytest.mark.parametrize(("taken", "free"), [(0, 20), (19, 1), (20, 0)])
def test_free_places_are_those_that_nobody_has(taken: int, free: int) -> None:
    assert places_free(session_of(taken=taken)) == free


@pytest.mark.parametrize(
    ("session", "offering"),
    [
        (session_of(), "places"),
        (session_of(taken=19), "places"),
        (session_of(taken=20), "waitlist"),
        (session_of(starts_at=NOW + A_MINUTE), "places"),
        (session_of(starts_at=NOW), "begun"),
        (session_of(starts_at=NOW - A_MINUTE, taken=20), "begun"),
        (session_of(status=SessionStatus.DELIVERED), "begun"),
        (session_of(status=SessionStatus.CANCELLED), "cancelled"),
        (session_of(status=SessionStatus.CANCELLED, starts_at=NOW), "cancelled"),
    ],
)
def test_a_session_offers_one_thing_at_a_time(session: CourseSession, offering: Offering) -> None:
    assert what_is_offered(session, now=NOW) == offering
