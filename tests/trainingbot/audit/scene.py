"""A small healthy database in which everything that is audited occurs, and ways to damage it."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, text, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import (
    make_agency,
    make_booking,
    make_coordinator,
    make_practitioner,
    make_session,
)
from tests.moments import NOW, TERMS
from tests.news import IN_TIME
from trainingbot.audit.queries import audit_database, reading_only
from trainingbot.bookings.operations import book_automatically, book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    EvaluationMoment,
    NoticeKind,
    NoticeState,
    SessionStatus,
)
from trainingbot.evaluations.operations import first_sheets
from trainingbot.models import (
    Answer,
    Booking,
    BookingChange,
    CourseSession,
    EvaluationResponse,
    Notice,
    Practitioner,
)
from trainingbot.people.operations import choose_agency, confirm_agency

LAST_MONTH = NOW - timedelta(days=30)
Found = tuple[str, str, str]
"""A finding: its check, the name of what it is about, and its sentence with names for ids."""


class Round:
    """Three sessions and some people. Everything has a name here, by which findings are told.

    NEXT has two places: Ann gave hers back, Ben has one, Cas was promoted, Dan waits.
    PAST was delivered: Ann attended and answered, Ben did not come. OFF was cancelled.
    Eve waits for her agency to be confirmed, Fay's was; Morgan is the coordinator.
    """

    def __init__(self, database: Database, ids: dict[str, UUID] | None = None) -> None:
        self.database = database
        self.ids = ids or {}

    async def prepare(self) -> None:
        async with self.database.writing() as db:
            for name in ("Ann", "Ben", "Cas", "Dan"):
                self.ids[name] = (await make_practitioner(db, name=name)).id
            await self._newcomers(db)
            await self._next_session(db)
            await self._past_session(db)
            await self._cancelled_session(db)
            await self._name_bookings_and_notices(db)

    async def damage(self, *statements: Executable) -> None:
        """Do what the database would let nobody do, had its constraints not been dropped."""
        async with self.database.engine.begin() as connection:
            for statement in statements:
                await connection.execute(statement)

    async def deliver_in_time(self) -> None:
        """Send what comes with a place, as a service that runs does it as time passes."""
        await self.damage(
            update(Notice)
            .where(col(Notice.kind).in_(IN_TIME))
            .values(state=NoticeState.SENT, finished_at=NOW)
        )

    async def findings(self, *, now: datetime = NOW) -> list[Found]:
        async with reading_only(self.database) as db:
            audit = await audit_database(db, terms=TERMS, now=now)
        found = [
            (
                finding.check,
                self._named(str(finding.id)) if finding.id else "",
                self._named(finding.sentence),
            )
            for finding in audit.findings
        ]
        # Those of one check stand in the order of ids, which are others in each run.
        checks = list(audit.counts)
        return sorted(found, key=lambda one: (checks.index(one[0]), one[2]))

    def _named(self, words: str) -> str:
        for name, row_id in self.ids.items():
            words = words.replace(str(row_id), name)
        return words

    async def _newcomers(self, db: AsyncSession) -> None:
        coordinator = await make_coordinator(db)
        self.ids["Morgan"] = coordinator.id
        agency = await make_agency(db)
        for name in ("Eve", "Fay"):
            person = Practitioner(name=name)
            db.add(person)
            await db.flush()
            self.ids[name] = person.id
            await choose_agency(db, practitioner_id=person.id, agency_id=agency.id, now=NOW)
        await confirm_agency(
            db,
            practitioner_id=self.ids["Fay"],
            agency_id=agency.id,
            actor_id=coordinator.id,
            now=NOW,
        )

    async def _next_session(self, db: AsyncSession) -> None:
        session = await make_session(db, code="NEXT", capacity=2)
        self.ids["NEXT"] = session.id
        for name in ("Ann", "Ben", "Cas", "Dan"):
            person = self.ids[name]
            await book_place(
                db, session_id=session.id, practitioner_id=person, terms=TERMS, now=NOW
            )
        # Cas wants no offer, which would be overdue whenever the audit looks at a later time.
        await book_automatically(
            db,
            session_id=session.id,
            practitioner_id=self.ids["Cas"],
            wanted=True,
            terms=TERMS,
            now=NOW,
        )
        await cancel_booking(
            db, session_id=session.id, practitioner_id=self.ids["Ann"], terms=TERMS, now=NOW
        )

    async def _past_session(self, db: AsyncSession) -> None:
        session = await make_session(
            db, code="PAST", starts_at=LAST_MONTH, status=SessionStatus.DELIVERED
        )
        self.ids["PAST"] = session.id
        for name, attendance in (("Ann", Attendance.ATTENDED), ("Ben", Attendance.NO_SHOW)):
            booking = await make_booking(
                db,
                session_id=session.id,
                practitioner_id=self.ids[name],
                attendance=attendance,
                booked_at=LAST_MONTH - timedelta(days=1),
            )
            add_change(db, booking, Change.ATTENDANCE_MARKED, at=session.ends_at)
            session.places_taken += 1
            if attendance == Attendance.ATTENDED:
                booking.evaluated_on = LAST_MONTH.date()
        sheets = await first_sheets(db)
        after = sheets[EvaluationMoment.AFTER]
        response = EvaluationResponse(
            session_id=session.id, evaluation_id=after.evaluation_id, respondent_hash="a hash"
        )
        db.add(response)
        await db.flush()
        self.ids["the response"] = response.id
        self.ids["the rating"] = after.questions["knowledge_after"]
        self.ids["the agreement"] = after.questions["engaging"]
        self.ids["the comment"] = after.questions["comment"]
        before = sheets[EvaluationMoment.BEFORE]
        self.ids["the rating before"] = before.questions["knowledge_before"]
        for key, rating, words in (
            ("knowledge_after", 4, None),
            ("engaging", 5, None),
            ("comment", None, "Good."),
        ):
            db.add(
                Answer(
                    response_id=response.id,
                    question_id=after.questions[key],
                    rating=rating,
                    words=words,
                )
            )

    async def _cancelled_session(self, db: AsyncSession) -> None:
        session = await make_session(db, code="OFF", status=SessionStatus.CANCELLED)
        self.ids["OFF"] = session.id
        booking = await make_booking(
            db, session_id=session.id, practitioner_id=self.ids["Ben"], booked_at=LAST_MONTH
        )
        booking.status = BookingStatus.SESSION_CANCELLED
        add_change(db, booking, Change.SESSION_CANCELLED, at=NOW)

    async def _name_bookings_and_notices(self, db: AsyncSession) -> None:
        await db.flush()
        names = {row_id: name for name, row_id in self.ids.items()}
        for booking in await db.exec(select(Booking)):
            name = f"{names[booking.practitioner_id]} on {names[booking.session_id]}"
            self.ids[name] = booking.id
        for notice in await db.exec(select(Notice)):
            about = {row_id: name for name, row_id in self.ids.items()}[notice.about_id]
            self.ids[f"{notice.kind} {about}"] = notice.id


def add_change(db: AsyncSession, booking: Booking, change: Change, *, at: datetime) -> None:
    """Write one more change into the history of a booking."""
    booking.change_count += 1
    db.add(
        BookingChange(
            booking_id=booking.id,
            position=booking.change_count,
            change=change,
            at=at,
            attendance=booking.attendance if change == Change.ATTENDANCE_MARKED else None,
            booking=booking,
        )
    )


def setting(table: type[SQLModel], row_id: UUID, **values: Any) -> Executable:  # noqa: ANN401 - columns have any type
    """Return a statement that changes one row, whatever the service would say to it."""
    return update(table).where(col(table.id) == row_id).values(**values)  # type: ignore[attr-defined]  # tables with an id come here


def marking(booking_id: UUID, attendance: Attendance | None) -> Executable:
    """Return a statement that makes every mark in a booking's history this one."""
    marks = col(BookingChange.change) == Change.ATTENDANCE_MARKED
    of_booking = col(BookingChange.booking_id) == booking_id
    return update(BookingChange).where(of_booking, marks).values(attendance=attendance)


