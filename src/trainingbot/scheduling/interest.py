"""The interest list of a course: who wants to be offered its next date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.errors import NotFound
from trainingbot.models import Course, Interest

PEOPLE_IN_A_STATEMENT = 500


async def register_interest(
    db: AsyncSession, *, course_id: UUID, practitioner_id: UUID, now: datetime
) -> None:
    """Put somebody onto the interest list of a course. Safe to repeat: they keep their turn.

    Raises `NotFound` where the course is gone.
    """
    if await db.get(Course, course_id) is None:
        raise NotFound("This course is no longer in the programme. Type “courses” to look again.")
    await note_interest(db, course_id, [practitioner_id], now=now)


async def withdraw_interest(db: AsyncSession, *, course_id: UUID, practitioner_id: UUID) -> None:
    """Take somebody off the interest list of a course. Safe to repeat."""
    await forget_interest(db, course_id, [practitioner_id])


async def note_interest(
    db: AsyncSession, course_id: UUID, practitioner_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Put people onto the interest list of a course, in their order and behind those on it.

    Whoever is on it already keeps their turn.
    """
    if not practitioner_ids:
        return
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    connection = await db.connection()
    await connection.execute(
        insert(Interest).on_conflict_do_nothing(),
        [
            # The list is in the order of `since`, so nobody has the moment of another.
            {"course_id": course_id, "practitioner_id": one, "since": now + number * _AFTER}
            for number, one in enumerate(practitioner_ids)
        ],
    )


async def forget_interest(
    db: AsyncSession, course_id: UUID, practitioner_ids: Sequence[UUID]
) -> None:
    """Take people off the interest list of a course; those who are not on it are passed over."""
    for start in range(0, len(practitioner_ids), PEOPLE_IN_A_STATEMENT):
        some = practitioner_ids[start : start + PEOPLE_IN_A_STATEMENT]
        await db.exec(
            delete(Interest).where(
                col(Interest.course_id) == course_id, col(Interest.practitioner_id).in_(some)
            )
        )


_AFTER = timedelta(microseconds=1)
