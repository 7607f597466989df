"""From a turn to its answer: who it is, what is wanted, one transaction, one card."""

from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cards.pieces import with_greeting
from bot.cards.refusals import fault, only_in_private, outdated_card
from bot.deliveries import DeliveryError
from bot.flows.people import greet
from bot.payloads import Nothing
from bot.turns import Address, Member, Reply, Roster, Turn, TurnKind
from bot.understanding import CourseTitle, understand
from bot.verbs import VERBS, Verb
from bot.visits import Visit
from bot.wanted import Wanted, carry_out, refused, wanted_of
from trainingbot.courses.queries import every_course
from trainingbot.db import Database
from trainingbot.errors import NotRecognisedYet, TrainingBotError
from trainingbot.models import Practitioner, TeamsAccount
from trainingbot.people.operations import (
    Identity,
    forget_installation,
    greet_once,
    keep_address,
    meet,
)
from trainingbot.people.queries import account_and_practitioner, account_of
from trainingbot.settings import Settings

log = structlog.get_logger()

WITHOUT_QUESTION = frozenset({"help", "thanks", "unclear"})
"""Verbs that ask for nothing in particular: a newcomer's greeting answers them too."""


class Dispatcher:
    """Answers turns: finds the person, opens the one transaction, and calls the verb's flow.

    `after_change` is called when a transaction that may owe notices has been committed.
    """

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        roster: Roster,
        clock: Callable[[], datetime],
        after_change: Callable[[], None],
    ) -> None:
        self._database = database
        self._settings = settings
        self._roster = roster
        self._clock = clock
        self._after_change = after_change

    async def on_turn(self, turn: Turn) -> Reply | None:
        """Answer a turn. A refusal becomes a card, and so does a fault: nothing is raised."""
        try:
            return await self._answer(turn)
        except TrainingBotError as error:
            return refused(error)
        except Exception:
            reference = token_hex(4)
            log.exception("turn_failed", reference=reference, verb=turn.verb, kind=turn.kind.value)
            return fault(reference)

    async def _answer(self, turn: Turn) -> Reply | None:
        installation = turn.kind in {TurnKind.INSTALLED, TurnKind.UNINSTALLED}
        if not turn.personal:
            # Whoever takes the app out of a team keeps their own chat with it.
            return None if installation else only_in_private()
        if turn.kind == TurnKind.UNINSTALLED:
            async with self._database.writing() as db:
                await forget_installation(db, tenant_id=turn.tenant_id, object_id=turn.object_id)
            return None
        if turn.kind == TurnKind.INSTALLED:
            return await self._welcome(turn)
        wanted = await self._wanted(turn)
        if wanted is None:
            return outdated_card()
        return await self._carry_out(turn, wanted)

    async def _wanted(self, turn: Turn) -> Wanted | None:
        if turn.kind == TurnKind.ACTION:
            return wanted_of(turn.verb or "", turn.data)
        now = self._clock()
        async with self._database.reading() as db:
            titles = [
                CourseTitle(
                    id=course.id,
                    code=course.code,
                    title=course.title,
                    theme=course.theme,
                    level=course.level,
                )
                for course in await every_course(db)
            ]
        today = now.astimezone(self._settings.zone).date()
        intent = understand(turn.text, courses=titles, today=today)
        return Wanted(VERBS[intent.verb], intent.payload, intent.verb not in WITHOUT_QUESTION)

    async def _carry_out(self, turn: Turn, wanted: Wanted) -> Reply:
        reply = await self._answer_known(turn, wanted)
        if reply is not None:
            return reply
        name = await self._become_known(turn)
        if name is not None and not wanted.asks:
            wanted = Wanted(GREETING, Nothing())
            name = None
        try:
            reply = await self._answer_known(turn, wanted, just_met=True)
        except TrainingBotError as error:
            reply = refused(error)
        assert reply is not None  # noqa: S101 - the person has just been written down
        return reply if name is None else with_greeting(reply, name)

    async def _welcome(self, turn: Turn) -> Reply | None:
        if await self._become_known(turn) is None:
            return None
        return await self._answer_known(turn, Wanted(GREETING, Nothing()), just_met=True)

    async def _answer_known(
        self, turn: Turn, wanted: Wanted, *, just_met: bool = False
    ) -> Reply | None:
        """Answer somebody who has been greeted; None for somebody to be met first.

        Whoever has `just_met` is answered even where another turn has moved their address since.
        """

        async def speaker(db: AsyncSession) -> Practitioner | None:
            known = await account_and_practitioner(
                db, tenant_id=turn.tenant_id, object_id=turn.object_id
            )
            if known is None or not (just_met or _is_up_to_date(known[0], turn.address)):
                return None
            return known[1]

        return await carry_out(
            wanted,
            speaker=speaker,
            database=self._database,
            settings=self._settings,
            clock=self._clock,
            after_change=self._after_change,
        )

    async def _become_known(self, turn: Turn) -> str | None:
        """Write a person down, and return their name if this turn is the one to greet them.

        Teams is asked for the verified e-mail address before the transaction begins.
        """
        async with self._database.reading() as db:
            account = await account_of(db, tenant_id=turn.tenant_id, object_id=turn.object_id)
        member = await self._member(turn.address) if account is None else None
        now = self._clock()
        async with self._database.writing() as db:
            practitioner = await meet(db, _identity(turn, member), now=now)
            await keep_address(
                db,
                tenant_id=turn.tenant_id,
                object_id=turn.object_id,
                service_url=turn.address.service_url,
                conversation_id=turn.address.conversation_id,
                teams_user_id=turn.address.teams_user_id,
                bot_id=turn.address.bot_id,
            )
            is_first = await greet_once(
                db, tenant_id=turn.tenant_id, object_id=turn.object_id, now=now
            )
        # What was owed to somebody whom Teams could not reach can be sent now.
        self._after_change()
        return practitioner.name if is_first else None

    async def _member(self, address: Address) -> Member | None:
        try:
            return await self._roster.member(address)
        except DeliveryError as error:
            # Whoever were taken for unknown now would be a second person for good.
            raise NotRecognisedYet(
                "Teams does not tell us at the moment who you are. Try again in a minute."
            ) from error


async def _greet(visit: Visit, nothing: Nothing) -> Reply:
    del nothing
    return await greet(visit)


GREETING = Verb(Nothing, _greet, writes=False)


def _is_up_to_date(account: TeamsAccount, address: Address) -> bool:
    return (
        account.greeted_at is not None
        and account.installed
        and account.conversation_id == address.conversation_id
        and account.service_url == address.service_url
        and account.teams_user_id == address.teams_user_id
        and account.bot_id == address.bot_id
    )


def _identity(turn: Turn, member: Member | None) -> Identity:
    return Identity(
        tenant_id=turn.tenant_id,
        object_id=turn.object_id,
        name=(member.name if member else "") or turn.name or "Name not known",
        email=member.email if member else None,
        service_url=turn.address.service_url,
        conversation_id=turn.address.conversation_id,
        teams_user_id=turn.address.teams_user_id,
        bot_id=turn.address.bot_id,
    )
