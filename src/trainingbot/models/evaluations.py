"""Sheets of questions and what was answered."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, primary_key, reference, text_enum
from trainingbot.enums import EvaluationMoment, QuestionKind
from trainingbot.models.courses import CourseSession


class Evaluation(SQLModel, table=True):
    """A sheet of questions. A changed sheet is a new version; old responses keep theirs."""

    __table_args__ = (UniqueConstraint("moment", "version"),)

    id: UUID = primary_key()
    moment: EvaluationMoment = Field(sa_type=text_enum(EvaluationMoment))
    version: int


class Question(SQLModel, table=True):
    """A line of a sheet, known to the code by its key."""

    __table_args__ = (
        UniqueConstraint("evaluation_id", "key"),
        UniqueConstraint("evaluation_id", "position"),
    )

    id: UUID = primary_key()
    evaluation_id: UUID = reference("evaluation.id", index=False)
    position: int
    key: str
    kind: QuestionKind = Field(sa_type=text_enum(QuestionKind))
    wording: str

    evaluation: Evaluation | None = Relationship(sa_relationship_kwargs=PARENT)


class EvaluationResponse(SQLModel, table=True):
    """One returned sheet, under a keyed hash of the person and without a time.

    The table has no row number of its own, so that the order of arrival is not kept either.
    """

    __tablename__ = "evaluation_response"
    __table_args__ = (
        UniqueConstraint("session_id", "evaluation_id", "respondent_hash"),
        {"sqlite_with_rowid": False},
    )

    id: UUID = primary_key()
    session_id: UUID = reference("course_session.id", index=False)
    evaluation_id: UUID = reference("evaluation.id")
    respondent_hash: str

    session: CourseSession | None = Relationship(sa_relationship_kwargs=PARENT)
    evaluation: Evaluation | None = Relationship(sa_relationship_kwargs=PARENT)


class Answer(SQLModel, table=True):
    """One answer: a number for a rating or an agreement, words for a comment."""

    __table_args__ = (
        CheckConstraint("(rating IS NULL) <> (words IS NULL)", "rating_or_words"),
        CheckConstraint("rating BETWEEN 1 AND 5", "rating"),
        {"sqlite_with_rowid": False},
    )

    response_id: UUID = reference("evaluation_response.id", primary_key=True)
    question_id: UUID = Field(foreign_key="question.id", primary_key=True, index=True)
    rating: int | None = None
    words: str | None = None

    response: EvaluationResponse | None = Relationship(sa_relationship_kwargs=PARENT)
    question: Question | None = Relationship(sa_relationship_kwargs=PARENT)
