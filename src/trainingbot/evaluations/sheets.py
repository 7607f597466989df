"""The sheets with which a partnership begins; each is written into the database as rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from trainingbot.enums import EvaluationMoment, QuestionKind


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question, known to the code by its key."""

    key: str
    kind: QuestionKind
    wording: str


Sheets = Mapping[EvaluationMoment, tuple[QuestionText, ...]]

FIRST_VERSION = 1
FIRST_SHEETS: Sheets = {
    EvaluationMoment.BEFORE: (
        QuestionText(
            "knowledge_before",
            QuestionKind.RATING,
            "How would you rate your knowledge of the subject before the course?",
        ),
    ),
    EvaluationMoment.AFTER: (
        QuestionText(
            "knowledge_after",
            QuestionKind.RATING,
            "How would you rate your knowledge of the subject now?",
        ),
        QuestionText(
            "engaging", QuestionKind.AGREEMENT, "The course was engaging and interesting."
        ),
        QuestionText(
            "improved_knowledge",
            QuestionKind.AGREEMENT,
            "Having completed this course, I now have improved knowledge about the subject.",
        ),
        QuestionText("comment", QuestionKind.COMMENT, "What else would you like to tell us?"),
    ),
}
"""What the evaluations of an imported programme answer. A changed sheet is a new version."""

DEFAULT_VERSION = 2
DEFAULT_SHEETS: Sheets = {
    EvaluationMoment.AFTER: (
        QuestionText(
            "knowledge_after",
            QuestionKind.RATING,
            "How would you rate your knowledge of the subject now?",
        ),
        QuestionText(
            "confidence_after",
            QuestionKind.RATING,
            "How confident are you now to act on it in your work?",
        ),
        QuestionText(
            "engaging", QuestionKind.AGREEMENT, "The course was engaging and interesting."
        ),
        QuestionText(
            "improved_knowledge",
            QuestionKind.AGREEMENT,
            "Having completed this course, I now have improved knowledge about the subject.",
        ),
        QuestionText("good", QuestionKind.COMMENT, "What was good?"),
        QuestionText("better", QuestionKind.COMMENT, "What could be better?"),
        QuestionText(
            "differently",
            QuestionKind.COMMENT,
            "One or two things that you will do differently in your work",
        ),
    ),
}
"""What is asked in the service, until a partnership writes a sheet of its own."""
