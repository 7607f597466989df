# ruff: noqa: E501 - a row of a table of cases is one line

from pathlib import Path

import pytest

from tests.trainingbot.programme.folders import BOOKINGS, FILES, read, told


@pytest.mark.parametrize(
    ("file", "added", "sentence"),
    [
        ("agencies", "CCC,Other,police,no,", "line 4, column code: “CCC”: this agency stands in line 2 already; expected it once"),
        ("agencies", "XXX,Other,police,no,County.Example", "line 4, column email_domain: “County.Example”: this domain stands in line 2 already; expected it once"),
        ("practitioners", "Ann@County.Example,Ann Two,GP,,", "line 5, column email: “Ann@County.Example”: this person stands in line 2 already; expected it once"),
        ("practitioners", "dan@gp.example,Dan,NHS,,", "line 5, column agency: “NHS” is not known; expected a code from agencies.csv"),
        ("trainers", "dan@gp.example,Dan,NHS", "line 3, column agency: “NHS” is not known; expected a code from agencies.csv"),
        ("courses", "C01,Again,course,1,neglect,150,2", "line 4, column code: “C01”: this course stands in line 2 already; expected it once"),
        ("sessions", "S24-001,C01,2024-01-12T09:00,2024-01-12T11:30,teams,,2,,delivered,", "line 5, column id: “S24-001”: this session stands in line 2 already; expected it once"),
        ("sessions", "S9,C99,2024-01-12T09:00,2024-01-12T11:30,teams,,2,,delivered,", "line 5, column course: “C99” is not known; expected a code from courses.csv"),
        ("sessions", "S9,C01,2024-01-12T09:00,2024-01-12T11:30,teams,,2,ann@county.example;x@y.example,delivered,", "line 5, column trainers: “x@y.example” is not known; expected an e-mail address from trainers.csv or practitioners.csv"),
        ("bookings", "S24-001,ANN@county.example,2023-11-16T00:26,cancelled,2023-12-01T09:00,", "line 9, column email: “ANN@county.example”: this person's booking of the session stands in line 2 already; expected it once"),
        ("bookings", "S99,ann@county.example,2023-11-16T00:26,confirmed,,", "line 9, column session: “S99” is not known; expected an id from sessions.csv"),
        ("bookings", "S24-002,x@y.example,2023-11-16T00:26,session_cancelled,,", "line 9, column email: “x@y.example” is not known; expected an e-mail address from practitioners.csv or trainers.csv"),
        ("evaluations", "S24-001,ann@county.example,2024-01-13T12:30,,,,,", "line 3, column email: “ann@county.example”: this person's evaluation of the session stands in line 2 already; expected it once"),
        ("evaluations", "S24-002,ben@gp.example,2024-07-23T12:30,,,,,", "line 3, column email: “ben@gp.example” has no booking of S24-002; expected somebody who attended it, as bookings.csv says"),
        ("evaluations", "S24-001,x@y.example,2024-01-13T12:30,,,,,", "line 3, column email: “x@y.example” is not known; expected an e-mail address from practitioners.csv or trainers.csv"),
        ("briefings", "online abuse,2024,3", "line 3, column year: “2024”: this briefing in this year stands in line 2 already; expected it once"),
    ],
)  # fmt: skip
def test_a_name_is_known_and_stands_once(
    tmp_path: Path, file: str, added: str, sentence: str
) -> None:
    reading = read(tmp_path, **{file: f"{FILES[file]}{added}\n"})

    assert told(reading) == [f"{file}.csv, {sentence}"]


def test_a_trainer_may_book(tmp_path: Path) -> None:
    booking = "S24-002,tess@county.example,2024-06-02T10:00,session_cancelled,,\n"

    assert told(read(tmp_path, bookings=BOOKINGS + booking)) == []


def test_one_bad_cell_does_not_make_the_lines_wrong_that_name_it(tmp_path: Path) -> None:
    sessions = FILES["sessions"].replace("2024-01-12T09:00", "soon")

    [problem] = told(read(tmp_path, sessions=sessions))

    assert problem.startswith("sessions.csv, line 2, column starts_at: ")


def test_a_file_that_cannot_be_read_does_not_make_the_others_wrong(tmp_path: Path) -> None:
    assert told(read(tmp_path, sessions="")) == [
        (
            "sessions.csv: the file is empty; expected a first line with id, course, starts_at, "
            "ends_at, delivery, venue, capacity, trainers, status, cancel_reason"
        )
    ]


def test_a_line_with_a_bad_cell_is_also_told_of_an_unknown_name(tmp_path: Path) -> None:
    booking = "S99,ann@county.example,2023-11-16T00:26,maybe,,\n"

    columns = [
        problem.column for problem in sorted(read(tmp_path, bookings=BOOKINGS + booking).problems)
    ]

    assert columns == ["session", "status"]