def ending(at: datetime) -> tuple[Executable, Executable]:
    """Return statements that end every session at a moment, which is when people are asked."""
    asked = col(Notice.kind) == NoticeKind.EVALUATION_INVITATION
    return (
        update(CourseSession).values(ends_at=at),
        update(Notice).where(asked).values(due_at=at),
    )


def setting_change(booking_id: UUID, position: int, /, **values: Any) -> Executable:  # noqa: ANN401 - columns have any type
    """Return a statement that rewrites a row of history."""
    return (
        update(BookingChange)
        .where(col(BookingChange.booking_id) == booking_id, col(BookingChange.position) == position)
        .values(**values)
    )


async def drop_constraints(database: Database) -> None:
    """Take every check, unique and foreign key out of a database of the tests."""
    if database.is_sqlite:
        _copy_tables_without_constraints(database.url.removeprefix("sqlite+aiosqlite:///"))
        return
    async with database.engine.begin() as connection:
        drops = await connection.execute(
            text(
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) "
                "FROM pg_constraint WHERE contype IN ('c', 'f', 'u') "
                "AND connamespace = 'public'::regnamespace ORDER BY contype"
            )
        )
        await connection.execute(text("; ".join(drops.scalars())))


def _copy_tables_without_constraints(file: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    copies = [
        f"CREATE TABLE loose AS SELECT * FROM {table}; DROP TABLE {table}; "  # noqa: S608 - our own tables
        f"ALTER TABLE loose RENAME TO {table};"
        for (table,) in tables
    ]
    connection.executescript("\n".join(["BEGIN;", *copies, "COMMIT;"]))
    connection.close()
