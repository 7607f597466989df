"""What is wanted, read from what a card sent back, and carried out for a known practitioner.

A turn in Teams and a page in a browser ask the same way: the verb, its payload, one transaction.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cards.pieces import Button, button
from bot.cards.refusals import refusal
from bot.payloads import Payload
from bot.turns import Reply
from bot.verbs import VERBS, Verb
from bot.visits import Visit
from trainingbot.db import Database
from trainingbot.errors import AgencyNotConfirmed, TrainingBotError
from trainingbot.models import Practitioner
from trainingbot.notices.operations import owes_notices
from trainingbot.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for."""

    verb: Verb
    payload: Payload
    asks: bool = True
    """Whether an answer is expected beyond a greeting."""


Speaker = Callable[[AsyncSession], Awaitable[Practitioner | None]]
"""Finds who speaks, in the transaction in which they are answered."""


def wanted_of(name: str, data: Mapping[str, Any]) -> Wanted | None:
    """Return what a button asks for, or None where no verb of today takes it as it is."""
    verb = VERBS.get(name)
    if verb is None:
        return None
    try:
        return Wanted(verb, verb.payload.model_validate(dict(data)))
    except ValidationError:
        return None


async def carry_out(
    wanted: Wanted,
    *,
    speaker: Speaker,
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    after_change: Callable[[], None],
) -> Reply | None:
    """Do what is wanted in one transaction and return its card; None where nobody is known.

    `after_change` is called when a transaction that owes notices has been committed. Refusals
    and faults are raised, and then nothing has changed.
    """
    opened = database.writing if wanted.verb.writes else database.reading
    async with opened() as db:
        practitioner = await speaker(db)
        if practitioner is None:
            return None
        visit = Visit(db=db, practitioner=practitioner, settings=settings, now=clock())
        reply = await wanted.verb.flow(visit, wanted.payload)
    if owes_notices(db):
        after_change()
    return reply


def refused(error: TrainingBotError) -> Reply:
    """Return the card of a refusal: why, and the next best step."""
    return refusal(error.sentence, next_step=_next_step(error))


def _next_step(error: TrainingBotError) -> Button | None:
    if isinstance(error, AgencyNotConfirmed):
        return button("My agency", "my_agency", style="positive")
    return button("Find a course", "search_courses")
