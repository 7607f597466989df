# ruff: noqa: E501 - a row of a table of cases is one line

from datetime import datetime
from pathlib import Path

import pytest

from tests.trainingbot.programme.folders import (
    AGENCIES,
    BRIEFINGS,
    COURSES,
    EVALUATIONS,
    FILES,
    LONDON,
    SESSIONS,
    read,
    told,
    write_folder,
)
from trainingbot.enums import CourseKind
from trainingbot.errors import ImportRefused
from trainingbot.programme.reading import read_programme
from trainingbot.programme.rows import BriefingRow, CourseRow


def test_a_folder_is_read_into_rows_that_know_their_lines(tmp_path: Path) -> None:
    reading = read(tmp_path)

    assert told(reading) == []
    assert reading.programme.courses[1] == CourseRow(
        line=3,
        code="W01",
        title="Thresholds in Practice",
        kind=CourseKind.WORKSHOP,
        level=2,
        theme="thresholds",
        minutes=120,
        capacity=3,
    )
    assert {name: len(getattr(reading.programme, name)) for name in FILES} == {
        "agencies": 2,
        "practitioners": 3,
        "trainers": 1,
        "courses": 2,
        "sessions": 3,
        "bookings": 7,
        "evaluations": 1,
        "briefings": 1,
    }


def test_times_stay_local_and_blank_cells_are_nothing(tmp_path: Path) -> None:
    session = read(tmp_path).programme.sessions[0]

    assert session.starts_at == datetime.fromisoformat("2024-01-12T09:00")
    assert (session.venue, session.cancel_reason) == (None, None)


def test_files_that_a_programme_can_do_without_may_be_missing(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        trainers=None,
        bookings=None,
        evaluations=None,
        briefings=None,
        sessions=SESSIONS.replace("tess@county.example", ""),
    )

    assert told(reading) == []


def test_files_that_a_programme_needs_are_all_asked_for(tmp_path: Path) -> None:
    missing = dict.fromkeys(FILES)

    assert told(read(tmp_path, **missing)) == [
        f"{file}: the file is missing; expected it in the folder"
        for file in ("agencies.csv", "courses.csv", "practitioners.csv", "sessions.csv")
    ]


def test_what_is_no_folder_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "programme.zip"
    file.write_bytes(b"PK")

    for path in (file, tmp_path / "nowhere"):
        with pytest.raises(ImportRefused) as refused:
            read_programme(path, zone=LONDON)
        assert refused.value.sentence == (
            f"{path} is not a folder. Name the folder that holds "
            f"agencies.csv, practitioners.csv, courses.csv, sessions.csv."
        )


def test_a_folder_in_the_place_of_a_file_is_said_to_be_unreadable(tmp_path: Path) -> None:
    write_folder(tmp_path, agencies=None)
    (tmp_path / "agencies.csv").mkdir()

    reading = read_programme(tmp_path, zone=LONDON)

    assert told(reading) == ["agencies.csv: the file cannot be read (Is a directory)"]


def test_an_empty_file_is_told_what_its_first_line_should_be(tmp_path: Path) -> None:
    assert told(read(tmp_path, briefings="")) == [
        "briefings.csv: the file is empty; expected a first line with title, year, views"
    ]


def test_a_file_of_a_first_line_alone_has_no_rows(tmp_path: Path) -> None:
    reading = read(tmp_path, briefings="title,year,views\n")

    assert (told(reading), reading.programme.briefings) == ([], ())


def test_the_order_and_the_case_of_columns_do_not_matter(tmp_path: Path) -> None:
    reading = read(tmp_path, briefings="Views, YEAR ,title\n91,2024,Online Abuse\n")

    expected = BriefingRow(line=2, title="Online Abuse", year=2024, views=91)
    assert (told(reading), reading.programme.briefings) == ([], (expected,))


def test_columns_that_are_missing_unknown_or_doubled_are_all_named(tmp_path: Path) -> None:
    assert told(read(tmp_path, briefings="title,views,views,clicks\n")) == [
        (
            "briefings.csv, line 1, column clicks: “clicks” is no column of this file; "
            "expected title, year, views"
        ),
        "briefings.csv, line 1, column views: the column stands here 2 times; expected once",
        (
            "briefings.csv, line 1, column year: the column is missing; "
            "expected a year from 1990 to 2100"
        ),
    ]


