"""How long it takes to add, move and cancel a session with many people, in one transaction each.

`python -m tests.benchmarks.sessions [--database-url …]`

Adding asks 2,000 people on the interest list, of whom 20 get an offer; moving and cancelling
tells 1,000 who are on the session. Without a URL of an empty database a file of SQLite is made
and thrown away.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_agency, make_coordinator, make_course, make_session
from tests.moments import NOW, TERMS
from tests.trainingbot.bookings.waiting import wait_in_line
from trainingbot.db import Database
from trainingbot.enums import Delivery
from trainingbot.migrations import migrate
from trainingbot.models import Interest, Practitioner
from trainingbot.scheduling.adding import add_session
from trainingbot.scheduling.cancelling import cancel_session
from trainingbot.scheduling.moving import move_session
from trainingbot.scheduling.views import SessionPlan

INTERESTED = 2_000
ON_THE_SESSION = 1_000
STARTS_AT = NOW + timedelta(days=30)
LATER = STARTS_AT + timedelta(days=7)
TWO_HOURS = timedelta(hours=2)


def run(*, database_url: str | None = None) -> None:
    """Print how long each change of a session takes."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite+aiosqlite:///{Path(folder) / 'sessions.db'}"
        for what, seconds in asyncio.run(_measure(url)).items():
            print(f"{what}: {seconds * 1000:8.1f} ms")  # noqa: T201 - what the command is for


async def _measure(url: str) -> dict[str, float]:
    database = Database(url)
    try:
        await migrate(database)
        course_id, session_id, coordinator_id = await _prepare(database)
        acting: dict[str, Any] = {"actor_id": coordinator_id, "terms": TERMS, "now": NOW}
        where: dict[str, Any] = {"delivery": Delivery.TEAMS, "venue": None, "join_url": None}
        plan = SessionPlan(STARTS_AT, STARTS_AT + TWO_HOURS, 20, Delivery.TEAMS)
        return {
            f"add a session, {INTERESTED:,} interested": await _timed(
                database,
                lambda db: add_session(
                    db, course_id=course_id, plan=plan, invite_interested=True, **acting
                ),
            ),
            f"move a session, {ON_THE_SESSION:,} on it": await _timed(
                database,
                lambda db: move_session(
                    db,
                    session_id=session_id,
                    starts_at=LATER,
                    ends_at=LATER + TWO_HOURS,
                    reason=None,
                    **where,
                    **acting,
                ),
            ),
            f"cancel a session, {ON_THE_SESSION:,} on it": await _timed(
                database,
                lambda db: cancel_session(
                    db, session_id=session_id, reason="Ill", keep_interest=True, **acting
                ),
            ),
        }
    finally:
        await database.close()


async def _timed(database: Database, change: Callable[[AsyncSession], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    async with database.writing() as db:
        await change(db)
    return time.perf_counter() - begun


async def _prepare(database: Database) -> tuple[UUID, UUID, UUID]:
    """Return a course with many interested, a session with many on it, and a coordinator."""
    async with database.writing() as db:
        course = await make_course(db)
        coordinator = await make_coordinator(db)
        agency = await make_agency(db)
        people = [uuid4() for _ in range(INTERESTED)]
        await db.exec(
            insert(Practitioner),
            params=[
                {"id": one, "name": "P", "agency_id": agency.id, "agency_confirmed_at": NOW}
                for one in people
            ],
        )
        await db.exec(
            insert(Interest),
            params=[
                {"course_id": course.id, "practitioner_id": one, "since": NOW} for one in people
            ],
        )
        session = await make_session(db, capacity=1, starts_at=STARTS_AT)
        await wait_in_line(db, session, number=ON_THE_SESSION)
    return course.id, session.id, coordinator.id


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url")
    run(**vars(parser.parse_args()))
