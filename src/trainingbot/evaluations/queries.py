"""Which sheets there are, what somebody has answered, and what they may still answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import contains_eager
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import MAY_HAVE_COME, Attendance, EvaluationMoment, SessionStatus
from trainingbot.evaluations.rules import OPEN_FOR
from trainingbot.evaluations.views import Sheet
from trainingbot.models import (
    Answer,
    Booking,
    Course,
    CourseSession,
    Evaluation,
    EvaluationResponse,
    Question,
)


async def sheet_of(db: AsyncSession, *, moment: EvaluationMoment, version: int) -> Sheet | None:
    """Return one version of a sheet, or None where it has not been written."""
    found = await db.exec(
        select(Evaluation).where(
            col(Evaluation.moment) == moment, col(Evaluation.version) == version
        )
    )
    return await _sheet(db, found.one_or_none())


async def newest_sheet(db: AsyncSession, *, moment: EvaluationMoment) -> Sheet | None:
    """Return the newest version of a sheet, or None where none has been written."""
    found = await db.exec(
        select(Evaluation)
        .where(col(Evaluation.moment) == moment)
        .order_by(col(Evaluation.version).desc())
        .limit(1)
    )
    return await _sheet(db, found.first())


async def _sheet(db: AsyncSession, evaluation: Evaluation | None) -> Sheet | None:
    if evaluation is None:
        return None
    questions = await db.exec(
        select(Question)
        .where(col(Question.evaluation_id) == evaluation.id)
        .order_by(col(Question.position))
    )
    return Sheet(evaluation.id, evaluation.version, questions.all())


async def answers_of(
    db: AsyncSession, sheet: Sheet, *, session_id: UUID, respondent: str
) -> Mapping[str, str]:
    """Return what a respondent has answered on a sheet so far, by the keys of its questions."""
    found = await db.exec(
        select(Question.key, Answer.rating, Answer.words)
        .join(Answer, col(Answer.question_id) == col(Question.id))
        .join(EvaluationResponse, col(Answer.response_id) == col(EvaluationResponse.id))
        .where(
            col(EvaluationResponse.session_id) == session_id,
            col(EvaluationResponse.evaluation_id) == sheet.evaluation_id,
            col(EvaluationResponse.respondent_hash) == respondent,
        )
    )
    return {key: words or str(rating) for key, rating, words in found}


async def open_evaluations(
    db: AsyncSession, practitioner_id: UUID, *, limit: int, now: datetime
) -> Sequence[TrainingRow]:
    """Return the sessions on which a practitioner may answer now, the newest first."""
    found = await db.exec(
        select(Booking, CourseSession, Course)
        .join(CourseSession, col(CourseSession.id) == col(Booking.session_id))
        .join(Course, col(Course.id) == col(CourseSession.course_id))
        .options(contains_eager(CourseSession.course))  # type: ignore[arg-type]  # a relationship, as SQLModel types it
        .where(
            Booking.practitioner_id == practitioner_id,
            col(Booking.status).in_(MAY_HAVE_COME),
            or_(
                col(Booking.attendance).is_(None),
                col(Booking.attendance).in_((Attendance.ATTENDED, Attendance.PARTLY_ATTENDED)),
            ),
            col(CourseSession.status) != SessionStatus.CANCELLED,
            col(CourseSession.ends_at) <= now,
            col(CourseSession.ends_at) > now - OPEN_FOR,
        )
        .order_by(col(CourseSession.ends_at).desc(), col(CourseSession.id))
        .limit(limit)
    )
    return [TrainingRow(booking, session, course, None) for booking, session, course in found]
