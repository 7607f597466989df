"""How long it takes to offer the next place when 10 people wait, and when 10,000 do.

`python -m tests.benchmarks.waitlist [--database-url …] [--rounds 50]`

Each round declines an open offer, which passes the place on: one transaction, with its commit.
Without a URL of an empty database a file of SQLite is made and thrown away.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from sqlmodel import select

from tests.factories import make_practitioner, make_session
from tests.moments import NOW, TERMS
from tests.trainingbot.bookings.waiting import wait_in_line
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.db import Database
from trainingbot.enums import BookingStatus
from trainingbot.migrations import migrate
from trainingbot.models import Booking

LENGTHS = (10, 10_000)


def run(*, database_url: str | None = None, rounds: int = 50) -> None:
    """Print the median time of offering the next place, for each length of the queue."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite+aiosqlite:///{Path(folder) / 'waitlist.db'}"
        for waiting, seconds in asyncio.run(_measure(url, rounds=rounds)).items():
            print(f"{waiting:>6} people wait: {seconds * 1000:6.2f} ms to offer the next place")  # noqa: T201 - what the command is for


async def _measure(url: str, *, rounds: int) -> dict[int, float]:
    database = Database(url)
    try:
        await migrate(database)
        sessions = {waiting: await _prepare(database, waiting=waiting) for waiting in LENGTHS}
        taken: dict[int, list[float]] = {waiting: [] for waiting in LENGTHS}
        # Both take turns, so that whatever else the machine does slows both alike.
        for _ in range(rounds):
            for waiting, session_id in sessions.items():
                taken[waiting].append(await _pass_on(database, session_id))
                await _refill(database, session_id)
        return {waiting: median(times) for waiting, times in taken.items()}
    finally:
        await database.close()


async def _prepare(database: Database, *, waiting: int) -> UUID:
    """Make a session of one place, which is offered to the first of so many who wait."""
    async with database.writing() as db:
        session = await make_session(db, capacity=1)
        first = await make_practitioner(db)
        here: dict[str, Any] = {"session_id": session.id, "practitioner_id": first.id}
        await book_place(db, **here, terms=TERMS, now=NOW)
        await wait_in_line(db, session, number=waiting + 1)
        await cancel_booking(db, **here, terms=TERMS, now=NOW)
    return session.id


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
