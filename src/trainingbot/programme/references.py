"""What the lines of a programme say about each other: names that must be known, and unique.

These checks look at the text of every line, also of one that has another fault, so that a person
is told of everything in one go and a single bad cell does not make a hundred other lines wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainingbot.programme.problems import Problem, quoted

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file as text, without its blank cells."""

    line: int
    cells: dict[str, str]


Files = Mapping[str, Sequence[Line] | None]
"""The lines of each file; None for one that could not be read, about which nothing is known."""


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns that together stand only once in a file."""

    file: str
    columns: Key
    what: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a line of another file."""

    file: str
    column: str
    targets: tuple[tuple[str, str], ...]
    """File and column in which the name may stand."""
    several: bool = False
    """Whether a cell names several, with semicolons between them."""


UNIQUE = (
    Unique("agencies.csv", ("code",), "this agency"),
    Unique("agencies.csv", ("email_domain",), "this domain"),
    Unique("agencies.csv", ("tenant_id",), "this tenant"),
    Unique("practitioners.csv", ("email",), "this person"),
    Unique("trainers.csv", ("email",), "this person"),
    Unique("courses.csv", ("code",), "this course"),
    Unique("sessions.csv", ("id",), "this session"),
    Unique("bookings.csv", ("session", "email"), "this person's booking of the session"),
    Unique("evaluations.csv", ("session", "email"), "this person's evaluation of the session"),
    Unique("briefings.csv", ("title", "year"), "this briefing in this year"),
)
PEOPLE = (("practitioners.csv", "email"), ("trainers.csv", "email"))
REFERENCES = (
    Reference("practitioners.csv", "agency", (("agencies.csv", "code"),)),
    Reference("trainers.csv", "agency", (("agencies.csv", "code"),)),
    Reference("sessions.csv", "course", (("courses.csv", "code"),)),
    Reference("sessions.csv", "trainers", tuple(reversed(PEOPLE)), several=True),
    Reference("bookings.csv", "session", (("sessions.csv", "id"),)),
    Reference("bookings.csv", "email", PEOPLE),
    Reference("evaluations.csv", "session", (("sessions.csv", "id"),)),
    Reference("evaluations.csv", "email", PEOPLE),
)


def cross_references(files: Files) -> list[Problem]:
    """Return every name that is not known or not unique, over all files."""
    problems = [problem for unique in UNIQUE for problem in _repeated(unique, files)]
    unknown = [problem for reference in REFERENCES for problem in _unknown(reference, files)]
    return [*problems, *unknown, *_evaluations_without_booking(files, unknown)]


def _repeated(unique: Unique, files: Files) -> Iterator[Problem]:
    first_lines: dict[Key, int] = {}
    for line in files.get(unique.file) or ():
        key = _key(line, unique.columns)
        if key is None:
            continue
        first = first_lines.setdefault(key, line.line)
        if first != line.line:
            column = unique.columns[-1]
            yield Problem(
                unique.file,
                line.line,
                column,
                f"{quoted(line.cells[column])}: {unique.what} stands in line {first} already; "
                f"expected it once",
            )


def _unknown(reference: Reference, files: Files) -> Iterator[Problem]:
    if any(files.get(file) is None for file, _ in reference.targets):
        return
    known = {
        _same(line.cells[column], column)
        for file, column in reference.targets
        for line in files.get(file) or ()
        if column in line.cells
    }
    names = " or ".join(file for file, _ in reference.targets)
    column_of_name = reference.targets[0][1]
    name_of = {"email": "an e-mail address", "id": "an id"}.get(column_of_name, "a code")
    for line in files.get(reference.file) or ():
        cell = line.cells.get(reference.column, "")
        for part in cell.split(";") if reference.several else (cell,):
            name = part.strip()
            if name and _same(name, column_of_name) not in known:
                yield Problem(
                    reference.file,
                    line.line,
                    reference.column,
                    f"{quoted(name)} is not known; expected {name_of} from {names}",
                )


def _evaluations_without_booking(files: Files, unknown: Sequence[Problem]) -> Iterator[Problem]:
    bookings = files.get("bookings.csv")
    if bookings is None:
        return
    told_already = {problem.line for problem in unknown if problem.file == "evaluations.csv"}
    booked = {_key(line, ("session", "email")) for line in bookings}
    for line in files.get("evaluations.csv") or ():
        key = _key(line, ("session", "email"))
        if key is not None and key not in booked and line.line not in told_already:
            yield Problem(
                "evaluations.csv",
                line.line,
                "email",
                f"{quoted(line.cells['email'])} has no booking of {line.cells['session']}; "
                f"expected somebody who attended it, as bookings.csv says",
            )


def _key(line: Line, columns: Key) -> Key | None:
    if any(column not in line.cells for column in columns):
        return None
    return tuple(line.cells[column].casefold() for column in columns)


def _same(name: str, column: str) -> str:
    return name.casefold() if column == "email" else name
