"""What happened, in figures: pure functions over what the connector wrote down."""

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Key = tuple[str, str]
"""A message: the conversation it goes to, and the mark that it carries."""

_TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Sending:
    """One request to send a message, as the connector wrote it down; times in seconds."""

    at: float
    conversation: str
    mark: str = "0"
    answered: float = 0.0
    status: int = 201
    """0 where the connection was closed without an answer."""
    delivered: bool = True
    retry_after: float | None = None

    @property
    def key(self) -> Key:
        """Which message it is."""
        return (self.conversation, self.mark)


class Log:
    """What a connector has written to a file, which goes on being written."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0
        self._sendings: list[Sending] = []

    def sendings(self) -> list[Sending]:
        """Return the requests to send that the connector has had so far, in the order they came.

        A line that is being written at this moment is left for the next reading.
        """
        if self._file.exists():
            with self._file.open("rb") as file:
                file.seek(self._read)
                whole = file.read().rpartition(b"\n")
            self._read += len(whole[0]) + len(whole[1])
            lines = [json.loads(line) for line in whole[0].splitlines()]
            self._sendings += [_sending(line) for line in lines if line["method"] == "POST"]
        return sorted(self._sendings, key=lambda one: one.at)


def _sending(line: dict[str, Any]) -> Sending:
    return Sending(**{name: value for name, value in line.items() if name != "method"})


def deliveries(sendings: Iterable[Sending]) -> Counter[Key]:
    """Return how often each message reached its conversation."""
    return Counter(one.key for one in sendings if one.delivered)


def lost(sendings: Iterable[Sending], *, owed: Collection[Key]) -> set[Key]:
    """Return the messages that never arrived."""
    return set(owed) - deliveries(sendings).keys()


def repeated(sendings: Iterable[Sending]) -> int:
    """Return how many arrivals there were beyond the first of each message."""
    return sum(times - 1 for times in deliveries(sendings).values())


def needlessly_repeated(sendings: Iterable[Sending]) -> list[Sending]:
    """Return the requests for messages that had been taken, with an answer saying so, before."""
    taken: dict[Key, float] = {}
    found = []
    for one in sendings:
        if one.key in taken and taken[one.key] <= one.at:
            found.append(one)
        if one.status in _TAKEN:
            taken.setdefault(one.key, one.answered)
    return found


def most_in(moments: Sequence[float], *, seconds: float = 1.0) -> int:
    """Return the largest number of moments, which are in order, in any stretch of time so long.

    A stretch is open at its end: of moments exactly `seconds` apart it holds one.
    """
    return max(
        (
            bisect_left(moments, moment + seconds, lo=first) - first
            for first, moment in enumerate(moments)
        ),
        default=0,
    )


def most_requests_in_a_second(sendings: Sequence[Sending]) -> int:
    """Return the largest number of requests in any rolling second."""
    return most_in([one.at for one in sendings])


def most_in_a_conversation(sendings: Iterable[Sending], *, seconds: float = 1.0) -> int:
    """Return the largest number of requests to one conversation in any stretch so long."""
    return max(
        (
            most_in([one.at for one in group], seconds=seconds)
            for group in by_conversation(sendings).values()
        ),
        default=0,
    )


def impatient(sendings: Iterable[Sending]) -> list[Sending]:
    """Return the requests to a conversation for which `Retry-After` had asked to wait longer."""
    found = []
    for group in by_conversation(sendings).values():
        asked = [
            (one.answered, one.answered + one.retry_after)
            for one in group
            if one.retry_after is not None
        ]
        found += [one for one in group if any(begins <= one.at < ends for begins, ends in asked)]
    return found


def by_conversation(sendings: Iterable[Sending]) -> Mapping[str, Sequence[Sending]]:
    """Return the requests of each conversation, in the order they came."""
    groups: dict[str, list[Sending]] = defaultdict(list)
    for one in sendings:
        groups[one.conversation].append(one)
    return groups


def messages_a_second(sendings: Sequence[Sending]) -> float:
    """Return how many different messages arrived, by the time from the first request to the last.

    The first moment and the last are both counted, so at 30 a second 31 messages take a second.
    """
    first_arrivals: dict[Key, float] = {}
    for one in sendings:
        if one.delivered:
            first_arrivals.setdefault(one.key, one.at)
    if len(first_arrivals) < 2:
        return 0.0
    elapsed = max(first_arrivals.values()) - sendings[0].at
    return (len(first_arrivals) - 1) / elapsed if elapsed > 0 else float("inf")


def first_after(sendings: Iterable[Sending], moment: float) -> float | None:
    """Return the moment of the first message that arrived after a moment, or None."""
    return min((one.at for one in sendings if one.delivered and one.at > moment), default=None)
