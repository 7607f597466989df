"""Which sheets there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import EvaluationMoment
from trainingbot.models import Evaluation, Question


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the database: its id, and the ids of its questions by their keys."""

    evaluation_id: UUID
    questions: Mapping[str, UUID]


async def sheet_of(db: AsyncSession, *, moment: EvaluationMoment, version: int) -> Sheet | None:
    """Return one version of a sheet, or None where it has not been written."""
    evaluation = (
        await db.exec(
            select(Evaluation).where(
                col(Evaluation.moment) == moment, col(Evaluation.version) == version
            )
        )
    ).one_or_none()
    if evaluation is None:
        return None
    questions = await db.exec(
        select(Question.key, Question.id).where(col(Question.evaluation_id) == evaluation.id)
    )
    return Sheet(evaluation.id, dict(questions.all()))
