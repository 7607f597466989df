"""The evaluation of a session: in the card itself, a part at a time."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextInput

from bot import phrases
from bot.cards.pieces import (
    Element,
    button,
    card,
    heading,
    line,
    message,
    row,
    subtle,
)
from bot.payloads import EvaluationAnswers, SessionChoice
from bot.turns import Reply
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import QuestionKind
from trainingbot.evaluations.rules import MOST_WORDS, closes_at
from trainingbot.evaluations.views import OpenSheet
from trainingbot.models import Question

SCALES = {
    QuestionKind.RATING: ("1, very low", "2", "3", "4", "5, very high"),
    QuestionKind.AGREEMENT: (
        "Strongly disagree",
        "Disagree",
        "Neither agree nor disagree",
        "Agree",
        "Strongly agree",
    ),
}
"""What the five answers say, in the order of their points."""
CONFIDENTIAL = (
    "Your answers are kept apart from your name: nobody sees them as yours, neither the trainer "
    "nor the training team. Please name no child, family or colleague."
)


def parts_of(questions: Sequence[Question]) -> list[list[Question]]:
    """Return the questions a card at a time: those that are chosen, then those in words."""
    in_words = [question for question in questions if question.kind == QuestionKind.COMMENT]
    chosen = [question for question in questions if question.kind != QuestionKind.COMMENT]
    return [part for part in (chosen, in_words) if part]


def evaluation_part(
    opened: OpenSheet,
    part: int,
    *,
    typed: Mapping[str, str] | None = None,
    fault: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Ask the questions of one part; `fault` says what is wrong with what was `typed`."""
    parts = parts_of(opened.lines)
    session_id = opened.training.session.id
    title = phrases.plain(opened.training.course.title)
    values = {**opened.answers, **(typed or {})}
    first, last = part == 1, part == len(parts)
    back = [] if first else [button("Back", "evaluate", EvaluationAnswers(session_id=session_id))]
    onward = EvaluationAnswers(session_id=session_id, part=part)
    return card(
        heading(f"How was {title}?"),
        subtle(f"{_when(opened.training, zone)}. Part {part} of {len(parts)}."),
        *([message(fault)] if fault else []),
        *(_input(question, values.get(question.key, "")) for question in parts[part - 1]),
        *([subtle(CONFIDENTIAL)] if first else []),
        actions=[
            *back,
            button(
                "Send" if last else "Next",
                "answer_evaluation",
                onward,
                style="positive",
                with_inputs=True,
            ),
        ],
        summary=f"How was {title}? It takes a minute",
    )


def _when(training: TrainingRow, zone: ZoneInfo) -> str:
    return phrases.day(training.session.starts_at, zone)


def _input(question: Question, value: str) -> Element:
    if question.kind == QuestionKind.COMMENT:
        return TextInput(
            id=question.key,
            label=phrases.plain(question.wording),
            value=value,
            max_length=MOST_WORDS,
            is_multiline=True,
        )
    return ChoiceSetInput(
        id=question.key,
        label=phrases.plain(question.wording),
        is_required=True,
        error_message="Choose one of the five answers.",
        value=value,
        choices=[
            Choice(title=words, value=str(points))
            for points, words in enumerate(SCALES[question.kind], start=1)
        ],
        style="expanded",
        wrap=True,
    )


def thanks(opened: OpenSheet, *, zone: ZoneInfo) -> Reply:
    """Thank somebody who has answered, and say until when they may change it."""
    title = phrases.plain(opened.training.course.title)
    until = phrases.day(closes_at(opened.training.session), zone)
    choice = SessionChoice(session_id=opened.training.session.id)
    return card(
        heading(title),
        subtle(_when(opened.training, zone)),
        message("Thank you. Your evaluation is in.", f"You can change it until {until}."),
        subtle(CONFIDENTIAL),
        actions=[button("Change it", "evaluate", choice), button("My training", "my_training")],
        summary=f"{title}: thank you for your evaluation.",
    )


def evaluation_list(rows: Sequence[TrainingRow], *, zone: ZoneInfo) -> Reply:
    """List the sessions that somebody may evaluate now."""
    if not rows:
        return card(
            heading("Evaluations"),
            line("There is nothing for you to evaluate at the moment."),
            actions=[button("My training", "my_training")],
            summary="There is nothing to evaluate at the moment.",
        )
    return card(
        heading("Evaluations"),
        *(_listed(training, zone) for training in rows),
        actions=[button("My training", "my_training")],
        summary=f"{phrases.counted(len(rows), 'session')} to evaluate",
    )


def _listed(training: TrainingRow, zone: ZoneInfo) -> Element:
    answered = training.booking.evaluated_on is not None
    until = phrases.day(closes_at(training.session), zone)
    choice = SessionChoice(session_id=training.session.id)
    return row(
        phrases.plain(training.course.title),
        [
            line(_when(training, zone)),
            subtle(
                f"Answered; can be changed until {until}" if answered else f"Open until {until}"
            ),
        ],
        button("Change it" if answered else "Evaluate", "evaluate", choice),
    )
