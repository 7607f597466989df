"""Whatever state people and sessions are in, a coordinator's wish is answered without a fault."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from bot.dispatch import Dispatcher
from bot.verbs import VERBS
from tests.chat import Chat
from tests.factories import make_agency, make_course, make_practitioner, make_session
from tests.fakes import KnownMembers, SetClock
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.models import CourseSession, Practitioner
from trainingbot.people.operations import appoint_coordinators
from trainingbot.people.queries import practitioner_by_email
from trainingbot.scheduling.cancelling import call_off
from trainingbot.settings import Settings

WISHES = (
    "session_roster",
    "manage_booking",
    "preview_booking_for",
    "book_for",
    "ask_to_cancel_for",
    "cancel_for",
    "ask_to_substitute_for",
    "preview_substitute_for",
    "substitute_for",
    "find_practitioner",
    "ask_to_book_for",
)


@pytest.fixture
async def morgan(database: Database) -> Chat:
    """Return the chat of a coordinator."""
    dispatcher = Dispatcher(
        database=database,
        settings=Settings(_env_file=None, secret="s" * 40),
        roster=(members := KnownMembers()),
        clock=SetClock(),
        after_change=lambda: None,
    )
    async with database.writing() as db:
        await make_agency(db, name="County Council", email_domain="county.example")
        await appoint_coordinators(db, ["morgan@county.example"])
    chat = Chat(dispatcher, members, name="Morgan Reid", email="morgan@county.example")
    await chat.says("help")
    return chat


async def sessions(database: Database) -> Mapping[str, UUID]:
    """Make sessions in every state; those to come are full, with somebody who waits."""
    async with database.writing() as db:
        course = await make_course(db)
        made = {
            name: await make_session(db, course=course, starts_at=starts_at, capacity=1)
            for name, starts_at in (
                ("coming", NEXT_WEEK),
                ("near", NOW + timedelta(hours=20)),
                ("begun", NOW + timedelta(minutes=1)),
                ("cancelled", NEXT_WEEK),
            )
        }
    return {name: session.id for name, session in made.items()}


async def people(database: Database, session_ids: Mapping[str, UUID]) -> Mapping[str, UUID]:
    """Make people in every state on those sessions."""
    async with database.writing() as db:
        morgan = await practitioner_by_email(db, "morgan@county.example")
        assert morgan is not None
        booked, waits = await make_practitioner(db), await make_practitioner(db)
        for person, session_id in product((booked, waits), session_ids.values()):
            await book_place(
                db, session_id=session_id, practitioner_id=person.id, terms=TERMS, now=NOW
            )
        homeless = Practitioner(name="No Agency")
        db.add(homeless)
        (await db.get_one(CourseSession, session_ids["begun"])).starts_at = NOW
        cancelled = await db.get_one(CourseSession, session_ids["cancelled"])
        await call_off(
            db,
            cancelled,
            reason="The trainer is ill.",
            keep_interest=False,
            actor_id=morgan.id,
            now=NOW,
        )
        unconfirmed = await make_practitioner(db, confirmed_at=None)
    return {
        "herself": morgan.id,
        "booked": booked.id,
        "waits": waits.id,
        "no agency": homeless.id,
        "unconfirmed": unconfirmed.id,
        "nobody": uuid4(),
    }


@pytest.mark.parametrize("reason", ["", "*is* [ill](http://x) <b>\u202e"])
async def test_every_wish_about_anybody_on_any_session_is_answered(
    database: Database, morgan: Chat, reason: str
) -> None:
    session_ids = {**await sessions(database), "unknown": uuid4()}
    known = {name: one for name, one in session_ids.items() if name != "unknown"}
    persons = await people(database, known)
    answered = 0

    with capture_logs() as events:
        for wish, session_id, person in product(WISHES, session_ids.values(), persons.values()):
            await morgan.sends(
                wish,
                {
                    "session_id": str(session_id),
                    "practitioner_id": str(person),
                    "substitute_id": str(persons["waits"]),
                    "reason": reason,
                    "name": reason[:200],
                },
            )
            answered += morgan.lines[0] != "This card is out of date"

    assert [event for event in events if event["log_level"] == "error"] == []
    assert answered == len(WISHES) * len(session_ids) * len(persons)
    async with database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


def test_every_wish_of_a_coordinator_about_others_is_tried() -> None:
    about_others = {name for name in VERBS if name.endswith("_for")}

    assert about_others - set(WISHES) == set()
