"""A session with a trainer, and answers in words to its evaluation."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlmodel import select

from tests.factories import make_coordinator, make_course, make_practitioner, make_session
from trainingbot.db import Database
from trainingbot.enums import EvaluationMoment
from trainingbot.evaluations.operations import sheet_in_use
from trainingbot.models import (
    Answer,
    CommentReading,
    CourseSession,
    EvaluationResponse,
    Practitioner,
    SessionTrainer,
)


@dataclass
class Scene:
    """What the tests of stored readings begin from."""

    database: Database
    coordinator: Practitioner
    session: CourseSession
    evaluation_id: UUID
    question_id: UUID

    async def comments(self, *said: str) -> list[UUID]:
        """Write comments, each on a response of its own; return the ids of the responses."""
        responses = [
            EvaluationResponse(
                session_id=self.session.id,
                evaluation_id=self.evaluation_id,
                respondent_hash=f"{place:064}{words[:3]}",
            )
            for place, words in enumerate(said)
        ]
        async with self.database.writing() as db:
            db.add_all(responses)
            await db.flush()
            db.add_all(
                Answer(response_id=one.id, question_id=self.question_id, words=words)
                for one, words in zip(responses, said, strict=True)
            )
        return [one.id for one in responses]

    async def says_now(self, response_id: UUID, words: str) -> None:
        """Change a comment without telling anybody."""
        async with self.database.writing() as db:
            answer = await db.get_one(Answer, (response_id, self.question_id))
            answer.words = words

    async def readings(self) -> dict[UUID, CommentReading]:
        """Return the readings by their responses."""
        async with self.database.reading() as db:
            found = await db.exec(select(CommentReading))
            return {reading.response_id: reading for reading in found}


@pytest.fixture
async def scene(database: Database) -> Scene:
    async with database.writing() as db:
        coordinator = await make_coordinator(db)
        course = await make_course(db, title="Neglect Level 2")
        session = await make_session(db, course=course)
        trainer = await make_practitioner(db, name="Sally Brown")
        db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
        sheet = await sheet_in_use(db, EvaluationMoment.AFTER)
    return Scene(database, coordinator, session, sheet.evaluation_id, sheet.questions["good"])
