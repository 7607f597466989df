from datetime import UTC, datetime

import pytest

from bot.deliveries import (
    ConversationGone,
    DeliveryError,
    DeliveryRefused,
    NotInstalled,
    RecipientStopped,
    TryLater,
)
from bot.teams.retries import (
    RetryPolicy,
    delivery_error,
    retry_after_seconds,
    wait_before_retry,
)

NOW = datetime(2025, 1, 14, 9, 30, tzinfo=UTC)
POLICY = RetryPolicy(attempts=4, first_wait=0.5, longest_wait=5.0)


def wait(attempt: int, *, chance: float = 0.0, retry_after: float | None = None) -> float | None:
    failure = TryLater("busy", status=429, retry_after=retry_after)
    return wait_before_retry(failure, attempt=attempt, policy=POLICY, chance=chance)


def test_waits_double_and_are_spread_by_chance() -> None:
    least = [wait(attempt) for attempt in (1, 2, 3)]
    most = [wait(attempt, chance=1.0) for attempt in (1, 2, 3)]

    assert least == [0.25, 0.5, 1.0]
    assert most == [0.5, 1.0, 2.0]


def test_the_last_attempt_is_the_last() -> None:
    assert wait(4) is None


def test_no_wait_is_longer_than_the_longest() -> None:
    policy = RetryPolicy(attempts=20, first_wait=0.5, longest_wait=5.0)

    waited = wait_before_retry(TryLater("busy"), attempt=12, policy=policy, chance=1.0)

    assert waited == 5.0


def test_what_teams_asks_for_is_waited_at_least() -> None:
    assert wait(1, retry_after=3.0) == 3.0
    assert wait(1, retry_after=3.0, chance=1.0) == 3.5


def test_more_than_a_turn_can_wait_is_given_up() -> None:
    assert wait(1, retry_after=6.0) is None


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (412, "", TryLater),
        (429, "", TryLater),
        (502, "", TryLater),
        (503, "", TryLater),
        (504, "", TryLater),
        (403, "ConversationBlockedByUser", RecipientStopped),
        (403, "MessageWritesBlocked", RecipientStopped),
        (403, "BotDisabledByAdmin", RecipientStopped),
        (403, "BotNotInConversationRoster", NotInstalled),
        (403, "ForbiddenOperationException", NotInstalled),
        (403, "", DeliveryRefused),
        (404, "", ConversationGone),
        (400, "", DeliveryRefused),
        (401, "", DeliveryRefused),
        (413, "", DeliveryRefused),
        (500, "", DeliveryRefused),
        (302, "", DeliveryRefused),
    ],
)
def test_an_answer_says_what_the_sender_should_do(
    status: int, code: str, error: type[DeliveryError]
) -> None:
    failure = delivery_error(status, f'{{"error":{{"code":"{code}"}}}}', retry_after=None)

    assert (type(failure), failure.status, failure.code) == (error, status, code)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("3", 3.0),
        ("9" * 400, 999_999_999.0),
        ("Tue, 14 Jan 2025 09:30:30 GMT", 30.0),
        ("Tue, 14 Jan 2025 09:30:30 -0000", 30.0),
        ("Tue, 14 Jan 2025 09:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, now=NOW) == seconds
