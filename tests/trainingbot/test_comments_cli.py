"""`trainingbot comments classify`: what it prints, and what it says of files it cannot read."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trainingbot.comments_cli import app


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "comments.csv"


def run(file: Path, *options: str) -> Result:
    result = CliRunner().invoke(app, ["classify", str(file), *options])
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def rows(file: Path) -> list[dict[str, object]]:
    result = run(file, "--json")
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_row_is_an_object_in_its_order(file: Path) -> None:
    file.write_bytes(
        b"\xef\xbb\xbfComment,question\r\n"
        b'"Great trainer, terrible venue.",\r\n'
        b"Smaller groups,What could be better?\r\n"
        b",\r\n"
        b'"Nothing\r\nat all",better\r\n'
        b"My pupil Ella\r\n"
    )

    read = rows(file)

    assert read[0].keys() == {"sentiment", "suggestion", "held", "themes", "score"}
    assert [row["sentiment"] for row in read] == [
        "mixed",
        "neutral",
        "neutral",
        "neutral",
        "neutral",
    ]
    assert [row["suggestion"] for row in read] == [False, True, False, False, False]
    assert [row["held"] for row in read] == [False, False, False, False, True]
    assert read[0]["themes"] == ["trainer", "venue"]


def test_emoji_other_languages_and_long_comments_are_read(file: Path) -> None:
    said = ["😊👍", "Très bien", "とても良かった", "good " * 2_000, "x" * 10_000]
    file.write_text("comment\n" + "\n".join(said) + "\n", encoding="utf-8")

    read = rows(file)

    assert [row["sentiment"] for row in read] == [
        "positive",
        "neutral",
        "neutral",
        "positive",
        "neutral",
    ]


def test_without_json_each_row_is_a_sentence(file: Path) -> None:
    file.write_text("comment\nGreat trainer\n", encoding="utf-8")

    assert run(file).stdout == "positive +0.74; about trainer\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "is empty"),
        (b"words\nGood\n", "line 1: there is no column named comment"),
        (b"comment,comment\nGood,Bad\n", "line 1: the column comment stands there twice"),
        (b"comment\nGood\nGood, but long\n", "line 3: it has 2 cells, and the first line 1"),
        (b'comment\nGood\n"open\n', "line 3: the quotation marks do not fit together"),
        (b"comment\nGood\nCaf\xe9\n", "line 3: it has bytes that are no text in UTF-8"),
    ],
)
def test_a_broken_file_is_told_by_its_line(file: Path, content: bytes, line: str) -> None:
    file.write_bytes(content)

    result = run(file, "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert line in result.stderr


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    result = run(file)

    assert result.exit_code == 1
    assert "cannot be read" in result.stderr
