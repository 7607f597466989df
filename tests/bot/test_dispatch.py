"""From a turn to its answer: first meetings, refusals, faults, and what is kept of each."""

import asyncio
from dataclasses import replace

import pytest
from sqlmodel import SQLModel, func, select
from structlog.testing import capture_logs

from bot.deliveries import TryLater
from bot.dispatch import Dispatcher
from bot.turns import Address, Member, Reply, Turn, TurnKind
from tests.chat import texts
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import KnownMembers, SetClock
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import NoticeKind
from trainingbot.models import Booking, Notice, Practitioner, TeamsAccount
from trainingbot.settings import Settings

TENANT = "11111111-1111-4111-8111-111111111111"
ADDRESS = Address(
    service_url="https://smba.trafficmanager.net/uk/",
    conversation_id="a:ann",
    tenant_id=TENANT,
    teams_user_id="29:ann",
    bot_id="28:bot",
)
INSTALLED = Turn(TurnKind.INSTALLED, ADDRESS, object_id="ann", name="Ann Example")
COURSES = replace(INSTALLED, kind=TurnKind.MESSAGE, text="courses")
HELP = replace(COURSES, text="help")


def pressed(verb: str, **data: object) -> Turn:
    return replace(INSTALLED, kind=TurnKind.ACTION, verb=verb, data=data)


@pytest.fixture
def members() -> KnownMembers:
    members = KnownMembers()
    members.members["29:ann"] = Member("Ann Example", "ann@county.example")
    return members


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def dispatcher(database: Database, members: KnownMembers, changes: list[str]) -> Dispatcher:
    return Dispatcher(
        database=database,
        settings=Settings(_env_file=None, secret="s" * 40),
        roster=members,
        clock=SetClock(),
        after_change=lambda: changes.append("changed"),
    )


def said(reply: Reply | None) -> list[str]:
    assert reply is not None
    return texts(reply.card)


async def counted(database: Database, table: type[SQLModel]) -> int:
    async with database.reading() as db:
        return (await db.exec(select(func.count()).select_from(table))).one()


async def account(database: Database) -> TeamsAccount:
    async with database.reading() as db:
        return (await db.exec(select(TeamsAccount))).one()


async def test_twenty_first_turns_at_once_make_one_person_who_is_greeted_once(
    database: Database, dispatcher: Dispatcher
) -> None:
    turns = [INSTALLED, COURSES] * 10

    replies = await asyncio.gather(*(dispatcher.on_turn(turn) for turn in turns))

    greeted = [said(reply)[0] for reply in replies if reply and said(reply)[0].startswith("Hello")]
    assert len(greeted) == 1
    assert [said(reply)[-1] for reply in replies[1::2]] == [said(replies[1])[-1]] * 10
    assert await counted(database, Practitioner) == await counted(database, TeamsAccount) == 1


async def test_a_nameless_guest_who_comes_twice_at_once_is_one_person(
    database: Database, dispatcher: Dispatcher, members: KnownMembers
) -> None:
    members.members["29:ann"] = Member("Guest", None)

    await asyncio.gather(*(dispatcher.on_turn(COURSES) for _ in range(10)))

    assert await counted(database, Practitioner) == await counted(database, TeamsAccount) == 1


async def test_a_person_whose_address_moves_at_every_turn_is_always_answered(
    database: Database, dispatcher: Dispatcher
) -> None:
    """Teams moves people between regions, and their turns can overtake each other."""
    async with database.writing() as db:
        await make_session(db)
    moved = replace(ADDRESS, service_url="https://smba.trafficmanager.net/emea/")
    await dispatcher.on_turn(COURSES)
    turns = [COURSES, replace(COURSES, address=moved)] * 15

    replies = await asyncio.gather(*(dispatcher.on_turn(turn) for turn in turns))

    assert {said(reply)[0] for reply in replies} == {"Courses"}


async def test_a_first_meeting_may_be_a_booking(database: Database, dispatcher: Dispatcher) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db)
    press = pressed("book_place", session_id=str(session.id))

    replies = await asyncio.gather(*(dispatcher.on_turn(press) for _ in range(10)))

    assert sorted({said(reply)[-3] for reply in replies}) == ["You have a place."]
    assert await counted(database, Booking) == 1


async def test_a_person_with_two_accounts_has_one_booking(
    database: Database, dispatcher: Dispatcher, members: KnownMembers
) -> None:
    members.members["29:other"] = Member("Ann", "Ann@County.Example")
    other = replace(ADDRESS, teams_user_id="29:other", conversation_id="a:other", tenant_id="two")
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db)
    press = pressed("book_place", session_id=str(session.id))

    replies = await asyncio.gather(
        *(dispatcher.on_turn(turn) for turn in (press, replace(press, address=other)) * 5)
    )

    assert {said(reply)[-3] for reply in replies} == {"You have a place."}
    assert await counted(database, Booking) == await counted(database, Practitioner) == 1
    assert await counted(database, TeamsAccount) == 2


async def test_somebody_whom_teams_does_not_tell_is_asked_to_try_again(
    database: Database, members: KnownMembers
) -> None:
    class Silent(KnownMembers):
        async def member(self, address: Address) -> Member | None:
            if not self.asked:
                self.asked.append(address.teams_user_id)
                raise TryLater("busy", status=503)
            return await members.member(address)

    silent = Dispatcher(
        database=database,
        settings=Settings(_env_file=None, secret="s" * 40),
        roster=Silent(),
        clock=SetClock(),
        after_change=lambda: None,
    )

    refused = await silent.on_turn(COURSES)
    written = await counted(database, Practitioner)
    answered = await silent.on_turn(COURSES)

    assert said(refused)[1] == (
        "Teams does not tell us at the moment who you are. Try again in a minute."
    )
    assert written == 0
    assert said(answered)[0] == "Hello Ann. Type **help** to see what else you can do here."


