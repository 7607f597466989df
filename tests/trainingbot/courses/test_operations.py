"""Settling what a course checks before it is booked."""

from uuid import uuid4

import pytest

from tests.factories import make_coordinator, make_course, make_practitioner
from trainingbot.courses.operations import set_course_checks
from trainingbot.courses.views import BookingChecks
from trainingbot.db import Database
from trainingbot.enums import Strictness
from trainingbot.errors import NotACoordinator, NotFound
from trainingbot.models import Course

CHECKS = BookingChecks(
    on_clash=Strictness.REFUSE,
    on_repeat=Strictness.WARN,
    repeat_months=24,
    on_missing_level=Strictness.REFUSE,
    prerequisite_level=1,
)


async def test_a_coordinator_settles_all_checks_at_once_and_twice(database: Database) -> None:
    async with database.writing() as db:
        actor, course = await make_coordinator(db), await make_course(db, code="C02")

    for _ in range(2):
        async with database.writing() as db:
            await set_course_checks(db, course_id=course.id, checks=CHECKS, actor_id=actor.id)

    async with database.reading() as db:
        stored = await db.get_one(Course, course.id)
    assert stored.model_dump() == {
        **course.model_dump(),
        "on_clash": Strictness.REFUSE,
        "on_repeat": Strictness.WARN,
        "repeat_months": 24,
        "on_missing_level": Strictness.REFUSE,
        "prerequisite_level": 1,
    }


async def test_nobody_else_settles_them(database: Database) -> None:
    async with database.writing() as db:
        actor, course = await make_practitioner(db), await make_course(db)

    with pytest.raises(NotACoordinator):
        async with database.writing() as db:
            await set_course_checks(db, course_id=course.id, checks=CHECKS, actor_id=actor.id)

    async with database.reading() as db:
        assert (await db.get_one(Course, course.id)).model_dump() == course.model_dump()


async def test_a_course_that_is_gone_has_no_checks(database: Database) -> None:
    async with database.writing() as db:
        actor = await make_coordinator(db)

    with pytest.raises(NotFound):
        async with database.writing() as db:
            await set_course_checks(db, course_id=uuid4(), checks=CHECKS, actor_id=actor.id)
