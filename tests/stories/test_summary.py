"""The trainer and the coordinator ask what people answered, and nobody learns who said it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.chat import Chat, elements
from tests.factories import (
    make_agency,
    make_booking,
    make_course,
    make_practitioner,
    make_session,
)
from tests.fakes import SetClock
from tests.moments import NOW, TERMS
from trainingbot.db import Database
from trainingbot.enums import Attendance, EvaluationMoment, Sentiment, SessionStatus
from trainingbot.evaluations.operations import first_sheets
from trainingbot.models import (
    Answer,
    CommentReading,
    EvaluationResponse,
    SessionTrainer,
)
from trainingbot.people.operations import appoint_coordinators
from trainingbot.programme.demo import demo_programme
from trainingbot.programme.operations import import_programme
from trainingbot.programme.reading import Reading
from trainingbot.settings import Settings

LAST_WEEK = NOW - timedelta(days=6)


async def answer(
    database: Database, session_id: UUID, number: int, *, words: str = "", held: bool = False
) -> None:
    """Answer before and after as somebody who rose from 2 to 3, and agrees strongly."""
    async with database.writing() as db:
        sheets = await first_sheets(db)
        before, after = sheets[EvaluationMoment.BEFORE], sheets[EvaluationMoment.AFTER]
        given = {
            "knowledge_before": 2,
            "knowledge_after": 3,
            "engaging": 5,
            "improved_knowledge": 5,
        }
        for sheet in (before, after):
            response = EvaluationResponse(
                session_id=session_id,
                evaluation_id=sheet.evaluation_id,
                respondent_hash=f"{number:064}",
            )
            db.add(response)
            await db.flush()
            for key, question_id in sheet.questions.items():
                if key in given:
                    db.add(
                        Answer(response_id=response.id, question_id=question_id, rating=given[key])
                    )
        if words:
            question_id = after.questions["comment"]
            db.add(Answer(response_id=response.id, question_id=question_id, words=words))
            await db.flush()
            db.add(
                CommentReading(
                    response_id=response.id,
                    question_id=question_id,
                    analyzer_version="1",
                    sentiment=Sentiment.POSITIVE,
                    score=0.5,
                    suggestion=False,
                    held=held,
                    themes="trainer",
                )
            )


@pytest.fixture
async def session_id(database: Database) -> UUID:
    """A session that is over, of twelve people, taught by Tessa."""
    async with database.writing() as db:
        await make_agency(db, name="County Council", email_domain="county.example")
        tessa = await make_practitioner(db, name="Tessa Example", email="tessa@county.example")
        await make_practitioner(db, name="Ben Example", email="ben@county.example")
        await make_practitioner(db, name="Cora", email="cora@county.example")
        await appoint_coordinators(db, ["cora@county.example"])
        session = await make_session(
            db,
            course=await make_course(db, title="Neglect Level 2", code="C02"),
            code="S25-001",
            starts_at=LAST_WEEK,
            status=SessionStatus.DELIVERED,
        )
        db.add(SessionTrainer(session_id=session.id, practitioner_id=tessa.id))
        for _ in range(12):
            await make_booking(db, session_id=session.id, attendance=Attendance.ATTENDED)
    return session.id


@pytest.fixture
def tessa(chat_with: Callable[..., Chat]) -> Chat:
    return chat_with("Tessa Example", "tessa@county.example")


@pytest.fixture
def cora(chat_with: Callable[..., Chat]) -> Chat:
    return chat_with("Cora Example", "cora@county.example")


async def test_a_trainer_sees_what_people_answered_on_the_last_session(
    database: Database, session_id: UUID, tessa: Chat
) -> None:
    for number in range(8):
        await answer(database, session_id, number)

    await tessa.says("help")
    await tessa.says("summary of my last session")

    assert tessa.lines[:4] == [
        "Neglect Level 2, S25-001, Wed 1 Jan 2025",
        "8 answered, of 12 people who came (67 %).",
        "Knowledge of the subject",
        (
            "Of 8 people who answered before and after, 8 rose, 0 stayed the same and none fell. "
            "On the whole it rose, by more than chance explains."
        ),
    ]
    charts = [one for one in elements(tessa.card) if one["type"].startswith("Chart.")]
    assert len(charts) == 3


async def test_a_few_answers_are_not_shown(
    database: Database, session_id: UUID, tessa: Chat
) -> None:
    for number in range(4):
        await answer(database, session_id, number, words="Good trainer")

    await tessa.says("help")
    await tessa.says("summary of S25-001")
    seen = tessa.lines
    await tessa.sends("summary_comments", {"year": 2025, "session_id": str(session_id)})

    assert seen[1] == "Too few to show: fewer than 5 people have answered."
    assert tessa.lines[-1] == "There are no comments to show."


async def test_held_comments_are_left_out_and_counted(
    database: Database, session_id: UUID, tessa: Chat
) -> None:
    for number in range(8):
        words = f"Comment number {number}"
        await answer(database, session_id, number, words=words, held=number < 2)

    await tessa.says("help")
    await tessa.says("summary of S25-001")
    seen = tessa.lines
    await tessa.presses("Comments")
    first = tessa.lines
    await tessa.presses("More")

    assert "**Trainer**: 6 positive" in seen
    assert "2 held back until a coordinator has looked." in seen
    assert [one for one in first if one.startswith("Comment")] == [
        f"Comment number {number}" for number in range(2, 7)
    ]
    assert [one for one in tessa.lines if one.startswith("Comment")] == ["Comment number 7"]


async def test_somebody_who_did_not_teach_it_sees_nothing(
    database: Database, session_id: UUID, chat_with: Callable[..., Chat]
) -> None:
    for number in range(8):
        await answer(database, session_id, number)
    ben = chat_with("Ben Example", "ben@county.example")

    for typed in ("summary of S25-001", "summary of neglect level 2", "summary of 2025"):
        await ben.says(typed)

        assert ben.lines[-1].startswith("Trainers see the summaries of their own sessions")


async def test_a_trainer_does_not_see_the_course(
    database: Database, session_id: UUID, tessa: Chat
) -> None:
    for number in range(8):
        await answer(database, session_id, number)

    await tessa.says("help")
    await tessa.says("summary of neglect level 2")

    assert tessa.lines[-1].startswith("Trainers see the summaries of their own sessions")


async def test_a_coordinator_sees_the_course_and_the_year(
    database: Database, session_id: UUID, cora: Chat
) -> None:
    for number in range(8):
        await answer(database, session_id, number)

    await cora.says("help")
    await cora.says("summary of neglect level 2")
    course = cora.lines[0]
    await cora.says("summary")
    await cora.presses("2025")

    assert (course, cora.lines[0]) == ("Neglect Level 2, 2025", "All courses, 2025")


async def test_the_summary_of_2024_shows_207_and_184_strongly_agree(
    database: Database, settings: Settings, cora: Chat, clock: SetClock
) -> None:
    programme = demo_programme(zone=settings.zone)
    async with database.writing() as db:
        await import_programme(
            db, Reading(programme), secret=settings.signing_secret, terms=TERMS, now=clock()
        )
        await make_practitioner(db, name="Cora", email="cora@county.example")
        await appoint_coordinators(db, ["cora@county.example"])

    await cora.says("help")
    await cora.says("summary of 2024")

    said = "\n".join(cora.lines)
    assert "Strongly agree: 207." in said
    assert "Strongly agree: 184." in said
    assert "Of 322 people who answered before and after, 227 rose, 95 stayed the same" in said
    assert "5, very high: 0." in said


async def test_on_a_session_whose_register_was_kept_the_unmarked_have_not_come(
    database: Database, session_id: UUID, tessa: Chat
) -> None:
    async with database.writing() as db:
        await make_booking(db, session_id=session_id)
    for number in range(8):
        await answer(database, session_id, number)

    await tessa.says("help")
    await tessa.says("summary of S25-001")

    assert tessa.lines[1] == "8 answered, of 12 people who came (67 %)."
