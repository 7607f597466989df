"""Changing the date of a place, from its card to the other date, and never without a place."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from bot.dispatch import Dispatcher
from tests.chat import Chat, buttons
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import HandCourier, KnownMembers, PostBox, SetClock
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import Strictness
from trainingbot.models import Agency, Course, CourseSession
from trainingbot.settings import Settings

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=14)
"""Tue 21 Jan 2025, 10:00; free to cancel until Fri 17 Jan, 10:00."""
LATE = STARTS - timedelta(days=1)
CANNOT_COME = {"late_reason": "urgent_work"}


class Programme:
    """A course with three dates of two places; on the first of them Ann has a place."""

    def __init__(self, database: Database, chat_with: ChatWith) -> None:
        self.database, self._chat_with = database, chat_with
        self.agency: Agency
        self.course: Course
        self.dates: list[CourseSession] = []
        self.ann: Chat

    async def begin(self) -> None:
        async with self.database.writing() as db:
            self.agency = await make_agency(
                db, name="County Council", email_domain="county.example"
            )
            self.course = await make_course(db, title="Professional Curiosity")
            for week in range(3):
                session = await make_session(
                    db,
                    course=self.course,
                    code=f"S25-00{week + 1}",
                    starts_at=STARTS + timedelta(days=7 * week),
                    capacity=2,
                )
                self.dates.append(session)
        self.ann = self._chat_with("Ann Smith", "ann@county.example")
        await self.ann.says("help")
        await self.ann.sends("book_place", self.date(0))

    def date(self, number: int) -> dict[str, str]:
        return {"session_id": str(self.dates[number].id)}

    async def fills(self, number: int) -> list[UUID]:
        """Have two others take the places of a date."""
        async with self.database.writing() as db:
            people = [(await make_practitioner(db)).id for _ in range(2)]
            for person in people:
                await book_place(
                    db,
                    session_id=self.dates[number].id,
                    practitioner_id=person,
                    terms=TERMS,
                    now=NOW,
                )
        return people

    async def gives_back(self, person: UUID, number: int) -> None:
        async with self.database.writing() as db:
            await cancel_booking(
                db,
                session_id=self.dates[number].id,
                practitioner_id=person,
                terms=TERMS,
                now=NOW,
            )

    async def says(self, *, clash: Strictness) -> None:
        async with self.database.writing() as db:
            (await db.get_one(Course, self.course.id)).on_clash = clash


@pytest.fixture
async def programme(database: Database, chat_with: ChatWith) -> Programme:
    programme = Programme(database, chat_with)
    await programme.begin()
    return programme


async def test_two_taps_change_the_date(programme: Programme) -> None:
    ann = programme.ann
    await programme.fills(2)
    await ann.sends("show_booking", programme.date(0))

    await ann.presses("Change date")
    asked, offered = ann.lines, ann.buttons
    await ann.presses("Change to Tue 28 Jan")
    changed, after = ann.lines, buttons(ann.card)
    await ann.says("my training")

    assert asked == [
        "Professional Curiosity",
        "Your place: **Tue 21 Jan 2025**, 10:00 to 12:30",
        "Change to which date?",
        "You keep this place until you have the other one.",
        "Tue 28 Jan 2025",
        "10:00 to 12:30",
        "Online in Teams, 2 of 2 places free",
        "Tue 4 Feb 2025",
        "10:00 to 12:30",
        "Online in Teams, full, all 2 places taken",
        "You can wait for it and keep the place you have.",
    ]
    assert offered == [
        "Change to Tue 28 Jan",
        "Join waitlist Tue 4 Feb",
        "Keep my place",
        "All dates",
    ]
    assert changed[1:] == [
        "**Tue 28 Jan 2025**, 10:00 to 12:30",
        "Online in Teams, 1 of 2 places free",
        "Booked",
        "You have changed to this date.",
        "The place on Tue 21 Jan 2025, 10:00 has been given back.",
        "Free to cancel until Fri 24 Jan 2025, 10:00.",
    ]
    assert after["Remove old date"]["url"] != after["Add to calendar"]["url"]
    assert ann.lines[1:4] == [
        "Coming: 1 session",
        "Professional Curiosity",
        "Tue 28 Jan 2025, 10:00",
    ]


async def test_the_button_pressed_again_on_the_old_card_says_the_same(
    programme: Programme,
) -> None:
    ann = programme.ann
    change = {
        "from_session_id": str(programme.dates[0].id),
        "to_session_id": str(programme.dates[1].id),
    }

    await ann.sends("transfer_booking", change)
    first = ann.lines
    await ann.sends("transfer_booking", change)
    second = ann.lines
    await ann.sends("show_booking", programme.date(0))

    assert second == first
    assert ann.lines[3] == "Cancelled"
    assert ann.buttons == ["Book again", "Remove from calendar", "My training"]


async def test_an_old_question_says_that_the_date_was_changed(programme: Programme) -> None:
    ann = programme.ann
    await ann.sends("ask_to_transfer", programme.date(0))
    await ann.presses("Change to Tue 28 Jan")

    await ann.sends("cancel_booking", programme.date(0))

    assert ann.lines[3:] == [
        "Cancelled",
        "You have changed to another date.",
        "Type “my training” to see it.",
    ]


async def test_a_place_taken_meanwhile_costs_nobody_the_first_one(programme: Programme) -> None:
    ann = programme.ann
    await ann.sends("ask_to_transfer", programme.date(0))
    await programme.fills(1)

    await ann.presses("Change to Tue 28 Jan")
    refused, offered = ann.lines[2], ann.buttons
    await ann.presses("Keep my place")

    assert refused == (
        "There is no place for you on that date at the moment. You keep the one you have. "
        "You can join the waitlist of the other date meanwhile."
    )
    assert offered[:2] == ["Join waitlist Tue 28 Jan", "Change to Tue 4 Feb"]
    assert ann.lines[3] == "Booked"


async def test_who_waits_for_a_full_date_keeps_the_place_until_they_choose(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    ann = programme.ann
    others = await programme.fills(1)
    await ann.sends("ask_to_transfer", programme.date(0))
    await ann.presses("Join waitlist Tue 28 Jan")
    waiting = ann.lines[3:]
    await programme.gives_back(others[0], 1)

    await courier.deliver_due()
    ann.reply = post_box.sent[0][1]
    offered = ann.buttons
    await ann.presses("Take it instead of Tue 21 Jan")
    taken = ann.lines[3:]
    await ann.sends("show_booking", programme.date(0))

    assert waiting == [
        "Waitlist: 1st",
        "You are 1st on the waitlist of this date.",
        "You keep your place on Tue 21 Jan 2025, 10:00.",
        "When a place becomes free here we ask you, and you choose between the two.",
    ]
    assert offered == [
        "Take it instead of Tue 21 Jan",
        "Take the place",
        "No, thank you",
        "Other dates",
    ]
    assert taken[:2] == ["Booked", "You have changed to this date."]
    assert ann.lines[3] == "Cancelled"


async def test_who_waits_and_is_booked_automatically_is_told_of_both_places(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    ann = programme.ann
    others = await programme.fills(1)
    await ann.sends("ask_to_transfer", programme.date(0))
    await ann.presses("Join waitlist Tue 28 Jan")
    await ann.presses("Book me automatically")
    chosen = ann.lines[4:]
    await programme.gives_back(others[0], 1)

    await courier.deliver_due()
    ann.reply = post_box.sent[0][1]

    assert chosen == [
        "You will be booked automatically. We tell you here when it happens.",
        "Your place on Tue 21 Jan 2025, 10:00 stays yours as well, until you give it back.",
    ]
    assert ann.lines[3:6] == [
        "Booked",
        "A place became free and it is yours. You asked to be booked automatically.",
        (
            "You have a place on Tue 21 Jan 2025, 10:00 as well. "
            "If you need only one, give the other back."
        ),
    ]


async def test_a_place_that_became_free_meanwhile_is_offered_and_not_taken_unasked(
    programme: Programme,
) -> None:
    ann = programme.ann
    others = await programme.fills(1)
    await ann.sends("ask_to_transfer", programme.date(0))
    await programme.gives_back(others[0], 1)

    await ann.presses("Join waitlist Tue 28 Jan")
    told, offered = ann.lines[2], ann.buttons
    await ann.sends("show_booking", programme.date(0))

    assert told == "A place has become free on that date."
    assert offered[0] == "Change to Tue 28 Jan"
    assert ann.lines[3] == "Booked"


async def test_a_late_change_asks_why_and_shows_again_what_was_given(
    programme: Programme, clock: SetClock
) -> None:
    ann = programme.ann
    clock.now = LATE
    await ann.sends("ask_to_transfer", programme.date(0))
    asked = ann.lines[2:5]

    await ann.presses("Change to Tue 28 Jan", late_reason="other", words="")
    missing = ann.lines[2]
    await ann.presses("Change to Tue 28 Jan", words="the court has moved the hearing")

    assert asked == [
        "Change to which date?",
        "You keep this place until you have the other one.",
        "It is later than Fri 17 Jan 2025, 10:00, so a reason goes with it.",
    ]
    assert missing == "Say in a few words which other reason it is."
    assert ann.lines[3:5] == ["Booked", "You have changed to this date."]


async def test_an_old_card_that_knew_of_no_reason_asks_for_one(
    programme: Programme, clock: SetClock
) -> None:
    ann = programme.ann
    await ann.sends("ask_to_transfer", programme.date(0))
    clock.now = LATE

    await ann.presses("Change to Tue 28 Jan")
    asked = ann.lines[2]
    await ann.presses("Change to Tue 28 Jan", **CANNOT_COME)

    assert asked == "Why do you change the date now?"
    assert ann.lines[4] == "You have changed to this date."


async def test_what_a_late_change_costs_is_said_before_and_after(
    programme: Programme,
    database: Database,
    settings: Settings,
    members: KnownMembers,
    clock: SetClock,
) -> None:
    dispatcher = Dispatcher(
        database=database,
        settings=settings.model_copy(update={"late_charge": Decimal(25)}),
        roster=members,
        clock=clock,
        after_change=lambda: None,
    )
    ann = Chat(dispatcher, members, name="Ann Smith", email="ann@county.example")
    clock.now = LATE

    await ann.sends("ask_to_transfer", programme.date(0))
    asked = ann.lines[5]
    await ann.presses("Change to Tue 28 Jan", **CANNOT_COME)

    assert asked == "The terms ask £25 for a late cancellation; illness is exempt."
    assert ann.lines[-1] == (
        "A charge of £25 was raised, as the terms ask. The training team can waive it."
    )


async def test_a_doubt_is_shown_before_anything_is_changed(programme: Programme) -> None:
    ann = programme.ann
    async with programme.database.writing() as db:
        other = await make_session(db, code="S25-090", starts_at=programme.dates[1].starts_at)
    await ann.sends("book_place", {"session_id": str(other.id)})
    await programme.says(clash=Strictness.WARN)

    await ann.sends("ask_to_transfer", programme.date(0))
    await ann.presses("Change to Tue 28 Jan")
    warned, offered = ann.lines, ann.buttons
    await ann.presses("Change anyway")

    assert warned[1:3] == [
        "Your place: **Tue 21 Jan 2025**, 10:00 to 12:30",
        "The other date: **Tue 28 Jan 2025**, 10:00 to 12:30",
    ]
    assert warned[-1] == "Nothing has been changed yet."
    assert offered == ["Keep my place", "Change anyway"]
    assert ann.lines[4] == "You have changed to this date."


async def test_a_refusal_of_the_course_leaves_everything_as_it_was(programme: Programme) -> None:
    ann = programme.ann
    async with programme.database.writing() as db:
        other = await make_session(db, code="S25-090", starts_at=programme.dates[1].starts_at)
    await ann.sends("book_place", {"session_id": str(other.id)})
    await programme.says(clash=Strictness.REFUSE)

    await ann.sends("ask_to_transfer", programme.date(0))
    await ann.presses("Change to Tue 28 Jan")
    refused = ann.lines[2]
    await ann.presses("Keep my place")

    assert "Neglect Level 2" in refused
    assert ann.lines[3] == "Booked"


async def test_a_course_without_another_date_says_so(programme: Programme) -> None:
    async with programme.database.writing() as db:
        only = await make_session(db, code="S25-099")
    await programme.ann.sends("book_place", {"session_id": str(only.id)})

    await programme.ann.sends("ask_to_transfer_named", {"session_code": "s25-099"})

    assert programme.ann.lines[2:] == ["There is no other date of this course at the moment."]
    assert programme.ann.buttons == ["Keep my place", "Give it back instead"]


async def test_without_a_place_to_change_the_card_shows_how_it_stands(
    programme: Programme,
) -> None:
    ann = programme.ann
    await ann.sends("cancel_booking", programme.date(0))

    await ann.sends("ask_to_transfer", programme.date(0))
    shown = ann.lines[3]
    await ann.sends("ask_to_transfer_course", {"course_id": str(programme.course.id)})

    assert shown == "Cancelled"
    assert ann.lines == [
        "That can’t be done",
        (
            "You have no coming place on Professional Curiosity. "
            "Type “my training” to see what you have booked."
        ),
    ]
