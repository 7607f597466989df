"""Which notices the people of a course get, and what they need to know before they come."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.courses.rules import refusal_of_instructions
from trainingbot.enums import NoticeKind
from trainingbot.errors import NotFound
from trainingbot.models import Course, CourseWithoutNotice
from trainingbot.people.operations import refuse_unless_coordinator
from trainingbot.timings import KINDS, OPTIONAL

NOTICES_OF_A_COURSE = tuple(
    kind for kind in KINDS if kind in OPTIONAL and kind != NoticeKind.COORDINATORS_DIGEST
)
"""The kinds that a course can do without; the coordinators' digest is about no course."""
NO_SUCH_COURSE = "This course is no longer in the programme. Type “courses” to see what there is."


@dataclass(frozen=True, slots=True)
class CourseNotices:
    """A course, and the kinds of notices that its people do not get."""

    course: Course
    without: frozenset[NoticeKind]


async def notices_of_course(db: AsyncSession, course_id: UUID, *, actor_id: UUID) -> CourseNotices:
    """Return which notices a course does without. Raises `NotACoordinator` or `NotFound`."""
    await refuse_unless_coordinator(db, actor_id)
    course = await db.get(Course, course_id)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    return CourseNotices(course, await _without(db, course_id))


async def set_course_notices(
    db: AsyncSession,
    *,
    course_id: UUID,
    switches: Mapping[NoticeKind, bool],
    joining_instructions: str,
    actor_id: UUID,
) -> CourseNotices:
    """Settle which notices the people of a course get, and its joining instructions.

    Kinds that are not among the `switches` stay as they are; instructions of spaces alone are
    none. Safe to repeat, and by two coordinators at once: the later one decides. Raises
    `NotACoordinator`, `NotFound` or `InstructionsTooLong`, and `ValueError` for a kind that no
    course can do without.
    """
    await refuse_unless_coordinator(db, actor_id)
    if not set(NOTICES_OF_A_COURSE).issuperset(switches):
        raise ValueError("A course cannot do without a notice that is not optional.")
    written = joining_instructions.strip()
    refusal = refusal_of_instructions(written)
    if refusal is not None:
        raise refusal
    course = await db.get(Course, course_id, with_for_update=True, populate_existing=True)
    if course is None:
        raise NotFound(NO_SUCH_COURSE)
    course.joining_instructions = written or None
    db.add(course)
    return CourseNotices(course, await _switch(db, course_id, switches))


async def _switch(
    db: AsyncSession, course_id: UUID, switches: Mapping[NoticeKind, bool]
) -> frozenset[NoticeKind]:
    """Bring the rows of a locked course in line, and return what it does without from now on."""
    before = await _without(db, course_id)
    off = frozenset(kind for kind, on in switches.items() if not on)
    on_again = before.intersection(switches) - off
    if on_again:
        await db.exec(
            delete(CourseWithoutNotice).where(
                col(CourseWithoutNotice.course_id) == course_id,
                col(CourseWithoutNotice.kind).in_(on_again),
            )
        )
    db.add_all(CourseWithoutNotice(course_id=course_id, kind=kind) for kind in sorted(off - before))
    return (before | off) - on_again


async def _without(db: AsyncSession, course_id: UUID) -> frozenset[NoticeKind]:
    found = await db.exec(
        select(CourseWithoutNotice.kind).where(CourseWithoutNotice.course_id == course_id)
    )
    return frozenset(NoticeKind(kind) for kind in found)
