"""A database with rows goes from one shape to the next, and back, and loses nothing."""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import column, inspect, make_url, table, text
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import (
    make_account,
    make_booking,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.coming import say_coming
from trainingbot.bookings.operations import (
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.db import Database
from trainingbot.enums import (
    BookingStatus,
    Change,
    CourseKind,
    Delivery,
    LateReason,
    NoticeKind,
    Unreachable,
)
from trainingbot.errors import DatabaseNotUpToDate
from trainingbot.migrations import _configuration, migrate, newest_revision
from trainingbot.models import (
    Agency,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    CourseWithoutNotice,
    Notice,
    Practitioner,
    TeamsAccount,
)
from trainingbot.scheduling.missing import owe_missing

ADDED: Mapping[str, Mapping[type[SQLModel], Sequence[str]]] = {
    "0002": {
        Booking: ("offer_expires_at", "books_automatically"),
        CourseSession: ("broadcast_count",),
    },
    "0003": {
        Course: (
            "on_clash",
            "on_repeat",
            "repeat_months",
            "on_missing_level",
            "prerequisite_level",
        ),
        CourseSession: ("join_url", "tentative", "minimum_places", "decide_at", "reserved_until"),
        Booking: ("may_leave_freely",),
        BookingChange: ("late_reason", "other_booking_id"),
    },
    "0004": {
        Course: ("joining_instructions",),
        Booking: ("coming_at",),
        Notice: ("queued_at", "channel", "browser"),
        TeamsAccount: ("unreachable",),
    },
    "0005": {
        CourseSession: ("register_closed_at",),
        BookingChange: ("attendance",),
    },
}
"""The columns that each revision adds to tables that were there before."""
TABLES: Sequence[type[SQLModel]] = (
    Agency, Practitioner, TeamsAccount, Course, CourseSession, Booking, BookingChange, Notice,
)  # fmt: skip


@pytest.fixture
async def database_at_0001(empty_database_url: str) -> AsyncIterator[Database]:
    """Return a database as the first version of the service made it, with a session and people."""
    database = Database(empty_database_url)
    await fill_at(database, "0001")
    yield database
    await database.close()


@pytest.fixture
async def database_at_0002(empty_database_url: str) -> AsyncIterator[Database]:
    """Return a database as it was with offers, with a session and people."""
    database = Database(empty_database_url)
    await fill_at(database, "0002")
    yield database
    await database.close()


@pytest.fixture
async def database_at_0003(empty_database_url: str) -> AsyncIterator[Database]:
    """Return a database as it was before notices were due in their time."""
    database = Database(empty_database_url)
    await fill_at(database, "0003")
    yield database
    await database.close()


async def fill_at(database: Database, revision: str) -> None:
    """Make the tables of a revision, and write a full session into them."""
    async with database.reshaping() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_configuration(sync), revision))
    async with database.engine.begin() as connection:
        for row in rows_of_a_full_session():
            values = row.model_dump(exclude=added_after(revision, type(row)))
            await connection.execute(old_table(type(row), revision).insert().values(values))


def added_after(revision: str, model: type[SQLModel]) -> set[str]:
    """Return the columns of a table that a revision does not have yet."""
    return {
        name
        for later, tables in ADDED.items()
        if later > revision
        for name in tables.get(model, ())
    }