def test_columns_that_are_often_blank_may_be_left_out(tmp_path: Path) -> None:
    agencies = "code,name,sector,contributing\nCCC,County,council,YES\nGP,Practices,health,no\n"

    reading = read(tmp_path, agencies=agencies)

    assert told(reading) == []
    assert [row.email_domain for row in reading.programme.agencies] == [None, None]


def test_a_file_of_something_else_is_told_which_columns_it_should_have(tmp_path: Path) -> None:
    assert told(read(tmp_path, briefings="dear all,\n")) == [
        (
            "briefings.csv, line 1, column 1: found “dear all”; "
            "expected a first line with title, year, views"
        )
    ]


def test_lines_that_are_too_short_or_too_long_are_told_where(tmp_path: Path) -> None:
    assert told(read(tmp_path, briefings="title,year,views\na,2024\nb,2024,1,x\nc,2024,1,,\n")) == [
        "briefings.csv, line 2, column views: the line ends before this column; expected 3 cells",
        "briefings.csv, line 3, column 4: found “x” after the last column; expected nothing there",
    ]


@pytest.mark.parametrize(
    ("file", "right", "wrong", "sentence"),
    [
        ("agencies", "CCC,", "C C,", "line 2, column code: found “C C”; expected a code without spaces"),
        ("agencies", "yes", "oui", "line 2, column contributing: found “oui”; expected yes or no"),
        ("courses", "Neglect Level 1", "", "line 2, column title: the cell is empty; expected words, at most 200 characters"),
        ("courses", "workshop", "party", "line 3, column kind: found “party”; expected course, conference, workshop, practice_group or bespoke"),
        ("courses", ",1,", ",4,", "line 2, column level: found “4”; expected a level from 1 to 3"),
        ("courses", ",150,", ",0,", "line 2, column minutes: found “0”; expected a length in minutes, from 1 to 10,080 (a week)"),
        ("courses", ",120,3", ",120,1_0", "line 3, column capacity: found “1_0”; expected a number of places from 0 to 100,000"),
        ("courses", ",120,3", ",120,٣", "line 3, column capacity: found “٣”; expected a number of places from 0 to 100,000"),
        ("sessions", "2024-01-12T09:00", "12/01/2024 09:00", "line 2, column starts_at: found “12/01/2024 09:00”; expected a local time such as 2025-01-14T09:30"),
        ("sessions", "2024-01-12T09:00", "2024-01-32T09:00", "line 2, column starts_at: found “2024-01-32T09:00”; expected a local time such as 2025-01-14T09:30"),
        ("sessions", "2024-01-12T09:00", "2024-01-12T09:00Z", "line 2, column starts_at: found “2024-01-12T09:00Z”; expected a local time such as 2025-01-14T09:30"),
        ("sessions", "2024-01-12T09:00", "0001-01-01T00:00", "line 2, column starts_at: “0001-01-01T00:00” lies too far away; expected a year from 1990 to 2100"),
        ("sessions", "2024-01-12T09:00", "2024-03-31T01:30", "line 2, column starts_at: “2024-03-31T01:30” does not exist in Europe/London, because the clocks go forward over it; expected a time before or after that hour"),
        ("sessions", "teams,,2", "zoom,,2", "line 2, column delivery: found “zoom”; expected teams or in_person"),
        ("sessions", "tess@county.example,delivered", "tess,delivered", "line 2, column trainers: found “tess”; expected e-mail addresses with a semicolon between them, or nothing"),
        ("sessions", "tess@county.example,delivered", "tess@county.example;tess@county.example,delivered", "line 2, column trainers: tess@county.example stands here twice; expected each trainer once"),
        ("evaluations", ",2,4,", ",0,4,", "line 2, column knowledge_before: found “0”; expected 1 to 5, or nothing"),
        ("evaluations", ",2,4,", ",2,6,", "line 2, column knowledge_after: found “6”; expected 1 to 5, or nothing"),
        ("evaluations", "strongly_agree", "5", "line 2, column engaging: found “5”; expected strongly_agree, agree, neutral, disagree or strongly_disagree, or nothing"),
        ("briefings", "91", "99999999999", "line 2, column views: found “99999999999”; expected a number of views from 0 to 2,000,000,000"),
    ],
)  # fmt: skip
def test_a_cell_is_told_what_was_found_and_what_was_expected(
    tmp_path: Path, file: str, right: str, wrong: str, sentence: str
) -> None:
    reading = read(tmp_path, **{file: FILES[file].replace(right, wrong, 1)})

    ours = [line for line in told(reading) if line.startswith(f"{file}.csv")]
    assert ours == [f"{file}.csv, {sentence}"]


