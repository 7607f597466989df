"""Delivers the notices that are owed, after the change they tell of has been committed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.deliveries import (
    ConversationGone,
    DeliveryError,
    DeliveryRefused,
    NotInstalled,
    RecipientStopped,
    TryLater,
)
from bot.flows.notices import notice_card
from bot.turns import Address, Messenger
from bot.visits import Visit
from trainingbot.bookings.operations import advance_waitlist
from trainingbot.bookings.queue import sessions_with_overdue_offers
from trainingbot.bookings.reservations import (
    sessions_with_places_for_the_queue,
    sessions_with_places_to_open,
)
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.models import Notice, Practitioner, TeamsAccount
from trainingbot.notices.operations import claim_notice, finish_notice, put_off_notice
from trainingbot.notices.queries import due_notice_ids
from trainingbot.notices.rules import next_attempt_at
from trainingbot.people.operations import forget_installation
from trainingbot.people.queries import reachable_account
from trainingbot.scheduling.tentative import ask_to_decide, undecided_sessions
from trainingbot.settings import Settings
from trainingbot.terms import terms_of

log = structlog.get_logger()

SWEEP_SECONDS = 60
"""How often to look for what is due even when nobody called: after a restart, and for retries."""
LONGEST_ASKED = timedelta(days=1)
"""Teams may ask for more patience than this; a message is tried once a day all the same."""
OF_THE_MOMENT = frozenset({401, 500})
"""Refusals that say nothing about the message: of the bot's own token, and of a fault in Teams."""


class Courier:
    """Delivers due notices one by one, at least once each, until it is stopped."""

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._settings = settings
        self._messenger = messenger
        self._clock = clock
        self._called = asyncio.Event()

    def call(self) -> None:
        """Say that something may be owed; returns at once."""
        self._called.set()

    async def run(self) -> None:
        """Deliver whatever is due, now and whenever called, until cancelled."""
        while True:
            self._called.clear()
            try:
                await self.advance_waitlists()
                await self.ask_to_decide()
                await self.deliver_due()
            except Exception:
                log.exception("delivery_round_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), SWEEP_SECONDS)

    async def advance_waitlists(self) -> None:
        """End the offers whose time is over, a session at a time, and pass their places on.

        Reserved places whose time has come open to all, and are passed on too; so are those that
        are open to somebody who waits by now, because of the agency they belong to.
        """
        now = self._clock()
        async with self._database.reading() as db:
            overdue = await sessions_with_overdue_offers(db, now=now)
            to_open = await sessions_with_places_to_open(db, now=now)
            to_pass_on = await sessions_with_places_for_the_queue(db, now=now)
        terms = terms_of(self._settings)

        async def advance(db: AsyncSession, session_id: UUID) -> None:
            await advance_waitlist(db, session_id=session_id, terms=terms, now=now)

        await self._for_each(sorted({*overdue, *to_open, *to_pass_on}), advance)

    async def ask_to_decide(self) -> None:
        """Ask coordinators about tentative sessions on which they have to decide by now."""
        now = self._clock()
        async with self._database.reading() as db:
            undecided = await undecided_sessions(db, now=now)

        async def ask(db: AsyncSession, session_id: UUID) -> None:
            await ask_to_decide(db, session_id=session_id, now=now)

        await self._for_each(undecided, ask)

    async def _for_each(
        self, session_ids: Sequence[UUID], do: Callable[[AsyncSession, UUID], Awaitable[None]]
    ) -> None:
        """Do something about sessions, each in a transaction of its own.

        A fault with one keeps neither the others from it nor any notice from being sent.
        """
        for session_id in session_ids:
            try:
                async with self._database.writing() as db:
                    await do(db, session_id)
            except Exception:
                log.exception("session_failed", session=str(session_id))

    async def deliver_due(self) -> int:
        """Try every notice that is due now once, and return how many were sent.

        One that fails, whatever the fault, keeps none of the others from being sent.
        """
        sent = 0
        tried: set[UUID] = set()
        while due := [one for one in await self._due() if one not in tried]:
            for notice_id in due:
                sent += await self._deliver(notice_id)
            tried.update(due)
        return sent

    async def _due(self) -> Sequence[UUID]:
        async with self._database.reading() as db:
            return await due_notice_ids(db, now=self._clock())

    async def _deliver(self, notice_id: UUID) -> bool:
        now = self._clock()
        async with self._database.writing() as db:
            if not await claim_notice(db, notice_id, now=now):
                return False
        # From here on its next attempt is set: whatever happens, it is tried again later.
        try:
            return await self._send(notice_id, now)
        except Exception:
            log.exception("notice_failed", notice=str(notice_id))
            return False

    async def _send(self, notice_id: UUID, now: datetime) -> bool:
        async with self._database.reading() as db:
            notice = await db.get_one(Notice, notice_id)
            account = await reachable_account(db, notice.practitioner_id)
            practitioner = await db.get_one(Practitioner, notice.practitioner_id)
            visit = Visit(db=db, practitioner=practitioner, settings=self._settings, now=now)
            reply = await notice_card(visit, notice)
        if reply is None:
            await self._finish(notice_id, NoticeState.WITHDRAWN, "no longer true")
            return False
        if account is None:
            # The app was removed this very moment: the notice waits for a new installation.
            return False
        try:
            await self._messenger.send(_address(account), reply)
        except DeliveryError as error:
            await self._not_delivered(notice, account, error)
            return False
        await self._finish(notice_id, NoticeState.SENT, None)
        return True

    async def _finish(self, notice_id: UUID, state: NoticeState, failure: str | None) -> None:
        async with self._database.writing() as db:
            await finish_notice(db, notice_id, state=state, failure=failure, now=self._clock())
        log.info("notice_finished", notice=str(notice_id), state=state.value, failure=failure)

    async def _not_delivered(
        self, notice: Notice, account: TeamsAccount, error: DeliveryError
    ) -> None:
        """Give a message up, wait for a new installation, or try again, as Teams' answer says."""
        failure = f"{type(error).__name__} {error.status} {error.code}".strip()
        if isinstance(error, DeliveryRefused) and error.status not in OF_THE_MOMENT:
            await self._finish(notice.id, NoticeState.UNDELIVERABLE, failure)
            return
        gone = isinstance(error, RecipientStopped | NotInstalled | ConversationGone)
        now = self._clock()
        async with self._database.writing() as db:
            if gone:
                await forget_installation(
                    db, tenant_id=account.tenant_id, object_id=account.object_id
                )
            wait = timedelta(0) if gone else _wait(notice, error, now=now)
            await put_off_notice(db, notice.id, failure=failure, wait=wait, now=now)
        log.warning("notice_not_delivered", notice=str(notice.id), failure=failure)


def _wait(notice: Notice, error: DeliveryError, *, now: datetime) -> timedelta:
    usual = next_attempt_at(attempts=notice.attempts, now=now) - now
    if not isinstance(error, TryLater) or error.retry_after is None:
        return usual
    # What Teams asks for can be longer than any date can be put off.
    return max(usual, timedelta(seconds=min(error.retry_after, LONGEST_ASKED.total_seconds())))


def _address(account: TeamsAccount) -> Address:
    return Address(
        service_url=account.service_url,
        conversation_id=account.conversation_id,
        tenant_id=account.tenant_id,
        teams_user_id=account.teams_user_id,
        bot_id=account.bot_id,
    )
