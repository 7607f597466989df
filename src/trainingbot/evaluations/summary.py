"""Sum up what people answered: on a session, on a course in a year, or in a year."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot import dates
from trainingbot.courses.queries import session_and_course
from trainingbot.enums import EvaluationMoment, QuestionKind
from trainingbot.errors import NotFound
from trainingbot.evaluations.comment_queries import count_comments
from trainingbot.evaluations.sheets import DEFAULT_SHEETS
from trainingbot.evaluations.small_numbers import THRESHOLD, Part
from trainingbot.evaluations.summary_queries import (
    SessionAnswers,
    answers_of_year,
    in_year,
    people_who_came,
)
from trainingbot.evaluations.summary_rules import Rated, rating_of, refusal_of, statement_of
from trainingbot.evaluations.summary_views import (
    EvaluationSummary,
    RatingSummary,
    Scope,
    StatementSummary,
)
from trainingbot.models import Course, CourseSession

RATINGS = ("knowledge", "confidence")
"""Each is asked before and after, under these names with `_before` and `_after`."""
STATEMENTS = {
    text.key: text.wording
    for text in DEFAULT_SHEETS[EvaluationMoment.AFTER]
    if text.kind == QuestionKind.AGREEMENT
}


async def evaluation_summary(
    db: AsyncSession, scope: Scope, *, zone: ZoneInfo, now: datetime, threshold: int = THRESHOLD
) -> EvaluationSummary:
    """Return what people answered, so far as no few of them can be told from it.

    What is shown of a session depends on the whole year: what is hidden in one result does not
    follow from others. Raises `NotFound` for a course or session that is not there.
    """
    title = await title_of(db, scope, zone=zone)
    answers = await answers_of_year(db, year=scope.year, zone=zone)
    attended = await people_who_came(db, *sessions_in(scope, zone), now=now)
    sizes = {one: (each.course_id, each.responses) for one, each in answers.items()}
    withheld = refusal_of(scope, sizes, threshold=threshold)
    if withheld is not None:
        return EvaluationSummary(
            scope, title, None, attended, threshold=threshold, withheld=withheld
        )
    # Ranks and resamples keep a processor busy for a moment, and others speak to the bot meanwhile.
    ratings, statements = await asyncio.to_thread(_summed_up, answers, scope, threshold)
    return EvaluationSummary(
        scope,
        title,
        sum(each.responses for one, each in answers.items() if _inside(scope, one, each)),
        attended,
        ratings,
        statements,
        await count_comments(db, *sessions_in(scope, zone)),
        threshold,
    )


async def scope_of_session(db: AsyncSession, session_id: UUID, *, zone: ZoneInfo) -> Scope:
    """Return the scope of one session. Raises `NotFound`."""
    found = await session_and_course(db, session_id)
    if found is None:
        raise NotFound("This session is no longer in the programme. Type “courses” to look again.")
    session, course = found
    return Scope(session.starts_at.astimezone(zone).year, course.id, session.id)


async def title_of(db: AsyncSession, scope: Scope, *, zone: ZoneInfo) -> str:
    """Return what a summary is about, in the words of the programme."""
    if scope.session_id is not None:
        found = await session_and_course(db, scope.session_id)
        if found is None:
            raise NotFound("This session is no longer in the programme.")
        session, course = found
        return f"{course.title}, {session.code}, {dates.day(session.starts_at, zone)}"
    if scope.course_id is None:
        return f"All courses, {scope.year}"
    course_named = await db.get(Course, scope.course_id)
    if course_named is None:
        raise NotFound("This course is no longer in the programme.")
    return f"{course_named.title}, {scope.year}"


def sessions_in(scope: Scope, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """Return the conditions for the sessions of a scope."""
    conditions = [in_year(scope.year, zone)]
    if scope.course_id is not None:
        conditions.append(col(CourseSession.course_id) == scope.course_id)
    if scope.session_id is not None:
        conditions.append(col(CourseSession.id) == scope.session_id)
    return conditions


def _inside(scope: Scope, session_id: UUID, answers: SessionAnswers) -> bool:
    if scope.session_id is not None:
        return scope.session_id == session_id
    return scope.course_id in (None, answers.course_id)


def _summed_up(
    answers: Mapping[UUID, SessionAnswers], scope: Scope, threshold: int
) -> tuple[list[RatingSummary], list[StatementSummary]]:
    ratings = []
    for name in RATINGS:
        answered = sum(
            each.ratings[name] for one, each in answers.items() if _inside(scope, one, each)
        )
        if not answered:
            continue
        rated = {
            one: Rated(each.course_id, each.pairs[name])
            for one, each in answers.items()
            if each.pairs.get(name)
        }
        ratings.append(rating_of(scope, rated, key=name, answered=answered, threshold=threshold))
    statements = []
    for key, wording in STATEMENTS.items():
        parts = {
            one: Part(each.course_id, tuple(each.statements[key]))
            for one, each in answers.items()
            if each.statements.get(key)
        }
        statements.append(statement_of(scope, parts, key=key, wording=wording, threshold=threshold))
    return ratings, statements
