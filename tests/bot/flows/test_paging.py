"""Pages of lists that are shorter than somebody thinks: the last one is shown."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.flows.bookings import my_training
from bot.flows.courses import search_courses
from bot.payloads import CourseSearch, MyTraining
from bot.visits import Visit
from tests.chat import texts
from tests.factories import make_course, make_practitioner, make_session
from tests.moments import NOW, TERMS
from trainingbot.bookings.operations import book_place
from trainingbot.db import Database
from trainingbot.models import Practitioner
from trainingbot.settings import Settings


async def somebody_with_seven_courses(database: Database) -> Practitioner:
    async with database.writing() as db:
        person = await make_practitioner(db)
        for number in range(7):
            course = await make_course(db, title=f"Course {number}")
            starts_at = NOW + timedelta(days=7 + number)
            session = await make_session(db, course=course, starts_at=starts_at)
            await book_place(
                db, session_id=session.id, practitioner_id=person.id, terms=TERMS, now=NOW
            )
    return person


@pytest.mark.parametrize("page", [2, 3, 1000])
async def test_a_page_beyond_the_last_is_the_last(database: Database, page: int) -> None:
    person = await somebody_with_seven_courses(database)
    settings = Settings(_env_file=None, secret="s" * 40)

    async with database.reading() as db:
        visit = Visit(db=db, practitioner=person, settings=settings, now=NOW)
        courses = await search_courses(visit, CourseSearch(page=page))
        mine = await my_training(visit, MyTraining(page=page))

    assert texts(courses.card)[:3] == [
        "Courses",
        "7 courses, page 2 of 2, the next dates first",
        "Course 5",
    ]
    assert texts(mine.card)[:3] == ["My training", "Coming: 7 sessions, page 2 of 2", "Course 5"]


@pytest.mark.parametrize("search", [{}, {"month": "2099-12"}, {"words": "%_"}])
async def test_a_page_of_nothing_is_nothing(database: Database, search: Mapping[str, str]) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
    settings = Settings(_env_file=None, secret="s" * 40)
    wanted = CourseSearch.model_validate({**search, "page": 1000})

    async with database.reading() as db:
        visit = Visit(db=db, practitioner=person, settings=settings, now=NOW)
        courses = await search_courses(visit, wanted)
        mine = await my_training(visit, MyTraining(page=1000))

    assert (texts(courses.card)[0], texts(mine.card)[1]) == (
        "Nothing found",
        "You have nothing booked at the moment.",
    )
