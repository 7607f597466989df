"""After a session its evaluation comes by itself and is answered in the card, part by part."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.chat import Chat, buttons, elements, texts
from tests.factories import make_agency, make_course, make_session
from tests.fakes import SetClock
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Attendance
from trainingbot.evaluations.rules import respondent_hash
from trainingbot.models import Answer, Booking, EvaluationResponse, Practitioner, Question
from trainingbot.settings import Settings

RATINGS = {
    "knowledge_after": "4",
    "confidence_after": "3",
    "engaging": "5",
    "improved_knowledge": "4",
}
WORDS = {"good": "The case studies", "better": "", "differently": "Ask who else knows the family"}


class Evaluated:
    """A session that has just ended, and somebody who had a place on it."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self._database, self._clock = database, clock
        self.session_id = UUID(int=0)

    async def begin(self, chat: Chat) -> None:
        async with self._database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Neglect Level 2")
            session = await make_session(db, course=course, starts_at=NEXT_WEEK)
            self.session_id = session.id
        await chat.says("help")
        await chat.sends("book_place", {"session_id": str(session.id)})
        self._clock.now = session.ends_at

    async def booking(self) -> Booking:
        async with self._database.reading() as db:
            return (await db.exec(select(Booking))).one()

    async def mark(self, attendance: Attendance) -> None:
        async with self._database.writing() as db:
            booking = (await db.exec(select(Booking))).one()
            booking.attendance = attendance

    async def answers(self) -> dict[str, str | int | None]:
        """Return what is kept, by the keys of the questions."""
        async with self._database.reading() as db:
            found = await db.exec(
                select(Question.key, Answer.rating, Answer.words).join(
                    Answer,
                    Answer.question_id == Question.id,  # type: ignore[arg-type]  # a column, as SQLModel types it
                )
            )
            return {key: words if rating is None else rating for key, rating, words in found}

    async def respondents(self) -> list[str]:
        async with self._database.reading() as db:
            return list((await db.exec(select(EvaluationResponse.respondent_hash))).all())

    async def answer(self, chat: Chat, part: int, answers: dict[str, str]) -> None:
        data = {"session_id": str(self.session_id), "part": part, **answers}
        await chat.sends("answer_evaluation", data)


@pytest.fixture
def ann(chat_with: Callable[..., Chat]) -> Chat:
    return chat_with("Ann Example", "ann@county.example")


@pytest.fixture
async def evaluated(database: Database, clock: SetClock, ann: Chat) -> Evaluated:
    evaluated = Evaluated(database, clock)
    await evaluated.begin(ann)
    return evaluated


def inputs(chat: Chat) -> dict[str, str]:
    """Return the inputs of the last card with what stands in them."""
    return {
        element["id"]: element.get("value", "")
        for element in elements(chat.card)
        if element["type"].startswith("Input.")
    }


async def test_the_evaluation_is_answered_in_two_parts(evaluated: Evaluated, ann: Chat) -> None:
    await ann.says("feedback")
    first = inputs(ann)
    await evaluated.answer(ann, 1, RATINGS)
    second = inputs(ann)
    await evaluated.answer(ann, 2, WORDS)

    assert (list(first), list(second)) == (list(RATINGS), list(WORDS))
    assert texts(ann.card)[:4] == [
        "Neglect Level 2",
        "Tue 14 Jan 2025",
        "Thank you. Your evaluation is in.",
        "You can change it until Tue 28 Jan 2025.",
    ]
    assert await evaluated.answers() == {
        "knowledge_after": 4,
        "confidence_after": 3,
        "engaging": 5,
        "improved_knowledge": 4,
        "good": "The case studies",
        "differently": "Ask who else knows the family",
    }
    assert str((await evaluated.booking()).evaluated_on) == "2025-01-14"


async def test_answers_are_kept_when_interrupted_and_shown_again(
    evaluated: Evaluated, ann: Chat
) -> None:
    await evaluated.answer(ann, 1, RATINGS)

    await ann.sends("evaluate", {"session_id": str(evaluated.session_id)})

    assert inputs(ann) == RATINGS


async def test_what_was_answered_is_changed_and_taken_back(evaluated: Evaluated, ann: Chat) -> None:
    await evaluated.answer(ann, 1, RATINGS)
    await evaluated.answer(ann, 2, WORDS)

    await evaluated.answer(ann, 1, RATINGS | {"engaging": "2"})
    await evaluated.answer(ann, 2, WORDS | {"good": " "})

    answers = await evaluated.answers()
    assert (answers["engaging"], answers.get("good")) == (2, None)
    assert len(await evaluated.respondents()) == 1


