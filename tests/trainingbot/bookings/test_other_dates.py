from datetime import datetime, timedelta

import pytest

from tests.factories import make_course, make_practitioner, make_session
from tests.moments import NEXT_WEEK, NOW, TERMS, YESTERDAY
from trainingbot.bookings.operations import book_place
from trainingbot.bookings.other_dates import other_dates_of, place_on_another_date
from trainingbot.db import Database
from trainingbot.enums import SessionStatus
from trainingbot.models import Course, CourseSession, Practitioner

A_WEEK = timedelta(days=7)


class Dates:
    """A course with a date called FIRST, further ones, and Ann, who asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.course: Course
        self.ann: Practitioner
        self.sessions: dict[str, CourseSession] = {}

    async def begin(self) -> None:
        async with self._database.writing() as db:
            self.course = await make_course(db)
            self.ann = await make_practitioner(db)
        await self.add("FIRST", NEXT_WEEK)

    async def add(
        self,
        code: str,
        starts_at: datetime,
        *,
        status: SessionStatus = SessionStatus.SCHEDULED,
    ) -> None:
        async with self._database.writing() as db:
            self.sessions[code] = await make_session(
                db, course=self.course, code=code, starts_at=starts_at, status=status
            )

    async def book(self, code: str) -> None:
        async with self._database.writing() as db:
            await book_place(
                db,
                session_id=self.sessions[code].id,
                practitioner_id=self.ann.id,
                terms=TERMS,
                now=NOW,
            )

    async def others(self, *, limit: int = 5) -> tuple[list[tuple[str, bool]], int]:
        """Return the code of each other date, whether Ann is on it, and how many there are."""
        async with self._database.reading() as db:
            dates = await other_dates_of(db, self.sessions["FIRST"], self.ann, limit=limit, now=NOW)
        return [(one.session.code, one.booking is not None) for one in dates.found], dates.total

    async def held_beside(self, code: str) -> str | None:
        async with self._database.reading() as db:
            held = await place_on_another_date(db, self.ann, self.sessions[code], now=NOW)
        return held.code if held else None


@pytest.fixture
async def dates(database: Database) -> Dates:
    dates = Dates(database)
    await dates.begin()
    return dates


async def test_other_dates_are_those_to_come_soonest_first(
    dates: Dates, database: Database
) -> None:
    await dates.add("LATER", NEXT_WEEK + 2 * A_WEEK)
    await dates.add("SOONER", NEXT_WEEK - timedelta(days=1))
    await dates.add("BEGUN", YESTERDAY)
    await dates.add("OFF", NEXT_WEEK + A_WEEK, status=SessionStatus.CANCELLED)
    async with database.writing() as db:
        await make_session(db, code="ANOTHER COURSE")
    await dates.book("LATER")

    assert await dates.others() == ([("SOONER", False), ("LATER", True)], 2)


async def test_more_dates_than_are_shown_are_counted(dates: Dates) -> None:
    for week in range(1, 5):
        await dates.add(f"W{week}", NEXT_WEEK + week * A_WEEK)

    assert await dates.others(limit=2) == ([("W1", False), ("W2", False)], 4)


async def test_a_place_on_another_date_is_one_that_is_confirmed_and_to_come(
    dates: Dates,
) -> None:
    await dates.add("SECOND", NEXT_WEEK + A_WEEK)
    before = await dates.held_beside("SECOND")
    await dates.book("FIRST")

    assert before is None
    assert await dates.held_beside("SECOND") == "FIRST"
    assert await dates.held_beside("FIRST") is None
