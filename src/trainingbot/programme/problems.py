"""What is wrong with a programme folder, in sentences for the person who made it."""

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_OF_A_CELL = 60
"""How many characters of a cell are quoted back."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that keeps a folder from being imported, and what was expected instead."""

    file: str
    line: int
    """The line of the file, counted from 1; 0 where the whole file is meant."""
    column: str
    """The name of the column; empty where a whole file is meant."""
    sentence: str

    def __str__(self) -> str:
        """Return the problem as one line of text."""
        if not self.line:
            return f"{self.file}: {self.sentence}"
        return f"{self.file}, line {self.line}, column {self.column}: {self.sentence}"


def quoted(cell: str) -> str:
    """Return a cell as it can be shown on a terminal: short, on one line, nothing invisible."""
    short = cell if len(cell) <= SHOWN_OF_A_CELL else f"{cell[:SHOWN_OF_A_CELL]}…"
    visible = "".join(character if character.isprintable() else "�" for character in short)
    return f"“{visible}”"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as “1 course” or “1,942 bookings”."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def one_of(values: Iterable[str]) -> str:
    """Return a choice as words of a sentence, such as “a, b or c”."""
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


def refusal(problems: Iterable[Problem]) -> str:
    """Return everything that is wrong, a line each in the order of the files."""
    listed = sorted(set(problems))
    lines = [str(problem) for problem in listed]
    return "\n".join([*lines, f"Nothing was imported: {counted(len(listed), 'problem')} to mend."])