def rows_of_a_full_session() -> list[SQLModel]:
    """Return a session of one place: Ann gave it back, Ben was promoted, Cas waits."""
    agency = Agency(code="GP", name="GP", sector="health", contributing=True)
    people = [
        Practitioner(name=name, agency_id=agency.id, agency_confirmed_at=NOW)
        for name in ("Ann", "Ben", "Cas")
    ]
    course = Course(
        code="C1", title="Neglect", kind=CourseKind.COURSE, level=2, theme="neglect",
        minutes=150, capacity=20,
    )  # fmt: skip
    session = CourseSession(
        code="S1", course_id=course.id, starts_at=NEXT_WEEK, ends_at=NEXT_WEEK.replace(hour=12),
        delivery=Delivery.TEAMS, capacity=1, places_taken=1, next_queue_number=3,
    )  # fmt: skip
    statuses = (BookingStatus.CANCELLED, BookingStatus.CONFIRMED, BookingStatus.WAITLISTED)
    numbers, counts, cancellations = (None, None, 2), (2, 2, 1), (NOW, None, None)
    bookings = [
        Booking(
            session_id=session.id, practitioner_id=person.id, status=status, queue_number=number,
            booked_at=NOW, cancelled_at=cancelled_at, change_count=count,
        )
        for person, status, number, count, cancelled_at in zip(
            people, statuses, numbers, counts, cancellations, strict=True
        )
    ]  # fmt: skip
    histories = (
        (Change.BOOKED, Change.CANCELLED),
        (Change.WAITLISTED, Change.PROMOTED),
        (Change.WAITLISTED,),
    )
    changes = [
        BookingChange(booking_id=booking.id, position=position, change=change, at=NOW)
        for booking, history in zip(bookings, histories, strict=True)
        for position, change in enumerate(history, start=1)
    ]
    news = Notice(
        kind=NoticeKind.PROMOTED, practitioner_id=people[1].id, about_id=bookings[1].id,
        occurrence=2, due_at=NOW, expires_at=NEXT_WEEK,
    )  # fmt: skip
    accounts = [
        TeamsAccount(
            tenant_id="tenant-1", object_id=person.name, practitioner_id=person.id,
            service_url="http://127.0.0.1:9/", conversation_id=f"conversation of {person.name}",
            teams_user_id=f"29:{person.name}", bot_id="28:bot", installed=installed,
        )
        for person, installed in zip(people[:2], (True, False), strict=True)
    ]  # fmt: skip
    return [agency, *people, *accounts, course, session, *bookings, *changes, news]


def old_table(model: type[SQLModel], revision: str) -> Any:  # noqa: ANN401 - a table as SQLAlchemy types it
    """Return a table with the columns that it had at a revision."""
    columns, later = inspect(model).columns, added_after(revision, model)
    return table(
        inspect(model).local_table.name,
        *(column(one.name, one.type) for one in columns if one.name not in later),
    )


async def old_rows(database: Database, revision: str = "0001") -> dict[str, list[str]]:
    """Return what stands in the columns of a revision."""
    async with database.engine.connect() as connection:
        return {
            model.__name__: sorted(
                [
                    str(tuple(row))
                    for row in await connection.execute(old_table(model, revision).select())
                ]
            )
            for model in TABLES
        }


async def revision_of(database: Database) -> str:
    async with database.engine.connect() as connection:
        found = await connection.execute(text("SELECT version_num FROM alembic_version"))
        return str(found.scalar_one())


async def go_back(database: Database, revision: str) -> None:
    async with database.reshaping() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_configuration(sync), revision))


async def test_bookings_and_history_from_before_offers_stay_as_they_are(
    database_at_0001: Database,
) -> None:
    before = await old_rows(database_at_0001)

    await migrate(database_at_0001)

    assert await revision_of(database_at_0001) == newest_revision()
    assert await old_rows(database_at_0001) == before
    async with database_at_0001.reading() as db:
        added = await db.exec(select(Booking.offer_expires_at, Booking.books_automatically))
        assert {tuple(row) for row in added} == {(None, False)}
    assert await broken_once_the_service_runs(database_at_0001) == []


async def broken_once_the_service_runs(database: Database) -> list[str]:
    """Owe what nobody owed before version 0004, as a service that runs does it."""
    async with database.writing() as db:
        await owe_missing(db, terms=TERMS, now=NOW)
    async with database.reading() as db:
        return await broken_invariants(db, now=NOW)


