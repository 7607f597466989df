from sqlmodel import col, select

from trainingbot.db import Database
from trainingbot.enums import EvaluationMoment, QuestionKind
from trainingbot.evaluations.operations import first_sheets
from trainingbot.evaluations.queries import sheet_of
from trainingbot.models import Evaluation, Question


async def test_the_first_sheets_are_rows(database: Database) -> None:
    async with database.writing() as db:
        await first_sheets(db)

    async with database.reading() as db:
        questions = await db.exec(
            select(Evaluation.moment, Question.position, Question.key, Question.kind)
            .join(Question, col(Question.evaluation_id) == col(Evaluation.id))
            .order_by(col(Evaluation.moment).desc(), col(Question.position))
        )
        assert [tuple(row) for row in questions.all()] == [
            (EvaluationMoment.BEFORE, 1, "knowledge_before", QuestionKind.RATING),
            (EvaluationMoment.AFTER, 1, "knowledge_after", QuestionKind.RATING),
            (EvaluationMoment.AFTER, 2, "engaging", QuestionKind.AGREEMENT),
            (EvaluationMoment.AFTER, 3, "improved_knowledge", QuestionKind.AGREEMENT),
            (EvaluationMoment.AFTER, 4, "comment", QuestionKind.COMMENT),
        ]


async def test_the_first_sheets_are_written_once(database: Database) -> None:
    async with database.writing() as db:
        first = await first_sheets(db)
    async with database.writing() as db:
        second = await first_sheets(db)

    assert first == second


async def test_a_sheet_that_was_never_written_is_none(database: Database) -> None:
    async with database.reading() as db:
        assert await sheet_of(db, moment=EvaluationMoment.AFTER, version=1) is None
