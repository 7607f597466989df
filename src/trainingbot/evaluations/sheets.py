"""The sheets with which a partnership begins; each is written into the database as rows."""

from dataclasses import dataclass

from trainingbot.enums import EvaluationMoment, QuestionKind


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question, known to the code by its key."""

    key: str
    kind: QuestionKind
    wording: str


FIRST_VERSION = 1
FIRST_SHEETS: dict[EvaluationMoment, tuple[QuestionText, ...]] = {
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
