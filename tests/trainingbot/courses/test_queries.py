"""Searches over courses and sessions, on both databases."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.factories import make_course, make_session
from tests.moments import NEXT_WEEK, NOW, YESTERDAY
from tests.statements import statements_counted
from trainingbot.courses.queries import (
    coming_sessions,
    course_themes,
    courses_by_id,
    every_course,
    last_start,
    search_courses,
    session_and_course,
    session_by_code,
)
from trainingbot.courses.rules import CourseFilter, month_bounds
from trainingbot.db import Database
from trainingbot.enums import CourseKind, Delivery, SessionStatus

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.reading() as db:
        yield db


async def titles(db: AsyncSession, **wanted: object) -> list[str]:
    page = await search_courses(db, CourseFilter(**wanted), limit=50, now=NOW)  # type: ignore[arg-type]  # each test names fields of its own
    assert page.total == len(page.found)
    return [found.course.title for found in page.found]


async def test_a_search_for_nothing_in_particular_finds_every_course(db: AsyncSession) -> None:
    await make_course(db, title="Neglect")
    await make_course(db, title="Exploitation")

    assert await titles(db) == ["Exploitation", "Neglect"]


async def test_the_nearest_dates_come_first_and_no_dates_last(db: AsyncSession) -> None:
    await make_course(db, title="A without dates")
    later = await make_course(db, title="B later")
    sooner = await make_course(db, title="C sooner")
    await make_session(db, course=later, starts_at=NEXT_WEEK + timedelta(days=1))
    await make_session(db, course=sooner, starts_at=NEXT_WEEK)

    assert await titles(db) == ["C sooner", "B later", "A without dates"]


async def test_a_course_comes_with_its_next_session_and_how_many_there_are(
    db: AsyncSession,
) -> None:
    course = await make_course(db)
    await make_session(db, course=course, code="LATER", starts_at=NEXT_WEEK + timedelta(days=1))
    await make_session(db, course=course, code="NEXT", starts_at=NEXT_WEEK)
    await make_session(db, course=course, code="PAST", starts_at=YESTERDAY)
    await make_session(db, course=course, code="NOW", starts_at=NOW)
    await make_session(db, course=course, status=SessionStatus.CANCELLED)

    page = await search_courses(db, CourseFilter(), limit=5, now=NOW)

    (found,) = page.found
    assert found.next_session is not None
    assert (found.next_session.code, found.session_count, page.total) == ("NEXT", 2, 1)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("neglect", ["Neglect Level 2"]),
        ("NEGLECT", ["Neglect Level 2"]),
        ("glec", ["Neglect Level 2"]),
        ("level neglect", ["Neglect Level 2"]),
        ("neglect online", []),
        ("exploitation", ["Modern slavery"]),
        ("c-77", ["Modern slavery"]),
        ("C-7", []),
        ("   ", ["Modern slavery", "Neglect Level 2"]),
    ],
)
async def test_each_word_stands_in_title_or_theme_or_is_the_code(
    db: AsyncSession, words: str, found: list[str]
) -> None:
    await make_course(db, title="Neglect Level 2", theme="neglect")
    await make_course(db, title="Modern slavery", theme="exploitation", code="C-77")

    assert await titles(db, words=words) == found


@pytest.mark.parametrize(
    "words", ["%", "_", "100%", "N_glect", "Ne%ct", "\\", "/", "'", '"', ";--"]
)
async def test_signs_that_mean_something_to_a_database_are_searched_as_they_are(
    db: AsyncSession, words: str
) -> None:
    await make_course(db, title="Neglect")
    await make_course(db, title=f"A title with {words} in it")

    assert await titles(db, words=words) == [f"A title with {words} in it"]


async def test_the_filters_of_a_course_narrow_a_search(db: AsyncSession) -> None:
    await make_course(db, title="One", theme="neglect", level=1)
    await make_course(db, title="Two", theme="neglect", level=2)
    await make_course(db, title="Day", theme="neglect", level=2, kind=CourseKind.CONFERENCE)
    await make_course(db, title="Other", theme="exploitation", level=2)

    assert await titles(db, theme="neglect") == ["Day", "One", "Two"]
    assert await titles(db, level=2) == ["Day", "Other", "Two"]
    assert await titles(db, kind=CourseKind.CONFERENCE) == ["Day"]
    assert await titles(db, theme="neglect", level=2, kind=CourseKind.COURSE) == ["Two"]


async def test_only_courses_with_a_free_place_are_found_when_that_is_asked(
    db: AsyncSession,
) -> None:
    full, free, none = [await make_course(db, title=title) for title in ("Full", "Free", "None")]
    taken = await make_session(db, course=full, capacity=1)
    taken.places_taken = 1
    await make_session(db, course=free, capacity=1)
    await make_session(db, course=none, starts_at=YESTERDAY)

    assert await titles(db, with_places=True) == ["Free"]


async def test_the_session_shown_is_one_that_matches(db: AsyncSession) -> None:
    course = await make_course(db)
    full = await make_session(db, course=course, capacity=1)
    full.places_taken = 1
    await make_session(db, course=course, code="FREE", starts_at=NEXT_WEEK + timedelta(days=1))

    page = await search_courses(db, CourseFilter(with_places=True), limit=5, now=NOW)

    assert [
        (found.next_session and found.next_session.code, found.session_count)
        for found in page.found
    ] == [("FREE", 1)]


async def test_sessions_in_a_room_and_online_are_told_apart(db: AsyncSession) -> None:
    online, room = [await make_course(db, title=title) for title in ("Online", "Room")]
    await make_session(db, course=online, delivery=Delivery.TEAMS)
    await make_session(db, course=room, delivery=Delivery.IN_PERSON, venue="Town Hall")

    assert await titles(db, delivery=Delivery.IN_PERSON) == ["Room"]


async def test_a_month_holds_its_first_moment_and_not_the_next_months(db: AsyncSession) -> None:
    """Clocks go forward on 30 March 2025: April begins an hour earlier in UTC than March did."""
    moments = {
        "end of February": datetime(2025, 2, 28, 23, 59, tzinfo=LONDON),
        "first of March": datetime(2025, 3, 1, 0, 0, tzinfo=LONDON),
        "end of March": datetime(2025, 3, 31, 23, 59, tzinfo=LONDON),
        "first of April": datetime(2025, 4, 1, 0, 0, tzinfo=LONDON),
    }
    for title, starts_at in moments.items():
        await make_session(db, course=await make_course(db, title=title), starts_at=starts_at)
    starts_from, starts_before = month_bounds("2025-03", zone=LONDON)

    found = await titles(db, starts_from=starts_from, starts_before=starts_before)

    assert found == ["first of March", "end of March"]


async def test_pages_hold_every_course_once(db: AsyncSession) -> None:
    for number in range(7):
        await make_course(db, title=f"Course {number}")

    pages = [
        await search_courses(db, CourseFilter(), limit=3, offset=offset, now=NOW)
        for offset in (0, 3, 6, 9)
    ]

    assert [[found.course.title for found in page.found] for page in pages] == [
        ["Course 0", "Course 1", "Course 2"],
        ["Course 3", "Course 4", "Course 5"],
        ["Course 6"],
        [],
    ]
    assert [page.total for page in pages] == [7, 7, 7, 7]


async def test_pages_of_courses_with_one_title_hold_each_once(db: AsyncSession) -> None:
    for number in range(6):
        await make_course(db, title="Local practice group", code=f"G{number}")

    pages = [
        await search_courses(db, CourseFilter(), limit=2, offset=offset, now=NOW)
        for offset in (0, 2, 4)
    ]

    codes = [found.course.code for page in pages for found in page.found]
    assert codes == [f"G{number}" for number in range(6)]


async def test_a_search_that_finds_nothing_says_so(db: AsyncSession) -> None:
    await make_course(db)

    page = await search_courses(db, CourseFilter(words="astronomy"), limit=5, now=NOW)

    assert (list(page.found), page.total) == ([], 0)


async def test_a_search_sends_as_many_statements_for_five_courses_as_for_one(
    db: AsyncSession,
) -> None:
    await make_session(db)
    with statements_counted(db) as for_one:
        await search_courses(db, CourseFilter(), limit=10, now=NOW)
    for _ in range(4):
        await make_session(db)
    with statements_counted(db) as for_five:
        page = await search_courses(db, CourseFilter(), limit=10, now=NOW)

    assert len(page.found) == 5
    assert len(for_one) == len(for_five) == 2


async def test_every_course_is_listed_by_title(db: AsyncSession) -> None:
    for title in ("C", "A", "B"):
        await make_course(db, title=title)

    assert [course.title for course in await every_course(db)] == ["A", "B", "C"]


async def test_each_theme_is_listed_once(db: AsyncSession) -> None:
    for theme in ("neglect", "exploitation", "neglect"):
        await make_course(db, theme=theme)

    assert await course_themes(db) == ["exploitation", "neglect"]


async def test_the_last_start_is_that_of_a_session_that_will_take_place(db: AsyncSession) -> None:
    await make_session(db, starts_at=NEXT_WEEK)
    await make_session(db, starts_at=YESTERDAY)
    await make_session(db, starts_at=NEXT_WEEK + timedelta(days=9), status=SessionStatus.CANCELLED)

    assert await last_start(db, now=NOW) == NEXT_WEEK


async def test_there_is_no_last_start_when_nothing_is_planned(db: AsyncSession) -> None:
    await make_session(db, starts_at=YESTERDAY)

    assert await last_start(db, now=NOW) is None


async def test_courses_come_in_the_order_that_was_asked_for(db: AsyncSession) -> None:
    first, second = [await make_course(db) for _ in range(2)]

    found = await courses_by_id(db, [second.id, uuid4(), first.id])

    assert [course.id for course in found] == [second.id, first.id]


async def test_no_courses_are_found_for_no_ids(db: AsyncSession) -> None:
    await make_course(db)

    assert await courses_by_id(db, []) == []


async def test_coming_sessions_are_those_that_will_take_place_soonest_first(
    db: AsyncSession,
) -> None:
    course = await make_course(db)
    for days in (3, 1, 2):
        await make_session(
            db, course=course, code=f"IN-{days}", starts_at=NOW + timedelta(days=days)
        )
    await make_session(db, course=course, starts_at=NOW)
    await make_session(db, course=course, status=SessionStatus.CANCELLED)
    await make_session(db, course=course, status=SessionStatus.DELIVERED)
    await make_session(db)

    sessions, total = await coming_sessions(db, course.id, limit=2, now=NOW)

    assert [session.code for session in sessions] == ["IN-1", "IN-2"]
    assert total == 3


async def test_a_session_comes_with_its_course(db: AsyncSession) -> None:
    course = await make_course(db, title="Neglect")
    session = await make_session(db, course=course, code="S25-014")

    found = await session_and_course(db, session.id)

    assert found is not None
    assert (found[0].code, found[1].title) == ("S25-014", "Neglect")


async def test_a_session_that_is_not_there_is_none(db: AsyncSession) -> None:
    assert await session_and_course(db, uuid4()) is None
    assert await session_by_code(db, "S25-014") is None


@pytest.mark.parametrize("typed", ["S25-014", "s25-014"])
async def test_a_session_is_found_by_its_code_in_letters_of_either_case(
    db: AsyncSession, typed: str
) -> None:
    session = await make_session(db, code="S25-014")

    found = await session_by_code(db, typed)

    assert found is not None
    assert found.id == session.id
