"""What has to be done because time passes, apart from sending: a list of chores."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.operations import advance_waitlist
from trainingbot.bookings.queue import sessions_with_overdue_offers
from trainingbot.bookings.reservations import (
    sessions_with_places_for_the_queue,
    sessions_with_places_to_open,
)
from trainingbot.db import Database
from trainingbot.enums import NoticeKind
from trainingbot.evaluations.comments.upkeep import read_new_comments
from trainingbot.notices.operations import expire_notices
from trainingbot.scheduling.attention import owe_coordinators_digests
from trainingbot.scheduling.missing import owe_missing
from trainingbot.scheduling.tentative import ask_to_decide, undecided_sessions
from trainingbot.settings import Settings
from trainingbot.terms import Terms, terms_of

log = structlog.get_logger()

COMMENTS_AT_ONCE = 200
"""How many comments are read between two looks at the database."""

MOST_BATCHES = 100
"""How many batches one round does of a chore that may be much; the next round goes on."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of all chores, as of `now`."""

    database: Database
    settings: Settings
    now: datetime

    @property
    def terms(self) -> Terms:
        """The partnership's terms of booking."""
        return terms_of(self.settings)

    async def for_each(
        self, ids: Iterable[UUID], do: Callable[[AsyncSession, UUID], Awaitable[object]]
    ) -> None:
        """Do something about each of many things, in a transaction of its own.

        A fault with one keeps none of the others from it.
        """
        for one in ids:
            try:
                async with self.database.writing() as db:
                    await do(db, one)
            except Exception:
                log.exception("item_failed", item=str(one))


Chore = Callable[[Round], Awaitable[None]]


async def keep_house(round_: Round) -> None:
    """Do every chore; a fault in one keeps none of the others from being done."""
    for name, chore in CHORES.items():
        try:
            await chore(round_)
        except Exception:
            log.exception("chore_failed", chore=name)


async def _expire_notices(round_: Round) -> None:
    """End what is too late to be sent."""
    async with round_.database.writing() as db:
        expired = await expire_notices(db, now=round_.now)
    if expired:
        log.info("notices_expired", count=expired)


async def _advance_waitlists(round_: Round) -> None:
    """End the offers whose time is over, a session at a time, and pass their places on.

    Reserved places whose time has come open to all, and are passed on too; so are those that
    are open to somebody who waits by now, because of the agency they belong to.
    """
    now, terms = round_.now, round_.terms
    async with round_.database.reading() as db:
        overdue = await sessions_with_overdue_offers(db, now=now)
        to_open = await sessions_with_places_to_open(db, now=now)
        to_pass_on = await sessions_with_places_for_the_queue(db, now=now)

    async def advance(db: AsyncSession, session_id: UUID) -> None:
        await advance_waitlist(db, session_id=session_id, terms=terms, now=now)

    await round_.for_each(sorted({*overdue, *to_open, *to_pass_on}), advance)


async def _ask_to_decide(round_: Round) -> None:
    """Ask coordinators about tentative sessions on which they have to decide by now."""
    async with round_.database.reading() as db:
        undecided = await undecided_sessions(db, now=round_.now)

    async def ask(db: AsyncSession, session_id: UUID) -> None:
        await ask_to_decide(db, session_id=session_id, now=round_.now)

    await round_.for_each(undecided, ask)


async def _owe_digests(round_: Round) -> None:
    """Owe coordinators what needs attention, in the morning of each working day.

    Where nobody gets it, nothing is owed; what is switched on again is owed at once.
    """
    if NoticeKind.COORDINATORS_DIGEST in round_.settings.notices_off:
        return
    async with round_.database.writing() as db:
        await owe_coordinators_digests(db, terms=round_.terms, now=round_.now)


async def _owe_missing(round_: Round) -> None:
    """Owe what is missing about coming sessions, some of them in a transaction, the soonest first.

    Nothing is, except in a database from before there were reminders.
    """
    for _ in range(MOST_BATCHES):
        async with round_.database.writing() as db:
            if not await owe_missing(db, terms=round_.terms, now=round_.now):
                return


async def _read_comments(round_: Round) -> None:
    """Read the comments that have come in, outside any transaction."""
    read = await read_new_comments(round_.database, limit=COMMENTS_AT_ONCE)
    if read:
        log.info("comments_read", count=read)


CHORES: Mapping[str, Chore] = {
    "expire_notices": _expire_notices,
    "advance_waitlists": _advance_waitlists,
    "ask_to_decide": _ask_to_decide,
    "owe_digests": _owe_digests,
    "read_comments": _read_comments,
    "owe_missing": _owe_missing,
}
"""Every chore, in the order in which they are done once a minute by each process that delivers.

To add one: a function above, and a line here. It is safe to repeat, and by two processes at
once. What may be much is done an item at a time (`Round.for_each`), so that turns come between.
"""
