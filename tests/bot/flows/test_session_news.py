"""News about sessions, asked for when they are no longer true, or never were."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from bot.flows.notices import notice_card
from bot.turns import Reply
from bot.visits import Visit
from tests.factories import (
    make_booking,
    make_coordinator,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.enums import Delivery, NoticeKind
from trainingbot.models import CourseSession, Notice, Practitioner, SessionTrainer
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import move_session
from trainingbot.settings import Settings

ABOUT_A_BOOKING = (
    NoticeKind.SESSION_CANCELLED,
    NoticeKind.SESSION_MOVED,
    NoticeKind.SESSION_CONFIRMED,
)
ABOUT_A_SESSION = (
    NoticeKind.SESSION_UNDECIDED,
    NoticeKind.TRAINER_NAMED,
    NoticeKind.TRAINER_RELEASED,
)


async def card_of(
    database: Database, person: Practitioner, notice: Notice, *, now: datetime = NOW
) -> Reply | None:
    settings = Settings(_env_file=None, secret="s" * 40)
    async with database.reading() as db:
        visit = Visit(db=db, practitioner=person, settings=settings, now=now)
        return await notice_card(visit, notice)


async def notice_about(
    database: Database, kind: NoticeKind, person: Practitioner, session: CourseSession
) -> Notice:
    """Write a booking of a person, who is a trainer and a coordinator too, and a notice."""
    async with database.writing() as db:
        booking = await make_booking(db, session_id=session.id, practitioner_id=person.id)
        about = booking.id if kind in ABOUT_A_BOOKING else session.id
        return await make_notice(db, person, kind=kind, about_id=about)


async def undecided_session(database: Database) -> CourseSession:
    async with database.writing() as db:
        session = await make_session(db)
        session.tentative, session.minimum_places = True, 5
        session.decide_at = NOW - timedelta(hours=1)
        return session


@pytest.mark.parametrize("kind", [*ABOUT_A_BOOKING, *ABOUT_A_SESSION])
async def test_there_is_no_news_of_a_session_that_has_begun(
    database: Database, kind: NoticeKind
) -> None:
    session = await undecided_session(database)
    async with database.writing() as db:
        person = await make_coordinator(db)
        if kind == NoticeKind.TRAINER_NAMED:
            db.add(SessionTrainer(session_id=session.id, practitioner_id=person.id))
    notice = await notice_about(database, kind, person, session)

    card = await card_of(database, person, notice, now=NEXT_WEEK)

    assert card is None


@pytest.mark.parametrize("kind", [*ABOUT_A_BOOKING, *ABOUT_A_SESSION])
async def test_there_is_no_news_of_what_is_not_there(database: Database, kind: NoticeKind) -> None:
    async with database.writing() as db:
        person = await make_coordinator(db)
        notice = await make_notice(db, person, kind=kind, about_id=uuid4())

    assert await card_of(database, person, notice) is None


@pytest.mark.parametrize("kind", ABOUT_A_BOOKING)
async def test_there_is_no_news_of_what_never_happened(
    database: Database, kind: NoticeKind
) -> None:
    session = await undecided_session(database)
    async with database.writing() as db:
        person = await make_practitioner(db)
    notice = await notice_about(database, kind, person, session)

    assert await card_of(database, person, notice) is None


async def test_a_cancelled_session_is_not_announced_as_moved_sure_or_taught(
    database: Database,
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        session = await make_session(db)
        booking = await book_place(
            db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=NOW
        )
        db.add(SessionTrainer(session_id=session.id, practitioner_id=person.id))
        await cancel_session(
            db,
            session_id=session.id,
            reason="The trainer is ill.",
            keep_interest=False,
            actor_id=None,
            terms=TERMS,
            now=NOW,
        )
    async with database.writing() as db:
        notices = [
            await make_notice(db, person, kind=kind, about_id=about)
            for kind, about in (
                (NoticeKind.SESSION_MOVED, booking.id),
                (NoticeKind.SESSION_CONFIRMED, booking.id),
                (NoticeKind.TRAINER_NAMED, session.id),
            )
        ]

    cards = [await card_of(database, person, notice) for notice in notices]

    assert cards == [None, None, None]


async def test_only_coordinators_are_asked_to_decide(database: Database) -> None:
    session = await undecided_session(database)
    async with database.writing() as db:
        coordinator, person = await make_coordinator(db), await make_practitioner(db)
    asked, not_asked = [
        await notice_about(database, NoticeKind.SESSION_UNDECIDED, one, session)
        for one in (coordinator, person)
    ]

    card = await card_of(database, coordinator, asked)
    none = await card_of(database, person, not_asked)

    assert card is not None
    assert card.summary == "Does this session take place? Neglect Level 2, Tue 14 Jan 2025, 10:00"
    assert none is None


async def test_nobody_decides_twice(database: Database) -> None:
    session = await undecided_session(database)
    async with database.writing() as db:
        coordinator = await make_coordinator(db)
        (await db.get_one(CourseSession, session.id)).tentative = False
    notice = await notice_about(database, NoticeKind.SESSION_UNDECIDED, coordinator, session)

    assert await card_of(database, coordinator, notice) is None


@pytest.mark.parametrize(
    ("kind", "trains"), [(NoticeKind.TRAINER_NAMED, False), (NoticeKind.TRAINER_RELEASED, True)]
)
async def test_a_trainer_hears_only_how_it_stands_now(
    database: Database,
    kind: NoticeKind,
    trains: bool,  # noqa: FBT001 - a column of the table
) -> None:
    async with database.writing() as db:
        trainer = await make_practitioner(db)
        session = await make_session(db)
        if trains:
            db.add(SessionTrainer(session_id=session.id, practitioner_id=trainer.id))
    notice = await notice_about(database, kind, trainer, session)

    assert await card_of(database, trainer, notice) is None


async def test_whoever_booked_after_a_move_is_not_told_of_it(database: Database) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        session = await make_session(db)
        await move_session(
            db,
            session_id=session.id,
            starts_at=NEXT_WEEK + timedelta(days=1),
            ends_at=NEXT_WEEK + timedelta(days=1, hours=2),
            delivery=Delivery.TEAMS,
            venue=None,
            join_url=None,
            actor_id=None,
            reason=None,
            terms=TERMS,
            now=NOW,
        )
        booking = await book_place(
            db,
            session_id=session.id,
            practitioner_id=person.id,
            terms=TERMS,
            now=NOW + timedelta(minutes=1),
        )
        notice = await make_notice(db, person, kind=NoticeKind.SESSION_MOVED, about_id=booking.id)

    assert await card_of(database, person, notice, now=NOW + timedelta(minutes=2)) is None
