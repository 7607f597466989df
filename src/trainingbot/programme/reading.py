"""A programme folder on disk to rows, with everything that is wrong in any of its files."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from trainingbot.errors import ImportRefused
from trainingbot.programme.files import Record, records_of, text_of
from trainingbot.programme.problems import Problem, quoted
from trainingbot.programme.references import Line, cross_references
from trainingbot.programme.rows import NEEDED_FILES, ROWS, Programme, Row, parsed

Told = Callable[[str, int, int], None]
"""Called with a step in words, how much of it is done, and how much there is of it."""
ROWS_BETWEEN_NEWS = 1_000
COLUMNS_OVER_LINES = frozenset({"comment", "joining_instructions"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder holds, and what is wrong with it."""

    programme: Programme
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()
    """Tables in the folder that are none of a programme's, perhaps by a typing error."""


@dataclass(slots=True)
class _Sheet:
    """One file, as far as it was understood."""

    rows: list[Row] = field(default_factory=list)
    lines: list[Line] | None = None
    """Every line as text, also those with faults; None where the file itself is unreadable."""
    problems: list[Problem] = field(default_factory=list)


def say_nothing(step: str, done: int, total: int) -> None:
    """Tell nobody about progress."""
    del step, done, total


def read_programme(folder: Path, *, zone: ZoneInfo, told: Told = say_nothing) -> Reading:
    """Read a folder whose times are local in the zone.

    Faults of lines and between files are in the result's problems. Raises `ImportRefused` where
    there is no folder to read.
    """
    found = _files_in(folder)
    sheets: dict[str, _Sheet] = {}
    for file, row in ROWS.items():
        sheets[file] = _read_file(found.get(file), file, row, zone=zone, told=told)
    problems = [problem for sheet in sheets.values() for problem in sheet.problems]
    faulty_cells = {(problem.file, problem.line, problem.column) for problem in problems}
    problems += [
        problem
        for problem in cross_references({file: sheet.lines for file, sheet in sheets.items()})
        if (problem.file, problem.line, problem.column) not in faulty_cells
    ]
    contents: dict[str, Any] = {
        file.removesuffix(".csv"): tuple(sheet.rows) for file, sheet in sheets.items()
    }
    ignored = sorted(path.name for name, path in found.items() if name not in ROWS)
    return Reading(Programme.model_construct(**contents), tuple(problems), tuple(ignored))


def _files_in(folder: Path) -> dict[str, Path]:
    try:
        return {
            path.name.casefold(): path
            for path in folder.iterdir()
            if path.suffix.casefold() == ".csv"
        }
    except (NotADirectoryError, FileNotFoundError) as error:
        raise ImportRefused(
            f"{folder} is not a folder. Name the folder that holds {', '.join(NEEDED_FILES)}."
        ) from error
    except (OSError, ValueError) as error:
        raise ImportRefused(f"The folder {folder} cannot be read: {error}.") from error


def _read_file(
    path: Path | None, file: str, row: type[Row], *, zone: ZoneInfo, told: Told
) -> _Sheet:
    if path is None:
        if file not in NEEDED_FILES:
            return _Sheet(lines=[])
        return _unreadable(file, "the file is missing; expected it in the folder")
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        return _unreadable(file, f"the file cannot be read ({reason})")
    listed = list(records_of(text_of(content), columns=row.columns()))
    if not listed:
        expected = ", ".join(row.columns())
        return _unreadable(file, f"the file is empty; expected a first line with {expected}")
    header, *records = listed
    columns, problems = _columns_of(header, file, row)
    if problems:
        return _Sheet(problems=problems)
    return _read_records(records, columns, file, row, zone=zone, told=told)


def _unreadable(file: str, sentence: str) -> _Sheet:
    return _Sheet(problems=[Problem(file, 0, "", sentence)])


