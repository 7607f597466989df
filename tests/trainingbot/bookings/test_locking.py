from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_session
from tests.moments import NOW, TERMS
from trainingbot.bookings.locking import lock_sessions
from trainingbot.db import Database
from trainingbot.errors import NotFound


async def two_sessions(db: AsyncSession) -> tuple[UUID, UUID]:
    """Return the ids of two sessions, the first by its code and the second by its id."""
    low, high = sorted([await make_session(db), await make_session(db)], key=lambda one: one.id)
    high.code, low.code = "S25-001", "S25-002"
    await db.flush()
    return high.id, low.id


@contextmanager
def locks_noted(db: AsyncSession, *session_ids: UUID) -> Iterator[list[UUID]]:
    """Collect which of these sessions are locked while the block runs, in order."""
    locked: list[UUID] = []

    def note(*arguments: object) -> None:
        statement, parameters = str(arguments[2]), str(arguments[3]).replace("-", "")
        if "FROM course_session JOIN course" in statement:
            locked.extend(one for one in session_ids if one.hex in parameters)

    event.listen(db.get_bind(), "before_cursor_execute", note)
    try:
        yield locked
    finally:
        event.remove(db.get_bind(), "before_cursor_execute", note)


async def test_sessions_are_locked_in_the_order_in_which_an_import_locks_them(
    database: Database,
) -> None:
    """An import that waits for one of them never holds the other."""
    async with database.writing() as db:
        first, second = await two_sessions(db)

    async with database.writing() as db:
        with locks_noted(db, first, second) as locked:
            sessions = await lock_sessions(db, [second, first, second], terms=TERMS, now=NOW)

    assert locked == [first, second]
    assert [one.id for one in sessions] == [second, first, second]


async def test_a_session_that_is_not_there_is_not_found_among_others(database: Database) -> None:
    async with database.writing() as db:
        there = await make_session(db)

    with pytest.raises(NotFound, match="no longer in the programme"):
        async with database.writing() as db:
            await lock_sessions(db, [uuid4(), there.id], terms=TERMS, now=NOW)
