from datetime import UTC, datetime

from sqlmodel import col, func, select

from tests.moments import TERMS
from tests.trainingbot.programme.folders import LONDON
from tests.trainingbot.programme.imports import SECRET, booking_of, practitioner_of, session_of
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Role, SessionStatus
from trainingbot.models import CourseSession, Practitioner, PractitionerRole
from trainingbot.people.queries import is_coordinator
from trainingbot.programme.demo import Demo, demo_people, demo_programme, prepare_demo

PROGRAMME = demo_programme(zone=LONDON)
A_FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
A_MONTH_LATER = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
A_YEAR_LATER = datetime(2027, 11, 20, 12, 0, tzinfo=UTC)


async def prepare(database: Database, *, now: datetime) -> Demo:
    async with database.writing() as db:
        return await prepare_demo(db, PROGRAMME, secret=SECRET, terms=TERMS, now=now)


async def sessions_of(database: Database, status: SessionStatus) -> int:
    async with database.reading() as db:
        counted = await db.exec(
            select(func.count()).select_from(CourseSession).where(CourseSession.status == status)
        )
        return counted.one()


async def test_a_demo_has_the_year_as_it_was_and_coming_sessions(database: Database) -> None:
    await prepare(database, now=A_FRIDAY_NOON)

    assert [await sessions_of(database, status) for status in SessionStatus] == [32, 72, 8]
    assert (await session_of(database, "S24-020")).status == SessionStatus.DELIVERED
    coming = await session_of(database, "S26-020")
    assert (coming.status, coming.starts_at) == (
        SessionStatus.SCHEDULED,
        datetime(2026, 11, 27, 13, 0, tzinfo=UTC),
    )


async def test_a_demo_is_prepared_once(database: Database) -> None:
    await prepare(database, now=A_FRIDAY_NOON)

    for later in (A_FRIDAY_NOON, A_MONTH_LATER, A_YEAR_LATER):
        again = await prepare(database, now=later)
        assert (again.as_it_was.changed_nothing, again.moved) == (True, None)

    assert (await session_of(database, "S26-020")).starts_at == datetime(
        2026, 11, 27, 13, 0, tzinfo=UTC
    )


async def test_the_people_of_the_demo_are_what_they_are_called(database: Database) -> None:
    people = (await prepare(database, now=A_FRIDAY_NOON)).people

    practitioner = await practitioner_of(database, people.practitioner.email)
    trainer = await practitioner_of(database, people.trainer.email)
    coordinator = await practitioner_of(database, people.coordinator.email)
    async with database.reading() as db:
        assert await is_coordinator(db, coordinator.id)
        assert await db.get(PractitionerRole, (trainer.id, Role.TRAINER)) is not None
        newcomer = await db.exec(
            select(Practitioner).where(col(Practitioner.email) == people.newcomer.email)
        )
        assert newcomer.all() == []
    assert practitioner.job_title == "School Nurse"
    assert (coordinator.name, coordinator.agency_confirmed_at) == ("Morgan Reid", A_FRIDAY_NOON)
    assert [person.name for person in (people.practitioner, people.trainer, people.newcomer)] == [
        practitioner.name,
        trainer.name,
        "Sam Taylor",
    ]


async def test_the_practitioner_of_the_demo_has_a_place_to_come(database: Database) -> None:
    people = (await prepare(database, now=A_FRIDAY_NOON)).people

    place = await booking_of(database, "S26-025", people.practitioner.email)

    assert place.status == BookingStatus.CONFIRMED


def test_the_people_of_the_demo_keep_their_ids() -> None:
    first, second = demo_people(PROGRAMME), demo_people(demo_programme(zone=LONDON))

    assert first == second
    assert str(first.newcomer.object_id) == "86048da5-90df-5279-ac65-1a228af25e6a"
    assert first.newcomer.teams_id == f"29:demo-{first.newcomer.object_id.hex}"
    everybody = [first.practitioner, first.trainer, first.coordinator, first.newcomer]
    assert len({person.object_id for person in everybody}) == 4
