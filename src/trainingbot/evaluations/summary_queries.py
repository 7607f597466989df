"""Count what was answered, session by session: statements for the database to add up."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import (
    MAY_HAVE_COME,
    Attendance,
    BookingStatus,
    EvaluationMoment,
    QuestionKind,
    SessionStatus,
)
from trainingbot.errors import NotYourSession
from trainingbot.models import (
    Answer,
    Booking,
    CourseSession,
    Evaluation,
    EvaluationResponse,
    Question,
    SessionTrainer,
)
from trainingbot.people.queries import is_coordinator

POINTS = 5
Joint = Counter[tuple[int, int]]


@dataclass(slots=True)
class SessionAnswers:
    """What was answered on one session."""

    course_id: UUID
    responses: int = 0
    statements: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 5))
    """How many gave each answer to a statement, by its key."""
    ratings: Counter[str] = field(default_factory=Counter)
    """How many gave a rating afterwards, by its name."""
    pairs: dict[str, Joint] = field(default_factory=lambda: defaultdict(Counter))
    """Ratings before and after, of those who gave both, by the name of the rating."""


def in_year(year: int, zone: ZoneInfo) -> ColumnElement[bool]:
    """Return the condition for sessions that began in a calendar year, as clocks show it."""
    begins, ends = (datetime(one, 1, 1, tzinfo=zone).astimezone(UTC) for one in (year, year + 1))
    return and_(col(CourseSession.starts_at) >= begins, col(CourseSession.starts_at) < ends)


async def answers_of_year(
    db: AsyncSession, *, year: int, zone: ZoneInfo
) -> Mapping[UUID, SessionAnswers]:
    """Return what was answered on each session of a year that has responses."""
    found: dict[UUID, SessionAnswers] = {}
    after = await _questions(db, EvaluationMoment.AFTER)
    before = await _questions(db, EvaluationMoment.BEFORE)
    rows = await db.exec(
        select(CourseSession.id, CourseSession.course_id, func.count())
        .join(EvaluationResponse, col(EvaluationResponse.session_id) == CourseSession.id)
        .where(
            in_year(year, zone),
            col(EvaluationResponse.evaluation_id).in_({one.evaluation_id for one in after}),
        )
        .group_by(col(CourseSession.id), col(CourseSession.course_id))
    )
    for session_id, course_id, count in rows:
        found[session_id] = SessionAnswers(course_id, responses=count)
    await _count_answers(db, found, after, year=year, zone=zone)
    await _count_pairs(db, found, before, after, year=year, zone=zone)
    return found


async def _questions(db: AsyncSession, moment: EvaluationMoment) -> Sequence[Question]:
    rows = await db.exec(
        select(Question)
        .join(Evaluation, col(Question.evaluation_id) == Evaluation.id)
        .where(col(Evaluation.moment) == moment)
        .order_by(col(Question.position))
    )
    return rows.all()


async def _count_answers(
    db: AsyncSession,
    found: Mapping[UUID, SessionAnswers],
    questions: Sequence[Question],
    *,
    year: int,
    zone: ZoneInfo,
) -> None:
    chosen = {one.id: one for one in questions if one.kind != QuestionKind.COMMENT}
    rows: Any = await db.exec(
        select(EvaluationResponse.session_id, Answer.question_id, Answer.rating, func.count())
        .join(EvaluationResponse, col(EvaluationResponse.session_id) == CourseSession.id)
        .join(Answer, col(Answer.response_id) == EvaluationResponse.id)
        .select_from(CourseSession)
        .where(in_year(year, zone), col(Answer.question_id).in_(chosen))
        .group_by(col(EvaluationResponse.session_id), col(Answer.question_id), col(Answer.rating))
    )
    for session_id, question_id, rating, count in rows:
        question, of_session = chosen[question_id], found[session_id]
        if question.kind == QuestionKind.AGREEMENT:
            of_session.statements[question.key][rating - 1] += count
        else:
            of_session.ratings[question.key.removesuffix("_after")] += count


async def _count_pairs(
    db: AsyncSession,
    found: Mapping[UUID, SessionAnswers],
    before: Sequence[Question],
    after: Sequence[Question],
    *,
    year: int,
    zone: ZoneInfo,
) -> None:
    first, then = aliased(EvaluationResponse), aliased(EvaluationResponse)
    rated, rated_then = aliased(Answer), aliased(Answer)
    names = {
        one.id: one.key.removesuffix("_before").removesuffix("_after")
        for one in (*before, *after)
        if one.kind == QuestionKind.RATING
    }
    alike = [
        and_(col(rated.question_id) == one.id, col(rated_then.question_id) == other.id)
        for one in before
        for other in after
        if one.id in names and other.id in names and names[one.id] == names[other.id]
    ]
    if not alike:
        return
    rows = await db.exec(
        select(  # type: ignore[call-overload]  # more columns than the types know
            then.session_id, rated.question_id, rated.rating, rated_then.rating, func.count()
        )
        .select_from(CourseSession)
        .join(then, col(then.session_id) == CourseSession.id)
        .join(rated_then, col(rated_then.response_id) == then.id)
        .join(
            first,
            and_(
                col(first.session_id) == then.session_id,
                col(first.respondent_hash) == then.respondent_hash,
                col(first.evaluation_id).in_({one.evaluation_id for one in before}),
            ),
        )
        .join(rated, and_(col(rated.response_id) == first.id))
        .where(in_year(year, zone), or_(*alike))
        .group_by(
            col(then.session_id),
            col(rated.question_id),
            col(rated.rating),
            col(rated_then.rating),
        )
    )
    for session_id, question_id, rating, rating_then, count in rows:
        found[session_id].pairs[names[question_id]][rating, rating_then] += count


async def people_who_came(db: AsyncSession, *sessions: ColumnElement[bool], now: datetime) -> int:
    """Return how many people came to the sessions, of those that are over.

    Whoever is marked as attended, wholly or in part; and whoever has a confirmed place on a
    session on which nobody is marked.
    """
    others = aliased(Booking)
    marked = (
        select(others.id)
        .where(
            col(others.session_id) == CourseSession.id,
            col(others.attendance).is_not(None),
        )
        .correlate(CourseSession)
        .exists()
    )
    came = or_(
        and_(
            col(Booking.status).in_(MAY_HAVE_COME),
            col(Booking.attendance).in_((Attendance.ATTENDED, Attendance.PARTLY_ATTENDED)),
        ),
        and_(col(Booking.status) == BookingStatus.CONFIRMED, ~marked),
    )
    found = await db.exec(
        select(func.count())
        .select_from(Booking)
        .join(CourseSession, col(Booking.session_id) == CourseSession.id)
        .where(
            *sessions,
            came,
            col(CourseSession.status) != SessionStatus.CANCELLED,
            col(CourseSession.ends_at) <= now,
        )
    )
    return found.one()


async def newest_year(db: AsyncSession, *, course_id: UUID, zone: ZoneInfo) -> int | None:
    """Return the last year in which a course was evaluated, or None."""
    found: Any = await db.exec(
        select(func.max(CourseSession.starts_at))
        .join(EvaluationResponse, col(EvaluationResponse.session_id) == CourseSession.id)
        .where(col(CourseSession.course_id) == course_id)
    )
    newest: datetime | None = found.one()
    return None if newest is None else newest.astimezone(zone).year


async def last_session_taught(
    db: AsyncSession, practitioner_id: UUID, *, now: datetime
) -> UUID | None:
    """Return the last session that somebody taught and that is over, or None."""
    found = await db.exec(
        select(CourseSession.id)
        .join(SessionTrainer, col(SessionTrainer.session_id) == CourseSession.id)
        .where(
            SessionTrainer.practitioner_id == practitioner_id,
            col(CourseSession.ends_at) <= now,
            col(CourseSession.status) != SessionStatus.CANCELLED,
        )
        .order_by(col(CourseSession.ends_at).desc(), col(CourseSession.id))
        .limit(1)
    )
    return found.first()


async def refuse_strangers(db: AsyncSession, session_id: UUID | None, *, actor_id: UUID) -> None:
    """Raise `NotYourSession` unless a coordinator asks, or a trainer about their own session."""
    if await is_coordinator(db, actor_id):
        return
    teaches = await db.exec(
        select(SessionTrainer.session_id).where(
            SessionTrainer.session_id == session_id, SessionTrainer.practitioner_id == actor_id
        )
    )
    if session_id is not None and teaches.first() is not None:
        return
    raise NotYourSession(
        "Trainers see the summaries of their own sessions, such as “summary of my last session”. "
        "Those of courses and years are for coordinators."
    )
