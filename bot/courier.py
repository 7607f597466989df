"""Delivers the notices that are owed, after the change they tell of has been committed."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
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
from bot.housekeeping import Round, keep_house
from bot.turns import Address, Messenger, Reply
from bot.visits import Visit
from trainingbot.db import Database
from trainingbot.enums import Channel, NoticeState, Unreachable
from trainingbot.models import Notice, Practitioner, TeamsAccount
from trainingbot.notices.operations import (
    claim_notice,
    finish_notice,
    put_off_notice,
    take_due,
)
from trainingbot.notices.queries import due_notices, is_switched_off
from trainingbot.notices.rules import (
    ASKED_TO_WAIT,
    BY_MAIL_ONLY,
    quiet_until,
    wait_after_failure,
)
from trainingbot.notices.views import DueNotice
from trainingbot.people.operations import forget_installation
from trainingbot.people.queries import reachable_account
from trainingbot.settings import Settings
from trainingbot.unreachable import trouble_of

log = structlog.get_logger()

T = TypeVar("T")

OF_THE_MOMENT = frozenset({401, 500})
"""Refusals that say nothing about the message: of the bot's own token, and of a fault in Teams."""
WHY_UNREACHABLE = {
    RecipientStopped: Unreachable.BLOCKED,
    NotInstalled: Unreachable.REMOVED,
    ConversationGone: Unreachable.GONE,
}
PATIENCE_SECONDS = 1.0
"""How long to wait before the database is asked again, while it is away."""

