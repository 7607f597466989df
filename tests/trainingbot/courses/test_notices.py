"""Settling which notices the people of a course get, and its joining instructions."""

import asyncio
from uuid import uuid4

import pytest
from sqlmodel import select

from tests.factories import make_coordinator, make_course, make_practitioner
from trainingbot.courses.notices import (
    NOTICES_OF_A_COURSE,
    notices_of_course,
    set_course_notices,
)
from trainingbot.db import Database
from trainingbot.enums import NoticeKind
from trainingbot.errors import InstructionsTooLong, NotACoordinator, NotFound
from trainingbot.models import Course, CourseWithoutNotice

EARLY, LATE = NoticeKind.EARLY_REMINDER, NoticeKind.LATE_REMINDER


async def kinds_without(database: Database) -> list[NoticeKind]:
    async with database.reading() as db:
        found = await db.exec(select(CourseWithoutNotice.kind))
        return sorted(NoticeKind(kind) for kind in found)


def test_a_course_can_do_without_what_is_optional_and_about_a_course() -> None:
    assert NOTICES_OF_A_COURSE == (
        NoticeKind.CONFIRMATION,
        NoticeKind.EARLY_REMINDER,
        NoticeKind.JOINING_INSTRUCTIONS,
        NoticeKind.LATE_REMINDER,
        NoticeKind.STARTING_SOON,
        NoticeKind.EVALUATION_INVITATION,
        NoticeKind.TRAINERS_DIGEST,
    )


async def test_a_coordinator_settles_notices_and_instructions_at_once_and_twice(
    database: Database,
) -> None:
    async with database.writing() as db:
        actor, course = await make_coordinator(db), await make_course(db)

    for _ in range(2):
        async with database.writing() as db:
            await set_course_notices(
                db,
                course_id=course.id,
                switches={EARLY: False, LATE: True},
                joining_instructions="  Bring a case.\n\nRead chapter 2. ",
                actor_id=actor.id,
            )

    async with database.reading() as db:
        stored = await notices_of_course(db, course.id, actor_id=actor.id)
    assert stored.without == {EARLY}
    assert stored.course.joining_instructions == "Bring a case.\n\nRead chapter 2."
    assert await kinds_without(database) == [EARLY]


async def test_what_is_switched_on_again_is_sent_again_and_the_rest_stays(
    database: Database,
) -> None:
    async with database.writing() as db:
        actor, course = await make_coordinator(db), await make_course(db)
        for kind in (EARLY, LATE, NoticeKind.TRAINERS_DIGEST):
            db.add(CourseWithoutNotice(course_id=course.id, kind=kind))
        course.joining_instructions = "Bring a case."

    async with database.writing() as db:
        settled = await set_course_notices(
            db,
            course_id=course.id,
            switches={EARLY: True, LATE: False},
            joining_instructions=" \n ",
            actor_id=actor.id,
        )

    assert settled.without == {LATE, NoticeKind.TRAINERS_DIGEST}
    assert settled.course.joining_instructions is None
    assert await kinds_without(database) == [LATE, NoticeKind.TRAINERS_DIGEST]


async def test_two_coordinators_at_once_do_no_harm(database: Database) -> None:
    async with database.writing() as db:
        actors = [await make_coordinator(db), await make_coordinator(db, name="Robin Vale")]
        course = await make_course(db)

    async def settle(number: int) -> None:
        async with database.writing() as db:
            await set_course_notices(
                db,
                course_id=course.id,
                switches={EARLY: False, LATE: number % 2 == 0},
                joining_instructions=f"Bring case {number % 2}.",
                actor_id=actors[number % 2].id,
            )

    await asyncio.gather(*(settle(number) for number in range(6)))

    without = await kinds_without(database)
    async with database.reading() as db:
        written = (await db.get_one(Course, course.id)).joining_instructions
    assert (without, written) in (
        ([EARLY], "Bring case 0."),
        ([EARLY, LATE], "Bring case 1."),
    )


async def test_nobody_else_looks_at_them_or_settles_them(database: Database) -> None:
    async with database.writing() as db:
        actor, course = await make_practitioner(db), await make_course(db)

    with pytest.raises(NotACoordinator):
        async with database.reading() as db:
            await notices_of_course(db, course.id, actor_id=actor.id)
    with pytest.raises(NotACoordinator):
        async with database.writing() as db:
            await set_course_notices(
                db,
                course_id=course.id,
                switches={EARLY: False},
                joining_instructions="",
                actor_id=actor.id,
            )

    assert await kinds_without(database) == []


async def test_a_course_that_is_gone_has_no_notices(database: Database) -> None:
    async with database.writing() as db:
        actor = await make_coordinator(db)

    with pytest.raises(NotFound):
        async with database.reading() as db:
            await notices_of_course(db, uuid4(), actor_id=actor.id)
    with pytest.raises(NotFound):
        async with database.writing() as db:
            await set_course_notices(
                db, course_id=uuid4(), switches={}, joining_instructions="", actor_id=actor.id
            )


async def test_instructions_that_no_card_has_room_for_are_refused_with_the_number(
    database: Database,
) -> None:
    async with database.writing() as db:
        actor, course = await make_coordinator(db), await make_course(db)

    with pytest.raises(InstructionsTooLong) as refused:
        async with database.writing() as db:
            await set_course_notices(
                db,
                course_id=course.id,
                switches={EARLY: False},
                joining_instructions="é" * 2_001,
                actor_id=actor.id,
            )

    assert refused.value.sentence == (
        "The joining instructions have 2,001 characters. Say it in 2,000 at most."
    )
    assert await kinds_without(database) == []


async def test_no_course_does_without_a_notice_that_is_not_optional(database: Database) -> None:
    async with database.writing() as db:
        actor, course = await make_coordinator(db), await make_course(db)

    with pytest.raises(ValueError, match="not optional"):
        async with database.writing() as db:
            await set_course_notices(
                db,
                course_id=course.id,
                switches={NoticeKind.OFFER: False},
                joining_instructions="",
                actor_id=actor.id,
            )

    assert await kinds_without(database) == []
