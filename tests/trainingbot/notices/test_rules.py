"""When a notice is sent, and when it is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.moments import NOW
from trainingbot.notices.rules import LONGEST_ASKED, quiet_until, wait_after_failure
from trainingbot.settings import Settings

EVENING = datetime(2025, 1, 7, 18, 0, tzinfo=UTC)
MORNING = datetime(2025, 1, 8, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (12, 2048), (13, 3600), (1_000_000, 3600)],
)
def test_each_wait_is_twice_the_last_and_at_most_an_hour(attempts: int, seconds: int) -> None:
    longest = wait_after_failure(attempts=attempts, chance=1)
    shortest = wait_after_failure(attempts=attempts, chance=0)

    assert (longest, shortest) == (timedelta(seconds=seconds), timedelta(seconds=seconds / 2))


@pytest.mark.parametrize("chance", [0, 0.5, 0.999])
@pytest.mark.parametrize("asked", [0, 0.5, 5, 600, 7200])
def test_what_the_other_side_asks_for_is_a_lower_bound(asked: float, chance: float) -> None:
    wait = wait_after_failure(attempts=1, retry_after=asked, chance=chance)

    assert timedelta(seconds=asked) <= wait <= timedelta(seconds=asked + 1)


def test_whoever_fails_often_waits_long_although_little_is_asked_for() -> None:
    assert wait_after_failure(attempts=13, retry_after=1, chance=1) == timedelta(hours=1)


def test_nobody_waits_longer_than_a_day() -> None:
    assert wait_after_failure(attempts=1, retry_after=1e12, chance=0) == LONGEST_ASKED


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (NOW, None),
        (EVENING - timedelta(seconds=1), None),
        (EVENING, MORNING),
        (MORNING - timedelta(seconds=1), MORNING),
        (MORNING, None),
        (datetime(2025, 1, 11, 12, tzinfo=UTC), datetime(2025, 1, 13, 8, tzinfo=UTC)),
    ],
)
def test_it_is_quiet_at_night_and_at_weekends(now: datetime, until: datetime | None) -> None:
    assert quiet_until(Settings(_env_file=None), now=now) == until


def test_it_is_never_quiet_where_nobody_asked_for_it() -> None:
    assert quiet_until(Settings(_env_file=None, quiet=False), now=EVENING) is None