Post = Callable[[Notice, Practitioner, Reply], Awaitable[None]]
"""Sends the card of a notice to its practitioner as a letter. Raises a `DeliveryError`."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notice that is taken for an attempt, and what goes out over whichever channel."""

    notice: Notice
    practitioner: Practitioner
    account: TeamsAccount | None
    """The account over which Teams reaches the person, or None."""
    reply: Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: the notice has ended, or it is tried again after `wait`."""

    state: NoticeState = NoticeState.OWED
    channel: Channel | None = None
    failure: str | None = None
    wait: timedelta = timedelta(0)
    unreachable: tuple[TeamsAccount, Unreachable] | None = None
    """The account for which Teams takes nothing more."""


async def at_once() -> None:
    """Wait for nothing."""


OUT_OF_REACH = Outcome(failure="nobody reached")


class Courier:
    """Finds what is due, makes one attempt at a time, and does the chores.

    Without `post` nothing goes out by e-mail. `chance` in [0, 1) spreads attempts apart, and
    `turn` waits until the next message may go to Teams.
    """

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        messenger: Messenger,
        clock: Callable[[], datetime],
        post: Post | None = None,
        turn: Callable[[], Awaitable[None]] = at_once,
        chance: Callable[[], float] = random.random,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._database = database
        self._settings = settings
        self._messenger = messenger
        self._clock = clock
        self._post = post
        self._turn = turn
        self._chance = chance
        self._patience = patience
        self._waiting = 0

    async def due(self, *, limit: int) -> Sequence[DueNotice]:
        """Return what a job is to be asked for now; nobody else is handed the same for a while."""
        now = self._clock()
        async with self._database.reading() as db:
            found = await due_notices(
                db,
                limit=limit,
                by_mail=self._post is not None,
                quiet_until=quiet_until(self._settings, now=now),
                now=now,
            )
        if not found:
            return []
        async with self._database.writing() as db:
            return await take_due(db, found, now=now)

    async def housekeeping(self) -> None:
        """Do everything that time asks for, apart from sending."""
        await keep_house(Round(self._database, self._settings, self._clock()))

    async def deliver(self, due: DueNotice) -> None:
        """Make one attempt to send a notice, and record what became of it.

        While the database is away it waits: what was sent is known to be sent afterwards.
        """
        try:
            message = await self._patiently(lambda: self._claim(due))
        except Exception as error:
            log.exception("notice_failed", notice=str(due.id))
            failure = type(error).__name__
            await self._patiently(lambda: self._put_off(due, failure))
            return
        if message is None:
            return
        try:
            outcome = await self._attempt(message)
        except Exception as error:
            log.exception("notice_failed", notice=str(due.id))
            outcome = Outcome(failure=type(error).__name__, wait=self._wait(message.notice))
        await self._patiently(lambda: self._record(message.notice, outcome))

    async def _claim(self, due: DueNotice) -> Message | None:
        """Take a notice for this attempt, and draw its card as things stand now.

        It is withdrawn where nobody gets this kind, or where it is no longer true. One
        transaction for all of it: on SQLite readers and the writer get into each other's way.
        """
        now = self._clock()
        async with self._database.writing() as db:
            notice = await claim_notice(db, due, now=now)
            if notice is None:
                return None
            is_off = await is_switched_off(db, notice, off=self._settings.notices_off)
            message = None if is_off else await self._draw(db, notice, now=now)
            if message is not None:
                return message
            state, failure = NoticeState.WITHDRAWN, "switched off" if is_off else "no longer true"
            await finish_notice(db, notice.id, state=state, failure=failure, now=now)
        log.info("notice_finished", notice=str(due.id), state=state.value, failure=failure)
        return None

    async def _draw(self, db: AsyncSession, notice: Notice, *, now: datetime) -> Message | None:
        practitioner = await db.get_one(Practitioner, notice.practitioner_id)
        visit = Visit(db=db, practitioner=practitioner, settings=self._settings, now=now)
        reply = await notice_card(visit, notice)
        if reply is None:
            return None
        account = await reachable_account(db, practitioner.id)
        return Message(notice, practitioner, account, reply)

    async def _put_off(self, due: DueNotice, failure: str) -> None:
        """Try a notice of which no card can be drawn again later."""
        now = self._clock()
        async with self._database.writing() as db:
            notice = await claim_notice(db, due, now=now)
            if notice is not None:
                wait = self._wait(notice)
                await put_off_notice(db, notice.id, failure=failure, wait=wait, now=now)

    async def _attempt(self, message: Message) -> Outcome:
        notice, practitioner = message.notice, message.practitioner
        if message.account is not None and notice.kind not in BY_MAIL_ONLY:
            return await self._by_teams(notice, message.account, message.reply)
        if self._post is not None and practitioner.email is not None:
            return await self._by_mail(self._post, message)
        # The app was removed this very moment: the notice waits for a new installation.
        return OUT_OF_REACH

    async def _by_teams(self, notice: Notice, account: TeamsAccount, reply: Reply) -> Outcome:
        await self._turn()
        try:
            await self._messenger.send(_address(account), reply)
        except DeliveryError as error:
            why = WHY_UNREACHABLE.get(type(error))
            if why is not None:
                # Another way is tried at once; without one it waits for a new installation.
                return Outcome(failure=_failure(error), unreachable=(account, why))
            if isinstance(error, DeliveryRefused) and error.status not in OF_THE_MOMENT:
                return Outcome(NoticeState.UNDELIVERABLE, Channel.TEAMS, _failure(error))
            return Outcome(failure=_failure(error), wait=self._wait(notice, error))
        return Outcome(NoticeState.SENT, Channel.TEAMS)

    async def _by_mail(self, post: Post, message: Message) -> Outcome:
        try:
            await post(message.notice, message.practitioner, message.reply)
        except TryLater as error:
            return Outcome(failure=_failure(error), wait=self._wait(message.notice, error))
        except DeliveryError as error:
            return Outcome(NoticeState.UNDELIVERABLE, Channel.EMAIL, _failure(error))
        return Outcome(NoticeState.SENT, Channel.EMAIL)

    async def _record(self, notice: Notice, outcome: Outcome) -> None:
        now = self._clock()
        state, failure = outcome.state, outcome.failure
        async with self._database.writing() as db:
            if outcome.unreachable is not None:
                account, why = outcome.unreachable
                await forget_installation(
                    db, tenant_id=account.tenant_id, object_id=account.object_id, why=why
                )
            if state == NoticeState.OWED:
                await put_off_notice(
                    db, notice.id, failure=failure or "", wait=outcome.wait, now=now
                )
            else:
                await finish_notice(
                    db,
                    notice.id,
                    state=state,
                    failure=failure,
                    channel=outcome.channel,
                    now=now,
                )
        if state == NoticeState.OWED:
            log.warning("notice_not_delivered", notice=str(notice.id), failure=failure)
        else:
            log.info("notice_finished", notice=str(notice.id), state=state.value, failure=failure)

    def _wait(self, notice: Notice, error: DeliveryError | None = None) -> timedelta:
        return wait_after_failure(
            attempts=notice.attempts,
            retry_after=error.retry_after if isinstance(error, TryLater) else None,
            chance=self._chance(),
        )

    async def _patiently(self, do: Callable[[], Awaitable[T]]) -> T:
        """Do something in the database; while that is away, wait and do it again.

        Of all that wait at the same time only the first one writes it to the log.
        """
        is_waiting = False
        try:
            while True:
                try:
                    return await do()
                except (DBAPIError, NoFreeConnection, OSError) as error:
                    if not isinstance(error, OSError) and trouble_of(error) is None:
                        raise
                    if not self._waiting:
                        log.warning("deliveries_wait_for_database", error=type(error).__name__)
                    if not is_waiting:
                        is_waiting = True
                        self._waiting += 1
                await asyncio.sleep(self._patience)
        finally:
            if is_waiting:
                self._waiting -= 1


def _failure(error: DeliveryError) -> str:
    said = f"{type(error).__name__} {error.status} {error.code}".strip()
    asked = isinstance(error, TryLater) and error.retry_after is not None
    return f"{said}{ASKED_TO_WAIT}" if asked else said


def _address(account: TeamsAccount) -> Address:
    return Address(
        service_url=account.service_url,
        conversation_id=account.conversation_id,
        tenant_id=account.tenant_id,
        teams_user_id=account.teams_user_id,
        bot_id=account.bot_id,
    )
