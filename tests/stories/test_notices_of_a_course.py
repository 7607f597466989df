"""Coordinators settle what the people of a course get, and what these read before they come."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import select

from bot.dispatch import Dispatcher
from tests.chat import Chat, elements
from tests.factories import (
    make_account,
    make_agency,
    make_booking,
    make_course,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.fakes import HandCourier, KnownMembers, PostBox, SetClock
from trainingbot.db import Database
from trainingbot.enums import NoticeKind, NoticeState
from trainingbot.models import Course, CourseWithoutNotice, Notice
from trainingbot.people.operations import appoint_coordinators
from trainingbot.settings import Settings
from trainingbot.timings import Timing

ChatWith = Callable[[str, str | None], Chat]
ALL_ON = {
    "confirmation": "true",
    "early_reminder": "true",
    "joining_instructions_sent": "true",
    "late_reminder": "true",
    "starting_soon": "true",
    "evaluation_invitation": "true",
    "trainers_digest": "true",
}
INSTRUCTIONS = "Bring a case.\n\nRead chapter 2."


class Programme:
    """Neglect Level 2, of which a session comes next week."""

    def __init__(self, database: Database, chat_with: ChatWith) -> None:
        self.database, self._chat_with = database, chat_with
        self.course_id = self.session_id = UUID(int=0)

    async def begin(self) -> None:
        async with self.database.writing() as db:
            await make_agency(db, name="County Council", email_domain="county.example")
            course = await make_course(db, title="Neglect Level 2", code="C02")
            session = await make_session(db, course=course, code="S25-014")
        self.course_id, self.session_id = course.id, session.id

    @property
    def choice(self) -> dict[str, str]:
        return {"course_id": str(self.course_id)}

    async def coordinator(self, name: str = "Morgan Reid") -> Chat:
        email = f"{name.split(maxsplit=1)[0].lower()}@county.example"
        chat = self._chat_with(name, email)
        await chat.says("hello")
        async with self.database.writing() as db:
            await appoint_coordinators(db, [email])
        return chat

    async def stored(self) -> tuple[list[str], str | None]:
        """Return the kinds that the course does without, and its joining instructions."""
        async with self.database.reading() as db:
            course = await db.get_one(Course, self.course_id)
            kinds = await db.exec(select(CourseWithoutNotice.kind))
            return sorted(kinds.all()), course.joining_instructions


@pytest.fixture
def programme(database: Database, chat_with: ChatWith) -> Programme:
    return Programme(database, chat_with)


def inputs_of(chat: Chat) -> dict[str, str]:
    return {
        element["id"]: element.get("value", "")
        for element in elements(chat.card)
        if element["type"].startswith("Input.")
    }


def switches_of(chat: Chat) -> dict[str, str]:
    """Return the timing beside each switch of the last card, by its label."""
    return {
        element["label"]: element["title"]
        for element in elements(chat.card)
        if element["type"] == "Input.Toggle"
    }


async def test_a_coordinator_settles_what_the_people_of_a_course_get(
    programme: Programme,
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()

    await morgan.sends("show_course", programme.choice)
    await morgan.presses("Notices")
    before, switches = inputs_of(morgan), switches_of(morgan)
    await morgan.presses("Save", early_reminder="false", joining_instructions=INSTRUCTIONS)
    saved, after, stored = morgan.lines, inputs_of(morgan), await programme.stored()
    await morgan.presses("Save")
    again = await programme.stored()
    await morgan.presses("Save", early_reminder="true", joining_instructions="")

    assert before == {**ALL_ON, "joining_instructions": ""}
    assert switches == {
        "Confirmation": "At once, to people booked outside a chat with the bot",
        "Early reminder": "5 working days before the start",
        "Joining instructions": "3 working days before the start",
        "Late reminder": "1 working day before the start",
        "Starting soon": "1 hour before the start",
        "Invitation to evaluate": "When the session ends",
        "Who is coming, for trainers": "1 working day before the start, at 14:00",
    }
    assert saved == [
        "Notices: Neglect Level 2",
        "What the people and the trainers of this course get:",
        "Saved.",
        "It holds for everything that has not been sent yet.",
        "Offers and news of a place or a session are always sent.",
    ]
    changed = {"early_reminder": "false", "joining_instructions": INSTRUCTIONS}
    assert after == {**ALL_ON, **changed}
    assert stored == again == (["early_reminder"], INSTRUCTIONS)
    assert inputs_of(morgan) == before
    assert await programme.stored() == ([], None)


async def test_what_is_switched_off_is_not_sent_and_the_rest_is(
    programme: Programme, courier: HandCourier, post_box: PostBox
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    async with programme.database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        booking = await make_booking(db, session_id=programme.session_id, practitioner_id=person.id)
        for kind in (NoticeKind.EARLY_REMINDER, NoticeKind.LATE_REMINDER):
            await make_notice(db, person, kind=kind, about_id=booking.id)
    await morgan.sends("course_notices", programme.choice)
    await morgan.presses("Save", early_reminder="false")

    await courier.deliver_due()

    async with programme.database.reading() as db:
        found = {one.kind: (one.state, one.failure) for one in await db.exec(select(Notice))}
    assert found == {
        NoticeKind.EARLY_REMINDER: (NoticeState.WITHDRAWN, "switched off"),
        NoticeKind.LATE_REMINDER: (NoticeState.SENT, None),
    }
    assert len(post_box.sent) == 1


async def test_too_long_instructions_are_shown_again_and_nothing_is_settled(
    programme: Programme,
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    await morgan.sends("course_notices", programme.choice)
    typed = "Bring a case. " * 150

    await morgan.presses("Save", late_reminder="false", joining_instructions=typed)
    lines, shown = morgan.lines, inputs_of(morgan)
    stored = await programme.stored()
    await morgan.presses("Save", joining_instructions="Bring a case.")

    assert lines[-1] == "The joining instructions have 2,099 characters. Say it in 2,000 at most."
    assert shown == {**ALL_ON, "late_reminder": "false", "joining_instructions": typed.strip()}
    assert stored == ([], None)
    assert await programme.stored() == (["late_reminder"], "Bring a case.")


async def test_what_the_partnership_has_switched_off_is_told_and_stays_as_the_course_has_it(
    programme: Programme,
    database: Database,
    settings: Settings,
    members: KnownMembers,
    clock: SetClock,
) -> None:
    kinds = frozenset({NoticeKind.EARLY_REMINDER, NoticeKind.JOINING_INSTRUCTIONS})
    times = {NoticeKind.LATE_REMINDER: Timing(working_days=2)}
    own = settings.model_copy(update={"notices_off": kinds, "notice_times": times})
    dispatcher = Dispatcher(
        database=database, settings=own, roster=members, clock=clock, after_change=lambda: None
    )
    await programme.begin()
    await programme.coordinator()
    async with database.writing() as db:
        db.add(CourseWithoutNotice(course_id=programme.course_id, kind=NoticeKind.EARLY_REMINDER))
    morgan = Chat(dispatcher, members, name="Morgan Reid", email="morgan@county.example")

    await morgan.sends("course_notices", programme.choice)
    lines, switches = morgan.lines, switches_of(morgan)
    await morgan.presses("Save", starting_soon="false", joining_instructions="Bring a case.")

    whoever = "Whoever runs the service can switch it on."
    assert lines[2:4] == [
        f"**Early reminder** is switched off for the whole partnership. {whoever}",
        f"**Joining instructions** is switched off for the whole partnership. {whoever}",
    ]
    assert set(switches) == {
        "Confirmation",
        "Late reminder",
        "Starting soon",
        "Invitation to evaluate",
        "Who is coming, for trainers",
    }
    assert switches["Late reminder"] == "2 working days before the start"
    assert await programme.stored() == (["early_reminder", "starting_soon"], "Bring a case.")
    assert morgan.lines[-1] == "It is not sent while “Joining instructions” is switched off."


async def test_two_coordinators_with_the_same_card_do_no_harm(programme: Programme) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    robin = await programme.coordinator("Robin Vale")
    for chat in (morgan, robin):
        await chat.sends("course_notices", programme.choice)

    for chat in (morgan, robin, morgan):
        await chat.presses("Save", late_reminder="false")

    assert await programme.stored() == (["late_reminder"], None)


@pytest.mark.parametrize(
    "typed",
    ["reminders of neglect level 2", "notices of C02", "joining instructions for C02"],
)
async def test_a_coordinator_can_type_it_and_others_see_the_dates_of_the_course(
    typed: str, programme: Programme, chat_with: ChatWith
) -> None:
    await programme.begin()
    morgan = await programme.coordinator()
    jo = chat_with("Jo Hill", "jo@county.example")
    await jo.says("hello")

    await morgan.says(typed)
    await jo.says(typed)

    assert morgan.lines[0] == "Notices: Neglect Level 2"
    assert jo.lines[0] == "Neglect Level 2"
    assert jo.buttons == ["Book Tue 14 Jan", "All courses"]


async def test_nobody_but_coordinators_settles_them(
    programme: Programme, chat_with: ChatWith
) -> None:
    await programme.begin()
    jo = chat_with("Jo Hill", "jo@county.example")
    await jo.says("hello")

    for words in ("Bring a case.", "x" * 2_001):
        sent = {**programme.choice, **ALL_ON, "joining_instructions": words}
        await jo.sends("set_course_notices", {**sent, "late_reminder": "false"})

    assert jo.lines == [
        "That can’t be done",
        "Only the training team's coordinators can do this. Ask one of them to do it for you.",
    ]
    assert await programme.stored() == ([], None)


@pytest.mark.parametrize("verb", ["course_notices", "set_course_notices"])
async def test_a_course_that_is_gone_has_no_notices(programme: Programme, verb: str) -> None:
    await programme.begin()
    morgan = await programme.coordinator()

    await morgan.sends(verb, {"course_id": str(UUID(int=2))})

    assert morgan.lines == [
        "That can’t be done",
        "This course is no longer in the programme. Type “courses” to see what there is.",
    ]
