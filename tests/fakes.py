"""Stand-ins for the world outside: a clock that is set, a tenant's directory, a post box, jobs."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.courier import Courier
from bot.deliveries import DeliveryError
from bot.housekeeping import CHORES, Round
from bot.turns import Address, Member, Reply
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.jobs.doors import Deliver
from trainingbot.models import Notice
from trainingbot.notices.views import DueNotice
from trainingbot.settings import Settings


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class KnownMembers:
    """A tenant's directory: what it says of each Teams user id."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.asked: list[str] = []

    async def member(self, address: Address) -> Member | None:
        self.asked.append(address.teams_user_id)
        return self.members.get(address.teams_user_id)


class PostBox:
    """A messenger that keeps what it was given, or refuses it as a test says."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply]] = []
        self.refusals: list[DeliveryError] = []

    async def send(self, address: Address, reply: Reply) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append((address.conversation_id, reply))
        return f"message-{len(self.sent)}"


class FailsAtTimes:
    """A database of which some transactions that change something fail, counted from 1."""

    def __init__(self, database: Database, times: Collection[int]) -> None:
        self._database = database
        self._times = times
        self._count = 0
        self.reading = database.reading

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        self._count += 1
        if self._count in self._times:
            raise OSError("the connection was lost")
        async with self._database.writing() as db:
            yield db


class JobsAtOnce:
    """A job engine that makes each attempt as soon as it is asked for."""

    def __init__(self) -> None:
        self.asked: list[DueNotice] = []
        self.is_running = False

    async def start(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self.is_running = True

    async def enqueue(self, due: Sequence[DueNotice]) -> None:
        self.asked += due
        for one in due:
            await self._deliver(one)

    async def turn(self) -> None:
        return

    async def stop(self) -> None:
        self.is_running = False


def jobs_at_once(
    database: Database, settings: Settings, clock: Callable[[], datetime]
) -> JobsAtOnce:
    """Return the engine of an application that is tested."""
    del database, settings, clock
    return JobsAtOnce()


class HandCourier(Courier):
    """A courier whom a test sends out by hand, without a job engine."""

    async def deliver_due(self) -> int:
        """Make an attempt at everything that is due, and return how many notices were sent."""
        before = await self._count_sent()
        while due := await self.due(limit=100):
            for one in due:
                await self.deliver(one)
        return await self._count_sent() - before

    async def advance_waitlists(self) -> None:
        """Do this one of the chores."""
        await self._do("advance_waitlists")

    async def ask_to_decide(self) -> None:
        """Do this one of the chores."""
        await self._do("ask_to_decide")

    async def _do(self, chore: str) -> None:
        await CHORES[chore](Round(self._database, self._settings, self._clock()))

    async def _count_sent(self) -> int:
        async with self._database.reading() as db:
            sent = await db.exec(
                select(func.count(col(Notice.id))).where(Notice.state == NoticeState.SENT)
            )
            return sent.one()
