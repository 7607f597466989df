"""Under what name a response is kept, who may answer and until when, and what an answer is."""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from trainingbot.enums import MAY_HAVE_COME, Attendance, QuestionKind, SessionStatus
from trainingbot.errors import AnswerNotUsable, EvaluationClosed
from trainingbot.models import Booking, CourseSession, Question

PURPOSE = b"trainingbot evaluation respondent\0"
"""Keeps these hashes apart from everything else that is signed with the same secret."""


def respondent_hash(secret: str, practitioner_id: UUID) -> str:
    """Return the name under which a practitioner's responses are kept: HMAC-SHA256, 64 hex digits.

    It is the same for all responses of one person, so that before and after can be paired.
    Nobody without the secret can tell whose it is, not even with the whole database.
    """
    return hmac.digest(secret.encode(), PURPOSE + practitioner_id.bytes, "sha256").hex()


OPEN_FOR = timedelta(days=14)
"""How long after the end of a session its evaluation is open."""
MOST_WORDS = 2000
"""How many letters an answer in words has at most."""
POINTS = ("1", "2", "3", "4", "5")
CAME = (None, Attendance.ATTENDED, Attendance.PARTLY_ATTENDED)
"""Somebody whose attendance is not known yet may have come."""


def closes_at(session: CourseSession) -> datetime:
    """Return until when the evaluation of a session is answered and changed."""
    return session.ends_at + OPEN_FOR


def why_closed(
    session: CourseSession, booking: Booking | None, *, now: datetime
) -> EvaluationClosed | None:
    """Return the first reason for which somebody cannot answer now, or None when they can."""
    if booking is None or booking.status not in MAY_HAVE_COME:
        return EvaluationClosed("Only people who were on a session evaluate it.")
    if session.status == SessionStatus.CANCELLED:
        return EvaluationClosed("This session was cancelled, so there is nothing to evaluate.")
    if session.ends_at > now:
        return EvaluationClosed("The evaluation opens when the session has ended.")
    if booking.attendance not in CAME:
        return EvaluationClosed(
            "The register says that you did not attend. If it is wrong, tell the training team."
        )
    if closes_at(session) <= now:
        return EvaluationClosed("The evaluation of this session is closed.")
    return None


def answer_to(question: Question, typed: str) -> int | str | None:
    """Return an answer as it is kept: 1 to 5, or words; None where nothing was answered.

    Raises `AnswerNotUsable` for what is no answer to this question.
    """
    given = typed.strip()
    if not given:
        return None
    if question.kind == QuestionKind.COMMENT:
        if len(given) > MOST_WORDS:
            raise AnswerNotUsable(
                f"An answer has at most {MOST_WORDS:,} letters, and this one has {len(given):,}. "
                "Shorten it, and send it again."
            )
        return given
    if given not in POINTS:
        raise AnswerNotUsable("Choose one of the five answers.")
    return int(given)
