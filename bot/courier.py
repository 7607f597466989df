"""Delivers the notices that are owed, after the change they tell of has been committed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from bot.flows.notices import notice_card
from bot.teams.refusals import ConversationGone, DeliveryError, NotInstalled, RecipientStopped
from bot.turns import Address, Messenger, Reply
from bot.visits import Visit
from trainingbot.db import Database
from trainingbot.enums import NoticeState
from trainingbot.models import Notice, Practitioner, TeamsAccount
from trainingbot.notices.operations import claim_notice, finish_notice, put_off_notice
from trainingbot.notices.queries import due_notice_ids
from trainingbot.notices.rules import next_attempt_at
from trainingbot.people.operations import forget_installation
from trainingbot.people.queries import reachable_account
from trainingbot.settings import Settings

log = structlog.get_logger()

SWEEP_SECONDS = 60
"""How often to look for what is due even when nobody called: after a restart, and for retries."""


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
                await self.deliver_due()
            except Exception:
                log.exception("delivery_round_failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), SWEEP_SECONDS)

    async def deliver_due(self) -> int:
        """Try every notice that is due now, and return how many were sent."""
        sent = 0
        async with self._database.reading() as db:
            due = await due_notice_ids(db, now=self._clock())
        for notice_id in due:
            sent += await self._deliver(notice_id)
        return sent

    async def _deliver(self, notice_id: UUID) -> bool:
        now = self._clock()
        async with self._database.writing() as db:
            if not await claim_notice(db, notice_id, now=now):
                return False
        prepared = await self._prepare(notice_id, now)
        if prepared is None:
            await self._finish(notice_id, NoticeState.WITHDRAWN, "no longer true")
            return False
        account, reply = prepared
        try:
            await self._messenger.send(_address(account), reply)
        except DeliveryError as error:
            await self._not_delivered(notice_id, account, error)
            return False
        await self._finish(notice_id, NoticeState.SENT, None)
        return True

    async def _prepare(self, notice_id: UUID, now: datetime) -> tuple[TeamsAccount, Reply] | None:
        async with self._database.reading() as db:
            notice = await db.get_one(Notice, notice_id)
            account = await reachable_account(db, notice.practitioner_id)
            practitioner = await db.get_one(Practitioner, notice.practitioner_id)
            visit = Visit(db=db, practitioner=practitioner, settings=self._settings, now=now)
            reply = await notice_card(visit, notice)
        return None if account is None or reply is None else (account, reply)

    async def _finish(self, notice_id: UUID, state: NoticeState, failure: str | None) -> None:
        async with self._database.writing() as db:
            await finish_notice(db, notice_id, state=state, failure=failure, now=self._clock())
        log.info("notice_finished", notice=str(notice_id), state=state.value)

    async def _not_delivered(
        self, notice_id: UUID, account: TeamsAccount, error: DeliveryError
    ) -> None:
        """Wait for a new installation where Teams says so; otherwise try again later."""
        gone = isinstance(error, RecipientStopped | NotInstalled | ConversationGone)
        now = self._clock()
        async with self._database.writing() as db:
            if gone:
                await forget_installation(
                    db, tenant_id=account.tenant_id, object_id=account.object_id
                )
            notice = await db.get_one(Notice, notice_id)
            wait = next_attempt_at(attempts=notice.attempts, now=now) - now
            failure = f"{type(error).__name__} {error.status} {error.code}".strip()
            await put_off_notice(
                db, notice_id, failure=failure, wait=timedelta(0) if gone else wait, now=now
            )
        log.warning("notice_not_delivered", notice=str(notice_id), failure=failure)


def _address(account: TeamsAccount) -> Address:
    return Address(
        service_url=account.service_url,
        conversation_id=account.conversation_id,
        tenant_id=account.tenant_id,
        teams_user_id=account.teams_user_id,
        bot_id=account.bot_id,
    )
