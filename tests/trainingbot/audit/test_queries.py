import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from tests.factories import make_coordinator, make_practitioner, make_session
from tests.moments import NOW, TERMS
from tests.statements import statements_counted
from tests.trainingbot.audit.scene import Round, ending
from tests.trainingbot.programme.folders import LONDON
from tests.trainingbot.programme.imports import SECRET
from trainingbot.audit.checks import CHECKS
from trainingbot.audit.queries import audit_database, reading_only
from trainingbot.audit.views import Audit
from trainingbot.bookings.operations import book_place, cancel_booking, change_capacity
from trainingbot.db import Database
from trainingbot.enums import ACTIVE_BOOKINGS, BookingStatus
from trainingbot.errors import DatabaseNotUpToDate
from trainingbot.migrations import newest_revision
from trainingbot.models import Booking, CourseSession, Practitioner
from trainingbot.programme.demo import demo_programme, prepare_demo


async def audit_of(database: Database) -> Audit:
    async with reading_only(database) as db:
        return await audit_database(db, terms=TERMS, now=NOW)


async def test_a_healthy_database_has_no_findings(round_: Round) -> None:
    audit = await audit_of(round_.database)

    assert audit == Audit(NOW, (), {check.name: 0 for check in CHECKS})


async def test_a_database_in_which_nothing_is_yet_lacks_a_coordinator_alone(
    database: Database,
) -> None:
    audit = await audit_of(database)

    assert [finding.check for finding in audit.findings] == ["no_coordinator"]


async def test_a_real_year_and_the_bookings_made_on_it_are_clean(database: Database) -> None:
    async with database.writing() as db:
        await prepare_demo(db, demo_programme(zone=LONDON), secret=SECRET, terms=TERMS, now=NOW)
    promoted = await give_back_a_place_on_every_full_session(database)
    await book_every_session_to_come(database)

    audit = await audit_of(database)

    assert promoted > 0
    assert audit.findings == ()


async def give_back_a_place_on_every_full_session(database: Database) -> int:
    """Have one person leave each session on which somebody waits; return how many moved up."""
    waiting = select(col(Booking.session_id)).where(col(Booking.status) == BookingStatus.WAITLISTED)
    confirmed = select(col(Booking.session_id), col(Booking.practitioner_id)).where(
        col(Booking.status) == BookingStatus.CONFIRMED, col(Booking.session_id).in_(waiting)
    )
    async with database.writing() as db:
        connection = await db.connection()
        leaving = {
            row.session_id: row.practitioner_id for row in await connection.execute(confirmed)
        }
        for session_id, practitioner_id in leaving.items():
            await cancel_booking(
                db, session_id=session_id, practitioner_id=practitioner_id, terms=TERMS, now=NOW
            )
    return len(leaving)


async def book_every_session_to_come(database: Database) -> None:
    sessions = select(col(CourseSession.id)).where(col(CourseSession.starts_at) > NOW)
    active = select(col(Booking.practitioner_id)).where(col(Booking.status).in_(ACTIVE_BOOKINGS))
    newcomers = (
        select(col(Practitioner.id))
        .where(
            col(Practitioner.agency_confirmed_at).is_not(None),
            col(Practitioner.id).not_in(active),
        )
        .limit(3)
    )
    async with database.writing() as db:
        connection = await db.connection()
        for session_id in (await connection.execute(sessions)).scalars().all():
            for practitioner_id in (await connection.execute(newcomers)).scalars().all():
                await book_place(
                    db,
                    session_id=session_id,
                    practitioner_id=practitioner_id,
                    terms=TERMS,
                    despite_doubts=True,
                    now=NOW,
                )


async def test_people_who_book_and_give_back_at_once_leave_a_clean_database(
    database: Database,
) -> None:
    async with database.writing() as db:
        await make_coordinator(db)
        session = await make_session(db, code="S1", capacity=8)
        people = [(await make_practitioner(db)).id for _ in range(24)]

    async def book(person: UUID) -> None:
        async with database.writing() as db:
            await book_place(
                db, session_id=session.id, practitioner_id=person, terms=TERMS, now=NOW
            )

    async def give_back(person: UUID) -> None:
        async with database.writing() as db:
            await cancel_booking(
                db, session_id=session.id, practitioner_id=person, terms=TERMS, now=NOW
            )

    async def grow(capacity: int) -> None:
        async with database.writing() as db:
            await change_capacity(
                db, session_id=session.id, capacity=capacity, terms=TERMS, now=NOW
            )

    await asyncio.gather(*(book(person) for person in people))
    audited_meanwhile = asyncio.create_task(audit_of(database))
    leaving = [give_back(person) for person in people[::2]]
    returning = [book(person) for person in people[::3]]
    await asyncio.gather(*leaving, grow(11), *returning)

    assert (await audited_meanwhile).findings == ()
    assert (await audit_of(database)).findings == ()


async def test_every_check_is_one_statement(round_: Round) -> None:
    async with reading_only(round_.database) as db:
        with statements_counted(db) as sent:
            await audit_database(db, terms=TERMS, now=NOW)

    assert len(sent) == len(CHECKS)


async def test_nothing_can_be_written_while_the_database_is_read(round_: Round) -> None:
    async with reading_only(round_.database) as db:
        connection = await db.connection()
        with pytest.raises(DBAPIError) as refusal:
            await connection.execute(delete(Booking))

    said = str(refusal.value.orig)
    assert said in {
        "attempt to write a readonly database",
        "cannot execute DELETE in a read-only transaction",
    }


async def test_the_connection_can_write_again_afterwards(round_: Round) -> None:
    async with reading_only(round_.database):
        pass

    async with round_.database.reading() as db:
        connection = await db.connection()
        written = await connection.execute(update(CourseSession).values(capacity=30))

    assert written.rowcount == 3


@pytest.mark.parametrize(
    "round_copy", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
async def test_all_checks_see_the_same_moment(round_: Round) -> None:
    number = select(func.count()).select_from(Practitioner)
    async with reading_only(round_.database) as db:
        connection = await db.connection()
        before = (await connection.execute(number)).scalar_one()
        async with round_.database.writing() as other:
            await make_practitioner(other)

        after = (await connection.execute(number)).scalar_one()

    assert after == before


async def test_a_database_of_another_version_is_refused(round_: Round) -> None:
    async with round_.database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    with pytest.raises(DatabaseNotUpToDate) as refusal:
        await audit_of(round_.database)

    assert refusal.value.sentence == (
        f"The database is at version 0000, and this service audits version {newest_revision()}. "
        f"Bring it up to date with: trainingbot migrate"
    )


async def test_findings_stand_in_the_order_of_the_checks_and_then_of_their_sentences(
    round_: Round,
) -> None:
    await round_.damage(
        *ending(NOW - timedelta(days=400)), update(CourseSession).values(capacity=0)
    )

    audit = await audit_of(round_.database)

    assert [finding.sentence for finding in audit.findings] == [
        "Session NEXT has 0 places; counted as taken: 2, bookings that take one: 2.",
        "Session PAST has 0 places; counted as taken: 2, bookings that take one: 2.",
        "Session NEXT ends before it starts.",
        "Session OFF ends before it starts.",
        "Session PAST ends before it starts.",
    ]
    assert {name: count for name, count in audit.counts.items() if count} == {
        "overbooked": 2,
        "ends_before_it_starts": 3,
    }
