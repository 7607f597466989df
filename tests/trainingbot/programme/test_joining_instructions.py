"""What a programme says of the joining instructions, and what it leaves to coordinators."""

from pathlib import Path

from sqlmodel import col, select

from tests.trainingbot.programme.folders import COURSES, read, told
from tests.trainingbot.programme.imports import course_of, take_in, tally_of
from trainingbot.db import Database
from trainingbot.models import Course

BOTH_LINES = "Bring a case.\nRead chapter 2."


def courses(neglect: str, workshop: str = "") -> str:
    """Return courses.csv with the joining instructions of its two courses."""
    header, *rows = COURSES.splitlines()
    cells = [f'{row},"{words}"' for row, words in zip(rows, (neglect, workshop), strict=True)]
    return "\n".join([f"{header},joining_instructions", *cells])


async def test_a_course_gets_the_instructions_of_the_file_line_by_line(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path, courses=courses(f" {BOTH_LINES} "))

    assert (await course_of(database, "C01")).joining_instructions == BOTH_LINES
    assert (await course_of(database, "W01")).joining_instructions is None


async def test_what_coordinators_wrote_stays_where_the_file_says_nothing(
    database: Database, tmp_path: Path
) -> None:
    await take_in(database, tmp_path)
    async with database.writing() as db:
        course = (await db.exec(select(Course).where(col(Course.code) == "C01"))).one()
        course.joining_instructions = "Bring a case."

    left_out = await take_in(database, tmp_path)
    blank = await take_in(database, tmp_path, courses=courses(""))
    given = await take_in(database, tmp_path, courses=courses("Bring two cases."))

    assert (left_out.changed_nothing, blank.changed_nothing) == (True, True)
    assert tally_of(given, "course").changed == 1
    assert (await course_of(database, "C01")).joining_instructions == "Bring two cases."


def test_instructions_that_no_card_has_room_for_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, courses=courses("x" * 2_001))

    (fault,) = told(reading)
    assert fault.startswith("courses.csv, line 2, column joining_instructions: found “xxx")
    assert fault.endswith(
        "expected words, at most 2,000 characters, or nothing to leave it as it is"
    )
