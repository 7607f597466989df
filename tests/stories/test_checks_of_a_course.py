"""Booking at a time that is taken, a course once more, or too early; and who settles that."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from tests.chat import Chat, elements
from tests.factories import make_agency, make_coordinator, make_course, make_session
from tests.fakes import SetClock
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.audit.queries import audit_database
from trainingbot.bookings.operations import change_capacity
from trainingbot.db import Database
from trainingbot.enums import Change, Strictness
from trainingbot.models import Booking, BookingChange, Course
from trainingbot.people.operations import appoint_coordinators

ChatWith = Callable[[str, str | None], Chat]
CLASH = "This clashes with another booking: Early Help, Tue 14 Jan 2025, 10:00 to 12:30."
COURSE = UUID(int=2)


class Programme:
    """Two courses at one time; the second checks what somebody has besides."""

    def __init__(self, database: Database, chat_with: ChatWith) -> None:
        self.database, self._chat_with = database, chat_with
        self.session_id = UUID(int=0)
        self.course_id = UUID(int=0)

    async def begin(self, *, on_clash: Strictness, capacity: int = 20) -> None:
        async with self.database.writing() as db:
            await make_coordinator(db)
            await make_agency(db, name="County Council", email_domain="county.example")
            other = await make_course(db, title="Early Help", code="C16")
            await make_session(db, course=other, code="S25-016")
            course = await make_course(db, title="Neglect Level 2", code="C02", on_clash=on_clash)
            session = await make_session(db, course=course, code="S25-002", capacity=capacity)
        self.course_id, self.session_id = course.id, session.id

    async def sarah(self) -> Chat:
        """Return somebody who has a place on Early Help."""
        chat = self._chat_with("Sarah Okafor", "sarah@county.example")
        await chat.says("help")
        await chat.says("book S25-016")
        assert chat.lines[3] == "Booked"
        return chat

    async def coordinator(self) -> Chat:
        chat = self._chat_with("Morgan Reid", "morgan@county.example")
        await chat.says("help")
        async with self.database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example"])
        return chat

    async def reasons(self) -> list[tuple[Change, str | None]]:
        async with self.database.reading() as db:
            found = await db.exec(
                select(BookingChange.change, BookingChange.reason)
                .join(Booking, col(BookingChange.booking_id) == Booking.id)
                .where(Booking.session_id == self.session_id)
                .order_by(col(BookingChange.position))
            )
            return [(Change(change), reason) for change, reason in found]

    async def assert_whole(self) -> None:
        async with self.database.reading() as db:
            assert await broken_invariants(db, now=NOW) == []
            assert (await audit_database(db, terms=TERMS, now=NOW)).findings == ()


@pytest.fixture
def programme(database: Database, chat_with: ChatWith) -> Programme:
    return Programme(database, chat_with)


async def test_somebody_is_warned_of_a_clash_and_books_all_the_same(programme: Programme) -> None:
    await programme.begin(on_clash=Strictness.WARN)
    sarah = await programme.sarah()

    await sarah.says("book S25-002")
    warned, offered = sarah.lines, sarah.buttons
    await sarah.presses("Book anyway")
    booked = sarah.lines
    await sarah.sends("book_place", {"session_id": str(programme.session_id)})

    assert warned == [
        "Neglect Level 2",
        "**Tue 14 Jan 2025**, 10:00 to 12:30",
        "Online in Teams, 20 of 20 places free",
        "Look at this before you book.",
        CLASH,
        "You can book all the same. It is noted with your booking.",
    ]
    assert offered == ["Book anyway", "Other dates", "My training"]
    assert booked[3:5] == ["Booked", "You have a place."]
    assert sarah.lines == booked
    assert await programme.reasons() == [(Change.BOOKED, f"In spite of this: {CLASH}")]
    await programme.assert_whole()


async def test_somebody_who_was_warned_takes_another_date(programme: Programme) -> None:
    await programme.begin(on_clash=Strictness.WARN)
    async with programme.database.writing() as db:
        course = await db.get_one(Course, programme.course_id)
        await make_session(db, course=course, starts_at=NEXT_WEEK + timedelta(days=1))
    sarah = await programme.sarah()

    await sarah.says("book S25-002")
    await sarah.presses("Other dates")
    await sarah.presses("Book Wed 15 Jan")

    assert sarah.lines[3:5] == ["Booked", "You have a place."]
    assert await programme.reasons() == []


async def test_somebody_is_refused_with_the_reason_and_what_to_do(programme: Programme) -> None:
    await programme.begin(on_clash=Strictness.REFUSE)
    sarah = await programme.sarah()

    await sarah.says("book S25-002")
    refused = sarah.lines
    await sarah.sends(
        "book_place", {"session_id": str(programme.session_id), "despite_doubts": True}
    )

    assert refused == [
        "That can’t be done",
        f"{CLASH} Choose another date, or give that place back first.",
    ]
    assert sarah.lines == refused
    assert await programme.reasons() == []


async def test_an_offer_is_taken_in_spite_of_a_warning(
    programme: Programme, clock: SetClock
) -> None:
    await programme.begin(on_clash=Strictness.WARN, capacity=0)
    sarah = await programme.sarah()
    await sarah.says("book S25-002")
    before_waiting = sarah.buttons
    await sarah.presses("Join anyway")
    async with programme.database.writing() as db:
        await change_capacity(
            db, session_id=programme.session_id, capacity=1, terms=TERMS, now=clock()
        )

    await sarah.sends("show_booking", {"session_id": str(programme.session_id)})
    await sarah.presses("Take the place")
    asked, offered = sarah.lines, sarah.buttons
    await sarah.presses("Take it anyway")

    assert before_waiting == ["Join anyway", "Other dates", "My training"]
    assert asked[3:6] == [
        "Place held until Wed 8 Jan 2025, 10:00",
        "Look at this before you book.",
        CLASH,
    ]
    assert offered == ["Take it anyway", "No, thank you", "Other dates", "My training"]
    assert sarah.lines[3] == "Booked"
    assert await programme.reasons() == [
        (Change.WAITLISTED, f"In spite of this: {CLASH}"),
        (Change.OFFERED, None),
        (Change.OFFER_ACCEPTED, f"In spite of this: {CLASH}"),
    ]
    await programme.assert_whole()


async def test_a_coordinator_settles_what_a_course_checks(programme: Programme) -> None:
    await programme.begin(on_clash=Strictness.WARN)
    morgan = await programme.coordinator()

    await morgan.sends("show_course", {"course_id": str(programme.course_id)})
    await morgan.presses("Booking checks")
    before = inputs_of(morgan)
    await morgan.presses("Save", on_clash="refuse", repeat_months="24", prerequisite_level="1")
    saved, after = morgan.lines, inputs_of(morgan)
    await morgan.presses("Save", prerequisite_level="")

    assert before == {
        "on_clash": "warn",
        "on_repeat": "allow",
        "repeat_months": "12",
        "on_missing_level": "allow",
        "prerequisite_level": "",
    }
    assert saved[:4] == [
        "Booking checks: Neglect Level 2",
        "What happens when somebody books this course:",
        "Saved.",
        "It holds from the next booking on. Nobody loses a place by it.",
    ]
    assert after == {
        **before,
        "on_clash": "refuse",
        "repeat_months": "24",
        "prerequisite_level": "1",
    }
    assert inputs_of(morgan) == {**after, "prerequisite_level": ""}
    async with programme.database.reading() as db:
        course = await db.get_one(Course, programme.course_id)
        assert (course.on_clash, course.repeat_months, course.prerequisite_level) == (
            Strictness.REFUSE,
            24,
            None,
        )


async def test_what_cannot_be_read_is_shown_again_and_changes_nothing(
    programme: Programme,
) -> None:
    await programme.begin(on_clash=Strictness.WARN)
    morgan = await programme.coordinator()
    await morgan.sends("course_checks", {"course_id": str(programme.course_id)})

    await morgan.presses("Save", on_clash="never", repeat_months="61", prerequisite_level="4")

    assert morgan.lines == [
        "Booking checks: Neglect Level 2",
        "What happens when somebody books this course:",
        "Choose what happens.",
        "Type a number of months from 1 to 60.",
        "Choose a level, or none.",
    ]
    assert inputs_of(morgan) == {
        "on_clash": "never",
        "on_repeat": "allow",
        "repeat_months": "61",
        "on_missing_level": "allow",
        "prerequisite_level": "4",
    }
    async with programme.database.reading() as db:
        course = await db.get_one(Course, programme.course_id)
        assert (course.on_clash, course.repeat_months) == (Strictness.WARN, 12)


@pytest.mark.parametrize("verb", ["course_checks", "set_course_checks"])
async def test_nobody_else_sees_or_settles_the_checks(programme: Programme, verb: str) -> None:
    await programme.begin(on_clash=Strictness.WARN)
    sarah = await programme.sarah()
    await sarah.sends("show_course", {"course_id": str(programme.course_id)})
    shown = sarah.buttons

    await sarah.sends(verb, {"course_id": str(programme.course_id), "on_clash": "allow"})

    assert shown == ["Book Tue 14 Jan", "All courses"]
    assert sarah.lines == [
        "That can’t be done",
        "Only the training team's coordinators can do this. Ask one of them to do it for you.",
    ]


@pytest.mark.parametrize("verb", ["course_checks", "set_course_checks"])
async def test_checks_of_a_course_that_is_gone_cannot_be_settled(
    programme: Programme, verb: str
) -> None:
    await programme.begin(on_clash=Strictness.WARN)
    morgan = await programme.coordinator()
    settled = {
        "on_clash": "warn", "on_repeat": "warn", "repeat_months": "12", "on_missing_level": "warn",
    }  # fmt: skip

    await morgan.sends(verb, {"course_id": str(COURSE), **settled})

    assert morgan.lines == [
        "That can’t be done",
        "This course is no longer in the programme. Type “courses” to see what there is.",
    ]


def inputs_of(chat: Chat) -> dict[str, str]:
    """Return what stands in the fields of the last card."""
    return {
        one["id"]: one.get("value", "")
        for one in elements(chat.card)
        if one["type"].startswith("Input.")
    }
