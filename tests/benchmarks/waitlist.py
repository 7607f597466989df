"""How long it takes to offer the next place when 10 people wait, and when 10,000 do.

Each also beside places that are reserved for an agency of which nobody waits: then whoever is
served must be looked for, and it must be seen that there is nobody for the reserved ones.

`python -m tests.benchmarks.waitlist [--database-url …] [--rounds 50]`

Each round declines an open offer, which passes the place on: one transaction, with its commit.
Without a URL of an empty database a file of SQLite is made and thrown away.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_agency, make_coordinator, make_practitioner, make_session
from tests.moments import NOW, TERMS
from tests.trainingbot.bookings.waiting import wait_in_line
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.bookings.reserved import reserve_places
from trainingbot.db import Database
from trainingbot.enums import BookingStatus
from trainingbot.migrations import migrate
from trainingbot.models import Booking

Case = tuple[int, int]
"""How many people wait, and how many places are reserved."""
CASES: tuple[Case, ...] = ((10, 0), (10_000, 0), (10, 2), (10_000, 2))
PEOPLE_OF_THE_AGENCY = 300
IN_A_MONTH = NOW + timedelta(days=30)


def run(*, database_url: str | None = None, rounds: int = 50) -> None:
    """Print the median time of offering the next place, for each length of the queue."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite+aiosqlite:///{Path(folder) / 'waitlist.db'}"
        for (waiting, reserved), seconds in asyncio.run(_measure(url, rounds=rounds)).items():
            beside = f", {reserved} places reserved" if reserved else ""
            print(  # noqa: T201 - what the command is for
                f"{waiting:>6} people wait{beside}: {seconds * 1000:6.2f} ms to offer the next "
                "place"
            )


async def _measure(url: str, *, rounds: int) -> dict[Case, float]:
    database = Database(url)
    try:
        await migrate(database)
        sessions = {
            (waiting, reserved): await _prepare(database, waiting=waiting, reserved=reserved)
            for waiting, reserved in CASES
        }
        if not database.is_sqlite:
            # As a server that runs does by itself: PostgreSQL plans by what it knows of the rows.
            async with database.engine.begin() as connection:
                await connection.execute(text("ANALYZE"))
        taken: dict[Case, list[float]] = {case: [] for case in CASES}
        # Both take turns, so that whatever else the machine does slows both alike.
        for _ in range(rounds):
            for case, session_id in sessions.items():
                taken[case].append(await _pass_on(database, session_id))
                await _refill(database, session_id)
        return {case: median(times) for case, times in taken.items()}
    finally:
        await database.close()


async def _prepare(database: Database, *, waiting: int, reserved: int) -> UUID:
    """Make a session of one place, which is offered to the first of so many who wait.

    It has as many places more as are `reserved` for an agency that has people, of whom none waits.
    """
    async with database.writing() as db:
        session = await make_session(db, capacity=1 + reserved, starts_at=IN_A_MONTH)
        if reserved:
            await _reserve(db, session.id, places=reserved)
        first = await make_practitioner(db)
        here: dict[str, Any] = {"session_id": session.id, "practitioner_id": first.id}
        await book_place(db, **here, terms=TERMS, now=NOW)
        await wait_in_line(db, session, number=waiting + 1)
        await cancel_booking(db, **here, terms=TERMS, now=NOW)
    return session.id


async def _reserve(db: AsyncSession, session_id: UUID, *, places: int) -> None:
    agency = await make_agency(db)
    for _ in range(PEOPLE_OF_THE_AGENCY):
        await make_practitioner(db, agency=agency)
    coordinator = await make_coordinator(db)
    await reserve_places(
        db,
        session_id=session_id,
        agency_id=agency.id,
        places=places,
        opens_at=None,
        actor_id=coordinator.id,
        terms=TERMS,
        now=NOW,
    )


async def _pass_on(database: Database, session_id: UUID) -> float:
    async with database.reading() as db:
        offered = await db.exec(
            select(Booking.practitioner_id).where(
                Booking.session_id == session_id, Booking.status == BookingStatus.OFFERED
            )
        )
        practitioner_id = offered.one()
    begins = time.perf_counter()
    async with database.writing() as db:
        await cancel_booking(
            db, session_id=session_id, practitioner_id=practitioner_id, terms=TERMS, now=NOW
        )
    return time.perf_counter() - begins


async def _refill(database: Database, session_id: UUID) -> None:
    """Let somebody else join the queue, so that it stays as long as it was."""
    async with database.writing() as db:
        newcomer = await make_practitioner(db)
        await book_place(
            db, session_id=session_id, practitioner_id=newcomer.id, terms=TERMS, now=NOW
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url")
    parser.add_argument("--rounds", type=int, default=50)
    arguments = parser.parse_args()
    run(database_url=arguments.database_url, rounds=arguments.rounds)
