"""How often something may be asked for by people whom nobody knows."""

from collections.abc import Callable
from datetime import datetime, timedelta


class Allowance:
    """So many requests at once, and then one more every so often; whoever asks.

    It counts all of them together: behind a proxy everybody has the same address.
    """

    def __init__(self, *, at_once: int, every: timedelta, clock: Callable[[], datetime]) -> None:
        self._at_once = at_once
        self._every = every
        self._clock = clock
        self._left = float(at_once)
        self._counted_at = clock()

    def take(self) -> bool:
        """Take one of the requests that are left; False when none is."""
        now = self._clock()
        earned = (now - self._counted_at) / self._every
        self._left = min(self._left + max(earned, 0.0), float(self._at_once))
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
