"""Evaluating a session: in the card, or behind a personal link, a part at a time."""

from bot.cards import evaluations as cards
from bot.payloads import EvaluationAnswers, Nothing, SessionChoice
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.queries import training_of_booking
from trainingbot.enums import QuestionKind
from trainingbot.errors import AnswerNotUsable
from trainingbot.evaluations import answering
from trainingbot.evaluations.queries import open_evaluations
from trainingbot.evaluations.rules import why_closed
from trainingbot.evaluations.views import OpenSheet
from trainingbot.models import Notice

MOST_LISTED = 5
UNANSWERED = "Choose an answer to each question. What you have chosen is still here."


async def evaluations(visit: Visit, nothing: Nothing) -> Reply:
    """List the sessions that the person may evaluate now; with only one, open it."""
    del nothing
    rows = await open_evaluations(visit.db, visit.practitioner.id, limit=MOST_LISTED, now=visit.now)
    if len(rows) == 1 and rows[0].booking.evaluated_on is None:
        return await evaluate(visit, SessionChoice(session_id=rows[0].session.id))
    return cards.evaluation_list(rows, zone=visit.zone)


async def evaluate(visit: Visit, choice: SessionChoice) -> Reply:
    """Open the evaluation of a session at its first part, with what was answered before."""
    return cards.evaluation_part(await _opened(visit, choice), 1, zone=visit.zone)


async def answer_evaluation(visit: Visit, given: EvaluationAnswers) -> Reply:
    """Keep the answers of one part, and go on to the next, or thank."""
    opened = await _opened(visit, given)
    parts = cards.parts_of(opened.lines)
    part = min(given.part, len(parts))
    keys = [question.key for question in parts[part - 1]]
    answers = {key: value for key, value in given.answers.items() if key in keys}
    try:
        await answering.answer_evaluation(
            visit.db,
            opened,
            answers,
            secret=visit.settings.signing_secret,
            zone=visit.zone,
            now=visit.now,
        )
    except AnswerNotUsable as refused:
        return cards.evaluation_part(
            opened, part, typed=answers, fault=refused.sentence, zone=visit.zone
        )
    known = {**opened.answers, **answers}
    missing = [
        question.key
        for question in parts[part - 1]
        if question.kind != QuestionKind.COMMENT and not known.get(question.key, "").strip()
    ]
    if missing:
        return cards.evaluation_part(opened, part, typed=answers, fault=UNANSWERED, zone=visit.zone)
    if part < len(parts):
        return cards.evaluation_part(opened, part + 1, zone=visit.zone)
    return cards.thanks(opened, zone=visit.zone)


async def evaluation_invitation(visit: Visit, notice: Notice) -> Reply | None:
    """Return the card that asks for the evaluation, or None where there is nothing to ask."""
    row = await training_of_booking(visit.db, notice.about_id)
    if row is None or row.booking.evaluated_on is not None:
        return None
    if why_closed(row.session, row.booking, now=visit.now) is not None:
        return None
    return await evaluate(visit, SessionChoice(session_id=row.session.id))


async def _opened(visit: Visit, choice: SessionChoice) -> OpenSheet:
    return await answering.open_sheet(
        visit.db,
        session_id=choice.session_id,
        practitioner_id=visit.practitioner.id,
        secret=visit.settings.signing_secret,
        now=visit.now,
    )
