"""Whatever stands in the cells of a folder: it is taken, or every reason has its place."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.moments import NOW, TERMS
from tests.trainingbot.programme.folders import FILES, LONDON, write_folder
from tests.trainingbot.programme.imports import SECRET
from trainingbot.db import Database
from trainingbot.errors import ImportRefused
from trainingbot.programme.operations import import_programme
from trainingbot.programme.reading import Reading, read_programme
from trainingbot.programme.rows import ROWS
from trainingbot.programme.rules import problems_of
from trainingbot.programme.stored import Stored

CELLS = [cell for content in FILES.values() for cell in content.replace("\n", ",").split(",")]
NASTY = [
    "", " ", "0", "-1", "1e9", "35.0", "٣", "9" * 30, "NULL", "=1+1", '"', '""', ";", "@", "a@b",
    "2024-03-31T01:30", "2024-10-27T01:30", "2024-02-30T09:00", "2024-01-12T24:00", "2024-01-12",
    "9999-12-31T23:59", "0001-01-01T00:00", "\0", "\u202e", "\ud800", "é", "x" * 500, "\r", "\n",
    "\x85", "\u2028",
]  # fmt: skip
cells = st.one_of(st.sampled_from(CELLS), st.sampled_from(NASTY), st.text(max_size=12))
mutations = st.lists(
    st.tuples(st.sampled_from(sorted(FILES)), st.integers(1, 7), st.integers(0, 9), cells),
    min_size=1,
    max_size=3,
)


def mutated(changes: list[tuple[str, int, int, str]]) -> dict[str, bytes]:
    """Return the files with cells replaced; the header of each stays as it is."""
    tables = {
        name: [line.split(",", maxsplit=9) for line in content.splitlines()]
        for name, content in FILES.items()
    }
    for name, row, column, cell in changes:
        lines = tables[name]
        cells_of_line = lines[1 + row % (len(lines) - 1)]
        cells_of_line[column % len(cells_of_line)] = cell
    return {
        name: "\n".join(",".join(line) for line in lines).encode("utf-8", errors="surrogatepass")
        for name, lines in tables.items()
    }


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


async def refusal_of(url: str, reading: Reading) -> str | None:
    """Import into a database and keep nothing; return the sentences of a refusal."""
    database = Database(url)
    try:
        async with database.reading() as db:
            await import_programme(db, reading, secret=SECRET, terms=TERMS, now=NOW)
    except ImportRefused as refused:
        return refused.sentence
    finally:
        await database.close()
    return None


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=mutations)
def test_a_folder_is_taken_in_or_every_problem_has_file_line_and_column(
    changes: list[tuple[str, int, int, str]],
    tmp_path: Path,
    sqlite_template: Path,
    runner: asyncio.Runner,
) -> None:
    file = tmp_path / "trainingbot.db"
    if not file.exists():
        shutil.copyfile(sqlite_template, file)
    reading = read_programme(write_folder(tmp_path / "folder", **mutated(changes)), zone=LONDON)
    problems = [
        *reading.problems,
        *problems_of(reading.programme, stored=Stored(), zone=LONDON, now=NOW),
    ]

    refusal = runner.run(refusal_of(f"sqlite+aiosqlite:///{file}", reading))

    event("taken in" if refusal is None else "refused")
    assert (refusal is None) == (problems == [])
    if refusal is not None:
        assert len(refusal.splitlines()) == len(set(problems)) + 1
    lines = {
        problem.file: (tmp_path / "folder" / problem.file).read_bytes().count(b"\n")
        + (tmp_path / "folder" / problem.file).read_bytes().count(b"\r")
        for problem in problems
    }
    for problem in problems:
        assert problem.file in ROWS
        assert 2 <= problem.line <= lines[problem.file] + 1
        assert problem.column in ROWS[problem.file].columns() or problem.column.isdigit()
        assert str(problem).isprintable()


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted(FILES)),
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", errors="surrogatepass")),
    ),
)
def test_any_bytes_in_a_file_are_answered_in_words(
    name: str, content: bytes, tmp_path: Path
) -> None:
    reading = read_programme(write_folder(tmp_path, **{name: content}), zone=LONDON)

    for problem in reading.problems:
        assert problem.file in ROWS
        assert problem.sentence.isprintable()
