"""The invariants themselves: each fault that they look for is found when it is there."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_practitioner, make_session
from tests.invariants import broken_invariants
from tests.moments import TERMS, NEXT_WEEK, NOW
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database

Fault = Callable[[AsyncSession], Awaitable[None]]


async def a_full_round(db: AsyncSession) -> None:
    """One place: the first person gave it back, the second was promoted, the third waits."""
    session = await make_session(db, code="S1", capacity=1)
    people = [await make_practitioner(db, name=name) for name in ("Ann", "Ben", "Cas")]
    for person in people:
        await book_place(db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=NOW)
    await cancel_booking(
        db, session_id=session.id, practitioner_id=people[0].id, terms=TERMS, now=NOW
    )


async def test_nothing_is_broken_after_a_round_of_bookings(database: Database) -> None:
    async with database.writing() as db:
        await a_full_round(db)

    async with database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE course_session SET places_taken = 0", "S1: 0 places taken, 1 confirmed"),
        ("UPDATE course_session SET next_queue_number = 2", "S1: a queue number was not issued"),
        ("UPDATE booking SET change_count = change_count + 1", "changes counted, history"),
        ("DELETE FROM booking_change WHERE position = 2", "changes counted, history"),
        ("UPDATE booking_change SET change = 'booked'", "cancelled after booked"),
        ("UPDATE booking_change SET change = 'cancelled' WHERE position = 1", "begins with"),
        ("DELETE FROM notice", "promoted at position 2, and nobody was told"),
        ("UPDATE notice SET occurrence = 7", "at position 7 that never was"),
        ("UPDATE course_session SET capacity = 2", "S1: 1 wait although a place is free"),
    ],
)
async def test_each_damage_is_found(database: Database, damage: str, found: str) -> None:
    async with database.writing() as db:
        await a_full_round(db)
    async with database.engine.begin() as connection:
        await connection.execute(text(damage))

    async with database.reading() as db:
        faults = await broken_invariants(db, now=NOW)

    assert any(found in fault for fault in faults), faults


async def test_somebody_may_wait_beside_a_free_place_when_the_queue_has_ended(
    database: Database,
) -> None:
    async with database.writing() as db:
        await a_full_round(db)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE course_session SET capacity = 2"))

    async with database.reading() as db:
        faults = await broken_invariants(db, now=NEXT_WEEK - timedelta(hours=2))

    assert faults == []
