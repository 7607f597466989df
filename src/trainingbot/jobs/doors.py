"""What the service asks of a job engine, whichever it is."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from trainingbot.notices.views import DueNotice

Deliver = Callable[[DueNotice], Awaitable[None]]
"""Makes one attempt to send a notice; it may be asked twice for the same attempt."""


class Jobs(Protocol):
    """Runs attempts to send notices: each at least once, and not faster than Teams allows."""

    async def start(self, deliver: Deliver) -> None:
        """Begin to run jobs, also those left from before, by `deliver` on this event loop."""
        ...

    async def enqueue(self, due: Sequence[DueNotice]) -> None:
        """Ask for these attempts; one whose key was asked for before is left as it is.

        Raises nothing while the database is away: the notices stay owed, and are asked for again
        by the next sweep.
        """
        ...

    async def turn(self) -> None:
        """Wait until the next message may go to Teams: all processes together keep its limit.

        Whoever delivers asks just before sending, when nothing else is left to wait for.
        """
        ...

    async def stop(self) -> None:
        """Take no new jobs, let the running ones end within some seconds, and leave nothing behind.

        What did not end is run again by another worker or by the next start.
        """
        ...
