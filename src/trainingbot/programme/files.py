"""The bytes of a CSV file, as spreadsheets and booking systems write them, to lines of cells."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

DELIMITERS = ",;\t"
UTF_8_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a file, which may reach over several where a cell in quotation marks does."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""
    """Why the line could not be taken apart; `cells` are then what stands before the fault."""


def text_of(content: bytes) -> str:
    """Return the text of a file in UTF-8, with a mark or without, or in UTF-16 with one.

    A byte that is no UTF-8 becomes a lone surrogate, so that it can be found in its cell.
    """
    if content.startswith(UTF_16_MARKS):
        return content.decode(
            "utf-16", errors="surrogatepass" if len(content) % 2 == 0 else "replace"
        )
    return content.removeprefix(UTF_8_MARK).decode("utf-8", errors="surrogateescape")


def records_of(text: str, *, columns: Iterable[str]) -> Iterator[Record]:
    """Take a file apart, with the delimiter that fits the columns it should have.

    Lines without any content are left out. A line that cannot be read is handed out with its
    fault, and reading goes on at the next one.
    """
    lines = StringIO(text, newline="").readlines()
    start = 0
    delimiter = ""
    if (
        lines
        and lines[0].casefold().startswith("sep=")
        and len(lines[0].rstrip("\r\n")) == len("sep=,")
    ):
        start, delimiter = 1, lines[0][4]
    if delimiter not in tuple(DELIMITERS):
        header = next((line for line in lines[start:] if line.strip()), "")
        delimiter = _delimiter_of(header, columns)
    for record in _records(lines, start=start, delimiter=delimiter):
        if record.fault or any(cell.strip() for cell in record.cells):
            yield record


def _delimiter_of(header: str, columns: Iterable[str]) -> str:
    known = set(columns)

    def columns_found(delimiter: str) -> int:
        return len(known & {cell.strip(' "\r\n').casefold() for cell in header.split(delimiter)})

    return max(DELIMITERS, key=columns_found)


class _Lines(Iterator[str]):
    """The lines of a file, with a place from which reading can begin again."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines = lines
        self.position = start

    def __next__(self) -> str:
        if self.position >= len(self.lines):
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1]


def _records(lines: list[str], *, start: int, delimiter: str) -> Iterator[Record]:
    source = _Lines(lines, start)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while source.position < len(lines):
        first = source.position
        try:
            cells = next(reader)
        except csv.Error as error:
            # An open quotation mark has swallowed the lines after it: begin again behind it.
            source.position = first + 1
            before = lines[first].split('"', maxsplit=1)[0].split(delimiter)
            yield Record(first + 1, tuple(before), _fault(error))
        else:
            yield Record(first + 1, tuple(cells))


def _fault(error: csv.Error) -> str:
    if "field larger" in str(error):
        return (
            f"holds more than {csv.field_size_limit():,} characters, or a quotation mark is opened "
            f"and never closed; expected a shorter cell"
        )
    return (
        "the quotation marks do not fit together; expected a cell to begin and end with one, "
        "and marks inside it to be doubled"
    )
