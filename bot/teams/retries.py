"""When a failed send is tried again: Microsoft's rules for bots, as plain functions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.deliveries import (
    ConversationGone,
    DeliveryError,
    DeliveryRefused,
    NotInstalled,
    RecipientStopped,
    TryLater,
)

RETRIED = frozenset({412, 429, 502, 503, 504})
"""The statuses Microsoft asks bots to retry, with exponential back-off; nothing else is."""
STOPPED = ("ConversationBlockedByUser", "MessageWritesBlocked", "BotDisabledByAdmin")
UNINSTALLED = ("BotNotInConversationRoster", "ForbiddenOperationException")

_FORBIDDEN, _NOT_FOUND = 403, 404


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently a send is tried; all times in seconds.

    Teams waits some 15 s for the answer to a turn, so by default all attempts of one send fit
    into that: a message that needs more patience is owed, and sent again by whoever owes it.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 5.0


def wait_before_retry(
    failure: TryLater, *, attempt: int, policy: RetryPolicy, chance: float
) -> float | None:
    """Return the seconds to wait after failed attempt number `attempt`, or None to give up.

    `chance` in [0, 1) spreads callers apart: half to all of the exponential wait. What
    `Retry-After` asks for is a lower bound, and longer than `longest_wait` means giving up.
    """
    if attempt >= policy.attempts:
        return None
    doubled = min(policy.longest_wait, policy.first_wait * float(2 ** (attempt - 1)))
    spread = doubled * (0.5 + chance / 2)
    asked = failure.retry_after
    if asked is None:
        return spread
    if asked > policy.longest_wait:
        return None
    return asked + policy.first_wait * chance


def delivery_error(status: int, body: str, *, retry_after: float | None) -> DeliveryError:
    """Return what an answer of the connector means for the sender."""
    code = next((code for code in STOPPED + UNINSTALLED if code in body), "")
    if status in RETRIED:
        return TryLater(f"Teams answered {status}.", status=status, retry_after=retry_after)
    if status == _FORBIDDEN and code in STOPPED:
        return RecipientStopped("The recipient is blocked.", status=status, code=code)
    if status == _FORBIDDEN and code in UNINSTALLED:
        return NotInstalled("The app is not installed there.", status=status, code=code)
    if status == _NOT_FOUND:
        return ConversationGone("Teams does not know that address.", status=status)
    return DeliveryRefused(f"Teams answered {status}.", status=status)


def retry_after_seconds(header: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3), or None.

    The header is a number of seconds or an HTTP date; what is neither is left out of account.
    """
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
