"""Settle what a course checks before it is booked."""

from dataclasses import asdict
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.courses.views import BookingChecks
from trainingbot.errors import NotFound
from trainingbot.models import Course
from trainingbot.people.operations import refuse_unless_coordinator


async def set_course_checks(
    db: AsyncSession, *, course_id: UUID, checks: BookingChecks, actor_id: UUID
) -> Course:
    """Settle what a course checks, from the next booking on; nobody loses a place by it.

    `checks.repeat_months` is from 1 to 60, and a level from 1 to 3. Safe to repeat. Raises
    `NotACoordinator` or `NotFound`.
    """
    await refuse_unless_coordinator(db, actor_id)
    course = await db.get(Course, course_id, with_for_update=True, populate_existing=True)
    if course is None:
        raise NotFound(
            "This course is no longer in the programme. Type “courses” to see what there is."
        )
    for column, value in asdict(checks).items():
        setattr(course, column, value)
    db.add(course)
    return course
