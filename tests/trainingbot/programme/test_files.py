import csv

import pytest

from trainingbot.programme.files import Record, records_of, text_of

COLUMNS = ("title", "year", "views")


def records(text: str) -> list[Record]:
    return list(records_of(text, columns=COLUMNS))


@pytest.mark.parametrize(
    "content",
    [
        "title,année".encode(),
        b"\xef\xbb\xbf" + "title,année".encode(),
        "title,année".encode("utf-16"),
        b"\xfe\xff" + "title,année".encode("utf-16-be"),
    ],
    ids=["UTF-8", "UTF-8 with a mark", "UTF-16, little end first", "UTF-16, big end first"],
)
def test_the_encodings_of_spreadsheets_are_read(content: bytes) -> None:
    assert text_of(content) == "title,année"


def test_a_byte_that_is_no_utf_8_stays_findable() -> None:
    assert text_of("title,année".encode("cp1252")) == "title,ann\udce9e"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(ending: str) -> None:
    text = ending.join(["title,year,views", "Online Abuse,2024,91", ""])

    assert records(text) == [
        Record(1, ("title", "year", "views")),
        Record(2, ("Online Abuse", "2024", "91")),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_fits_the_columns(delimiter: str) -> None:
    text = f"title{delimiter}year{delimiter}views\nOnline Abuse{delimiter}2024{delimiter}91"

    assert records(text)[1] == Record(2, ("Online Abuse", "2024", "91"))


def test_a_spreadsheet_may_name_its_delimiter_first() -> None:
    assert records("sep=;\r\ntitle;year;views\r\na,b;2024;91\r\n") == [
        Record(2, ("title", "year", "views")),
        Record(3, ("a,b", "2024", "91")),
    ]


def test_lines_without_content_are_left_out_but_counted() -> None:
    assert records("title,year,views\n\n , ,\na,2024,91\n")[1:] == [Record(4, ("a", "2024", "91"))]


def test_a_cell_in_quotation_marks_may_reach_over_lines() -> None:
    text = 'title,year,views\n"one\ntwo",2024,91\nb,2024,1\n'

    assert records(text)[1:] == [
        Record(2, ("one\ntwo", "2024", "91")),
        Record(4, ("b", "2024", "1")),
    ]


def test_after_a_quotation_mark_that_is_never_closed_reading_goes_on_at_the_next_line() -> None:
    broken, following = records('title,year,views\na,"2024,91\nb,2024,1\n')[1:]

    assert (broken.line, broken.cells) == (2, ("a", ""))
    assert broken.fault.startswith("the quotation marks do not fit together")
    assert following == Record(3, ("b", "2024", "1"))


def test_a_cell_larger_than_a_cell_can_be_is_a_fault_of_its_line() -> None:
    huge = "x" * (csv.field_size_limit() + 1)

    broken, following = records(f"title,year,views\n{huge},2024,91\nb,2024,1\n")[1:]

    assert broken.fault.startswith("holds more than 131,072 characters")
    assert following == Record(3, ("b", "2024", "1"))
