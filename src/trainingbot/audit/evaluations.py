"""Faults of evaluations: who answered, and whether the answers fit the questions."""

# ruff: noqa: ARG001 - every check is asked as of a moment, and none of these depends on it

from datetime import datetime

from sqlalchemy import String, and_, func, not_, or_, select, type_coerce
from sqlmodel import col

from trainingbot.audit.subjects import Column, Faults, bookings
from trainingbot.enums import MAY_HAVE_COME, Attendance, QuestionKind
from trainingbot.models import Answer, Booking, CourseSession, EvaluationResponse, Question
from trainingbot.terms import Terms

DID_NOT_COME = (Attendance.EXCUSED, Attendance.NO_SHOW)


def answered_without_attending(now: datetime, terms: Terms) -> Faults:
    """Bookings that were evaluated by somebody who had no place or did not come.

    Somebody whose attendance is not known yet may have come.
    """
    attendance = type_coerce(col(Booking.attendance), String)
    return bookings(
        type_coerce(col(Booking.status), String).label("status"),
        func.coalesce(attendance, "not known").label("attendance"),
    ).where(
        col(Booking.evaluated_on).is_not(None),
        or_(
            col(Booking.status).not_in(MAY_HAVE_COME),
            col(Booking.attendance).in_(DID_NOT_COME),
        ),
    )


def without_answers(now: datetime, terms: Terms) -> Faults:
    """Responses in which nothing is answered."""
    answers = select(Answer).where(col(Answer.response_id) == col(EvaluationResponse.id))
    return _responses().where(not_(answers.exists()))


def answer_of_another_kind(now: datetime, terms: Terms) -> Faults:
    """Responses with words where a number from 1 to 5 is asked, or a number where words are."""
    rating, words = col(Answer.rating), col(Answer.words)
    is_comment = and_(words.is_not(None), rating.is_(None))
    is_number = and_(words.is_(None), rating.is_not(None), rating.between(1, 5))
    asks_for_words = col(Question.kind) == QuestionKind.COMMENT
    return (
        _answers()
        .add_columns(type_coerce(col(Question.kind), String).label("kind"))
        .where(
            or_(
                and_(asks_for_words, not_(is_comment)),
                and_(not_(asks_for_words), not_(is_number)),
            )
        )
    )


def answer_of_another_sheet(now: datetime, terms: Terms) -> Faults:
    """Responses with an answer to a question of a sheet that was not the one returned."""
    return _answers().where(col(Question.evaluation_id) != col(EvaluationResponse.evaluation_id))


def _responses(*columns: Column) -> Faults:
    """Begin with every response: its `id`, the `code` of its session and more of it."""
    return select(col(EvaluationResponse.id), col(CourseSession.code), *columns).join(
        CourseSession, col(CourseSession.id) == col(EvaluationResponse.session_id)
    )


def _answers() -> Faults:
    """Begin with every answer: the `id` of its response, the session's `code` and the `key`."""
    return (
        _responses(col(Question.key))
        .join(Answer, col(Answer.response_id) == col(EvaluationResponse.id))
        .join(Question, col(Question.id) == col(Answer.question_id))
    )
