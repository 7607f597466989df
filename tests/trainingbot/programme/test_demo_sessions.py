from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from tests.invariants import broken_invariants
from tests.moments import TERMS
from tests.trainingbot.programme.folders import LONDON
from tests.trainingbot.programme.imports import SECRET, booking_of, practitioner_of
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState
from trainingbot.models import CourseSession, Notice
from trainingbot.programme.demo import DemoPeople, demo_programme, prepare_demo
from trainingbot.programme.demo_sessions import starts_in_a_week, starts_soon

PROGRAMME = demo_programme(zone=LONDON)
FRIDAY_NOON = datetime(2026, 11, 20, 12, 1, 7, tzinfo=UTC)


async def prepare(database: Database) -> DemoPeople:
    async with database.writing() as db:
        demo = await prepare_demo(db, PROGRAMME, secret=SECRET, terms=TERMS, now=FRIDAY_NOON)
    return demo.people


async def session_at(database: Database, starts_at: datetime) -> CourseSession:
    async with database.reading() as db:
        found = await db.exec(
            select(CourseSession)
            .where(col(CourseSession.starts_at) == starts_at)
            .order_by(col(CourseSession.code).desc())
        )
        session = found.first()
        assert session is not None
        return session


async def owed(database: Database, people: DemoPeople) -> list[tuple[NoticeKind, datetime]]:
    """Return what the practitioner will hear within ten minutes."""
    person = await practitioner_of(database, people.practitioner.email)
    async with database.reading() as db:
        found = await db.exec(
            select(Notice.kind, Notice.due_at)
            .where(
                col(Notice.practitioner_id) == person.id,
                col(Notice.state) == NoticeState.OWED,
                col(Notice.due_at) <= FRIDAY_NOON + timedelta(minutes=10),
                col(Notice.expires_at) > FRIDAY_NOON,
            )
            .order_by(col(Notice.due_at))
        )
        return [(NoticeKind(kind), due_at) for kind, due_at in found]


async def test_a_reminder_and_the_way_in_arrive_by_themselves(database: Database) -> None:
    people = await prepare(database)

    assert await owed(database, people) == [
        (NoticeKind.EARLY_REMINDER, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (NoticeKind.STARTING_SOON, datetime(2026, 11, 20, 12, 5, tzinfo=UTC)),
    ]


async def test_the_trainer_is_the_next_in_line_for_the_place_of_the_practitioner(
    database: Database,
) -> None:
    people = await prepare(database)

    session = await session_at(database, starts_in_a_week(terms=TERMS, now=FRIDAY_NOON))
    place = await booking_of(database, session.code, people.practitioner.email)
    waits = await booking_of(database, session.code, people.trainer.email)

    assert session.places_taken == session.capacity
    assert (place.status, waits.status, waits.queue_number) == (
        BookingStatus.CONFIRMED,
        BookingStatus.WAITLISTED,
        1,
    )


async def test_a_demo_database_is_sound(database: Database) -> None:
    await prepare(database)

    async with database.reading() as db:
        assert await broken_invariants(db, now=FRIDAY_NOON) == []


@pytest.mark.parametrize(
    ("now", "starts_at"),
    [
        # After the morning of a working day: reminded of it this morning.
        ("2026-11-20T12:00", "2026-11-27T09:30"),
        # Before it: since yesterday.
        ("2026-11-20T06:00", "2026-11-26T09:30"),
        # At a weekend: since Friday.
        ("2026-11-22T23:59", "2026-11-27T09:30"),
        # Between Christmas and New Year bank holidays do not count: 28 December is one in 2026.
        ("2026-12-25T12:00", "2027-01-05T09:30"),
    ],
)
def test_the_session_in_a_week_is_one_of_which_people_have_just_been_reminded(
    now: str, starts_at: str
) -> None:
    found = starts_in_a_week(terms=TERMS, now=datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(starts_at).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "starts_at"),
    [
        ("2026-11-20T12:00:00", "2026-11-20T13:05:00"),
        ("2026-11-20T12:02:00", "2026-11-20T13:05:00"),
        ("2026-11-20T12:02:01", "2026-11-20T13:10:00"),
    ],
)
def test_the_session_in_an_hour_leaves_time_to_open_a_chat(now: str, starts_at: str) -> None:
    found = starts_soon(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
