"""A comment that may point at a child waits for a coordinator, who releases or corrects it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import select

from bot.housekeeping import CHORES, Round
from tests.chat import Chat
from tests.factories import make_agency, make_course, make_session
from tests.fakes import SetClock
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, TERMS
from trainingbot.db import Database
from trainingbot.enums import Sentiment
from trainingbot.models import CommentReading
from trainingbot.people.operations import appoint_coordinators
from trainingbot.settings import Settings

ChatWith = Callable[[str, str | None], Chat]
RATINGS = {
    "knowledge_after": "4",
    "confidence_after": "3",
    "engaging": "5",
    "improved_knowledge": "4",
}
HELD = "Hearing about my pupil Ella in year 5"
ROUTE = "Call the front door on 0300 000 0000."


class Answered:
    """A session that has ended, and Ann, who says what was good about it."""

    def __init__(
        self, database: Database, settings: Settings, chat_with: ChatWith, clock: SetClock
    ) -> None:
        self.database, self._settings = database, settings
        self._chat_with, self._clock = chat_with, clock
        self.session_id = UUID(int=0)
        self.ann = chat_with("Ann Example", "ann@county.example")

    async def begin(self) -> None:
        async with self.database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Neglect Level 2")
            session = await make_session(db, course=course, starts_at=NEXT_WEEK)
        self.session_id = session.id
        await self.ann.says("help")
        await self.ann.sends("book_place", {"session_id": str(session.id)})
        self._clock.now = session.ends_at

    async def says(self, good: str) -> None:
        given = {"session_id": str(self.session_id)}
        await self.ann.sends("answer_evaluation", {**given, "part": 1, **RATINGS})
        words = {"good": good, "better": "", "differently": ""}
        await self.ann.sends("answer_evaluation", {**given, "part": 2, **words})

    async def minute_passes(self) -> None:
        await CHORES["read_comments"](Round(self.database, self._settings, self._clock.now))

    async def coordinator(self) -> Chat:
        chat = self._chat_with("Morgan Reid", "morgan@county.example")
        await chat.says("help")
        async with self.database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example"])
        return chat

    async def reading(self) -> CommentReading:
        async with self.database.reading() as db:
            return (await db.exec(select(CommentReading))).one()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"referral_route": ROUTE})


@pytest.fixture
async def answered(
    database: Database, settings: Settings, chat_with: ChatWith, clock: SetClock
) -> Answered:
    scene = Answered(database, settings, chat_with, clock)
    await scene.begin()
    return scene


async def test_a_held_comment_is_looked_at_and_released_with_a_reason(answered: Answered) -> None:
    await answered.says(HELD)
    await answered.minute_passes()
    morgan = await answered.coordinator()

    await morgan.says("held comments")

    assert f"“{HELD}”" in morgan.lines
    assert ROUTE in morgan.lines
    assert "Neglect Level 2, Tue 14 Jan 2025" in morgan.lines
    assert "Read as positive." in morgan.lines
    assert morgan.buttons == ["Release", "Correct"]

    await morgan.presses("Release", reason=" ")

    assert "Say in a few words why the trainers may see it." in morgan.lines
    assert (await answered.reading()).released_by is None

    await morgan.presses("Release", reason="The trainer knows of her")

    assert morgan.lines[1] == "Released: the trainers of its session may see it."
    assert "No comment is held." in morgan.lines
    assert (await answered.reading()).release_reason == "The trainer knows of her"
    async with answered.database.reading() as db:
        assert await broken_invariants(db, terms=TERMS, now=NEXT_WEEK) == []


async def test_a_correction_is_kept_and_counted(answered: Answered) -> None:
    await answered.says(HELD)
    await answered.minute_passes()
    morgan = await answered.coordinator()
    await morgan.says("held comments")

    await morgan.presses("Correct", sentiment="mixed")
    await morgan.presses("Correct", sentiment="mixed")

    assert morgan.lines[2] == "Noted as mixed."
    assert "Read as mixed, as a coordinator settled it." in morgan.lines
    assert morgan.lines[-1] == "Coordinators have corrected 1 of 1 comment read so far."
    assert (await answered.reading()).corrected == Sentiment.MIXED


async def test_a_changed_comment_is_read_anew_and_loses_its_release(answered: Answered) -> None:
    await answered.says(HELD)
    await answered.minute_passes()
    morgan = await answered.coordinator()
    await morgan.says("held comments")
    release = {
        "response_id": str((await answered.reading()).response_id),
        "question_id": str((await answered.reading()).question_id),
        "reason": "Fine",
    }
    await morgan.presses("Release", reason="The trainer knows of her")

    await answered.says("Hearing about my neighbour and her son")
    await morgan.sends("release_comment", release)

    assert "changed or taken back" in " ".join(morgan.lines)

    await answered.minute_passes()
    await morgan.says("held comments")

    assert "“Hearing about my neighbour and her son”" in morgan.lines
    assert (await answered.reading()).released_by is None


async def test_the_same_words_sent_again_keep_what_was_settled(answered: Answered) -> None:
    await answered.says(HELD)
    await answered.minute_passes()
    morgan = await answered.coordinator()
    await morgan.says("held comments")
    await morgan.presses("Release", reason="The trainer knows of her")

    await answered.says(HELD)
    await answered.minute_passes()

    assert (await answered.reading()).release_reason == "The trainer knows of her"


async def test_nobody_but_coordinators_sees_held_comments(answered: Answered) -> None:
    await answered.says(HELD)
    await answered.minute_passes()

    await answered.ann.says("held comments")

    assert HELD not in " ".join(answered.ann.lines)
    assert not {"Release", "Correct"} & set(answered.ann.buttons)
