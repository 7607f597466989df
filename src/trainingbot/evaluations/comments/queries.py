"""Which comments are still to be read, and which wait for a coordinator."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import contains_eager
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.evaluations.comments.views import (
    ANALYZER_VERSION,
    Corrections,
    HeldComment,
    Unread,
)
from trainingbot.models import (
    Answer,
    CommentReading,
    Course,
    CourseSession,
    EvaluationResponse,
    Practitioner,
    Question,
    SessionTrainer,
)


def _reading_of_answer() -> ColumnElement[bool]:
    return and_(
        col(CommentReading.response_id) == col(Answer.response_id),
        col(CommentReading.question_id) == col(Answer.question_id),
    )


async def unread_comments(db: AsyncSession, *, limit: int) -> Sequence[Unread]:
    """Return comments without a reading, or with one of an earlier analyzer."""
    found = await db.exec(
        select(Answer, Question.key, EvaluationResponse.session_id)
        .join(Question, col(Question.id) == col(Answer.question_id))
        .join(EvaluationResponse, col(EvaluationResponse.id) == col(Answer.response_id))
        .outerjoin(CommentReading, _reading_of_answer())
        .where(
            col(Answer.words).is_not(None),
            or_(
                col(CommentReading.response_id).is_(None),
                col(CommentReading.analyzer_version) < ANALYZER_VERSION,
            ),
        )
        .limit(limit)
    )
    rows = found.all()
    trainers = await _trainers_of(db, {session_id for _, _, session_id in rows})
    return [
        Unread(answer.response_id, answer.question_id, key, answer.words or "", trainers[session])
        for answer, key, session in rows
    ]


async def _trainers_of(
    db: AsyncSession, session_ids: Iterable[UUID]
) -> Mapping[UUID, tuple[str, ...]]:
    found = await db.exec(
        select(SessionTrainer.session_id, Practitioner.name)
        .join(Practitioner, col(Practitioner.id) == col(SessionTrainer.practitioner_id))
        .where(col(SessionTrainer.session_id).in_(list(session_ids)))
    )
    names: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    for session_id, name in found:
        names[session_id] += (name,)
    return names


def _waiting() -> ColumnElement[bool]:
    return and_(col(CommentReading.held), col(CommentReading.released_by).is_(None))


async def count_held(db: AsyncSession) -> int:
    """Return how many held comments no coordinator has released."""
    found = await db.exec(select(func.count()).select_from(CommentReading).where(_waiting()))
    return found.one()


async def held_rows(db: AsyncSession, *, limit: int, offset: int) -> Sequence[HeldComment]:
    """Return held comments that nobody has released, those of the newest sessions first."""
    found = await db.exec(
        select(CommentReading, Answer, Question, CourseSession)
        .join(Answer, _reading_of_answer())
        .join(Question, col(Question.id) == col(CommentReading.question_id))
        .join(EvaluationResponse, col(EvaluationResponse.id) == col(CommentReading.response_id))
        .join(CourseSession, col(CourseSession.id) == col(EvaluationResponse.session_id))
        .join(Course, col(Course.id) == col(CourseSession.course_id))
        .options(contains_eager(CourseSession.course))  # type: ignore[arg-type]  # a relationship, as SQLModel types it
        .where(_waiting())
        .order_by(
            col(CourseSession.starts_at).desc(),
            col(CommentReading.response_id),
            col(CommentReading.question_id),
        )
        .limit(limit)
        .offset(offset)
    )
    return [
        HeldComment(reading, answer.words or "", question.wording, session)
        for reading, answer, question, session in found
    ]


async def reading_of(
    db: AsyncSession, *, response_id: UUID, question_id: UUID
) -> CommentReading | None:
    """Return the reading of a comment, locked; None where it has none, or was changed since."""
    found = await db.exec(
        select(CommentReading)
        .where(
            col(CommentReading.response_id) == response_id,
            col(CommentReading.question_id) == question_id,
        )
        .with_for_update()
    )
    return found.one_or_none()


async def accuracy_by_corrections(db: AsyncSession) -> Corrections:
    """Return how many readings coordinators changed, and left as they were, of how many."""
    changed = col(CommentReading.corrected) != col(CommentReading.sentiment)
    same = col(CommentReading.corrected) == col(CommentReading.sentiment)
    found = await db.exec(
        select(func.count().filter(changed), func.count().filter(same), func.count()).select_from(
            CommentReading
        )
    )
    corrected, confirmed, read = found.one()
    return Corrections(corrected=corrected, confirmed=confirmed, read=read)
