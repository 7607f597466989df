"""A coordinator adds, moves, cancels and changes sessions, and sees first what follows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from tests.chat import Chat, buttons, elements
from tests.factories import make_course, make_practitioner, make_session
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Delivery, Role
from trainingbot.models import (
    Course,
    CourseSession,
    Interest,
    Practitioner,
    PractitionerRole,
    SessionTrainer,
)
from trainingbot.people.operations import appoint_coordinators
from trainingbot.scheduling.missing import owe_missing

ChatWith = Callable[[str, str | None], Chat]
STARTS = NOW + timedelta(days=28)
"""Tue 4 Feb 2025, 10:00."""


class Programme:
    """A course with a session of two places, its trainer, and a coordinator."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.course_id = self.session_id = self.trainer_id = UUID(int=0)

    async def begin(self, *, capacity: int = 2, delivery: Delivery = Delivery.TEAMS) -> None:
        async with self._database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example"])
            course = await make_course(db, title="Neglect Level 2", code="C02")
            session = await make_session(
                db,
                course=course,
                code="S25-014",
                starts_at=STARTS,
                capacity=capacity,
                delivery=delivery,
            )
            self.course_id, self.session_id = course.id, session.id
        self.trainer_id = await self.trainer("Tara Moss")
        async with self._database.writing() as db:
            db.add(SessionTrainer(session_id=self.session_id, practitioner_id=self.trainer_id))
            await owe_missing(db, terms=TERMS, now=NOW)

    async def trainer(self, name: str) -> UUID:
        async with self._database.writing() as db:
            trainer = await make_practitioner(db, name=name)
            db.add(PractitionerRole(practitioner_id=trainer.id, role=Role.TRAINER))
            return trainer.id

    async def people_book(self, number: int, session_id: UUID | None = None) -> None:
        async with self._database.writing() as db:
            for _ in range(number):
                person = await make_practitioner(db)
                await book_place(
                    db,
                    session_id=session_id or self.session_id,
                    practitioner_id=person.id,
                    terms=TERMS,
                    now=NOW,
                )

    async def is_interested(self) -> None:
        async with self._database.writing() as db:
            person = await make_practitioner(db)
            db.add(Interest(course_id=self.course_id, practitioner_id=person.id, since=NOW))

    async def also(self, code: str, starts_at: datetime, **fields: object) -> UUID:
        """Add another session, of the same course unless the test says so."""
        async with self._database.writing() as db:
            course = fields.pop("course", None) or await db.get_one(Course, self.course_id)
            session = await make_session(
                db,
                course=course,  # type: ignore[arg-type] # a course, as the factory takes it
                code=code,
                starts_at=starts_at,
                **fields,  # type: ignore[arg-type] # what the factory takes
            )
            return session.id

    async def teaches(self, session_id: UUID, trainer_id: UUID | None = None) -> None:
        async with self._database.writing() as db:
            trainer_id = trainer_id or self.trainer_id
            db.add(SessionTrainer(session_id=session_id, practitioner_id=trainer_id))
            await owe_missing(db, terms=TERMS, now=NOW)

    async def sessions(self) -> list[tuple[str, datetime, int]]:
        async with self._database.reading() as db:
            rows = await db.exec(select(CourseSession).order_by(CourseSession.code))
            return [(one.code, one.starts_at, one.capacity) for one in rows]

    async def is_sound(self) -> bool:
        async with self._database.reading() as db:
            return await broken_invariants(db, now=NOW) == []

    @property
    def choice(self) -> dict[str, str]:
        return {"session_id": str(self.session_id)}


@pytest.fixture
async def programme(database: Database) -> Programme:
    return Programme(database)


@pytest.fixture
def morgan(chat_with: ChatWith) -> Chat:
    return chat_with("Morgan Reid", "morgan@county.example")