def test_an_address_without_an_at_is_told_once_and_where_it_is_used(tmp_path: Path) -> None:
    practitioners = FILES["practitioners"].replace("cara@gp.example", "cara.gp.example")

    lines = [line.partition(": ")[0] for line in told(read(tmp_path, practitioners=practitioners))]

    assert lines == [
        "bookings.csv, line 4, column email",
        "bookings.csv, line 6, column email",
        "practitioners.csv, line 4, column email",
    ]


def test_everything_is_told_at_once_over_all_files(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        courses=COURSES.replace(",150,", ",long,").replace(",120,", ",short,"),
        briefings=BRIEFINGS.replace("2024", "last year").replace("91", "many"),
    )

    places = [(problem.file, problem.line, problem.column) for problem in sorted(reading.problems)]
    assert places == [
        ("briefings.csv", 2, "views"),
        ("briefings.csv", 2, "year"),
        ("courses.csv", 2, "minutes"),
        ("courses.csv", 3, "minutes"),
    ]


def test_text_that_is_not_utf_8_is_told_in_its_cell(tmp_path: Path) -> None:
    agencies = AGENCIES.replace("County Council", "Cafés").encode("cp1252")

    assert told(read(tmp_path, agencies=agencies)) == [
        (
            "agencies.csv, line 2, column name: “Caf�s” is not in UTF-8; "
            "expected a file saved as “CSV UTF-8”"
        )
    ]


@pytest.mark.parametrize("invisible", ["\0", "\x1b[31m", "\x07"])
def test_invisible_characters_are_told_and_not_printed(tmp_path: Path, invisible: str) -> None:
    agencies = AGENCIES.replace("County", f"County{invisible}")

    [problem] = told(read(tmp_path, agencies=agencies))

    assert problem.startswith("agencies.csv, line 2, column name: “County�")
    assert problem.isprintable()


def test_a_line_break_is_told_in_a_name_and_kept_in_a_comment(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        agencies=AGENCIES.replace("County Council", '"County\nCouncil"'),
        evaluations=EVALUATIONS.replace("Clear, and kind", "Clear\nand kind"),
    )

    assert told(reading) == [
        (
            "agencies.csv, line 2, column name: “County�Council” holds a line break or an invisible "
            "character; expected plain text on one line"
        )
    ]
    assert reading.programme.evaluations[0].comment == "Clear\nand kind"


def test_a_line_after_one_over_several_lines_is_told_by_its_own_number(tmp_path: Path) -> None:
    evaluations = (
        EVALUATIONS.replace("Clear, and kind", "a\nb\nc") + "S99,ann@county.example,,,,,,\n"
    )

    [first, *_] = told(read(tmp_path, evaluations=evaluations))

    assert first.startswith("evaluations.csv, line 5, column session: ")


def test_an_open_quotation_mark_is_told_in_its_line_and_column(tmp_path: Path) -> None:
    briefings = 'title,year,views\nOnline,"2024,91\nNeglect,2024,x\n'

    assert told(read(tmp_path, briefings=briefings)) == [
        (
            "briefings.csv, line 2, column year: the quotation marks do not fit together; expected a "
            "cell to begin and end with one, and marks inside it to be doubled"
        ),
        (
            "briefings.csv, line 3, column views: found “x”; "
            "expected a number of views from 0 to 2,000,000,000"
        ),
    ]


def test_a_table_that_is_none_of_a_programme_is_noted(tmp_path: Path) -> None:
    (tmp_path / "booking.csv").write_text("session,email\n")
    (tmp_path / "notes.txt").write_text("hello")

    assert read(tmp_path).ignored == ("booking.csv",)


def test_file_names_may_be_written_in_capitals(tmp_path: Path) -> None:
    write_folder(tmp_path, agencies=None)
    (tmp_path / "Agencies.CSV").write_text(AGENCIES)

    assert told(read_programme(tmp_path, zone=LONDON)) == []


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []

    read_programme(
        write_folder(tmp_path),
        zone=LONDON,
        told=lambda step, done, total: steps.append((step, done, total)),
    )

    assert [step for step in steps if step[1] == step[2]] == [
        ("Reading agencies.csv", 2, 2),
        ("Reading practitioners.csv", 3, 3),
        ("Reading trainers.csv", 1, 1),
        ("Reading courses.csv", 2, 2),
        ("Reading sessions.csv", 3, 3),
        ("Reading bookings.csv", 7, 7),
        ("Reading evaluations.csv", 1, 1),
        ("Reading briefings.csv", 1, 1),
    ]
