"""Sheets of questions and what was answered."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from trainingbot.columns import PARENT, primary_key, reference, text_enum
from trainingbot.enums import EvaluationMoment, QuestionKind, Sentiment
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


class CommentReading(SQLModel, table=True):
    """What the analyzer made of a comment, and what a coordinator made of that.

    Lifecycle: read once the comment is there, and again when a newer analyzer or the comment
    itself came; a correction stays and always wins; a held comment is shown to nobody but
    coordinators until one of them releases it.
    """

    __tablename__ = "comment_reading"
    __table_args__ = (
        ForeignKeyConstraint(
            ["response_id", "question_id"],
            ["answer.response_id", "answer.question_id"],
            ondelete="CASCADE",
            name="fk_comment_reading_response_id",
        ),
        CheckConstraint("score BETWEEN -1 AND 1", "score"),
        CheckConstraint("(corrected IS NULL) = (corrected_by IS NULL)", "corrected_by"),
        CheckConstraint("(released_by IS NULL) = (release_reason IS NULL)", "release_reason"),
        {"sqlite_with_rowid": False},
    )

    response_id: UUID = Field(primary_key=True)
    question_id: UUID = Field(primary_key=True)
    analyzer_version: str
    sentiment: Sentiment = Field(sa_type=text_enum(Sentiment))
    score: float
    """From -1 to 1."""
    suggestion: bool
    held: bool
    """Whether it may point at a child, a family or a colleague, or raises a concern."""
    themes: str = ""
    """The values of `Theme`, in their order, with commas between."""
    corrected: Sentiment | None = Field(
        default=None, sa_type=text_enum(Sentiment, name="corrected")
    )
    corrected_by: UUID | None = Field(default=None, foreign_key="practitioner.id")
    released_by: UUID | None = Field(default=None, foreign_key="practitioner.id")
    release_reason: str | None = None

    answer: Answer | None = Relationship(sa_relationship_kwargs=PARENT)