async def test_a_queue_from_before_offers_goes_on_with_them(database_at_0001: Database) -> None:
    await migrate(database_at_0001)

    async with database_at_0001.writing() as db:
        session, ben, cas = await session_and(db, "Ben", "Cas")
        await cancel_booking(db, session_id=session, practitioner_id=ben, terms=TERMS, now=NOW)
        taken = await book_place(db, session_id=session, practitioner_id=cas, terms=TERMS, now=NOW)

    assert taken.status == BookingStatus.CONFIRMED
    async with database_at_0001.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


async def session_and(db: AsyncSession, *names: str) -> list[UUID]:
    session_id = (await db.exec(select(CourseSession.id))).one()
    people = {one.name: one.id for one in await db.exec(select(Practitioner))}
    return [session_id, *(people[name] for name in names)]


async def test_foreign_keys_still_hold_after_the_tables_were_made_anew(
    database_at_0001: Database,
) -> None:
    await migrate(database_at_0001)

    async with database_at_0001.engine.connect() as connection:
        keys = await connection.run_sync(
            lambda sync: {
                (model.__name__, key["referred_table"])
                for model in (Booking, BookingChange, Notice, CourseSession)
                for key in inspect(sync).get_foreign_keys(old_table(model, "0001").name)
            }
        )
    assert keys == {
        ("Booking", "course_session"),
        ("Booking", "practitioner"),
        ("BookingChange", "booking"),
        ("BookingChange", "practitioner"),
        ("Notice", "practitioner"),
        ("CourseSession", "course"),
    }


async def test_going_back_gives_up_offers_and_keeps_places_and_queues(database: Database) -> None:
    await a_session_with_every_kind_of_offer(database)

    await go_back(database, "0001")

    async with database.engine.connect() as connection:
        bookings = await connection.execute(
            text(
                "SELECT name, booking.status, queue_number FROM booking "
                "JOIN practitioner ON practitioner.id = practitioner_id ORDER BY name"
            )
        )
        assert [tuple(row) for row in bookings] == [
            ("Ann", "cancelled", None),
            ("Ben", "confirmed", None),
            ("Cas", "cancelled", None),
            ("Dan", "waitlisted", 3),
            ("Eve", "waitlisted", 4),
        ]
        changes = await connection.execute(
            text(
                "SELECT name, change FROM booking_change JOIN booking ON booking.id = booking_id "
                "JOIN practitioner ON practitioner.id = practitioner_id ORDER BY name, position"
            )
        )
        assert [tuple(row) for row in changes] == [
            ("Ann", "booked"),
            ("Ann", "cancelled"),
            ("Ben", "waitlisted"),
            ("Ben", "waitlisted"),
            ("Ben", "booked"),
            ("Cas", "waitlisted"),
            ("Cas", "waitlisted"),
            ("Cas", "cancelled"),
            ("Dan", "waitlisted"),
            ("Dan", "waitlisted"),
            ("Eve", "waitlisted"),
            ("Eve", "waitlisted"),
            ("Eve", "waitlisted"),
        ]
        sessions = await connection.execute(text("SELECT places_taken FROM course_session"))
        assert sessions.scalar_one() == 1
        assert (await connection.execute(text("SELECT kind FROM notice"))).all() == []


async def test_what_went_back_comes_up_again(database: Database) -> None:
    await a_session_with_every_kind_of_offer(database)
    await go_back(database, "0001")
    before = await old_rows(database)

    await migrate(database)

    assert await old_rows(database) == before
    async with database.writing() as db:
        session, dan = await session_and(db, "Dan")
        await change_capacity(db, session_id=session, capacity=2, terms=TERMS, now=NOW)
        taken = await book_place(db, session_id=session, practitioner_id=dan, terms=TERMS, now=NOW)
    assert taken.status == BookingStatus.CONFIRMED


