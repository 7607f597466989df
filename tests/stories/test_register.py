"""A trainer keeps the register of a session, from the digest's button to closing it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from tests.chat import Chat, elements
from tests.factories import (
    make_agency,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.fakes import HandCourier, PostBox, SetClock
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.audit.queries import audit_database
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    ChargeState,
    NoticeKind,
    NoticeState,
    SessionStatus,
    SessionStep,
)
from trainingbot.models import (
    Booking,
    BookingChange,
    Charge,
    CourseSession,
    Notice,
    Practitioner,
    SessionChange,
    SessionTrainer,
)
from trainingbot.people.operations import appoint_coordinators
from trainingbot.scheduling.digests import owe_digests
from trainingbot.settings import Settings

ChatWith = Callable[[str, str | None], Chat]
ENDS = NEXT_WEEK + timedelta(minutes=150)
NAMES = tuple(f"Person {letter}" for letter in "ABCDEFGHIJ")
"""Ten people with a place: two pages of the register."""


class Kept:
    """A session with ten places taken and one person waiting, and those who keep its register."""

    def __init__(self, database: Database, chat_with: ChatWith, clock: SetClock) -> None:
        self.database, self.clock = database, clock
        self._chat_with = chat_with
        self.session_id = UUID(int=0)
        self.people: dict[str, UUID] = {}

    async def begin(self) -> None:
        async with self.database.writing() as db:
            agency = await make_agency(db, name="County Council", email_domain="county.example")
            await make_coordinator(db, name="Casey Lead")
            course = await make_course(db, title="Neglect Level 2", code="C02")
            session = await make_session(db, course=course, code="S25-014", capacity=len(NAMES))
            self.session_id = session.id
            for name in (*NAMES, "Wanda Waits", "Vera Visits"):
                self.people[name] = (await make_practitioner(db, name=name, agency=agency)).id
        for name in (*NAMES, "Wanda Waits"):
            async with self.database.writing() as db:
                await book_place(
                    db,
                    session_id=self.session_id,
                    practitioner_id=self.people[name],
                    terms=TERMS,
                    now=NOW,
                )

    async def trainer(self, name: str = "Tara Moss", *, teaches: bool = True) -> Chat:
        email = f"{name.split(maxsplit=1)[0].lower()}@county.example"
        chat = self._chat_with(name, email)
        await chat.says("help")
        async with self.database.writing() as db:
            found = await db.exec(select(Practitioner).where(Practitioner.email == email))
            trainer = found.one()
            self.people[name] = trainer.id
            if teaches:
                db.add(SessionTrainer(session_id=self.session_id, practitioner_id=trainer.id))
                await db.flush()
                session = await db.get_one(CourseSession, self.session_id)
                await owe_digests(db, session, [trainer.id], position=0, terms=TERMS, now=NOW)
        return chat

    async def coordinator(self) -> Chat:
        chat = self._chat_with("Morgan Reid", "morgan@county.example")
        await chat.says("help")
        async with self.database.writing() as db:
            await appoint_coordinators(db, ["morgan@county.example"])
        return chat

    async def opens(self, chat: Chat) -> None:
        await chat.sends("register", {"session_id": str(self.session_id)})

    async def marks(self) -> dict[str, Attendance | None]:
        """Return what is marked of everybody on the register."""
        names = {person: name for name, person in self.people.items()}
        async with self.database.reading() as db:
            found = await db.exec(
                select(Booking).where(
                    col(Booking.status).in_((BookingStatus.CONFIRMED, BookingStatus.UNBOOKED))
                )
            )
            return {names[one.practitioner_id]: one.attendance for one in found}

    async def booking(self, name: str) -> Booking:
        async with self.database.reading() as db:
            found = await db.exec(
                select(Booking).where(Booking.practitioner_id == self.people[name])
            )
            return found.one()

    async def history(self, name: str) -> list[tuple[Change, Attendance | None]]:
        booking = await self.booking(name)
        async with self.database.reading() as db:
            found = await db.exec(
                select(BookingChange)
                .where(BookingChange.booking_id == booking.id)
                .order_by(col(BookingChange.position))
            )
            return [(Change(one.change), one.attendance) for one in found]

    async def session(self) -> CourseSession:
        async with self.database.reading() as db:
            return await db.get_one(CourseSession, self.session_id)

    async def steps(self) -> list[tuple[SessionStep, str, str | None]]:
        async with self.database.reading() as db:
            found = await db.exec(select(SessionChange).order_by(col(SessionChange.position)))
            return [(SessionStep(one.step), one.details, one.reason) for one in found]

    async def invited(self) -> set[str]:
        """Return who has an invitation to evaluate that is owed or was sent."""
        names = {person: name for name, person in self.people.items()}
        async with self.database.reading() as db:
            found = await db.exec(
                select(Notice.practitioner_id).where(
                    Notice.kind == NoticeKind.EVALUATION_INVITATION,
                    col(Notice.state).in_((NoticeState.OWED, NoticeState.SENT)),
                )
            )
            return {names[one] for one in found}

    async def faults(self) -> list[object]:
        """Return what is broken in the database."""
        async with self.database.reading() as db:
            broken = await broken_invariants(db, now=self.clock.now)
            audit = await audit_database(db, now=self.clock.now, terms=TERMS)
        return [*broken, *audit.findings]


@pytest.fixture
async def kept(database: Database, chat_with: ChatWith, clock: SetClock) -> Kept:
    kept = Kept(database, chat_with, clock)
    await kept.begin()
    return kept


@pytest.fixture
async def tara(kept: Kept) -> Chat:
    return await kept.trainer()


def fields(chat: Chat) -> dict[str, str]:
    """Return the fields for marks of the last card by the names of the people."""
    return {
        element["label"].partition(",")[0]: element["id"]
        for element in elements(chat.card)
        if element["type"] == "Input.ChoiceSet"
    }


def chosen(chat: Chat, **marks: str) -> dict[str, Any]:
    """Return the fields of people, `A` for Person A, with what is chosen for them."""
    known = fields(chat)
    return {known[f"Person {name}"]: mark for name, mark in marks.items()}


async def test_a_trainer_keeps_a_register_from_the_digest_to_closing_it(
    kept: Kept, tara: Chat, courier: HandCourier, post_box: PostBox
) -> None:
    kept.clock.now = NEXT_WEEK - timedelta(hours=20)
    await courier.deliver_due()
    digest = post_box.sent[-1][1].card
    register = next(
        one
        for one in elements(digest)
        if one["type"] == "Action.Execute" and one["title"] == "Register"
    )
    kept.clock.now = NEXT_WEEK - timedelta(minutes=15)

    await tara.sends(register["verb"], register["data"])
    first = tara.lines
    await tara.presses("Everyone attended")
    everyone = tara.lines[3]
    await tara.presses("Save", **chosen(tara, B="no_show", C="partly_attended", D="excused"))
    saved = tara.lines[3]
    kept.clock.now = ENDS
    await kept.opens(tara)
    await tara.presses("Close register")
    question = tara.lines
    await tara.presses("Close register")

    assert first[:4] == [
        "Register: Neglect Level 2",
        "**Tue 14 Jan 2025**, 10:00 to 12:30",
        "Session S25\\-014. Online in Teams"
        if "\\-" in first[2]
        else "Session S25-014. Online in Teams",
        "10 people: 10 not marked.",
    ]
    assert (everyone, saved) == (
        "10 people marked as attended. Change those who were not there, and save.",
        "Saved: 3 marks.",
    )
    assert "Everybody is marked." in question
    assert tara.lines[3:5] == [
        "The register is closed. Whoever was there is asked how it was.",
        "10 people: 7 attended, 1 in part, 1 excused, 1 no-show.",
    ]
    session = await kept.session()
    assert (session.status, session.register_closed_at) == (SessionStatus.DELIVERED, ENDS)
    assert (await kept.steps())[-1] == (
        SessionStep.REGISTER_CLOSED,
        "7 attended, 1 in part, 1 excused, 1 no-show",
        None,
    )
    assert await kept.history("Person B") == [
        (Change.BOOKED, None),
        (Change.ATTENDANCE_MARKED, Attendance.ATTENDED),
        (Change.ATTENDANCE_MARKED, Attendance.NO_SHOW),
    ]
    assert await kept.faults() == []


async def test_whoever_is_not_marked_becomes_a_no_show_after_a_last_look(
    kept: Kept, tara: Chat
) -> None:
    kept.clock.now = ENDS
    await kept.opens(tara)
    await tara.presses("Save", **dict.fromkeys(fields(tara).values(), "attended"))

    await tara.presses("Close register")
    asked = tara.lines
    await tara.presses("Close register")

    assert asked[3:6] == [
        "Close the register?",
        "10 people: 8 attended, 2 not marked.",
        "2 people are not marked and become no-shows: Person I and Person J.",
    ]
    marks = await kept.marks()
    assert (marks["Person H"], marks["Person I"], marks["Person J"]) == (
        Attendance.ATTENDED,
        Attendance.NO_SHOW,
        Attendance.NO_SHOW,
    )
    assert await kept.faults() == []


async def test_what_is_chosen_is_kept_when_going_to_the_next_page(kept: Kept, tara: Chat) -> None:
    kept.clock.now = NEXT_WEEK
    await kept.opens(tara)

    await tara.presses("Save, next page", **chosen(tara, A="attended"))
    second = list(fields(tara))
    await tara.presses("Save, page before", **chosen(tara, I="excused"))

    assert second == ["Person I", "Person J"]
    assert list(fields(tara)) == [f"Person {letter}" for letter in "ABCDEFGH"]
    marks = await kept.marks()
    assert (marks["Person A"], marks["Person I"]) == (Attendance.ATTENDED, Attendance.EXCUSED)


async def test_exceptions_that_were_chosen_first_are_kept_when_everyone_attended(
    kept: Kept, tara: Chat
) -> None:
    kept.clock.now = NEXT_WEEK
    await kept.opens(tara)

    await tara.presses("Everyone attended", **chosen(tara, B="no_show"))

    marks = await kept.marks()
    assert marks.pop("Person B") == Attendance.NO_SHOW
    assert set(marks.values()) == {Attendance.ATTENDED}


async def test_a_card_that_is_sent_late_undoes_nothing_another_trainer_has_marked(
    kept: Kept, tara: Chat
) -> None:
    other = await kept.trainer("Theo Lake")
    kept.clock.now = NEXT_WEEK
    await kept.opens(tara)
    await kept.opens(other)

    await tara.presses("Save", **chosen(tara, A="attended"))
    await other.presses("Save", **chosen(other, B="excused"))

    marks = await kept.marks()
    assert (marks["Person A"], marks["Person B"]) == (Attendance.ATTENDED, Attendance.EXCUSED)
    assert await kept.faults() == []


async def test_a_mark_is_taken_back(kept: Kept, tara: Chat) -> None:
    kept.clock.now = NEXT_WEEK
    await kept.opens(tara)
    await tara.presses("Save", **chosen(tara, A="no_show"))

    await tara.presses("Save", **chosen(tara, A="none"))

    assert (await kept.marks())["Person A"] is None
    assert (await kept.history("Person A"))[1:] == [
        (Change.ATTENDANCE_MARKED, Attendance.NO_SHOW),
        (Change.ATTENDANCE_MARKED, None),
    ]
    assert await kept.faults() == []


async def test_somebody_who_waited_and_came_is_put_onto_the_register_and_takes_no_place(
    kept: Kept, tara: Chat
) -> None:
    kept.clock.now = NEXT_WEEK
    await kept.opens(tara)

    await tara.presses("Add somebody")
    await tara.presses("Find", name="wanda")
    found = tara.lines
    await tara.presses("Add")
    await kept.opens(tara)

    assert found[:5] == [
        "Who came without a booking?",
        "Neglect Level 2",
        "**Tue 14 Jan 2025**, 10:00 to 12:30",
        "Wanda Waits",
        "County Council",
    ]
    assert "11 people: 10 not marked, 1 without a booking." in tara.lines
    wanda = await kept.booking("Wanda Waits")
    assert (wanda.status, wanda.queue_number, wanda.attendance) == (
        BookingStatus.UNBOOKED,
        None,
        Attendance.ATTENDED,
    )
    assert (await kept.session()).places_taken == len(NAMES)
    assert "Wanda Waits" in await kept.invited()
    assert await kept.faults() == []


async def test_somebody_added_by_mistake_is_taken_off_again_and_not_asked_how_it_was(
    kept: Kept, tara: Chat
) -> None:
    kept.clock.now = NEXT_WEEK
    choice = {
        "session_id": str(kept.session_id),
        "practitioner_id": str(kept.people["Vera Visits"]),
    }

    for verb in ("add_to_register", "add_to_register", "take_off_register", "take_off_register"):
        await tara.sends(verb, choice)

    assert tara.lines[3] == "They are off the register."
    assert await kept.history("Vera Visits") == [
        (Change.CAME_UNBOOKED, None),
        (Change.ATTENDANCE_MARKED, Attendance.ATTENDED),
        (Change.CANCELLED, None),
    ]
    assert "Vera Visits" not in await kept.invited()
    assert await kept.faults() == []


async def test_whoever_came_without_a_booking_evaluates_the_session(
    kept: Kept, tara: Chat, chat_with: ChatWith
) -> None:
    vera = chat_with("Vera Guest", "vera.guest@county.example")
    await vera.says("help")
    async with kept.database.reading() as db:
        found = await db.exec(
            select(Practitioner).where(Practitioner.email == "vera.guest@county.example")
        )
        person = found.one()
    kept.clock.now = NEXT_WEEK
    choice = {"session_id": str(kept.session_id), "practitioner_id": str(person.id)}
    await tara.sends("add_to_register", choice)
    kept.clock.now = ENDS

    await vera.says("feedback")

    assert vera.lines[0] == "How was Neglect Level 2?"


async def test_a_coordinator_reopens_a_register_with_a_reason_and_it_is_corrected(
    kept: Kept, tara: Chat
) -> None:
    morgan = await kept.coordinator()
    kept.clock.now = ENDS
    await kept.opens(tara)
    await tara.presses("Close register")
    await tara.presses("Close register")
    before = await kept.invited()

    await kept.opens(morgan)
    await morgan.presses("Reopen")
    await morgan.presses("Reopen", reason=" ")
    without_a_reason = morgan.lines
    await morgan.presses("Reopen", reason="Person A signed the list")
    await morgan.presses("Save", **chosen(morgan, A="attended"))
    await morgan.presses("Close register")
    await morgan.presses("Close register")

    assert without_a_reason[3:6] == [
        "Reopen the register?",
        "All marks stay until somebody changes them.",
        "Say why in a short sentence. It stands in the history, and the person reads it.",
    ]
    assert [(step, reason) for step, _, reason in await kept.steps()] == [
        (SessionStep.REGISTER_CLOSED, None),
        (SessionStep.REGISTER_REOPENED, "Person A signed the list"),
        (SessionStep.REGISTER_CLOSED, None),
    ]
    assert (await kept.marks())["Person A"] == Attendance.ATTENDED
    assert "Person A" in before
    assert await kept.faults() == []


async def test_a_trainer_cannot_reopen_a_register_nor_mark_on_it(kept: Kept, tara: Chat) -> None:
    kept.clock.now = ENDS
    await kept.opens(tara)
    late = dict.fromkeys(fields(tara).values(), "attended")
    await tara.presses("Close register")
    await tara.presses("Close register")
    choice = {"session_id": str(kept.session_id)}

    closed = tara.buttons
    await tara.sends("reopen_register", {**choice, "reason": "I was wrong"})
    reopening = tara.lines
    await tara.sends("mark_register", {**choice, **late})

    assert "Reopen" not in closed
    assert reopening[1].startswith("Only the training team's coordinators can do this.")
    assert tara.lines[1].replace("\\", "") == (
        "The register of S25-014 is closed. A coordinator can reopen it."
    )
    assert set((await kept.marks()).values()) == {Attendance.NO_SHOW}


async def test_every_button_twice_does_no_harm(kept: Kept, tara: Chat) -> None:
    kept.clock.now = ENDS
    await kept.opens(tara)
    page = {"session_id": str(kept.session_id)}
    some = chosen(tara, A="no_show")
    for verb, data in (
        ("mark_register", {**page, **some}),
        ("mark_everyone", page),
        ("ask_to_close_register", page),
    ):
        await tara.sends(verb, data)
        await tara.sends(verb, data)
    closing = next(
        one["data"]
        for one in elements(tara.card)
        if one["type"] == "Action.Execute" and one["verb"] == "close_register"
    )

    await tara.sends("close_register", closing)
    await tara.sends("close_register", closing)

    assert [step for step, _, _ in await kept.steps()] == [SessionStep.REGISTER_CLOSED]
    assert await kept.history("Person A") == [
        (Change.BOOKED, None),
        (Change.ATTENDANCE_MARKED, Attendance.NO_SHOW),
    ]
    assert await kept.faults() == []


async def test_a_register_that_somebody_else_has_marked_meanwhile_is_looked_at_again(
    kept: Kept, tara: Chat
) -> None:
    other = await kept.trainer("Theo Lake")
    kept.clock.now = ENDS
    await kept.opens(tara)
    await tara.presses("Close register")
    await kept.opens(other)
    await other.presses("Save", **chosen(other, A="attended"))

    await tara.presses("Close register")

    assert tara.lines[3] == "Somebody else has marked people meanwhile. Look at the list once more."
    assert (await kept.session()).register_closed_at is None
    assert (await kept.marks())["Person B"] is None


async def test_somebody_elses_register_is_not_opened(kept: Kept) -> None:
    nosy = await kept.trainer("Nora Lee", teaches=False)
    kept.clock.now = NEXT_WEEK
    data = {"session_id": str(kept.session_id)}

    answers = []
    for verb in ("register", "mark_everyone", "close_register", "find_for_register"):
        await nosy.sends(verb, data)
        answers.append(nosy.lines[1])

    refused = (
        "Only this session's trainers and the training team keep its register. "
        "Type “my training” to see what you have booked."
    )
    assert answers == [refused] * 4
    assert set((await kept.marks()).values()) == {None}


async def test_a_register_is_not_opened_too_early_nor_closed_before_the_end(
    kept: Kept, tara: Chat
) -> None:
    kept.clock.now = NEXT_WEEK - timedelta(minutes=16)
    await kept.opens(tara)
    early = tara.lines
    kept.clock.now = ENDS - timedelta(seconds=1)
    await kept.opens(tara)
    buttons = tara.buttons
    await tara.sends("close_register", {"session_id": str(kept.session_id)})

    assert early[1].replace("\\", "") == (
        "The register of S25-014 opens 15 minutes before the start: Tue 14 Jan 2025, 09:45."
    )
    assert "Close register" not in buttons
    assert tara.lines[1].replace("\\", "") == (
        "S25-014 is not over yet. Its register can be closed from its end on: "
        "Tue 14 Jan 2025, 12:30."
    )
    assert (await kept.session()).register_closed_at is None


async def test_a_place_given_back_after_an_early_mark_is_given_back_all_the_same(
    kept: Kept, tara: Chat, chat_with: ChatWith
) -> None:
    ann = chat_with("Ann Late", "ann.late@county.example")
    await ann.says("help")
    morgan = await kept.coordinator()
    await morgan.sends(
        "change_places", {"session_id": str(kept.session_id), "places": "12", "seen": 10}
    )
    await ann.sends("book_place", {"session_id": str(kept.session_id)})
    kept.clock.now = NEXT_WEEK - timedelta(minutes=10)
    await tara.sends("mark_everyone", {"session_id": str(kept.session_id)})

    await ann.sends(
        "cancel_booking", {"session_id": str(kept.session_id), "late_reason": "illness"}
    )

    assert ann.lines[:1] == ["Neglect Level 2"]
    assert await kept.faults() == []


@pytest.mark.parametrize(
    "typed",
    [
        "register",
        "open the register",
        "register for S25-014",
        "who turned up to S25-014",
        "who turned up to neglect level 2",
        "the register for neglect level 2",
    ],
)
async def test_a_register_is_opened_by_typing(kept: Kept, tara: Chat, typed: str) -> None:
    kept.clock.now = NEXT_WEEK

    await tara.says(typed)

    assert tara.lines[0] == "Register: Neglect Level 2"


async def test_register_for_a_session_books_it_for_whoever_does_not_keep_its_register(
    kept: Kept, chat_with: ChatWith
) -> None:
    ann = chat_with("Ann Late", "ann.late@county.example")
    await ann.says("help")

    await ann.says("register for S25-014")

    assert (await kept.session()).next_queue_number == 3
    assert ann.lines[0] == "Neglect Level 2"
    assert "Waitlist: 2nd" in ann.lines


async def test_the_roster_and_my_sessions_lead_to_the_register_while_it_is_open(
    kept: Kept, tara: Chat
) -> None:
    seen = []
    for moment in (NEXT_WEEK - timedelta(minutes=16), NEXT_WEEK):
        kept.clock.now = moment
        await tara.says("my sessions")
        seen.append("Register" in tara.buttons)
        await tara.says("roster S25-014")
        seen.append("Register" in tara.buttons)

    assert seen == [False, False, True, True]


class TestWhereNoShowsAreCharged:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"policy": "two_days"})

    async def test_a_charge_is_raised_at_closing_and_waived_when_the_mark_is_corrected(
        self, kept: Kept, tara: Chat
    ) -> None:
        morgan = await kept.coordinator()
        kept.clock.now = ENDS
        page = {"session_id": str(kept.session_id)}
        await kept.opens(tara)
        no_shows = chosen(tara, A="no_show", B="no_show")
        await tara.presses("Everyone attended", **no_shows)
        await tara.presses("Close register")
        question = tara.lines
        await tara.presses("Close register")
        await morgan.sends("reopen_register", {**page, "reason": "A was there"})
        await morgan.presses("Save", **chosen(morgan, A="attended"))
        await morgan.presses("Close register")
        await morgan.presses("Close register")

        async with kept.database.reading() as db:
            charges = (await db.exec(select(Charge))).all()
        names = {(await kept.booking(name)).id: name for name in ("Person A", "Person B")}
        assert "The terms charge £25 for a no-show." in question
        assert sorted((names[one.booking_id], one.state, one.reason) for one in charges) == [
            ("Person A", ChargeState.WAIVED, "The register was corrected."),
            ("Person B", ChargeState.RAISED, None),
        ]
        assert await kept.faults() == []