def _columns_of(header: Record, file: str, row: type[Row]) -> tuple[tuple[str, ...], list[Problem]]:
    columns = tuple(cell.strip().casefold() for cell in header.cells)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if header.fault:
        return columns, [Problem(file, header.line, "1", header.fault)]
    if not set(columns) & set(row.columns()):
        listed = ", ".join(row.columns())
        sentence = f"found {quoted(' '.join(columns))}; expected a first line with {listed}"
        return columns, [Problem(file, header.line, "1", sentence)]
    return columns, list(_faults_of_header(columns, header.line, file, row))


def _faults_of_header(
    columns: tuple[str, ...], line: int, file: str, row: type[Row]
) -> Iterable[Problem]:
    for column in row.needed_columns():
        if column not in columns:
            yield Problem(
                file, line, column, f"the column is missing; expected {row.expects(column)}"
            )
    for number, (column, times) in enumerate(Counter(columns).items(), start=1):
        name = column or str(number)
        if column not in row.columns():
            listed = ", ".join(row.columns())
            yield Problem(
                file, line, name, f"{quoted(column)} is no column of this file; expected {listed}"
            )
        elif times > 1:
            yield Problem(file, line, name, f"the column stands here {times} times; expected once")


def _read_records(
    records: list[Record],
    columns: tuple[str, ...],
    file: str,
    row: type[Row],
    *,
    zone: ZoneInfo,
    told: Told,
) -> _Sheet:
    sheet = _Sheet(lines=[])
    assert sheet.lines is not None  # noqa: S101 - for the type checker, set in the line above
    for done, record in enumerate(records):
        if done % ROWS_BETWEEN_NEWS == 0:
            told(f"Reading {file}", done, len(records))
        line, faults = _cells_of(record, columns, file)
        sheet.lines.append(line)
        if not faults:
            try:
                sheet.rows.append(parsed(row, line.cells, line=record.line, zone=zone))
            except ValidationError as error:
                faults = _faults_of_cells(error, line, file, row)
        sheet.problems += faults
    told(f"Reading {file}", len(records), len(records))
    return sheet


def _cells_of(record: Record, columns: tuple[str, ...], file: str) -> tuple[Line, list[Problem]]:
    faults = []
    cells = {}
    for number, (column, raw) in enumerate(zip_longest(columns, record.cells), start=1):
        if column is None:
            if raw.strip():
                sentence = f"found {quoted(raw)} after the last column; expected nothing there"
                faults.append(Problem(file, record.line, str(number), sentence))
            continue
        if raw is None:
            sentence = f"the line ends before this column; expected {len(columns)} cells"
            faults.append(Problem(file, record.line, column, sentence))
            break
        cell = raw.strip()
        unreadable = _unreadable_character(cell, over_lines=column in COLUMNS_OVER_LINES)
        if unreadable:
            faults.append(Problem(file, record.line, column, f"{quoted(cell)} {unreadable}"))
        if cell:
            cells[column] = cell
    if record.fault:
        column = columns[min(len(record.cells), len(columns)) - 1]
        faults = [Problem(file, record.line, column, record.fault)]
    return Line(record.line, cells), faults


def _unreadable_character(cell: str, *, over_lines: bool) -> str:
    """Return what is wrong with the characters of a cell, or nothing."""
    if cell.isprintable():
        return ""
    allowed = "\r\n\t" if over_lines else ""
    kinds = {unicodedata.category(character) for character in cell if character not in allowed}
    if "Cs" in kinds:
        return "is not in UTF-8; expected a file saved as “CSV UTF-8”"
    if kinds & {"Cc", "Zl", "Zp"}:
        return "holds a line break or an invisible character; expected plain text on one line"
    return ""


def _faults_of_cells(
    error: ValidationError, line: Line, file: str, row: type[Row]
) -> list[Problem]:
    faults = {}
    for fault in error.errors(include_url=False):
        column = str(fault["loc"][0])
        if fault["type"] == "expected":
            sentence = fault["msg"]
        elif fault["type"] == "missing":
            sentence = f"the cell is empty; expected {row.expects(column)}"
        else:
            found = quoted(line.cells.get(column, ""))
            sentence = f"found {found}; expected {row.expects(column)}"
        faults[column] = Problem(file, line.line, column, sentence)
    return list(faults.values())
