"""The whole application over HTTP, with real tokens, as Teams reaches it."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import structlog
from aiohttp import ClientResponse
from icalendar import Calendar
from sqlmodel import col, func, select

from bot.logs import without_words_of_people
from tests.bot.conftest import Person, Service
from tests.bot.digests import digest
from tests.bot_framework import (
    OTHER_TENANT,
    Answer,
    SigningPair,
    executed,
    installed,
    joined,
    typed,
)
from tests.chat import buttons, texts
from tests.factories import (
    make_agency,
    make_course,
    make_practitioner,
    make_session,
)
from tests.invariants import broken_invariants
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.models import Booking, CourseSession, Practitioner, TeamsAccount

TENANT_WE_DO_NOT_SERVE = "11111111-2222-4333-8444-555555555555"


async def a_session(service: Service, *, capacity: int = 20) -> CourseSession:
    """Write down a session that everybody at county.example may book, and return it."""
    async with service.database.writing() as db:
        await make_agency(db, name="County Council", email_domain="county.example")
        course = await make_course(db, title="Neglect Level 2")
        return await make_session(db, course=course, capacity=capacity, code="S25-014")


async def bookings(service: Service) -> list[Booking]:
    async with service.database.reading() as db:
        return list((await db.exec(select(Booking).order_by(col(Booking.booked_at)))).all())


def ann(service: Service) -> Person:
    return service.person("Ann Example", "ann@county.example")


async def test_both_updates_of_an_installation_at_the_same_moment_greet_once(
    service: Service,
) -> None:
    person = ann(service)

    answers = await asyncio.gather(
        *(service.post(make(**person.envelope())) for make in (installed, joined) * 5)
    )

    assert {answer.status for answer in answers} == {200}
    assert [texts(card)[0] for card in service.cards_sent] == ["Hello Ann"]


async def test_what_is_typed_is_answered_over_the_connector(service: Service) -> None:
    await a_session(service)

    card = await ann(service).types("courses")

    sent = service.framework.calls[-1]
    assert (sent.method, sent.authorization) == ("POST", "Bearer outbound")
    assert sent.path.endswith("/activities/1700000000001")
    assert texts(card)[:3] == [
        "Hello Ann. Type **help** to see what else you can do here.",
        "Courses",
        "1 course, the next dates first",
    ]


async def test_a_button_is_answered_in_the_response(service: Service) -> None:
    session = await a_session(service)
    person = ann(service)
    await person.types("help")
    service.framework.calls.clear()

    card = await person.presses("book_place", {"session_id": str(session.id)})

    assert texts(card)[3:5] == ["Booked", "You have a place."]
    assert service.framework.calls == []


async def test_a_button_of_an_older_client_replaces_its_card_over_the_connector(
    service: Service,
) -> None:
    session = await a_session(service)
    person = ann(service)
    await person.types("help")

    card = await person.submits("book_place", {"session_id": str(session.id)})

    sent = service.framework.calls[-1]
    assert texts(card)[3:5] == ["Booked", "You have a place."]
    assert (sent.method, sent.path.rpartition("/")[2]) == ("PUT", "1700000000000")


async def test_fifty_taps_at_once_are_one_booking(service: Service) -> None:
    session = await a_session(service)
    person = ann(service)
    press = {"session_id": str(session.id)}

    cards = await asyncio.gather(
        *((person.presses if tap % 2 else person.submits)("book_place", press) for tap in range(50))
    )

    assert len(cards) == 50
    assert [booking.change_count for booking in await bookings(service)] == [1]
    async with service.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []
        assert (await db.get_one(CourseSession, session.id)).places_taken == 1


async def test_booking_and_giving_back_in_a_rush_leaves_one_sound_history(
    service: Service,
) -> None:
    session = await a_session(service, capacity=1)
    people = [service.person(f"Person {number}", f"p{number}@county.example") for number in "123"]
    press = {"session_id": str(session.id)}

    cards = await asyncio.gather(
        *(
            person.presses(verb, press)
            for verb in ("book_place", "cancel_booking") * 8
            for person in people
        )
    )

    assert "Something went wrong" not in {texts(card)[0] for card in cards}
    async with service.database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


def refusals(service: Service, session: CourseSession) -> list[tuple[int, dict[str, Any], str]]:
    """Return activities that must be turned away, each with the status and the token it has."""
    now, person = service.clock.moment, ann(service)
    press = executed("book_place", {"session_id": str(session.id)}, **person.envelope())
    sound = service.framework.token(now=now)
    elsewhere = {**press, "channelData": {"tenant": {"id": TENANT_WE_DO_NOT_SERVE}}}
    impostor = SigningPair(drawn="by an impostor").token(
        issued_at=now.timestamp(), serviceurl=service.framework.service_url
    )
    return [
        (403, elsewhere, sound),
        (403, {**press, "channelId": "webchat"}, sound),
        (400, {**press, "channelData": {}}, sound),
        (401, {**press, "serviceUrl": "https://evil.example/"}, sound),
        (401, press, impostor),
        (401, press, service.framework.token(now=now, aud="another-app")),
        (401, press, service.framework.token(now=now - timedelta(hours=2))),
        (401, press, "no.such.token"),
        (401, press, ""),
    ]


async def test_whoever_is_not_vouched_for_changes_nothing(service: Service) -> None:
    session = await a_session(service)
    await ann(service).types("help")
    before = await digest(service.database)

    answers = [
        (wanted, (await service.post(activity, token=token or None)).status)
        for wanted, activity, token in refusals(service, session)
    ]

    assert [status for _, status in answers] == [wanted for wanted, _ in answers]
    assert await digest(service.database) == before


async def test_the_same_object_id_in_another_tenant_is_somebody_else(service: Service) -> None:
    session = await a_session(service)
    owner = ann(service)
    other = service.person(
        "Bob Other", "bob@other.example", tenant_id=OTHER_TENANT, object_id=owner.entra_id
    )
    press = {"session_id": str(session.id)}
    await owner.presses("book_place", press)

    cards = [
        await other.presses(
            verb, {**press, "practitioner_id": owner.entra_id, "email": owner.email}
        )
        for verb in ("show_booking", "ask_to_cancel", "cancel_booking")
    ]

    assert texts(cards[0])[0].startswith("Hello Bob.")
    assert [texts(card)[-2] for card in cards] == ["That can’t be done"] * 3
    assert [booking.cancelled_at for booking in await bookings(service)] == [None]
    async with service.database.reading() as db:
        counted = await db.exec(select(func.count()).select_from(TeamsAccount))
        assert counted.one() == 2


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the service writes to its log, as it is configured in earnest."""
    before = structlog.get_config()
    stream = StringIO()
    structlog.configure(
        processors=[without_words_of_people, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    yield stream
    structlog.configure(**before)


async def test_a_fault_is_told_with_a_reference_and_logged_without_a_word_of_anybody(
    service: Service, written: StringIO
) -> None:
    session = await a_session(service)
    person = ann(service)
    await person.types("neglect, says Ann")
    async with service.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE booking_change RENAME COLUMN reason TO why")

    pressed = await person.presses("book_place", {"session_id": str(session.id)})
    async with service.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE course RENAME COLUMN title TO titel")
    said = await person.types("private words")

    told = [texts(card)[2].rpartition(" ")[2] for card in (pressed, said)]
    events = [json.loads(line) for line in written.getvalue().splitlines()]
    faults = [event for event in events if event["event"] == "turn_failed"]
    assert [event["reference"] for event in faults] == told
    assert [texts(card)[0] for card in (pressed, said)] == ["Something went wrong"] * 2
    log = written.getvalue().lower()
    for word in ("ann", "county.example", "private", "words", "neglect", "says"):
        assert f'"{word}' not in log
        assert f" {word}" not in log
    assert await bookings(service) == []


async def test_a_person_whom_teams_cannot_name_is_asked_to_try_again(service: Service) -> None:
    person = ann(service)
    service.framework.members.clear()
    service.framework.answers.append(Answer(500, body={"error": {}}))

    card = await person.presses("my_training")

    assert texts(card)[1] == (
        "Teams does not tell us at the moment who you are. Try again in a minute."
    )


async def test_a_name_from_outside_cannot_put_a_link_into_a_card(service: Service) -> None:
    person = service.person("[click](http://evil.example) **x**", "mallory@county.example")
    await a_session(service)

    card = await person.presses("book_named_session", {"session_code": "[x](http://evil.example)"})

    assert texts(card)[0].startswith("Hello \\[click\\](http://evil.example).")
    assert texts(card)[2].startswith("There is no session \\[X\\](HTTP://EVIL.EXAMPLE).")


async def test_somebody_among_hundreds_of_agencies_finds_their_own_by_name(
    service: Service,
) -> None:
    async with service.database.writing() as db:
        for number in range(250):
            await make_agency(db, name=f"Agency of the Partnership in the Town Number {number}")
        await make_agency(db, name="Ávila House Children’s Charity")
    person = service.person("Sam Taylor", "sam@helping.example")
    asked = await person.types("hello")

    missed = await person.presses("find_agency", {"agency_name": "no such thing"})
    found = await person.presses("find_agency", {"agency_name": "ÁVILA  house"})
    choice = buttons(found)["This one"]
    chosen = await person.presses(choice["verb"], choice["data"])

    assert "Find my agency" in buttons(asked)
    assert texts(missed)[1] == (
        "We know no agency called “no such thing”. Is it written another way?"
    )
    assert texts(chosen)[1] == "You chose Ávila House Children’s Charity."


async def file_behind(service: Service, card: dict[str, Any], title: str) -> ClientResponse:
    url: str = buttons(card)[title]["url"]
    assert url.startswith("https://training.fenland.example/calendar/")
    return await service.client.get(url.removeprefix("https://training.fenland.example"))


async def test_the_calendar_follows_a_booking_until_it_is_given_back(service: Service) -> None:
    session = await a_session(service)
    person = ann(service)
    press = {"session_id": str(session.id)}
    await person.types("help")

    booked = await person.presses("book_place", press)
    first = Calendar.from_ical(await (await file_behind(service, booked, "Add to calendar")).read())
    given = await person.presses("cancel_booking", press)
    old_link = await file_behind(service, booked, "Add to calendar")
    last = Calendar.from_ical(
        await (await file_behind(service, given, "Remove from calendar")).read()
    )

    events = [calendar.walk("VEVENT")[0] for calendar in (first, last)]
    assert [first["METHOD"], last["METHOD"]] == ["PUBLISH", "CANCEL"]
    assert events[0]["UID"] == events[1]["UID"]
    assert [int(str(event["SEQUENCE"])) for event in events] == [1, 2]
    assert Calendar.from_ical(await old_link.read())["METHOD"] == "CANCEL"


async def test_a_link_of_the_calendar_ends_and_cannot_be_changed(service: Service) -> None:
    session = await a_session(service)
    person = ann(service)
    await person.types("help")
    booked = await person.presses("book_place", {"session_id": str(session.id)})
    url = buttons(booked)["Add to calendar"]["url"]
    path = url.removeprefix("https://training.fenland.example")
    middle = len(path) // 2
    changed = f"{path[:middle]}{'A' if path[middle] != 'A' else 'B'}{path[middle + 1 :]}"

    head = await service.client.head(path)
    tampered = await service.client.get(changed)
    service.clock.advance(days=31)
    late = await service.client.get(path)

    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (tampered.status, late.status) == (404, 410)
    assert {answer.headers["Cache-Control"] for answer in (head, tampered, late)} == {"no-store"}


async def test_whoever_waits_has_no_link_to_a_calendar_until_a_place_is_theirs(
    service: Service,
) -> None:
    session = await a_session(service, capacity=1)
    async with service.database.writing() as db:
        holder = await make_practitioner(db)
        await book_place(db, session_id=session.id, practitioner_id=holder.id, terms=TERMS, now=NOW)
    person = ann(service)
    await person.types("help")

    waiting = await person.presses("book_place", {"session_id": str(session.id)})

    assert texts(waiting)[3] == "Waitlist: 1st"
    assert [one for one in buttons(waiting).values() if one["type"] == "Action.OpenUrl"] == []


async def test_a_place_that_is_given_back_is_told_to_the_next_over_the_connector(
    service: Service,
) -> None:
    session = await a_session(service, capacity=1)
    owner, waiting = ann(service), service.person("Ben Fox", "ben@county.example")
    press = {"session_id": str(session.id)}
    for person in (owner, waiting):
        await person.presses("book_place", press)
    service.framework.calls.clear()

    await owner.presses("cancel_booking", press)
    async with asyncio.timeout(5):
        while not service.framework.calls:  # noqa: ASYNC110 - the connector sets no event
            await asyncio.sleep(0.01)

    [told] = service.framework.calls
    assert told.path == (
        f"/v3/conversations/{waiting.envelope()['conversation']['id'].replace(':', '%3A')}"
        "/activities"
    )
    assert texts(service.cards_sent[0])[3:5] == [
        "Place held until Wed 8 Jan 2025, 10:00",
        "A place is held for you until Wed 8 Jan 2025, 10:00.",
    ]


async def test_the_service_is_well_and_says_nothing_of_anybody(service: Service) -> None:
    await ann(service).types("help")

    response = await service.client.get("/health")

    assert (response.status, sorted(await response.json())) == (200, ["status", "version"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/messages", 405),
        ("POST", "/health", 405),
        ("GET", "/calendar/", 404),
        ("GET", "/calendar/a/b.ics", 404),
        ("GET", "/.env", 404),
        ("GET", "/../trainingbot.db", 404),
        ("GET", "/trainingbot.db", 404),
    ],
)
async def test_nothing_else_is_served(
    service: Service, method: str, path: str, status: int
) -> None:
    response = await service.client.request(method, path)

    assert response.status == status


async def test_an_account_that_is_met_before_its_practitioner_has_an_agency_can_look_around(
    service: Service,
) -> None:
    session = await a_session(service)
    person = service.person("Sam Taylor", "sam@nowhere.example")
    verbs = ("help", "my_agency", "my_training", "search_courses", "agencies_to_confirm")
    await person.types("hello")

    cards = [await person.presses(verb) for verb in verbs]
    refused = await person.presses("book_place", {"session_id": str(session.id)})

    assert "Something went wrong" not in {texts(card)[0] for card in cards}
    assert texts(refused)[1].startswith("You can book as soon as we know which agency")
    assert await bookings(service) == []


async def test_an_address_in_capitals_is_the_practitioner_of_the_programme(
    service: Service,
) -> None:
    async with service.database.writing() as db:
        await make_practitioner(db, email="ann@county.example", name="Ann of the programme")
    person = service.person("Ann Example", "ANN@County.Example")

    await person.types("help")

    async with service.database.reading() as db:
        assert [one.name for one in await db.exec(select(Practitioner))] == ["Ann of the programme"]


async def test_words_with_signs_that_no_database_takes_are_refused_or_cleaned(
    service: Service,
) -> None:
    person = ann(service)
    await person.types("help")

    answers = [
        (await service.post(typed(text, **person.envelope()))).status
        for text in ("a\x00b", "a\ud800b", "a&#0;b", "a\u202eb", "\x1b[31m")
    ]

    assert answers == [400, 400, 200, 200, 200]
    assert "Something went wrong" not in {texts(card)[0] for card in service.cards_sent}