async def test_sending_twice_is_one_response(
    evaluated: Evaluated, ann: Chat, database: Database, settings: Settings
) -> None:
    for _ in range(2):
        await evaluated.answer(ann, 1, RATINGS)
        await evaluated.answer(ann, 2, WORDS)

    async with database.reading() as db:
        person = (await db.exec(select(Practitioner))).one()
        assert await broken_invariants(db, now=NEXT_WEEK) == []
    assert await evaluated.respondents() == [respondent_hash(settings.signing_secret, person.id)]


async def test_a_missing_answer_is_asked_again_and_nothing_is_lost(
    evaluated: Evaluated, ann: Chat
) -> None:
    given = {key: value for key, value in RATINGS.items() if key != "engaging"}

    await evaluated.answer(ann, 1, given)

    assert inputs(ann) == {**RATINGS, "engaging": ""}
    assert texts(ann.card)[2] == (
        "Choose an answer to each question. What you have chosen is still here."
    )


@pytest.mark.parametrize("answer", ["6", "0", "five", "4.5", "٤"])
async def test_what_is_no_answer_is_refused_in_words(
    evaluated: Evaluated, ann: Chat, answer: str
) -> None:
    await evaluated.answer(ann, 1, RATINGS | {"engaging": answer})

    assert texts(ann.card)[2] == "Choose one of the five answers."
    assert await evaluated.answers() == {}


async def test_too_many_words_are_shown_again(evaluated: Evaluated, ann: Chat) -> None:
    await evaluated.answer(ann, 1, RATINGS)

    await evaluated.answer(ann, 2, WORDS | {"good": "a" * 2001})

    assert inputs(ann)["good"] == "a" * 2001
    assert texts(ann.card)[2] == (
        "An answer has at most 2,000 letters, and this one has 2,001. "
        "Shorten it, and send it again."
    )


async def test_an_answer_to_a_question_that_is_not_on_the_sheet_is_left_alone(
    evaluated: Evaluated, ann: Chat
) -> None:
    await evaluated.answer(ann, 1, RATINGS | {"practitioner_id": "4", "comment": "Hello"})

    assert sorted(await evaluated.answers()) == sorted(RATINGS)


@pytest.mark.parametrize(
    ("moved", "sentence"),
    [
        (timedelta(minutes=-1), "The evaluation opens when the session has ended."),
        (timedelta(days=14), "The evaluation of this session is closed."),
    ],
)
async def test_outside_its_time_it_is_closed(
    evaluated: Evaluated, ann: Chat, clock: SetClock, moved: timedelta, sentence: str
) -> None:
    clock.now += moved

    await evaluated.answer(ann, 1, RATINGS)

    assert sentence in texts(ann.card)
    assert await evaluated.answers() == {}


@pytest.mark.parametrize("attendance", [Attendance.NO_SHOW, Attendance.EXCUSED])
async def test_whoever_did_not_come_has_nothing_to_evaluate(
    evaluated: Evaluated, ann: Chat, attendance: Attendance
) -> None:
    await evaluated.mark(attendance)

    await ann.says("evaluate my last course")
    nothing = texts(ann.card)
    await evaluated.answer(ann, 1, RATINGS)

    assert nothing == ["Evaluations", "There is nothing for you to evaluate at the moment."]
    assert await evaluated.answers() == {}


async def test_somebody_else_cannot_evaluate_in_their_place(
    evaluated: Evaluated, chat_with: Callable[..., Chat]
) -> None:
    ben = chat_with("Ben Example", "ben@county.example")

    await evaluated.answer(ben, 1, RATINGS)

    assert await evaluated.answers() == {}


async def test_the_list_says_what_is_answered(
    evaluated: Evaluated, ann: Chat, database: Database
) -> None:
    async with database.writing() as db:
        session = await make_session(
            db,
            course=await make_course(db, title="Graded Care Profile"),
            starts_at=NEXT_WEEK - timedelta(days=2),
        )
        person = (await db.exec(select(Practitioner))).one()
        await book_place(
            db,
            session_id=session.id,
            practitioner_id=person.id,
            terms=TERMS,
            now=NEXT_WEEK - timedelta(days=5),
        )
    await evaluated.answer(ann, 1, RATINGS)

    await ann.says("evaluations")

    assert texts(ann.card)[:7] == [
        "Evaluations",
        "Neglect Level 2",
        "Tue 14 Jan 2025",
        "Answered; can be changed until Tue 28 Jan 2025",
        "Graded Care Profile",
        "Sun 12 Jan 2025",
        "Open until Sun 26 Jan 2025",
    ]
    assert list(buttons(ann.card)) == ["Change it", "Evaluate", "My training"]
