"""`trainingbot comments …`: what the analyzer makes of comments in a file.

What a command needs is imported in it, so that `trainingbot --help` answers at once.
"""

# ruff: noqa: PLC0415 - TextBlob takes a second to import

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trainingbot.cli import refusals_said
from trainingbot.errors import CommentsNotReadable

if TYPE_CHECKING:
    from trainingbot.evaluations.comments.views import Reading

COLUMNS = ("comment", "question")
MOST_FAULTS = 20
"""How many faults of a file are told at once."""

app = typer.Typer(
    help="Read what comments on courses say.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


@app.callback()
def comments() -> None:
    """Read what comments on courses say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment of a file, and what it answers; empty where the file does not say."""

    comment: str
    question: str


@app.command()
def classify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Columns: comment, and perhaps question.")
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for each row.")
    ] = False,
) -> None:
    """Say of each comment in a file whether it is for or against, asks for a change, or is held.

    A question is a key of the sheet, such as better, or its wording. Comments stay on this machine.
    """
    import json

    from trainingbot.evaluations.comments.reading import read_comment

    with refusals_said():
        asked = _read(file)
    for one in asked:
        reading = read_comment(one.comment, one.question)
        typer.echo(json.dumps(_as_json(reading)) if as_json else _sentence(reading))


def _as_json(reading: "Reading") -> dict[str, Any]:
    return {
        "sentiment": reading.sentiment.value,
        "suggestion": reading.suggestion,
        "held": reading.held,
        "themes": [theme.value for theme in reading.themes],
        "score": reading.score,
    }


def _sentence(reading: "Reading") -> str:
    said = [f"{reading.sentiment} {reading.score:+.2f}"]
    said += ["suggestion"] if reading.suggestion else []
    said += ["held"] if reading.held else []
    said += [f"about {', '.join(reading.themes)}"] if reading.themes else []
    return "; ".join(said)


def _read(file: Path) -> list[Asked]:
    """Return the comments of a file in their order. Raises `CommentsNotReadable`."""
    from trainingbot.programme.files import text_of

    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one of a file"
        raise CommentsNotReadable(f"{file} cannot be read: {reason}.") from error
    text = text_of(content)
    lines = _lines(file, text)
    first, names = next(lines, (0, []))
    if not first:
        raise CommentsNotReadable(
            f"{file} is empty. Its first line names the columns: comment, and perhaps question."
        )
    places = _places(f"{file}, line {first}", names)
    asked: list[Asked] = []
    faults: list[str] = []
    for line, cells in lines:
        if fault := _fault(cells, columns=len(names)):
            faults.append(f"{file}, line {line}: {fault}")
        asked.append(Asked(*(_cell(cells, place) for place in places)))
    if faults:
        more = [f"{len(faults) - MOST_FAULTS:,} more."] if len(faults) > MOST_FAULTS else []
        raise CommentsNotReadable("\n".join([*faults[:MOST_FAULTS], *more]))
    return asked


def _lines(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins and its cells; lines that are blank are no rows."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            if cells:
                yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise CommentsNotReadable(
            f"{file}, line {before + 1}: the quotation marks do not fit together. A cell begins "
            f"and ends with one, marks inside it are doubled, and none is longer than "
            f"{csv.field_size_limit():,} letters."
        ) from error


def _places(where: str, header: Sequence[str]) -> Sequence[int | None]:
    """Return where the columns stand; None for a question that is not there."""
    names = [cell.strip().casefold() for cell in header]
    for name in COLUMNS:
        if names.count(name) > 1:
            raise CommentsNotReadable(f"{where}: the column {name} stands there twice. Remove one.")
    if "comment" not in names:
        raise CommentsNotReadable(
            f"{where}: there is no column named comment. "
            f"The first line names the columns: comment, and perhaps question."
        )
    return [names.index(name) if name in names else None for name in COLUMNS]


def _fault(cells: Sequence[str], *, columns: int) -> str:
    """Return what is wrong with a row, or an empty text."""
    if any(cell.strip() for cell in cells[columns:]):
        return (
            f"it has {len(cells)} cells, and the first line {columns}. "
            f"A comment with a comma in it stands in quotation marks."
        )
    if any(_is_not_text(cell) for cell in cells):
        return "it has bytes that are no text in UTF-8. Save the file as UTF-8."
    return ""


def _is_not_text(cell: str) -> bool:
    """Tell whether a cell has bytes that are no UTF-8, which stand in it as lone surrogates."""
    return not cell.isascii() and any("\udc80" <= letter <= "\udcff" for letter in cell)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
