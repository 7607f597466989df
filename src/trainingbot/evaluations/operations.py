"""Write the sheets that responses answer."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import EvaluationMoment
from trainingbot.evaluations.queries import Sheet, sheet_of
from trainingbot.evaluations.sheets import FIRST_SHEETS, FIRST_VERSION
from trainingbot.models import Evaluation, Question


async def first_sheets(db: AsyncSession) -> Mapping[EvaluationMoment, Sheet]:
    """Return the sheets with which a partnership begins, and write those that are not there.

    Safe to repeat.
    """
    sheets = {}
    for moment in FIRST_SHEETS:
        known = await sheet_of(db, moment=moment, version=FIRST_VERSION)
        sheets[moment] = known or await _write_sheet(db, moment)
    return sheets


async def _write_sheet(db: AsyncSession, moment: EvaluationMoment) -> Sheet:
    evaluation = Evaluation(moment=moment, version=FIRST_VERSION)
    db.add(evaluation)
    questions = [
        Question(
            evaluation_id=evaluation.id,
            position=position,
            key=text.key,
            kind=text.kind,
            wording=text.wording,
            evaluation=evaluation,
        )
        for position, text in enumerate(FIRST_SHEETS[moment], start=1)
    ]
    db.add_all(questions)
    await db.flush()
    return Sheet(evaluation.id, {question.key: question.id for question in questions})
