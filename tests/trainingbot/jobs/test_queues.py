"""Queues: which attempt waits where, and how many start."""

import pytest

from tests.trainingbot.jobs.recorder import due_notices
from trainingbot.enums import Channel
from trainingbot.jobs.queues import AGAIN, FIRST, MAIL, Limit, limit_of, limits, queue_of
from trainingbot.settings import Settings


@pytest.mark.parametrize(
    ("attempts", "channel", "queue"),
    [
        (0, Channel.TEAMS, FIRST),
        (1, Channel.TEAMS, AGAIN),
        (7, Channel.TEAMS, AGAIN),
        (0, Channel.EMAIL, MAIL),
        (3, Channel.EMAIL, MAIL),
    ],
)
def test_an_attempt_waits_with_its_like(attempts: int, channel: Channel, queue: str) -> None:
    [due] = due_notices(1, attempts=attempts, channel=channel)

    assert queue_of(due) == queue


@pytest.mark.parametrize("rate", [0.5, 1, 5, 12.5, 15, 25, 30, 33, 100])
def test_a_limit_keeps_its_rate_within_a_look_into_the_queue(rate: float) -> None:
    limit = limit_of(rate)

    on_average = limit.jobs / (limit.seconds + 0.0125)
    assert rate * 0.98 <= on_average <= rate


def test_repeated_attempts_have_half_the_rate_of_first_ones() -> None:
    settings = Settings(send_rate=30, mail_rate=10)

    assert limits(settings) == {
        FIRST: Limit(jobs=30, seconds=0.988),
        AGAIN: Limit(jobs=15, seconds=0.988),
        MAIL: Limit(jobs=10, seconds=0.988),
    }
