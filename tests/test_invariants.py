"""The invariants themselves: each fault that they look for is found when it is there."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_practitioner, make_session
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.operations import (
    book_automatically,
    book_place,
    cancel_booking,
    change_capacity,
)
from trainingbot.db import Database

RESERVE = """
    INSERT INTO reserved_places (session_id, agency_id, places, opens_at, opened)
    SELECT course_session.id, practitioner.agency_id, {places}, starts_at, FALSE
    FROM course_session, practitioner WHERE name = '{person}'
"""
"""Reserves places for the agency of somebody, and the session does not know."""
Fault = Callable[[AsyncSession], Awaitable[None]]


async def a_full_round(db: AsyncSession) -> None:
    """One place, and then two: Ann has given hers back, Ben is booked, Cas offered, Dan waits."""
    session = await make_session(db, code="S1", capacity=1)
    names = ("Ann", "Ben", "Cas", "Dan")
    people = [(await make_practitioner(db, name=name)).id for name in names]
    here: dict[str, Any] = {"session_id": session.id, "terms": TERMS, "now": NOW}
    for person in people:
        await book_place(db, practitioner_id=person, **here)
    await book_automatically(db, practitioner_id=people[1], wanted=True, **here)
    await cancel_booking(db, practitioner_id=people[0], **here)
    await change_capacity(db, capacity=2, **here)


async def test_nothing_is_broken_after_a_round_of_bookings(database: Database) -> None:
    async with database.writing() as db:
        await a_full_round(db)

    async with database.reading() as db:
        assert await broken_invariants(db, now=NOW) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE course_session SET places_taken = 0", "S1: 0 places taken, 2 held"),
        ("UPDATE course_session SET next_queue_number = 2", "S1: a queue number was not issued"),
        ("UPDATE booking SET change_count = change_count + 1", "changes counted, history"),
        ("DELETE FROM booking_change WHERE position = 2", "changes counted, history"),
        ("UPDATE booking_change SET change = 'booked'", "cancelled after booked"),
        ("UPDATE booking_change SET change = 'cancelled' WHERE position = 1", "begins with"),
        (
            "UPDATE booking_change SET change = 'booked' WHERE change = 'waitlisted'",
            "offered after booked",
        ),
        ("DELETE FROM notice", "nobody was told of the promoted at position 2"),
        ("DELETE FROM notice", "nobody was told of the offer at position 2"),
        ("UPDATE notice SET occurrence = 7", "at position 7, which never was"),
        (
            "UPDATE notice SET kind = 'offer_ended' WHERE kind = 'offer'",
            "told of the offer_ended at position 2",
        ),
        (
            "UPDATE notice SET kind = 'broadcast' WHERE kind = 'offer'",
            "told of broadcast 2 of 0",
        ),
        ("DELETE FROM notice", "late_reminder is not owed, and due at 2025-01-13"),
        ("UPDATE notice SET state = 'expired'", "evaluation_invitation is not owed"),
        (
            "UPDATE notice SET due_at = '2025-01-12 10:00:00' WHERE kind = 'late_reminder'",
            "late_reminder due at 2025-01-12",
        ),
        (
            "UPDATE notice SET expires_at = '2025-01-15 10:00:00' WHERE kind = 'starting_soon'",
            "starting_soon until 2025-01-15",
        ),
        (
            "UPDATE notice SET kind = 'early_reminder' WHERE kind = 'late_reminder'",
            "early_reminder until 2025-01-14 09:00:00",
        ),
        ("UPDATE notice SET kind = 'trainers_digest' WHERE kind = 'offer'", "without a place"),
        (
            (
                "UPDATE notice SET kind = 'late_reminder', occurrence = 99, "
                "due_at = '2025-01-13 10:00:00' WHERE kind = 'starting_soon'"
            ),
            "late_reminder is owed 2 times",
        ),
        (
            (
                "INSERT INTO session_trainer (session_id, practitioner_id) "
                "SELECT course_session.id, practitioner.id FROM course_session, practitioner"
            ),
            "trainers_digest is not owed, and due at 2025-01-13 14:00:00",
        ),
        ("UPDATE course_session SET capacity = 3", "S1: 1 wait although a place is free"),
        (
            "UPDATE booking SET offer_expires_at = '2025-01-10 10:00:00' WHERE status = 'offered'",
            "in the broadcast",
        ),
        ("UPDATE course_session SET reserved_until = starts_at", "S1: says 2025-01-14"),
        (RESERVE.format(person="Ann", places=1), "S1: 1 kept, and 0 free"),
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


async def test_somebody_may_wait_beside_a_free_place_until_an_overdue_offer_is_ended(
    database: Database,
) -> None:
    async with database.writing() as db:
        await a_full_round(db)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE course_session SET capacity = 3"))

    async with database.reading() as db:
        faults = await broken_invariants(db, now=NOW + timedelta(days=1))

    assert faults == []


@pytest.mark.parametrize(
    ("person", "places", "faults"),
    [
        ("Ann", 1, []),
        ("Ann", 2, ["S1: 2 kept, and 1 free"]),
        ("Ben", 1, ["S1: 1 wait although a place is free"]),
        ("Dan", 1, ["S1: 1 wait although a place is free"]),
    ],
)
async def test_somebody_may_wait_beside_a_place_that_is_kept_for_another_agency(
    database: Database, person: str, places: int, faults: list[str]
) -> None:
    async with database.writing() as db:
        await a_full_round(db)
    async with database.engine.begin() as connection:
        for damage in (
            "UPDATE course_session SET capacity = 3, reserved_until = starts_at",
            RESERVE.format(person=person, places=places),
        ):
            await connection.execute(text(damage))

    async with database.reading() as db:
        assert await broken_invariants(db, now=NOW) == faults


@pytest.mark.parametrize(
    ("automatic", "left", "faults"),
    [
        (False, timedelta(days=4), []),
        (True, timedelta(days=4), ["S1: 1 wait although they are booked automatically"]),
        (True, timedelta(hours=2), []),
    ],
)
async def test_once_offers_have_ended_only_automatic_bookings_may_not_wait(
    database: Database,
    automatic: bool,  # noqa: FBT001 - a column of the table above
    left: timedelta,
    faults: list[str],
) -> None:
    async with database.writing() as db:
        session = await make_session(db, code="S1", capacity=0)
        person = await make_practitioner(db)
        here: dict[str, Any] = {"session_id": session.id, "practitioner_id": person.id}
        await book_place(db, **here, terms=TERMS, now=NOW)
        await book_automatically(db, **here, wanted=automatic, terms=TERMS, now=NOW)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE course_session SET capacity = 1"))

    async with database.reading() as db:
        found = await broken_invariants(db, now=NEXT_WEEK - left)

    assert found == faults
