from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from tests.chat import Chat
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import SetClock
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database

ChatWith = Callable[[str, str | None], Chat]


async def fill(database: Database, session_id: UUID, people: int) -> None:
    async with database.writing() as db:
        for _ in range(people):
            person = await make_practitioner(db)
            await book_place(
                db, session_id=session_id, practitioner_id=person.id, terms=TERMS, now=NOW
            )


async def test_a_health_visitor_finds_books_sees_and_gives_back_a_place(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await make_agency(db, name="Community Services", email_domain="community.example")
        course = await make_course(db, title="Neglect Level 2", code="C02")
        await make_session(db, course=course, code="S25-002", capacity=35)
    nurse = chat_with("Sarah Okafor", "sarah@community.example")

    await nurse.installs()
    greeted = nurse.lines
    await nurse.presses("Find a course")
    listed = nurse.lines
    await nurse.presses("See dates")
    await nurse.presses("Book Tue 14 Jan")
    booked = nurse.lines
    await nurse.says("my training")
    mine = nurse.lines
    await nurse.presses("Open")
    await nurse.presses("Give my place back")
    asked = nurse.lines
    await nurse.presses("Give my place back")
    given = nurse.lines
    await nurse.says("my training")

    assert greeted == [
        "Hello Sarah",
        (
            "Here you find and book the training of Fenland Safeguarding Partnership, "
            "and give a place back when you can’t come."
        ),
        "We know you from Community Services, so you can book straight away.",
    ]
    assert listed[:5] == [
        "Courses",
        "1 course, the next dates first",
        "Neglect Level 2",
        "Tue 14 Jan 2025, 10:00",
        "Level 2. Online in Teams, 35 of 35 places free",
    ]
    assert booked == [
        "Neglect Level 2",
        "**Tue 14 Jan 2025**, 10:00 to 12:30",
        "Online in Teams, 34 of 35 places free",
        "Booked",
        "You have a place.",
        "Free to cancel until Fri 10 Jan 2025, 10:00.",
        "If you can’t come, give it back until the session begins, and a colleague gets it.",
    ]
    assert mine == [
        "My training",
        "Coming: 1 session",
        "Neglect Level 2",
        "Tue 14 Jan 2025, 10:00",
        "Online in Teams",
        "Booked",
        "Free to cancel until Fri 10 Jan 2025, 10:00",
    ]
    assert asked[3:] == [
        "Free to cancel until Fri 10 Jan 2025, 10:00",
        "Give your place back?",
        "Your place becomes free for a colleague.",
    ]
    assert given[3:] == [
        "Cancelled",
        "You have given your place back.",
        "It is free for a colleague now. Thank you for letting us know.",
    ]
    assert nurse.lines == ["My training", "You have nothing booked at the moment."]


async def test_a_full_session_puts_people_on_the_waitlist_and_says_where_they_stand(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        agency = await make_agency(db, email_domain="police.example")
        session = await make_session(db, capacity=1)
        other = await make_practitioner(db, agency=agency)
        await book_place(db, session_id=session.id, practitioner_id=other.id, terms=TERMS, now=NOW)
    first = chat_with("Ann Lee", "ann@police.example")
    second = chat_with("Ben Fox", "ben@police.example")

    for officer in (first, second):
        await officer.says("book neglect level 2")
        await officer.presses("Join waitlist Tue 14 Jan")
    await second.says("my waitlist")

    assert first.lines[3:] == [
        "Waitlist: 1st",
        "The session is full. You are 1st on the waitlist.",
        (
            "You are next in line. A free place is held for the longest wait, "
            "and we ask you here when it is yours."
        ),
    ]
    assert second.lines[1:] == [
        "Waitlist: 1 session",
        "Neglect Level 2",
        "Tue 14 Jan 2025, 10:00",
        "Online in Teams",
        "Waitlist: 2nd",
    ]


async def test_pressing_book_twice_gives_one_booking_and_the_same_card(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db, capacity=5)
    person = chat_with("Jo Hill", "jo@county.example")
    await person.says("book neglect level 2")
    press = {"session_id": str(session.id)}

    await person.sends("book_place", press)
    once = person.lines
    await person.sends("book_place", press)

    assert person.lines == once
    assert person.lines[2] == "Online in Teams, 4 of 5 places free"


async def test_giving_back_twice_says_the_same_twice_and_frees_one_place(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db, capacity=5)
    await fill(database, session.id, 2)
    person = chat_with("Jo Hill", "jo@county.example")
    press = {"session_id": str(session.id)}
    await person.says("hello")
    await person.sends("book_place", press)

    await person.sends("cancel_booking", press)
    once = person.lines
    await person.sends("cancel_booking", press)

    assert person.lines == once
    assert person.lines[2] == "Online in Teams, 3 of 5 places free"


async def test_a_session_that_has_begun_is_refused_with_the_next_best_step(
    database: Database, chat_with: ChatWith, clock: SetClock
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db, starts_at=NOW + timedelta(minutes=5))
    person = chat_with("Jo Hill", "jo@county.example")
    await person.says("help")
    clock.advance(timedelta(minutes=5))

    await person.sends("book_place", {"session_id": str(session.id)})

    assert person.lines == [
        "That can’t be done",
        (
            "This session has already begun, so it can't be booked any more. "
            "Look for another date of the course."
        ),
    ]
    assert person.buttons == ["Find a course", "My training", "Help"]


async def test_a_card_of_an_older_version_says_so_and_changes_nothing(
    chat_with: ChatWith,
) -> None:
    person = chat_with("Jo Hill", "jo@county.example")
    await person.says("help")

    for verb, data in (("book_seat", {}), ("book_place", {}), ("book_place", {"session_id": "7"})):
        await person.sends(verb, data)

        assert person.lines[0] == "This card is out of date"


async def test_somebody_elses_booking_cannot_be_seen_or_given_back(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db)
    owner, other = chat_with("Jo Hill", "jo@county.example"), chat_with("X", "x@county.example")
    choice = {"session_id": str(session.id)}
    await owner.says("help")
    await owner.sends("book_place", choice)
    await other.says("help")

    for verb in ("show_booking", "ask_to_cancel", "cancel_booking"):
        await other.sends(
            verb, choice | {"practitioner_id": "somebody", "email": "jo@county.example"}
        )

        assert other.lines[0] == "That can’t be done"
    await owner.says("my training")
    assert owner.lines[1] == "Coming: 1 session"


async def test_the_course_card_shows_the_day_that_was_named(
    database: Database, chat_with: ChatWith
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        course = await make_course(db, title="Professional Curiosity")
        for days in (7, 14, 21):
            await make_session(db, course=course, starts_at=NOW + timedelta(days=days))
    person = chat_with("Jo Hill", "jo@county.example")
    await person.says("help")

    await person.says("book professional curiosity on 21 january")
    named = person.buttons
    await person.says("book professional curiosity on 22 january")

    assert named == ["Book Tue 21 Jan", "All courses"]
    assert person.lines[2] == "There is no date on Wed 22 Jan 2025. These are the next ones:"
    assert person.buttons == [
        "Book Tue 14 Jan",
        "Book Tue 21 Jan",
        "Book Tue 28 Jan",
        "All courses",
    ]
