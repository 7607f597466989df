"""Who delivers notices at present: a heartbeat per process, and who takes over when it stops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select

from trainingbot.db import Database, add_unless_there
from trainingbot.models import Replica

HEARTBEAT_SECONDS = 5
"""How often a process says that it lives, and looks after the others."""
LEASE = timedelta(seconds=20)
"""A process that has said nothing for this long is taken for dead."""
UNMOVED = timedelta(seconds=1.5 * HEARTBEAT_SECONDS)
"""For how long another must have seen its heartbeat stand still."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """A heartbeat that this process has seen not to move since a moment."""

    heartbeat_at: datetime
    since: datetime

    def is_of_the_dead(self, *, now: datetime) -> bool:
        return self.heartbeat_at < now - LEASE and self.since < now - UNMOVED


class Leases:
    """The heartbeat of the process `replica`, and its view of the others."""

    def __init__(self, database: Database, replica: str) -> None:
        self._database = database
        self._replica = replica
        self._seen: dict[str, _Sight] = {}
        self.alive = 1
        """How many processes live, this one among them, as far as the last look saw."""

    async def beat(self, *, now: datetime) -> None:
        """Say that this process lives; also after others took it for dead."""
        async with self._database.writing() as db:
            result = await db.exec(
                update(Replica).where(col(Replica.id) == self._replica).values(heartbeat_at=now)
            )
            if result.rowcount != 1:
                row = Replica(id=self._replica, heartbeat_at=now)
                await add_unless_there(db, row, unique=["id"])

    async def take_over(self, *, now: datetime) -> list[str]:
        """Return the processes that are dead and now this one's to clear up after.

        A heartbeat counts as stopped when it is older than a lease and did not move for longer
        than it may: a machine whose clock is wrong is not dead. Of several takers one gets each.
        Who takes over has a lease for it, and is followed by another taker if it dies meanwhile;
        it says `release` when it is done.
        """
        async with self._database.reading() as db:
            rows = (await db.exec(select(Replica).where(Replica.id != self._replica))).all()
        self.alive = 1 + sum(row.heartbeat_at >= now - LEASE for row in rows)
        self._seen = {row.id: self._sight(row, now=now) for row in rows}
        stopped = [row for row in rows if self._seen[row.id].is_of_the_dead(now=now)]
        return [row.id for row in stopped if await self._take(row, now=now)]

    def _sight(self, row: Replica, *, now: datetime) -> "_Sight":
        known = self._seen.get(row.id)
        if known is not None and known.heartbeat_at == row.heartbeat_at:
            return known
        return _Sight(heartbeat_at=row.heartbeat_at, since=now)

    async def _take(self, row: Replica, *, now: datetime) -> bool:
        async with self._database.writing() as db:
            result = await db.exec(
                update(Replica)
                .where(col(Replica.id) == row.id, col(Replica.heartbeat_at) == row.heartbeat_at)
                .values(heartbeat_at=now)
            )
            return result.rowcount == 1

    async def note(self, replicas: Iterable[str], *, now: datetime) -> None:
        """Give processes that have jobs but no lease a lease, from which they live or are missed.

        A process can be without one when it was taken for dead and died before it could object.
        """
        unknown = set(replicas) - self._seen.keys() - {self._replica}
        if not unknown:
            return
        async with self._database.writing() as db:
            for replica in sorted(unknown):
                row = Replica(id=replica, heartbeat_at=now)
                await add_unless_there(db, row, unique=["id"])

    async def release(self, replica: str) -> None:
        """Forget a process: nothing is left to clear up after it."""
        async with self._database.writing() as db:
            await db.exec(delete(Replica).where(col(Replica.id) == replica))
