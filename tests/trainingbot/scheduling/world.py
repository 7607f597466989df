"""A real database on which the rounds of the model's test are played."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, delete, update

from tests.factories import make_agency, make_coordinator, make_course, make_session
from tests.invariants import Rows, broken_in, read_rows
from tests.moments import NOW
from tests.news import IN_TIME
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Change, NoticeKind, NoticeState
from trainingbot.models import (
    Booking,
    BookingChange,
    Course,
    CourseSession,
    Notice,
    Practitioner,
    ReservedPlaces,
    SessionChange,
)

AGENCIES = (0, 0, 0, 1, 1, 2, 0)
"""The agency of each person."""
PEOPLE = len(AGENCIES)
NOT_YET_CONFIRMED = {6}
STARTS = (
    datetime(2025, 1, 16, 14, 0, tzinfo=UTC),
    datetime(2025, 1, 21, 9, 30, tzinfo=UTC),
)
"""A Thursday and a Tuesday; a round begins on the Tuesday of the week before the first."""
STARTS_LATER = (
    datetime(2025, 1, 14, 10, 0, tzinfo=UTC),
    datetime(2025, 1, 17, 16, 0, tzinfo=UTC),
    datetime(2025, 1, 25, 9, 0, tzinfo=UTC),
    datetime(2025, 1, 30, 18, 30, tzinfo=UTC),
)
"""To where sessions are moved; one of them is a Saturday."""
CAPACITIES = (2, 3)
Standing = tuple[BookingStatus, int | None, datetime | None, bool, bool, bool]
News = tuple[NoticeKind, int, int, int]
TABLES = (Notice, SessionChange, ReservedPlaces, BookingChange, Booking, CourseSession)


@dataclass
class Seen:
    """How one session is in the database."""

    session: CourseSession
    standing: dict[int, Standing]
    history: dict[int, list[Change]]
    news: dict[News, NoticeState]
    times: dict[News, tuple[datetime, datetime]]
    reserved: dict[int, tuple[int, datetime, bool]]


class World:
    """The real database, in which each round has two sessions of its own."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.database = Database(url)
        self._runner = runner
        self.run(self._prepare())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the work returns
        return self._runner.run(work)

    async def _prepare(self) -> None:
        async with self.database.writing() as db:
            self.agencies = [(await make_agency(db)).id for _ in range(max(AGENCIES) + 1)]
            self.course: Course = await make_course(db)
            self.coordinator = (await make_coordinator(db)).id
            rows = [
                Practitioner(name=f"P{number}", agency_id=self.agencies[agency])
                for number, agency in enumerate(AGENCIES)
            ]
            db.add_all(rows)
        self.people = [row.id for row in rows]

    async def begin_round(self, *, minimum: int | None) -> list[UUID]:
        async with self.database.writing() as db:
            for table in TABLES:
                await db.exec(delete(table))
            for number, person in enumerate(self.people):
                row = await db.get_one(Practitioner, person)
                row.agency_confirmed_at = None if number in NOT_YET_CONFIRMED else NOW
            sessions = [
                await make_session(db, course=self.course, starts_at=start, capacity=capacity)
                for start, capacity in zip(STARTS, CAPACITIES, strict=True)
            ]
            if minimum is not None:
                sessions[0].tentative = True
                sessions[0].minimum_places = minimum
                sessions[0].decide_at = STARTS[0] - timedelta(days=1)
        return [session.id for session in sessions]

    async def deliver(self, *, now: datetime) -> None:
        async with self.database.writing() as db:
            await db.exec(
                update(Notice)
                .where(col(Notice.state) == NoticeState.OWED, col(Notice.due_at) <= now)
                .values(state=NoticeState.SENT)
            )

    async def confirm(self, person: int, *, now: datetime) -> None:
        async with self.database.writing() as db:
            row = await db.get_one(Practitioner, self.people[person])
            row.agency_confirmed_at = now

    async def look(self, session_ids: list[UUID], *, now: datetime) -> tuple[list[Seen], list[str]]:
        """Return how each session is, and which invariants are broken."""
        async with self.database.reading() as db:
            rows = await read_rows(db)
        by_id = {session.id: session for session in rows.sessions}
        return [
            self._seen(number, by_id[session_id], rows)
            for number, session_id in enumerate(session_ids)
        ], broken_in(rows, now=now)

    def _seen(self, number: int, session: CourseSession, rows: Rows) -> Seen:
        people = {person: number for number, person in enumerate(self.people)}
        here = {one.id: one for one in rows.bookings if one.session_id == session.id}
        history: dict[int, list[Change]] = defaultdict(list)
        for change in rows.changes:
            if change.booking_id in here:
                history[people[here[change.booking_id].practitioner_id]].append(change.change)
        notices = {
            (one.kind, number, people[one.practitioner_id], one.occurrence): one
            for one in rows.notices
            if one.about_id in here
        }
        return Seen(
            session,
            standing={
                people[one.practitioner_id]: (
                    one.status,
                    one.queue_number,
                    one.offer_expires_at,
                    one.books_automatically,
                    one.may_leave_freely,
                    one.coming_at is not None,
                )
                for one in here.values()
            },
            history=dict(history),
            news={told: one.state for told, one in notices.items()},
            times={
                told: (one.due_at, one.expires_at)
                for told, one in notices.items()
                if one.kind in IN_TIME
            },
            reserved={
                self.agencies.index(one.agency_id): (one.places, one.opens_at, one.opened)
                for one in rows.reserved
                if one.session_id == session.id
            },
        )