async def test_nothing_waits_for_teams_while_the_database_is_held(database: Database) -> None:
    class Writing(KnownMembers):
        async def member(self, address: Address) -> Member | None:
            del address
            async with database.writing() as db:
                await make_course(db)
            return Member("Ann Example", "ann@county.example")

    dispatcher = Dispatcher(
        database=database,
        settings=Settings(_env_file=None, secret="s" * 40),
        roster=Writing(),
        clock=SetClock(),
        after_change=lambda: None,
    )

    async with asyncio.timeout(10):
        reply = await dispatcher.on_turn(COURSES)

    assert said(reply)[0].startswith("Hello Ann.")


async def test_whoever_is_heard_of_no_more_and_types_again_is_reached_again(
    database: Database, dispatcher: Dispatcher
) -> None:
    await dispatcher.on_turn(INSTALLED)

    removed = await dispatcher.on_turn(replace(INSTALLED, kind=TurnKind.UNINSTALLED))
    without = (await account(database)).installed
    await dispatcher.on_turn(HELP)

    assert (removed, without, (await account(database)).installed) == (None, False, True)


@pytest.mark.parametrize("kind", [TurnKind.INSTALLED, TurnKind.UNINSTALLED])
async def test_what_happens_to_the_app_in_a_team_is_nothing_to_ones_own_chat(
    database: Database, dispatcher: Dispatcher, kind: TurnKind
) -> None:
    await dispatcher.on_turn(INSTALLED)
    team = replace(ADDRESS, conversation_id="19:team@thread.tacv2")

    reply = await dispatcher.on_turn(replace(INSTALLED, kind=kind, personal=False, address=team))

    kept = await account(database)
    assert (reply, kept.installed, kept.conversation_id) == (None, True, "a:ann")


async def test_in_a_group_nobody_is_written_down(
    database: Database, dispatcher: Dispatcher
) -> None:
    group = replace(ADDRESS, conversation_id="19:group")

    replies = [
        await dispatcher.on_turn(replace(turn, personal=False, address=group))
        for turn in (COURSES, pressed("my_training"), INSTALLED)
    ]

    assert [said(reply)[0] for reply in replies[:2]] == ["Let’s talk in a chat of our own"] * 2
    assert (replies[2], await counted(database, TeamsAccount)) == (None, 0)


@pytest.mark.parametrize(
    "turn",
    [
        pressed("no_such_verb"),
        pressed(""),
        pressed("book_place"),
        pressed("book_place", session_id=["a"]),
        pressed("search_courses", page=0),
        pressed("search_courses", page=10**30),
        pressed("my_training", view="everybody"),
        pressed("__class__", practitioner_id="x"),
    ],
)
async def test_what_no_card_sends_is_told_to_be_out_of_date_and_writes_nobody_down(
    database: Database, dispatcher: Dispatcher, turn: Turn
) -> None:
    reply = await dispatcher.on_turn(turn)

    assert said(reply)[0] == "This card is out of date"
    assert await counted(database, TeamsAccount) == 0


async def test_the_courier_is_called_when_somebody_is_owed_a_notice_and_not_otherwise(
    database: Database, dispatcher: Dispatcher, changes: list[str]
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db, capacity=1)
    choice = {"session_id": str(session.id)}
    await dispatcher.on_turn(pressed("book_place", **choice))
    async with database.writing() as db:
        waiting = await make_practitioner(db)
        await book_place(
            db, session_id=session.id, practitioner_id=waiting.id, terms=TERMS, now=NOW
        )
    changes.clear()

    await dispatcher.on_turn(pressed("show_booking", **choice))
    after_looking = list(changes)
    await dispatcher.on_turn(pressed("cancel_booking", **choice))

    assert (after_looking, changes) == ([], ["changed"])
    async with database.reading() as db:
        owed = await db.exec(select(Notice).where(Notice.practitioner_id == waiting.id))
        assert [one.kind for one in owed] == [NoticeKind.OFFER]


async def test_a_fault_keeps_nothing_and_tells_only_a_reference(
    database: Database, dispatcher: Dispatcher
) -> None:
    async with database.writing() as db:
        await make_agency(db, email_domain="county.example")
        session = await make_session(db)
    await dispatcher.on_turn(INSTALLED)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE booking_change RENAME TO changes")

    with capture_logs() as events:
        reply = await dispatcher.on_turn(pressed("book_place", session_id=str(session.id)))

    [event] = events
    assert said(reply)[2].endswith(f"this reference: {event['reference']}")
    assert (event["event"], event["log_level"], event["verb"]) == (
        "turn_failed",
        "error",
        "book_place",
    )
    assert await counted(database, Booking) == 0


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u202e", "x" * 2000, "a " * 1000, "\ud800", "\x00", "😀" * 900, "page 999", "_%'\""],
    ids=["empty", "blank", "rtl", "word", "words", "surrogate", "nul", "signs", "page", "marks"],
)
async def test_any_words_get_a_card(database: Database, dispatcher: Dispatcher, text: str) -> None:
    async with database.writing() as db:
        await make_session(db)
    await dispatcher.on_turn(HELP)

    reply = await dispatcher.on_turn(replace(COURSES, text=text))

    assert said(reply)[0] not in {"Something went wrong", "This card is out of date"}
