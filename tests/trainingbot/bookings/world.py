"""A real database on which the rounds of the stateful test are played."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import delete

from tests.factories import make_agency, make_course, make_session
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.models import Booking, BookingChange, Course, CourseSession, Notice, Practitioner

PEOPLE = 6
NOT_YET_CONFIRMED = {5}
STARTS_AT = datetime(2025, 1, 16, 14, 0, tzinfo=UTC)
"""A Thursday, with a weekend between it and the Tuesday on which a round begins."""
BROADCAST_AT = datetime(2025, 1, 13, 14, 0, tzinfo=UTC)
"""The Monday three working days earlier."""


class World:
    """The real database, in which each round has a session of its own."""

    def __init__(self, url: str, runner: asyncio.Runner) -> None:
        self.database = Database(url)
        self._runner = runner
        self.run(self._prepare())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the work returns
        return self._runner.run(work)

    async def _prepare(self) -> None:
        async with self.database.writing() as db:
            self.agency_id = (await make_agency(db)).id
            self.course: Course = await make_course(db)
            rows = [Practitioner(name=f"P{n}", agency_id=self.agency_id) for n in range(PEOPLE)]
            db.add_all(rows)
        self.people = [row.id for row in rows]

    async def begin_round(self, capacity: int) -> UUID:
        async with self.database.writing() as db:
            for table in (Notice, BookingChange, Booking, CourseSession):
                await db.exec(delete(table))
            for number, person in enumerate(self.people):
                row = await db.get_one(Practitioner, person)
                row.agency_confirmed_at = None if number in NOT_YET_CONFIRMED else NOW
            session = await make_session(
                db, course=self.course, starts_at=STARTS_AT, capacity=capacity
            )
        return session.id
