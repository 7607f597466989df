"""When a notice is tried again."""

from datetime import timedelta

import pytest

from tests.moments import NOW
from trainingbot.notices.rules import next_attempt_at


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (6, 32), (7, 60), (8, 60), (1_000_000, 60)],
)
def test_each_wait_is_twice_the_last_and_at_most_an_hour(attempts: int, minutes: int) -> None:
    assert next_attempt_at(attempts=attempts, now=NOW) == NOW + timedelta(minutes=minutes)