async def test_a_coordinator_manages_a_session_from_its_own_card(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await programme.people_book(3)

    await morgan.says("S25-014")
    await morgan.presses("Manage")

    assert morgan.lines[:5] == [
        "Neglect Level 2",
        "**Tue 4 Feb 2025**, 10:00 to 12:30",
        "Online in Teams, full, all 2 places taken",
        "Session S25-014. Trainer: Tara Moss.",
        "2 people have a place and 1 person waits.",
    ]
    assert morgan.buttons == [
        "Roster",
        "Waitlist",
        "Trainers",
        "Reserve places",
        "History",
        "Cancel session",
        "Move",
        "Places",
        "More",
    ]


async def test_a_session_is_added_to_a_course_after_its_consequences_are_shown(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    for _ in range(2):
        await programme.is_interested()

    await morgan.says("neglect level 2")
    await morgan.presses("Add a session")
    await morgan.presses(
        "See what happens",
        day="2025-03-11",
        begins="09:30",
        ends="",
        places="25",
        join_url="https://teams.example/meet/1",
        trainers=str(programme.trainer_id),
    )
    shown = morgan.lines
    before = await programme.sessions()
    await morgan.presses("Add it")

    assert shown[:4] == [
        "Neglect Level 2",
        "**Tue 11 Mar 2025**, 09:30 to 12:00",
        "Online in Teams, 25 places",
        "Add this session?",
    ]
    assert shown[5].splitlines() == [
        "- Tara Moss is told that they teach it.",
        "- A place is free to give back until Fri 7 Mar 2025, 09:30.",
        "- Free places are offered in turn until Thu 6 Mar 2025, 09:30.",
        (
            "- The 2 people on the interest list go onto its waitlist, "
            "and free places are offered in their order."
        ),
    ]
    assert [code for code, *_ in before] == ["S25-014"]
    assert morgan.lines[:6] == [
        "Neglect Level 2",
        "**Tue 11 Mar 2025**, 09:30 to 12:00",
        "Online in Teams, 23 of 25 places free",
        "Session S25-015. Trainer: Tara Moss.",
        "Added as S25-015.",
        "2 places are offered.",
    ]
    assert await programme.is_sound()


async def test_pressing_add_it_twice_adds_one_session_and_shows_it_twice(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("hello")
    form = {"course_id": str(programme.course_id), "places": "9", "delivery": "teams"}
    times = {"day": "2025-03-11", "begins": "09:30", "ends": "12:00"}
    press = {**form, **times, "session_id": str(UUID(int=77))}

    await morgan.sends("add_session", press)
    once = morgan.lines
    await morgan.sends("add_session", press)

    assert morgan.lines == once
    assert [code for code, *_ in await programme.sessions()] == ["S25-014", "S25-015"]


async def test_what_was_typed_about_a_session_survives_a_mistake(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("hello")
    await morgan.sends("ask_to_add_session", {"course_id": str(programme.course_id)})

    await morgan.presses(
        "See what happens",
        day="2025-03-30",
        begins="01:30",
        ends="12:00",
        places="none",
        delivery="in_person",
        venue="Town Hall",
        tentative="true",
        minimum="8",
        decide_on="2025-03-21",
    )
    wrong = morgan.lines
    await morgan.presses("See what happens", begins="02:30", places="20")

    assert wrong == [
        "Add a session: Neglect Level 2",
        "Nothing has been done yet.",
        "Change what is marked below, and look again.",
        "Clocks go forward on that day and never show 01:30. Choose another time.",
        "Type a number from 1 to 1,000.",
    ]
    assert morgan.lines[1:4] == [
        "**Sun 30 Mar 2025**, 02:30 to 12:00",
        "Town Hall, 20 places",
        "Add this session?",
    ]
    assert (
        "- It is tentative until 8 people have a place. If not by Fri 21 Mar 2025, 17:00, "
        "you are asked."
    ) in morgan.lines[5].splitlines()
    assert morgan.lines[6:8] == ["Look at this first", "- Sun 30 Mar 2025 is a weekend."]


async def test_a_new_session_says_what_it_clashes_with(programme: Programme, morgan: Chat) -> None:
    await programme.begin()
    day = NOW + timedelta(days=104)
    other = await programme.also(
        "S25-020", day, delivery=Delivery.IN_PERSON, venue="Town Hall, Room 2"
    )
    await programme.teaches(other)
    await morgan.says("hello")
    await morgan.sends("ask_to_add_session", {"course_id": str(programme.course_id)})

    await morgan.presses(
        "See what happens",
        day="2025-04-21",
        begins="10:00",
        delivery="in_person",
        venue="town hall, room 2",
        trainers=str(programme.trainer_id),
    )

    look = morgan.lines.index("Look at this first")
    assert morgan.lines[look + 1].splitlines() == [
        "- Mon 21 Apr 2025 is a bank holiday.",
        "- Tara Moss teaches S25-020 (11:00 to 13:30) then.",
        "- The venue is taken by S25-020 (11:00 to 13:30).",
        "- The course has S25-020 (11:00 to 13:30) on that day too.",
    ]


async def test_a_session_is_moved_after_its_consequences_are_shown(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin(capacity=2)
    await programme.people_book(3)

    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Move")
    await morgan.presses("See what happens", day="2025-02-06", reason="The trainer is away.")
    shown = morgan.lines
    await morgan.presses("Move it")
    moved = morgan.lines
    await morgan.presses("History")

    assert shown[:5] == [
        "Neglect Level 2",
        "From **Tue 4 Feb 2025**, 10:00 to 12:30, online in Teams",
        "To **Thu 6 Feb 2025**, 10:00 to 12:30",
        "Online in Teams",
        "Move this session?",
    ]
    assert shown[6].splitlines() == [
        "- 3 people will be told.",
        "- Whoever has a place can give it back freely until they say that they keep it.",
        "- 1 trainer is told.",
        "- A place is free to give back until Tue 4 Feb 2025, 10:00.",
        "- Free places are offered in turn until Mon 3 Feb 2025, 10:00.",
    ]
    assert moved[1] == "**Thu 6 Feb 2025**, 10:00 to 12:30"
    assert moved[4:6] == ["The session is moved.", "3 people will be told."]
    assert morgan.lines[3:] == [
        "Moved",
        "Tue 7 Jan 2025, 10:00, Morgan Reid",
        (
            "From Tue 4 Feb 2025, 10:00 to 12:30, online in Teams. "
            "To Thu 6 Feb 2025, 10:00 to 12:30, online in Teams."
        ),
        "Why: The trainer is away.",
    ]
    assert await programme.is_sound()


async def test_pressing_move_it_twice_moves_once_and_says_the_same_twice(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await programme.people_book(1)
    await morgan.says("hello")
    press = {
        **programme.choice,
        "day": "2025-02-06",
        "begins": "10:00",
        "ends": "12:30",
        "delivery": "teams",
        "reason": "The trainer is away.",
        "seen": 0,
    }

    await morgan.sends("move_session", press)
    once = morgan.lines
    await morgan.sends("move_session", press)
    again = morgan.lines
    await morgan.sends("session_history", programme.choice)

    assert again == once
    assert morgan.lines.count("Moved") == 1


async def test_an_old_preview_of_a_session_that_has_changed_is_shown_anew(
    programme: Programme, morgan: Chat, chat_with: ChatWith
) -> None:
    await programme.begin()
    await programme.people_book(1)
    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Move")
    await morgan.presses("See what happens", day="2025-02-06", reason="The trainer is away.")
    other = chat_with("Morgan Reid", "morgan@county.example")
    await other.says("S25-014")
    await other.presses("Manage")
    await other.presses("Move")
    await other.presses("See what happens", day="2025-02-11", reason="The room is taken.")
    await other.presses("Move it")

    await morgan.presses("Move it")
    anew = morgan.lines
    unmoved = await programme.sessions()
    await morgan.presses("Move it")

    assert anew[1:3] == [
        "From **Tue 11 Feb 2025**, 10:00 to 12:30, online in Teams",
        "To **Thu 6 Feb 2025**, 10:00 to 12:30",
    ]
    assert anew[4:6] == [
        "The session has changed since you looked.",
        "Nothing has been done. This is how it stands now.",
    ]
    assert unmoved == [("S25-014", STARTS + timedelta(days=7), 2)]
    assert await programme.sessions() == [("S25-014", STARTS + timedelta(days=2), 2)]


async def test_a_move_to_where_it_is_already_asks_for_something_else(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("hello")
    await morgan.sends("ask_to_move_session", programme.choice)

    await morgan.presses("See what happens", reason="No reason")

    assert morgan.lines[3:] == [
        "Nothing has been done yet.",
        "Change what is marked below, and look again.",
        "It is on this day, at this time and place already. Change one of them.",
    ]


async def test_a_session_is_cancelled_after_its_consequences_are_shown(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin(capacity=2)
    await programme.also("S25-021", STARTS + timedelta(days=7))
    await programme.people_book(3)

    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Cancel session")
    asked = morgan.lines
    await morgan.presses("Cancel session", reason="The trainer is ill.")
    cancelled = morgan.lines
    await morgan.sends("cancel_session", {**programme.choice, "reason": "Again", "seen": 0})

    assert asked[3] == "Cancel this session?"
    assert asked[4].splitlines() == [
        "- 2 people have a place and 1 waits.",
        "- All will be told and offered other dates: Tue 11 Feb 2025, 10:00.",
        "- 1 trainer is told.",
        "- It can’t be undone.",
    ]
    assert cancelled[4:8] == [
        "The session is cancelled.",
        "Everybody who was on it is told, and offered other dates where there are any.",
        "Session cancelled",
        "2 places lost. The trainer is ill.",
    ]
    assert morgan.lines == cancelled
    assert await programme.is_sound()


async def test_cancelling_needs_a_reason_and_keeps_what_was_ticked(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("hello")
    await morgan.sends("ask_to_cancel_session", programme.choice)

    await morgan.presses("Cancel session", reason=" ", keep_interest="false")

    assert morgan.lines[3:5] == ["Nothing has been done yet.", "Say why below, and press again."]
    assert "Say why, in a few words." in morgan.lines
    toggles = [one for one in morgan.card["body"] if one["type"] == "Input.Toggle"]
    assert [one["value"] for one in toggles] == ["false"]


@pytest.mark.parametrize("verb", ["cancel_session", "preview_move", "move_session"])
async def test_a_reason_that_is_too_long_is_shown_again_with_what_is_wrong(
    verb: str, programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("hello")
    long = "The trainer is ill. " * 10 + "So sorry"
    form = {"day": "2025-02-06", "begins": "10:00", "ends": "12:30", "delivery": "teams"}

    await morgan.sends(verb, {**programme.choice, **form, "reason": long, "seen": 0})

    assert "It has 208 characters. Say it in 200 at most." in morgan.lines
    typed = [one["value"] for one in elements(morgan.card) if one.get("id") == "reason"]
    assert typed == [long]
    assert await programme.sessions() == [("S25-014", STARTS, 2)]


async def test_the_cancelling_of_a_session_that_has_moved_meanwhile_is_asked_anew(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("hello")

    await morgan.sends("cancel_session", {**programme.choice, "reason": "Ill", "seen": 5})

    assert morgan.lines[3:5] == [
        "The session has changed since you looked.",
        "Nothing has been done. This is how it stands now.",
    ]


async def test_more_places_are_offered_to_those_who_wait(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin(capacity=1)
    await programme.people_book(4)

    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Places")
    await morgan.presses("See what happens", places="3")
    shown = morgan.lines
    await morgan.presses("Change places")

    assert shown[3:5] == ["3 places instead of 1?", "- Up to 2 people who wait get an offer."]
    assert morgan.lines[4:6] == [
        "The session has 3 places now.",
        "1 person has a place, 2 places are offered and 1 person waits.",
    ]
    assert await programme.is_sound()


async def test_fewer_places_take_offers_back_and_never_a_place(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin(capacity=1)
    await programme.people_book(4)
    await morgan.says("hello")
    await morgan.sends("change_places", {**programme.choice, "places": "3", "seen": 1})

    await morgan.sends("ask_to_change_places", {**programme.choice, "places": "0"})
    none = morgan.lines[3:]
    await morgan.sends("ask_to_change_places", {**programme.choice, "places": "2"})
    fewer = morgan.lines[4]
    await morgan.presses("Change places")

    assert none == ["Nothing has been done yet.", "Type a number from 1 to 1,000."]
    assert fewer == "- 1 offer is taken back. Those people are told, and wait where they waited."
    assert morgan.lines[5] == "1 person has a place, 1 place is offered and 2 people wait."
    assert await programme.is_sound()


async def test_fewer_places_than_people_who_have_one_are_refused_in_the_form(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin(capacity=3)
    await programme.people_book(3)
    await morgan.says("hello")

    said = []
    for verb in ("ask_to_change_places", "change_places"):
        await morgan.sends(verb, {**programme.choice, "places": "2", "seen": 3})
        said.append(morgan.lines[3:])

    assert (
        said
        == [
            [
                "Nothing has been done yet.",
                "3 people have a place, so there can’t be fewer than 3.",
            ]
        ]
        * 2
    )


async def test_fewer_places_than_a_tentative_session_needs_are_refused_before_they_are_shown(
    programme: Programme, morgan: Chat, database: Database
) -> None:
    await programme.begin(capacity=5)
    async with database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        session.tentative, session.minimum_places = True, 4
        session.decide_at = NOW + timedelta(days=7)
    await morgan.says("hello")

    said = []
    for verb in ("ask_to_change_places", "change_places"):
        await morgan.sends(verb, {**programme.choice, "places": "3", "seen": 5})
        said.append(morgan.lines[3:])

    refused = (
        "S25-014 is tentative and needs 4 people to take place, "
        "so it cannot have fewer places. Confirm it first."
    )
    assert said == [["Nothing has been done yet.", refused]] * 2


async def test_places_that_somebody_else_has_changed_are_asked_for_anew(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin(capacity=3)
    await morgan.says("hello")

    await morgan.sends("change_places", {**programme.choice, "places": "5", "seen": 2})

    assert morgan.lines[3:6] == [
        "The session has changed since you looked.",
        "Nothing has been done. This is how it stands now.",
        "5 places instead of 3?",
    ]


async def test_trainers_are_changed_after_it_is_shown_who_is_told_and_who_is_busy(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    ned = await programme.trainer("Ned Hill")
    await programme.teaches(await programme.also("S25-020", STARTS + timedelta(hours=1)), ned)

    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Trainers")
    await morgan.presses("See what happens", trainers=str(ned))
    shown = morgan.lines
    await morgan.presses("Change trainers")

    assert shown[2:6] == [
        "Change the trainers?",
        "- Named, and told: Ned Hill.\n- Released, and told: Tara Moss.",
        "Look at this first",
        "- Ned Hill teaches S25-020 (11:00 to 13:30) then.",
    ]
    assert morgan.lines[3:5] == [
        "Session S25-014. Trainer: Ned Hill.",
        "The trainers are changed, and have been told.",
    ]


async def test_the_last_trainer_can_be_taken_off_where_an_empty_list_is_not_sent(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Trainers")
    asks = buttons(morgan.card)["See what happens"]

    await morgan.sends(asks["verb"], asks["data"])
    shown = morgan.lines[2:4]
    await morgan.presses("Change trainers")

    assert shown == [
        "Change the trainers?",
        "- Released, and told: Tara Moss.\n- The session has no trainer then.",
    ]
    assert morgan.lines[3:5] == [
        "Session S25-014. No trainer is named yet.",
        "The trainers are changed, and have been told.",
    ]


async def test_trainers_who_stay_as_they_are_are_not_said_to_be_told(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await morgan.says("S25-014")
    await morgan.presses("Manage")
    await morgan.presses("Trainers")
    await morgan.presses("See what happens")

    await morgan.presses("Change trainers")

    assert morgan.lines[4] == "The trainers are as they were, so nobody is told."


async def test_trainers_whom_somebody_else_has_changed_are_shown_anew(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    ned = await programme.trainer("Ned Hill")
    await morgan.says("hello")

    await morgan.sends("set_trainers", {**programme.choice, "trainers": str(ned), "seen": ""})

    assert morgan.lines[2:4] == [
        "The session has changed since you looked.",
        "Nothing has been done. This is how it stands now.",
    ]


async def test_somebody_who_is_no_trainer_is_not_made_one(
    programme: Programme, morgan: Chat, database: Database
) -> None:
    await programme.begin()
    async with database.writing() as db:
        person = await make_practitioner(db)
    await morgan.says("hello")

    for verb in ("ask_to_change_trainers", "set_trainers"):
        await morgan.sends(verb, {**programme.choice, "trainers": str(person.id), "seen": ""})

        assert morgan.lines[2:] == [
            "Nothing has been done yet.",
            "Somebody chosen here is no trainer any more. Choose the trainers again.",
        ]


async def test_a_tentative_session_is_confirmed_and_twice_is_once(
    programme: Programme, morgan: Chat, database: Database
) -> None:
    await programme.begin(capacity=5)
    async with database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        session.tentative, session.minimum_places = True, 4
        session.decide_at = NOW + timedelta(days=7)
    await programme.people_book(2)

    await morgan.says("S25-014")
    await morgan.presses("Manage")
    before = morgan.lines
    await morgan.presses("Confirm it takes place")
    confirmed = morgan.lines
    await morgan.sends("confirm_session", programme.choice)

    assert before[4:7] == [
        "Tentative",
        "It takes place if 4 people have a place by Tue 14 Jan 2025, 10:00.",
        "2 people have a place.",
    ]
    assert "When you confirm it, 2 people will be told." in before
    assert confirmed[4:7] == [
        "The session takes place.",
        "2 people will be told.",
        "2 people have a place.",
    ]
    assert morgan.lines == confirmed


async def test_nobody_is_said_to_be_told_of_a_session_that_never_was_tentative(
    programme: Programme, morgan: Chat
) -> None:
    await programme.begin()
    await programme.people_book(2)
    await morgan.says("hello")

    await morgan.sends("confirm_session", programme.choice)

    assert morgan.lines == [
        "That can’t be done",
        "S25-014 is not tentative: it takes place anyhow.",
    ]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2025-02-06", "- The day to decide moves along, to Thu 16 Jan 2025, 10:00."),
        (
            "2025-01-24",
            "- The day to decide whether it takes place is over then, and you are asked at once.",
        ),
    ],
)
async def test_the_day_to_decide_moves_along_with_a_tentative_session(
    day: str, sentence: str, programme: Programme, morgan: Chat, database: Database
) -> None:
    await programme.begin(capacity=5)
    async with database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        session.tentative, session.minimum_places = True, 4
        session.decide_at = NOW + timedelta(days=7)
    await morgan.says("move S25-014")

    await morgan.presses("See what happens", day=day, reason="The trainer is away.")

    assert morgan.lines[6].splitlines()[-1] == sentence


async def test_a_session_that_has_begun_stays_as_it_is(
    programme: Programme, morgan: Chat, database: Database
) -> None:
    await programme.begin()
    async with database.writing() as db:
        session = await db.get_one(CourseSession, programme.session_id)
        session.starts_at = NOW - timedelta(minutes=5)
    await morgan.says("hello")

    await morgan.sends("manage_session", programme.choice)
    shown = morgan.buttons
    for verb in ("ask_to_move_session", "ask_to_cancel_session", "ask_to_change_places"):
        await morgan.sends(verb, programme.choice)

        assert morgan.lines[1] == "S25-014 has already begun, so it stays as it is."
    assert shown == ["Roster", "History", "The course"]


async def test_clashes_among_coming_sessions_are_listed(programme: Programme, morgan: Chat) -> None:
    await programme.begin()
    await morgan.says("hello")
    await morgan.sends("clashes", {})
    none = morgan.lines
    await programme.teaches(await programme.also("S25-020", STARTS + timedelta(hours=1)))
    await morgan.sends("clashes", {})

    assert none[1] == "No coming sessions share a trainer, a venue or people at the same time."
    assert morgan.lines == [
        "Clashes",
        "1 pair of sessions at the same time, soonest first",
        "Tue 4 Feb 2025",
        "S25-014, Neglect Level 2, 10:00 to 12:30",
        "S25-020, Neglect Level 2, 11:00 to 13:30",
        "Tara Moss teaches both.",
    ]


COORDINATORS_ONLY: dict[str, dict[str, object]] = {
    "manage_session": {},
    "manage_named_session": {"session_code": "S25-014"},
    "ask_to_add_session": {},
    "preview_session": {},
    "add_session": {},
    "ask_to_move_session": {},
    "ask_to_move_named": {"session_code": "S25-014"},
    "preview_move": {"seen": 0},
    "move_session": {"seen": 0},
    "ask_to_cancel_session": {},
    "ask_to_cancel_session_named": {"session_code": "S25-014"},
    "cancel_session": {"seen": 0, "reason": "No"},
    "ask_to_change_places": {"places": "5"},
    "change_places": {"places": "5", "seen": 2},
    "ask_to_change_trainers": {},
    "set_trainers": {},
    "confirm_session": {},
    "session_history": {},
    "clashes": {},
}


@pytest.mark.parametrize("verb", COORDINATORS_ONLY)
async def test_nobody_else_runs_sessions_or_learns_whether_there_is_one(
    verb: str, programme: Programme, chat_with: ChatWith, database: Database
) -> None:
    await programme.begin()
    async with database.reading() as db:
        trainer = await db.get_one(Practitioner, programme.trainer_id)
    jo = chat_with("Jo Hill", "jo@county.example")
    tara = chat_with("Tara Moss", trainer.email)
    there: dict[str, object] = {
        **programme.choice,
        "course_id": str(programme.course_id),
        **COORDINATORS_ONLY[verb],
    }
    not_there = {key: str(UUID(int=9)) if key.endswith("_id") else there[key] for key in there}

    said = []
    for person in (jo, tara):
        await person.says("hello")
        for sent in (there, not_there):
            await person.sends(verb, sent)
            said.append(person.lines)

    refused = "Only the training team's coordinators can do this. Ask one of them to do it for you."
    assert said == [["That can’t be done", refused]] * 4
    assert await programme.sessions() == [("S25-014", STARTS, 2)]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("manage S25-014", "Neglect Level 2"),
        ("move S25-014", "Move: Neglect Level 2"),
        ("cancel the session S25-014", "Neglect Level 2"),
        ("add a session to neglect level 2", "Add a session: Neglect Level 2"),
        ("clashes", "Clashes"),
    ],
)
async def test_what_coordinators_do_can_be_typed(
    typed: str, answer: str, programme: Programme, morgan: Chat, chat_with: ChatWith
) -> None:
    await programme.begin()
    jo = chat_with("Jo Hill", "jo@county.example")

    await morgan.says("hello")
    await morgan.says(typed)
    await jo.says("hello")
    await jo.says(typed)

    assert morgan.lines[0] == answer
    assert jo.lines[0] == "That can’t be done"
