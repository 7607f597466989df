"""Count and list the comments that may be shown: read, and not held."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, literal
from sqlmodel import and_, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.enums import Sentiment, Theme
from trainingbot.evaluations.summary_views import CommentCounts, CommentLine, ThemeCount
from trainingbot.models import Answer, CommentReading, CourseSession, EvaluationResponse, Question

SUGGESTIONS = "suggestions"
NO_THEME = "none"

_LABEL = func.coalesce(CommentReading.corrected, CommentReading.sentiment)
_IS_HELD = and_(col(CommentReading.held).is_(True), col(CommentReading.released_by).is_(None))
_MAY_BE_SHOWN = or_(
    col(CommentReading.held).is_(False), col(CommentReading.released_by).is_not(None)
)
_READING_OF = and_(
    col(CommentReading.response_id) == Answer.response_id,
    col(CommentReading.question_id) == Answer.question_id,
)


async def count_comments(db: AsyncSession, *sessions: ColumnElement[bool]) -> CommentCounts:
    """Count the comments on sessions: what is said of what, and what is left out and why."""
    counted: Any = await db.exec(
        select(  # type: ignore[call-overload]  # more columns than the types know
            CommentReading.themes,
            _LABEL,
            CommentReading.suggestion,
            _IS_HELD,
            col(CommentReading.response_id).is_(None),
            func.count(),
        )
        .select_from(CourseSession)
        .join(EvaluationResponse, col(EvaluationResponse.session_id) == CourseSession.id)
        .join(Answer, col(Answer.response_id) == EvaluationResponse.id)
        .outerjoin(CommentReading, _READING_OF)
        .where(*sessions, col(Answer.words).is_not(None))
        .group_by(
            col(CommentReading.themes),
            _LABEL,
            col(CommentReading.suggestion),
            _IS_HELD,
            col(CommentReading.response_id).is_(None),
        )
    )
    numbers = Counter[str]()
    themes: dict[Theme | None, Counter[Sentiment]] = defaultdict(Counter)
    for named, label, suggestion, held, unread, count in counted:
        kind = "unread" if unread else "held" if held else "suggestions" if suggestion else "shown"
        numbers[kind] += count
        if kind != "shown":
            continue
        for theme in named.split(",") if named else [None]:
            themes[theme and Theme(theme)][Sentiment(label)] += count
    return CommentCounts(
        shown=numbers["shown"] + numbers["suggestions"],
        suggestions=numbers["suggestions"],
        held=numbers["held"],
        unread=numbers["unread"],
        themes=[ThemeCount(one, themes[one]) for one in (*Theme, None) if one in themes],
    )


async def list_comments(
    db: AsyncSession, *sessions: ColumnElement[bool], group: str, limit: int, offset: int = 0
) -> Sequence[CommentLine]:
    """Return a page of comments of a group: a theme, `suggestions`, or `none` for no theme.

    They stand in the order of the alphabet, so that those of one person do not stand together.
    """
    found: Any = await db.exec(
        select(Question.wording, Answer.words, _LABEL)
        .select_from(CourseSession)
        .join(EvaluationResponse, col(EvaluationResponse.session_id) == CourseSession.id)
        .join(Answer, col(Answer.response_id) == EvaluationResponse.id)
        .join(Question, col(Question.id) == Answer.question_id)
        .join(CommentReading, _READING_OF)
        .where(*sessions, _MAY_BE_SHOWN, *_of_group(group))
        .order_by(col(Answer.words), col(Answer.response_id), col(Answer.question_id))
        .limit(limit)
        .offset(offset)
    )
    return [CommentLine(asked, words, Sentiment(label)) for asked, words, label in found]


def _of_group(group: str) -> list[ColumnElement[bool]]:
    if group == SUGGESTIONS:
        return [col(CommentReading.suggestion).is_(True)]
    apart = col(CommentReading.suggestion).is_(False)
    if group == NO_THEME:
        return [apart, col(CommentReading.themes) == ""]
    listed = literal(",") + col(CommentReading.themes) + ","
    return [apart, listed.contains(f",{Theme(group).value},")]


def groups_of(counts: CommentCounts) -> dict[str, int]:
    """Return the groups in which comments are listed, in their order, with how many are in each."""
    groups = {one.theme or NO_THEME: one.count for one in counts.themes}
    return {**groups, SUGGESTIONS: counts.suggestions} if counts.suggestions else groups
