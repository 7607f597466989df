"""Keep what the analyzer made of comments, and let go of it when a comment changes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import tuple_
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.db import add_or_replace
from trainingbot.evaluations.comments.rules import themes_kept
from trainingbot.evaluations.comments.views import ANALYZER_VERSION, ReadComment
from trainingbot.models import Answer, CommentReading

READ_ANEW = ["analyzer_version", "sentiment", "score", "suggestion", "held", "themes"]
"""What a newer analyzer replaces; corrections and releases are a coordinator's and stay."""


async def keep_readings(db: AsyncSession, read: Sequence[ReadComment]) -> int:
    """Keep readings of comments that still say what was read, and return how many there were.

    Safe to repeat, and by two processes at once: the comments are locked while they are compared.
    """
    unchanged = await _unchanged(db, read)
    for one in unchanged:
        reading = one.reading
        row = CommentReading(
            response_id=one.comment.response_id,
            question_id=one.comment.question_id,
            analyzer_version=ANALYZER_VERSION,
            sentiment=reading.sentiment,
            score=reading.score,
            suggestion=reading.suggestion,
            held=reading.held,
            themes=themes_kept(reading.themes),
        )
        await add_or_replace(db, row, unique=["response_id", "question_id"], replaced=READ_ANEW)
    return len(unchanged)


async def _unchanged(db: AsyncSession, read: Sequence[ReadComment]) -> list[ReadComment]:
    """Return those of the comments that say what was read, locked in one order for everybody."""
    keys = [(one.comment.response_id, one.comment.question_id) for one in read]
    found = await db.exec(
        select(Answer.response_id, Answer.question_id, Answer.words)
        .where(tuple_(col(Answer.response_id), col(Answer.question_id)).in_(keys))
        .order_by(col(Answer.response_id), col(Answer.question_id))
        .with_for_update()
    )
    said = {(response_id, question_id): words for response_id, question_id, words in found}
    return [one for one, key in zip(read, keys, strict=True) if said.get(key) == one.comment.words]


async def forget_reading_of_other_words(
    db: AsyncSession, *, response_id: UUID, question_id: UUID, words: str | None
) -> None:
    """Let go of the reading of a comment that is about to say something else than before.

    With it go the correction and the release: they were about other words. The comment is locked,
    so that no reading of the old words comes in between; called before the words are replaced.
    """
    found = await db.exec(
        select(Answer.words)
        .where(col(Answer.response_id) == response_id, col(Answer.question_id) == question_id)
        .with_for_update()
    )
    if found.one_or_none() == words:
        return
    await db.exec(
        delete(CommentReading).where(
            col(CommentReading.response_id) == response_id,
            col(CommentReading.question_id) == question_id,
        )
    )
