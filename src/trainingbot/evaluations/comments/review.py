"""What coordinators do about comments: look at those that are held, release and correct them.

A held comment may point at a child, a family or a colleague, so whatever tells it here asks first
whether the reader is a coordinator.
"""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import Sentiment
from trainingbot.errors import NotFound, ReasonNeeded
from trainingbot.evaluations.comments.queries import count_held, held_rows, reading_of
from trainingbot.evaluations.comments.views import HeldPage
from trainingbot.models import CommentReading
from trainingbot.people.operations import refuse_unless_coordinator


async def held_comments(db: AsyncSession, *, actor_id: UUID, limit: int, offset: int) -> HeldPage:
    """Return a page of the comments that wait for a coordinator.

    Raises `NotACoordinator`.
    """
    await refuse_unless_coordinator(db, actor_id)
    rows = await held_rows(db, limit=limit, offset=offset)
    return HeldPage(rows, await count_held(db))


async def release_comment(
    db: AsyncSession, *, response_id: UUID, question_id: UUID, reason: str, actor_id: UUID
) -> CommentReading:
    """Let a held comment be shown to the trainers of its session, with a reason.

    Safe to repeat: one that was released stays as it was. Raises `NotACoordinator`,
    `ReasonNeeded`, or `NotFound` where the comment has changed meanwhile.
    """
    await refuse_unless_coordinator(db, actor_id)
    if not reason.strip():
        raise ReasonNeeded("Say in a few words why the trainers may see it.")
    reading = await _reading(db, response_id, question_id)
    if reading.released_by is None:
        reading.released_by = actor_id
        reading.release_reason = reason.strip()
    return reading


async def correct_reading(
    db: AsyncSession,
    *,
    response_id: UUID,
    question_id: UUID,
    sentiment: Sentiment,
    actor_id: UUID,
) -> CommentReading:
    """Settle what a comment says, whatever any analyzer makes of it.

    Safe to repeat; a later correction replaces an earlier one. Raises `NotACoordinator`, or
    `NotFound` where the comment has changed meanwhile.
    """
    await refuse_unless_coordinator(db, actor_id)
    reading = await _reading(db, response_id, question_id)
    reading.corrected = sentiment
    reading.corrected_by = actor_id
    return reading


async def _reading(db: AsyncSession, response_id: UUID, question_id: UUID) -> CommentReading:
    reading = await reading_of(db, response_id=response_id, question_id=question_id)
    if reading is None:
        raise NotFound(
            "This comment has been changed or taken back since, so it is looked at anew. "
            "Type “held comments” to see those that wait."
        )
    return reading
