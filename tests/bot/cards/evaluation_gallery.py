"""The cards in which a session is evaluated."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from bot.cards import evaluations as evaluation
from bot.turns import Reply
from tests.bot.cards import gallery
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, EvaluationMoment
from trainingbot.evaluations.operations import drafted
from trainingbot.evaluations.sheets import DEFAULT_SHEETS
from trainingbot.evaluations.views import OpenSheet

LINES = drafted(UUID(int=7), DEFAULT_SHEETS[EvaluationMoment.AFTER])
ANSWERED = {
    "knowledge_after": "4",
    "confidence_after": "5",
    "engaging": "5",
    "improved_knowledge": "3",
    "good": "The part about *professional curiosity*, and [the film](https://film.example). " * 20,
}


def training(answered_on: date | None = None) -> TrainingRow:
    row = gallery.training(BookingStatus.CONFIRMED)
    booking = row.booking.model_copy(update={"evaluated_on": answered_on})
    return TrainingRow(booking, row.session, row.course, None)


def cards() -> dict[str, Reply]:
    """Return each card of an evaluation by a name."""
    opened = OpenSheet(training(), LINES, {})
    answered = replace(opened, answers=ANSWERED)
    zone = gallery.LONDON
    return {
        "evaluation": evaluation.evaluation_part(opened, 1, zone=zone),
        "evaluation unanswered": evaluation.evaluation_part(
            opened, 1, typed={"engaging": "2"}, fault="Choose an answer to each.", zone=zone
        ),
        "evaluation in words": evaluation.evaluation_part(answered, 2, zone=zone),
        "evaluation sent": evaluation.thanks(answered, zone=zone),
        "evaluations": evaluation.evaluation_list(
            [training(), training(date(2025, 1, 8))] * 2, zone=zone
        ),
        "no evaluations": evaluation.evaluation_list((), zone=zone),
    }
