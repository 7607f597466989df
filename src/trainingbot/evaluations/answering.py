"""Answer the evaluation of a session: kept under a keyed hash, changeable until it closes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.queries import training_on
from trainingbot.db import add_or_replace, add_unless_there
from trainingbot.enums import EvaluationMoment
from trainingbot.errors import NotFound
from trainingbot.evaluations.comments.operations import forget_reading_of_other_words
from trainingbot.evaluations.operations import drafted, sheet_in_use
from trainingbot.evaluations.queries import answers_of, newest_sheet
from trainingbot.evaluations.rules import answer_to, respondent_hash, why_closed
from trainingbot.evaluations.sheets import DEFAULT_SHEETS, DEFAULT_VERSION
from trainingbot.evaluations.views import OpenSheet
from trainingbot.models import Answer, Booking, EvaluationResponse


async def open_sheet(
    db: AsyncSession, *, session_id: UUID, practitioner_id: UUID, secret: str, now: datetime
) -> OpenSheet:
    """Return the evaluation of a session with what its person has answered so far.

    Only reads: before anybody has answered, the sheet that comes with the service is shown.
    Raises `EvaluationClosed` where they cannot answer now.
    """
    training = await training_on(db, practitioner_id, session_id=session_id)
    if training is None:
        raise NotFound("You have no booking on this session, so you have nothing to evaluate.")
    closed = why_closed(training.session, training.booking, now=now)
    if closed is not None:
        raise closed
    sheet = await newest_sheet(db, moment=EvaluationMoment.AFTER)
    if sheet is None or sheet.version < DEFAULT_VERSION:
        lines = drafted(training.session.id, DEFAULT_SHEETS[EvaluationMoment.AFTER])
        return OpenSheet(training, lines, {})
    respondent = respondent_hash(secret, practitioner_id)
    answers = await answers_of(db, sheet, session_id=session_id, respondent=respondent)
    return OpenSheet(training, sheet.lines, answers)


async def answer_evaluation(
    db: AsyncSession,
    opened: OpenSheet,
    given: Mapping[str, str],
    *,
    secret: str,
    zone: ZoneInfo,
    now: datetime,
) -> None:
    """Keep what somebody answers to some questions of an open sheet; blank takes it back.

    That they have answered is a date on the booking, without a time. Safe to repeat, and by two
    requests at once. Raises `AnswerNotUsable` before anything is kept.
    """
    booking = opened.training.booking
    kept = {
        line.key: answer_to(line, given[line.key]) for line in opened.lines if line.key in given
    }
    if not opened.answers and all(answer is None for answer in kept.values()):
        return
    sheet = await sheet_in_use(db, EvaluationMoment.AFTER)
    response_id = await _response(
        db,
        EvaluationResponse(
            session_id=booking.session_id,
            evaluation_id=sheet.evaluation_id,
            respondent_hash=respondent_hash(secret, booking.practitioner_id),
        ),
    )
    for key in kept.keys() & sheet.questions.keys():
        await _keep(db, response_id, sheet.questions[key], kept[key])
    today = None if await _was_emptied(db, response_id) else now.astimezone(zone).date()
    await db.exec(
        update(Booking)
        .where(
            col(Booking.id) == booking.id,
            col(Booking.evaluated_on).is_(None) == (today is not None),
        )
        .values(evaluated_on=today)
    )


async def _response(db: AsyncSession, returned: EvaluationResponse) -> UUID:
    """Return the id of the one response of its kind, which is written unless it is there."""
    unique = ["session_id", "evaluation_id", "respondent_hash"]
    await add_unless_there(db, returned, unique=unique)
    found = await db.exec(
        select(EvaluationResponse.id).where(
            *(col(getattr(EvaluationResponse, name)) == getattr(returned, name) for name in unique)
        )
    )
    return found.one()


async def _keep(
    db: AsyncSession, response_id: UUID, question_id: UUID, answer: int | str | None
) -> None:
    words = answer if isinstance(answer, str) else None
    await forget_reading_of_other_words(
        db, response_id=response_id, question_id=question_id, words=words
    )
    if answer is None:
        await db.exec(
            delete(Answer).where(
                col(Answer.response_id) == response_id, col(Answer.question_id) == question_id
            )
        )
        return
    row = Answer(
        response_id=response_id,
        question_id=question_id,
        rating=answer if isinstance(answer, int) else None,
        words=words,
    )
    await add_or_replace(
        db, row, unique=["response_id", "question_id"], replaced=["rating", "words"]
    )


async def _was_emptied(db: AsyncSession, response_id: UUID) -> bool:
    """Take away a response in which nothing is answered any more, and tell whether it was so."""
    answers = select(Answer).where(col(Answer.response_id) == response_id)
    emptied = await db.exec(
        delete(EvaluationResponse).where(
            col(EvaluationResponse.id) == response_id, ~answers.exists()
        )
    )
    return emptied.rowcount == 1