async def a_session_with_every_kind_of_offer(database: Database) -> None:
    """Ann gave back, Ben took an offer, Cas declined, Dan is offered, Eve's was withdrawn."""
    async with database.writing() as db:
        session = await make_session(db, capacity=1)
        people = [
            (await make_practitioner(db, name=name)).id
            for name in ("Ann", "Ben", "Cas", "Dan", "Eve")
        ]
        here: dict[str, Any] = {"session_id": session.id, "terms": TERMS, "now": NOW}
        ann, ben, cas, _, _ = people
        for person in people:
            await book_place(db, practitioner_id=person, **here)
        await cancel_booking(db, practitioner_id=ann, **here)
        await book_place(db, practitioner_id=ben, **here)
        await change_capacity(db, capacity=3, **here)
        await cancel_booking(db, practitioner_id=cas, **here)
        await change_capacity(db, capacity=2, **here)


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
async def test_a_database_with_rows_that_point_at_nothing_is_left_as_it_was(
    database_at_0001: Database,
) -> None:
    file = make_url(database_at_0001.url).database
    assert file is not None
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM practitioner WHERE name = 'Cas'")
    connection.close()
    before = await old_rows(database_at_0001)

    with pytest.raises(DatabaseNotUpToDate) as refusal:
        await migrate(database_at_0001)

    assert refusal.value.sentence == (
        "The database has rows that point at nothing, so it was left as it was. "
        "Put the last good copy of it back, and try again."
    )
    assert await revision_of(database_at_0001) == "0001"
    assert await old_rows(database_at_0001) == before


async def test_rows_from_before_0003_get_the_defaults_that_the_models_promise(
    database_at_0002: Database,
) -> None:
    before = await old_rows(database_at_0002, "0002")

    await migrate(database_at_0002)

    assert await old_rows(database_at_0002, "0002") == before
    promised = {
        (model.__name__, name): {model.model_fields[name].default}
        for model, names in ADDED["0003"].items()
        for name in names
    }
    async with database_at_0002.reading() as db:
        found = {
            (model.__name__, name): set(await db.exec(select(inspect(model).columns[name])))
            for model, names in ADDED["0003"].items()
            for name in names
        }
        assert found == promised
    assert await broken_once_the_service_runs(database_at_0002) == []


async def test_rows_from_before_0003_go_up_and_back_as_they_were(
    database_at_0002: Database,
) -> None:
    before = await old_rows(database_at_0002, "0002")
    await migrate(database_at_0002)

    await go_back(database_at_0002, "0002")

    assert await revision_of(database_at_0002) == "0002"
    assert await old_rows(database_at_0002, "0002") == before


async def test_what_only_0003_knows_is_told_in_the_words_of_0002_on_the_way_back(
    database: Database,
) -> None:
    async with database.writing() as db:
        session = await make_session(db)
        given, taken = [await make_booking(db, session_id=session.id) for _ in range(2)]
        person = await make_practitioner(db)
        await make_notice(db, person, kind=NoticeKind.STEPPED_IN)
        await make_notice(db, person, kind=NoticeKind.OFFER_ENDED)
        steps = (
            (given, Change.SUBSTITUTED), (taken, Change.STEPPED_IN),
            (given, Change.TRANSFERRED_AWAY), (taken, Change.TRANSFERRED_HERE),
            (taken, Change.KEPT), (given, Change.SESSION_CANCELLED),
        )  # fmt: skip
        for position, (booking, change) in enumerate(steps, start=2):
            other = taken if booking is given else given
            db.add(
                BookingChange(
                    booking_id=booking.id,
                    position=position,
                    change=change,
                    at=NOW,
                    late_reason=LateReason.ILLNESS if booking is given else None,
                    other_booking_id=other.id,
                )
            )

    await go_back(database, "0002")

    async with database.engine.connect() as connection:
        changes = await connection.execute(
            text("SELECT change FROM booking_change WHERE position > 1 ORDER BY position")
        )
        assert changes.scalars().all() == [
            "cancelled", "booked", "cancelled", "booked", "booked", "session_cancelled",
        ]  # fmt: skip
        kinds = await connection.execute(text("SELECT kind FROM notice"))
        assert kinds.scalars().all() == ["offer_ended"]


