"""Giving a place back: in time, late with a reason, and what a partnership charges for it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from bot.dispatch import Dispatcher
from tests.chat import Chat, elements
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import KnownMembers, SetClock
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import PolicyPreset, Role
from trainingbot.models import (
    Booking,
    BookingChange,
    Charge,
    Course,
    CourseSession,
    PractitionerRole,
    SessionTrainer,
)
from trainingbot.people.operations import appoint_coordinators
from trainingbot.people.queries import practitioner_by_email
from trainingbot.settings import Settings

ChatWith = Callable[[str, str | None], Chat]
CUT_OFF = NEXT_WEEK - timedelta(days=4)
"""Fri 10 Jan 2025, 10:00: two working days before Tue 14 Jan."""
A_MINUTE = timedelta(minutes=1)
CHARGED = "A charge of £25 was raised, as the terms ask. The training team can waive it."


@pytest.fixture
async def session_id(database: Database) -> UUID:
    async with database.writing() as db:
        await make_agency(db, name="County Council", email_domain="county.example", code="COUNTY")
        course = await make_course(db, title="Neglect Level 2")
        session = await make_session(db, course=course, code="S25-014", capacity=5)
    return session.id


@pytest.fixture
def charging(
    database: Database, settings: Settings, members: KnownMembers, clock: SetClock
) -> ChatWith:
    """Return how to chat with the bot of a partnership that charges £25."""
    dispatcher = Dispatcher(
        database=database,
        settings=settings.model_copy(update={"policy": PolicyPreset.TWO_DAYS}),
        roster=members,
        clock=clock,
        after_change=lambda: None,
    )

    def make(name: str, email: str | None) -> Chat:
        return Chat(dispatcher, members, name=name, email=email)

    return make


async def books(chat: Chat, session_id: UUID) -> None:
    await chat.says("help")
    await chat.sends("book_place", {"session_id": str(session_id)})


async def coordinator(database: Database, chat_with: ChatWith) -> Chat:
    async with database.writing() as db:
        await appoint_coordinators(db, ["morgan@county.example"])
    chat = chat_with("Morgan Reid", "morgan@county.example")
    await chat.says("help")
    return chat


async def test_one_gives_back_in_time_another_late_and_the_charge_is_waived(
    database: Database, session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    ben = charging("Ben Fox", "ben@county.example")
    morgan = await coordinator(database, charging)
    for chat in (ann, ben):
        await books(chat, session_id)
    booked = ann.lines

    clock.now = CUT_OFF
    await ann.presses("Give my place back")
    await ann.presses("Give my place back")
    clock.now = CUT_OFF + A_MINUTE
    await ben.says("my training")
    listed = ben.lines
    await ben.presses("Open")
    await ben.presses("Give my place back")
    asked = ben.lines
    await ben.presses("Give my place back", late_reason="urgent_work", words="A case conference")
    given = ben.lines
    await morgan.says("help")
    await morgan.presses("Charges")
    open_before = morgan.lines
    await morgan.presses("Waive")
    await morgan.presses("Waive", reason="The conference was called by us")
    waived = morgan.lines
    await morgan.presses("Charges")
    await ben.sends("show_booking", {"session_id": str(session_id)})

    assert booked[3:] == [
        "Booked",
        "You have a place.",
        "Free to cancel until Fri 10 Jan 2025, 10:00.",
        "The terms ask £25 for a late cancellation; illness is exempt.",
        "If you can’t come, give it back until the session begins, and a colleague gets it.",
    ]
    assert ann.lines[3:] == [
        "Cancelled",
        "You have given your place back.",
        "It is free for a colleague now. Thank you for letting us know.",
    ]
    assert listed[-2:] == ["Booked", "Cancelling now counts as late"]
    assert asked == [
        "Neglect Level 2",
        "**Tue 14 Jan 2025**, 10:00 to 12:30",
        "Online in Teams",
        "Give your place back?",
        "It is later than Fri 10 Jan 2025, 10:00, so a reason goes with it.",
        "The terms ask £25 for a late cancellation; illness is exempt.",
        "Sending a colleague of your agency is never late.",
        "Only you and the training team’s coordinators see the reason.",
    ]
    assert given[3:] == [
        "Cancelled",
        "You have given your place back.",
        "It is free for a colleague now. Thank you for letting us know.",
        CHARGED,
    ]
    assert open_before == [
        "Charges",
        "1 open charge, the oldest first",
        "Ben Fox: £25",
        "Neglect Level 2, Tue 14 Jan 2025",
        (
            "County Council. Late cancellation on Fri 10 Jan 2025, 10:01. "
            "Urgent work that can’t wait, “A case conference”."
        ),
    ]
    assert waived[-2:] == [
        "The charge of £25 is waived.",
        "Reason: The conference was called by us",
    ]
    assert morgan.lines == ["Charges", "No charge is open."]
    assert ben.lines[3:] == [
        "Cancelled",
        "The charge of £25 for giving the place back late has been waived.",
        "The conference was called by us",
    ]


async def test_in_a_partnership_as_it_comes_no_charge_is_ever_mentioned(
    database: Database, session_id: UUID, chat_with: ChatWith, clock: SetClock
) -> None:
    ann = chat_with("Ann Lee", "ann@county.example")
    said: list[str] = []

    await books(ann, session_id)
    said += ann.lines
    await ann.says("neglect level 2")
    said += ann.lines
    clock.now = CUT_OFF + A_MINUTE
    for verb in ("my_training", "show_booking", "ask_to_cancel", "cancel_booking"):
        await ann.sends(verb, {"session_id": str(session_id)})
        said += ann.lines
    await ann.presses("Give my place back", late_reason="travel", words="")
    said += ann.lines
    await ann.sends("show_booking", {"session_id": str(session_id)})
    said += ann.lines
    morgan = await coordinator(database, chat_with)
    helped = morgan.buttons
    await morgan.sends("charges", {})

    assert [title for title in helped if "harge" in title] == []
    assert ann.lines[3:] == ["Cancelled"]
    assert [line for line in said if "charge" in line.lower() or "£" in line] == []
    assert morgan.lines == [
        "Charges",
        "No charge is open.",
        "The terms ask for no charges at the moment, so no new ones are raised.",
    ]
    async with database.reading() as db:
        assert (await db.exec(select(Charge))).all() == []


async def test_a_question_opened_in_time_and_answered_late_asks_for_the_reason(
    session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    await books(ann, session_id)
    clock.now = CUT_OFF
    await ann.presses("Give my place back")
    in_time = ann.lines

    clock.now = CUT_OFF + A_MINUTE
    await ann.presses("Give my place back")
    late = ann.lines
    await ann.presses("Give my place back", late_reason="illness")

    assert in_time[3:] == [
        "Free to cancel until Fri 10 Jan 2025, 10:00",
        "Give your place back?",
        "Your place becomes free for a colleague.",
    ]
    assert late[3:5] == [
        "Give your place back?",
        "It is later than Fri 10 Jan 2025, 10:00, so a reason goes with it.",
    ]
    assert ann.lines[3:] == [
        "Cancelled",
        "You have given your place back.",
        "It is free for a colleague now. Thank you for letting us know.",
    ]


async def test_another_reason_without_words_is_asked_for_again_with_what_was_chosen(
    session_id: UUID, chat_with: ChatWith, clock: SetClock
) -> None:
    ann = chat_with("Ann Lee", "ann@county.example")
    await books(ann, session_id)
    clock.now = CUT_OFF + A_MINUTE
    await ann.presses("Give my place back")

    await ann.presses("Give my place back", late_reason="other", words=" ")
    asked = ann.lines
    chosen = {
        one["id"]: one.get("value")
        for one in elements(ann.card)
        if one["type"].startswith("Input.")
    }
    await ann.presses("Give my place back", words="A funeral")

    assert asked[3] == "Say in a few words which other reason it is."
    assert chosen == {"late_reason": "other", "words": ""}
    assert ann.lines[3] == "Cancelled"


async def test_giving_back_late_twice_says_the_same_twice(
    session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    await books(ann, session_id)
    clock.now = CUT_OFF + A_MINUTE
    press = {"session_id": str(session_id), "late_reason": "travel", "words": ""}

    await ann.sends("cancel_booking", press)
    once = ann.lines
    await ann.sends("cancel_booking", press)

    assert ann.lines == once
    assert ann.lines[-1] == CHARGED


async def test_a_charge_is_not_waived_without_a_reason_and_what_was_typed_is_kept(
    database: Database, session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    morgan = await coordinator(database, charging)
    await books(ann, session_id)
    clock.now = CUT_OFF + A_MINUTE
    await ann.sends("cancel_booking", {"session_id": str(session_id), "late_reason": "travel"})
    await morgan.sends("charges", {})

    await morgan.presses("Waive")
    await morgan.presses("Waive", reason="  ")
    asked = morgan.lines
    await morgan.presses("Charges")
    await morgan.presses("Settled")
    settled = morgan.lines
    await morgan.sends("settle_charge", {"charge_id": str(await only_charge(database))})

    assert asked[0] == "Waive £25 for Ann Lee?"
    assert asked[-1] == "Say why the charge is waived. The person can read it."
    assert settled[-1] == "The charge of £25 is settled."
    assert morgan.lines == settled


async def test_a_charge_that_was_settled_cannot_be_waived_from_an_old_card(
    database: Database, session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    morgan = await coordinator(database, charging)
    await books(ann, session_id)
    clock.now = CUT_OFF + A_MINUTE
    await ann.sends("cancel_booking", {"session_id": str(session_id), "late_reason": "travel"})
    choice = {"charge_id": str(await only_charge(database))}

    await morgan.sends("settle_charge", choice)
    await morgan.sends("waive_charge", {**choice, "reason": "Too late"})
    refused = morgan.lines
    await morgan.sends("ask_to_waive_charge", choice)

    assert refused == [
        "That can’t be done",
        "This charge was settled before, so it can’t be waived any more.",
    ]
    assert morgan.lines[-1] == "The charge of £25 is settled."


async def only_charge(database: Database) -> UUID:
    async with database.reading() as db:
        return (await db.exec(select(Charge.id))).one()


@pytest.mark.parametrize(
    "verb", ["charges", "ask_to_waive_charge", "waive_charge", "settle_charge"]
)
async def test_nobody_but_coordinators_sees_why_somebody_could_not_come(
    database: Database, session_id: UUID, charging: ChatWith, clock: SetClock, verb: str
) -> None:
    """The reason may be a matter of health: not for trainers, nor for colleagues."""
    ann = charging("Ann Lee", "ann@county.example")
    trainer = charging("Tom Ray", "tom@county.example")
    await trainer.says("help")
    async with database.writing() as db:
        tom = await practitioner_by_email(db, "tom@county.example")
        assert tom is not None
        db.add(PractitionerRole(practitioner_id=tom.id, role=Role.TRAINER))
    await books(ann, session_id)
    clock.now = CUT_OFF + A_MINUTE
    await ann.sends("cancel_booking", {"session_id": str(session_id), "late_reason": "caring"})
    choice = {"charge_id": str(await only_charge(database)), "reason": "Why"}

    await trainer.sends(verb, choice)

    assert trainer.lines == [
        "That can’t be done",
        ("Only the training team's coordinators can do this. Ask one of them to do it for you."),
    ]


async def test_an_offer_says_what_taking_it_means_before_it_is_taken(
    database: Database, session_id: UUID, charging: ChatWith
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    async with database.writing() as db:
        holders = [(await make_practitioner(db)).id for _ in range(5)]
        for holder in holders:
            await book_place(
                db, session_id=session_id, practitioner_id=holder, terms=TERMS, now=NOW
            )
    await books(ann, session_id)
    async with database.writing() as db:
        await cancel_booking(
            db, session_id=session_id, practitioner_id=holders[0], terms=TERMS, now=NOW
        )

    await ann.sends("show_booking", {"session_id": str(session_id)})
    offered = ann.lines
    await ann.presses("Take the place")

    assert offered[4:] == [
        "A place is held for you until Wed 8 Jan 2025, 10:00.",
        "Take it, or let it go. If we hear nothing, it goes to the next in line.",
        "Once you have taken it: free to cancel until Fri 10 Jan 2025, 10:00.",
        "The terms ask £25 for a late cancellation; illness is exempt.",
    ]
    assert ann.lines[4:6] == [
        "You have a place.",
        "Free to cancel until Fri 10 Jan 2025, 10:00.",
    ]


async def test_each_date_of_a_course_says_until_when_it_is_free_to_cancel(
    database: Database, session_id: UUID, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        session = await db.get_one(CourseSession, session_id)
        course = await db.get_one(Course, session.course_id)
        await make_session(db, course=course, starts_at=NOW + timedelta(days=1))
        await make_session(db, course=course, starts_at=NEXT_WEEK, capacity=0)
        await make_session(db, course=course, starts_at=NEXT_WEEK + timedelta(days=7))
    ann = chat_with("Ann Lee", "ann@county.example")
    await books(ann, session_id)

    await ann.says("neglect level 2")

    assert [line for line in ann.lines if "ancel" in line] == [
        "Cancelling would count as late",
        "Free to cancel until Fri 10 Jan 2025, 10:00",
        "Free to cancel until Fri 17 Jan 2025, 10:00",
    ]


async def test_whoever_was_moved_reads_that_they_can_give_back_freely(
    database: Database, session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    ann = charging("Ann Lee", "ann@county.example")
    await books(ann, session_id)
    async with database.writing() as db:
        booking = (await db.exec(select(Booking))).one()
        booking.may_leave_freely = True
    clock.now = CUT_OFF + A_MINUTE

    await ann.sends("show_booking", {"session_id": str(session_id)})
    shown = ann.lines
    await ann.presses("Give my place back")
    await ann.presses("Give my place back")

    assert shown[-1] == "Free to give back, because the session was moved"
    assert ann.lines[3] == "Cancelled"
    async with database.reading() as db:
        changes = (await db.exec(select(BookingChange.late_reason))).all()
        assert (list(changes), (await db.exec(select(Charge))).all()) == ([None, None], [])


async def test_a_trainers_roster_says_nothing_of_who_gave_back_or_why(
    database: Database, session_id: UUID, charging: ChatWith, clock: SetClock
) -> None:
    """The reason may be a matter of health: not for trainers, nor for colleagues."""
    ann = charging("Ann Lee", "ann@county.example")
    trainer = charging("Tom Ray", "tom@county.example")
    await trainer.says("help")
    async with database.writing() as db:
        tom = await practitioner_by_email(db, "tom@county.example")
        assert tom is not None
        db.add(SessionTrainer(session_id=session_id, practitioner_id=tom.id))
    await books(ann, session_id)
    clock.now = CUT_OFF + A_MINUTE
    press = {"session_id": str(session_id), "late_reason": "other", "words": "A miscarriage"}
    await ann.sends("cancel_booking", press)

    await trainer.sends("session_roster", {"session_id": str(session_id)})
    roster = trainer.lines
    await trainer.sends("session_roster", {"session_id": str(session_id), "given_back": "true"})

    assert roster[0] == "Roster: Neglect Level 2"
    assert [line for line in roster if "Ann" in line or "reason" in line] == []
    assert trainer.lines == [
        "That can’t be done",
        "Only the training team's coordinators see who gave a place back.",
    ]
