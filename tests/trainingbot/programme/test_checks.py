"""What a programme says of the checks before a booking, and what it leaves to the service."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.trainingbot.programme.folders import COURSES, read, told
from tests.trainingbot.programme.imports import course_of, take_in, tally_of
from trainingbot.db import Database
from trainingbot.enums import Strictness
from trainingbot.models import Course

ALLOW, WARN, REFUSE = Strictness.ALLOW, Strictness.WARN, Strictness.REFUSE
HEADER = (
    "code,title,kind,level,theme,minutes,capacity,"
    "on_clash,on_repeat,repeat_months,on_missing_level,prerequisite_level\n"
)
WORKSHOP = "W01,Thresholds in Practice,workshop,2,thresholds,120,3,"
Checks = tuple[Strictness, Strictness, int, Strictness, int | None]
DEFAULTS: Checks = (WARN, WARN, 12, WARN, None)


def courses(neglect: str, workshop: str = ",,,,") -> str:
    """Return courses.csv with these last five cells of its two courses."""
    return f"{HEADER}C01,Neglect Level 1,course,1,neglect,150,2,{neglect}\n{WORKSHOP}{workshop}\n"


async def checks_of(database: Database, code: str) -> Checks:
    course = await course_of(database, code)
    return (
        course.on_clash,
        course.on_repeat,
        course.repeat_months,
        course.on_missing_level,
        course.prerequisite_level,
    )


async def test_a_new_course_gets_the_defaults_where_the_file_says_nothing(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)

    assert await checks_of(database, "C01") == DEFAULTS


async def test_a_course_checks_what_the_file_says(database: Database, tmp_path: Path) -> None:
    await take_in(database, tmp_path, courses=courses("refuse,allow,6,warn,2", ",refuse,,,none"))

    assert await checks_of(database, "C01") == (REFUSE, ALLOW, 6, WARN, 2)
    assert await checks_of(database, "W01") == (WARN, REFUSE, 12, WARN, None)


async def test_importing_the_same_checks_twice_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    said = courses("refuse,allow,6,warn,2", ",refuse,,,none")
    await take_in(database, tmp_path, courses=said)

    again = await take_in(database, tmp_path, courses=said)

    assert again.changed_nothing


@pytest.mark.parametrize("file", [COURSES, courses(",,,,")], ids=["no columns", "blank cells"])
async def test_what_coordinators_settled_stays_where_the_file_says_nothing(
    database: Database, tmp_path: Path, file: str
) -> None:
    await take_in(database, tmp_path)
    async with database.writing() as db:
        course = (await db.exec(select(Course).where(col(Course.code) == "C01"))).one()
        course.on_clash, course.repeat_months, course.prerequisite_level = REFUSE, 24, 3

    imported = await take_in(database, tmp_path, courses=file)

    assert imported.changed_nothing
    assert await checks_of(database, "C01") == (REFUSE, WARN, 24, WARN, 3)


async def test_a_file_changes_the_checks_that_it_names_and_no_others(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path, courses=courses("refuse,allow,6,warn,2"))

    imported = await take_in(database, tmp_path, courses=courses(",,18,,none"))

    assert tally_of(imported, "course").changed == 1
    assert await checks_of(database, "C01") == (REFUSE, ALLOW, 18, WARN, None)


def test_a_file_may_have_some_of_the_columns(tmp_path: Path) -> None:
    header, *rows = COURSES.splitlines()
    some = "\n".join([f"{header},on_clash", *(f"{row},refuse" for row in rows)])

    reading = read(tmp_path, courses=some)

    assert told(reading) == []
    assert [row.on_clash for row in reading.programme.courses] == [REFUSE, REFUSE]


def test_every_cell_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    reading = read(tmp_path, courses=courses("never,2,0,yes,4", "warn,warn,61,warn,all"))

    assert told(reading) == [
        (
            "courses.csv, line 2, column on_clash: found “never”; "
            "expected allow, warn, refuse, or nothing to leave it as it is"
        ),
        (
            "courses.csv, line 2, column on_missing_level: found “yes”; "
            "expected allow, warn, refuse, or nothing to leave it as it is"
        ),
        (
            "courses.csv, line 2, column on_repeat: found “2”; "
            "expected allow, warn, refuse, or nothing to leave it as it is"
        ),
        (
            "courses.csv, line 2, column prerequisite_level: found “4”; "
            "expected a level from 1 to 3, none, or nothing to leave it as it is"
        ),
        (
            "courses.csv, line 2, column repeat_months: found “0”; "
            "expected a number of months from 1 to 60, or nothing to leave it as it is"
        ),
        (
            "courses.csv, line 3, column prerequisite_level: found “all”; "
            "expected a level from 1 to 3, none, or nothing to leave it as it is"
        ),
        (
            "courses.csv, line 3, column repeat_months: found “61”; "
            "expected a number of months from 1 to 60, or nothing to leave it as it is"
        ),
    ]