async def test_rows_from_before_0004_stay_as_they_are_and_say_whom_teams_cannot_reach(
    database_at_0003: Database,
) -> None:
    before = await old_rows(database_at_0003, "0003")

    await migrate(database_at_0003)

    assert await old_rows(database_at_0003, "0003") == before
    async with database_at_0003.reading() as db:
        accounts = await db.exec(
            select(TeamsAccount.installed, TeamsAccount.unreachable).order_by(
                col(TeamsAccount.object_id)
            )
        )
        assert [tuple(row) for row in accounts] == [(True, None), (False, Unreachable.REMOVED)]
        notices = await db.exec(select(Notice.queued_at, Notice.channel, Notice.browser))
        assert [tuple(row) for row in notices] == [(None, None, None)]
        courses = await db.exec(select(Course.joining_instructions))
        assert courses.all() == [None]
        assert (await db.exec(select(Booking.coming_at).distinct())).all() == [None]


async def test_places_from_before_0004_are_owed_what_comes_with_them_once(
    database_at_0003: Database,
) -> None:
    await migrate(database_at_0003)

    mended = []
    for _ in range(2):
        async with database_at_0003.writing() as db:
            mended.append(await owe_missing(db, terms=TERMS, now=NOW))

    assert mended == [1, 0]
    async with database_at_0003.reading() as db:
        owed = await db.exec(
            select(Practitioner.name, Notice.kind)
            .join(Notice, col(Notice.practitioner_id) == Practitioner.id)
            .order_by(col(Notice.due_at))
        )
        assert [tuple(row) for row in owed] == [
            ("Ben", NoticeKind.PROMOTED),
            ("Ben", NoticeKind.JOINING_INSTRUCTIONS),
            ("Ben", NoticeKind.LATE_REMINDER),
            ("Ben", NoticeKind.STARTING_SOON),
            ("Ben", NoticeKind.EVALUATION_INVITATION),
        ]
        assert await broken_invariants(db, now=NOW) == []


async def test_rows_from_before_0004_go_up_and_back_as_they_were(
    database_at_0003: Database,
) -> None:
    before = await old_rows(database_at_0003, "0003")
    await migrate(database_at_0003)
    async with database_at_0003.writing() as db:
        await owe_missing(db, terms=TERMS, now=NOW)

    await go_back(database_at_0003, "0003")

    assert await revision_of(database_at_0003) == "0003"
    assert await old_rows(database_at_0003, "0003") == before


async def test_what_only_0004_knows_is_told_in_the_words_of_0003_on_the_way_back(
    database: Database,
) -> None:
    async with database.writing() as db:
        session = await make_session(db)
        person = await make_practitioner(db)
        here: dict[str, Any] = {
            "session_id": session.id,
            "practitioner_id": person.id,
            "terms": TERMS,
            "now": NOW,
        }
        await book_place(db, **here)
        await say_coming(db, **here)
        await make_notice(db, person, kind=NoticeKind.TRAINER_NAMED)
        db.add(CourseWithoutNotice(course_id=session.course_id, kind=NoticeKind.STARTING_SOON))
        gone = await make_account(db, person)
        gone.installed, gone.unreachable = False, Unreachable.BLOCKED

    await go_back(database, "0003")

    async with database.engine.connect() as connection:
        for statement, there in (
            ("SELECT change FROM booking_change ORDER BY position", ["booked", "kept"]),
            ("SELECT kind FROM notice", ["trainer_named"]),
            ("SELECT status FROM booking", ["confirmed"]),
            ("SELECT count(*) FROM teams_account WHERE NOT installed", [1]),
        ):
            found = await connection.execute(text(statement))
            assert found.scalars().all() == there
