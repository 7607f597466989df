"""Write the sheets that responses answer."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.db import add_unless_there
from trainingbot.enums import EvaluationMoment
from trainingbot.evaluations.queries import newest_sheet, sheet_of
from trainingbot.evaluations.sheets import (
    DEFAULT_SHEETS,
    DEFAULT_VERSION,
    FIRST_SHEETS,
    FIRST_VERSION,
    QuestionText,
)
from trainingbot.evaluations.views import Sheet
from trainingbot.models import Evaluation, Question


async def first_sheets(db: AsyncSession) -> Mapping[EvaluationMoment, Sheet]:
    """Return the sheets that an imported programme answers, and write those that are not there.

    Safe to repeat.
    """
    return {
        moment: await _written(db, moment, FIRST_VERSION, texts)
        for moment, texts in FIRST_SHEETS.items()
    }


async def sheet_in_use(db: AsyncSession, moment: EvaluationMoment) -> Sheet:
    """Return the newest sheet of a moment, and write the one that comes with the service first.

    Safe to repeat, and by two processes at once.
    """
    newest = await newest_sheet(db, moment=moment)
    if newest is not None and newest.version >= DEFAULT_VERSION:
        return newest
    return await _written(db, moment, DEFAULT_VERSION, DEFAULT_SHEETS[moment])


async def _written(
    db: AsyncSession, moment: EvaluationMoment, version: int, texts: tuple[QuestionText, ...]
) -> Sheet:
    known = await sheet_of(db, moment=moment, version=version)
    if known is not None and known.lines:
        return known
    await add_unless_there(
        db, Evaluation(moment=moment, version=version), unique=["moment", "version"]
    )
    written = await sheet_of(db, moment=moment, version=version)
    assert written is not None  # noqa: S101 - it has just been written, here or elsewhere
    for question in drafted(written.evaluation_id, texts):
        await add_unless_there(db, question, unique=["evaluation_id", "key"])
    complete = await sheet_of(db, moment=moment, version=version)
    assert complete is not None  # noqa: S101 - as above
    return complete


def drafted(evaluation_id: UUID, texts: tuple[QuestionText, ...]) -> list[Question]:
    """Return the questions of a sheet in their order, as rows that are not written yet."""
    return [
        Question(
            evaluation_id=evaluation_id,
            position=position,
            key=text.key,
            kind=text.kind,
            wording=text.wording,
        )
        for position, text in enumerate(texts, start=1)
    ]
