"""The pages are held against the code, and say what was forgotten."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.understanding import understand
from bot.verbs import VERBS
from tests.benchmarks import comments
from tests.bot.understanding.catalogue import COURSES
from trainingbot import enums, models
from trainingbot.programme import rows
from trainingbot.settings import Settings

PROJECT = Path(__file__).parents[1]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def first_cells(page: str) -> list[str]:
    """Return the words in code marks at the beginning of each row of a page's tables."""
    return re.findall(r"^\| `([^`]+)`", read(page), re.MULTILINE)


def test_every_verb_stands_in_the_list_of_what_can_be_said() -> None:
    listed = [cell for cell in first_cells("docs/commands.md") if " " not in cell]

    assert sorted(listed) == sorted(VERBS)


def test_what_may_be_typed_is_understood_as_it_stands_there() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|[^|]*\|([^|]*)\|[^|]*\|$", read("docs/commands.md"), re.MULTILINE
    )
    examples = [
        (typed.strip(), verb)
        for verb, cell in rows
        for typed in cell.split(";")
        if typed.strip() and verb != "unclear"
    ]

    understood = [
        (typed, understand(typed, courses=COURSES, today=date(2025, 1, 7)).verb)
        for typed, _ in examples
    ]

    assert understood == examples != []


def commands_of(command: object, name: str) -> Iterator[str]:
    """Yield the names of the commands inside a command, as they are typed."""
    for inner, one in getattr(command, "commands", {}).items():
        yield f"{name} {inner}"
        yield from commands_of(one, f"{name} {inner}")


def test_every_command_stands_in_the_list() -> None:
    listed = [cell for cell in first_cells("docs/commands.md") if cell.startswith("trainingbot ")]

    assert sorted(listed) == sorted(commands_of(get_command(app), "trainingbot"))


def test_every_setting_is_explained() -> None:
    explained = re.findall(r"`TRAININGBOT_(\w+)`", read("docs/running.md"))
    known = [name.upper() for name in Settings.model_fields if name != "local"]

    assert sorted(set(known) - set(explained)) == []
    assert sorted(set(explained) - set(known)) == []


def test_the_words_of_the_glossary_are_those_of_the_code() -> None:
    named = re.findall(r"`([A-Z]\w+)`", read("docs/glossary.md"))
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("bot", "src")
        for file in PROJECT.joinpath(folder).rglob("*.py")
    )
    known = {*vars(models), *vars(enums), *re.findall(r"class (\w+)", code), "VERBS"}

    assert sorted(set(named) - known) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_column_of_a_programme_is_explained() -> None:
    kinds = [
        kind
        for kind in vars(rows).values()
        if isinstance(kind, type) and issubclass(kind, rows.Row)
    ]
    columns = [column for kind in kinds if kind is not rows.Row for column in kind.columns()]

    assert sorted(first_cells("docs/programme.md")) == sorted(columns)


def targets_of_make() -> Iterator[str]:
    for line in read("Makefile").splitlines():
        if found := re.match(r"([a-z-]+):.*## ", line):
            yield found[1]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/running.md"])
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    named = re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", read(page), re.MULTILINE)

    assert sorted({one or other for one, other in named} - set(targets_of_make())) == []


def test_the_page_on_comments_has_the_figures_that_are_measured() -> None:
    page = read("docs/sentiment.md")

    written = page.split(comments.BEGIN)[1].split(comments.END)[0].strip().splitlines()

    assert written == list(comments.figures())


def test_the_readme_names_the_two_commands_and_shows_a_picture() -> None:
    readme = read("README.md")
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)

    assert re.findall(r"```\n(make \w+)\n```", readme) == ["make demo", "make test"]
    assert [picture for picture in pictures if not (PROJECT / picture).is_file()] == []
    assert pictures != []


def test_the_tree_of_errors_names_every_error() -> None:
    from trainingbot import errors  # noqa: PLC0415 - only this test reads its docstring

    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    classes = [
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and kind.__module__ == errors.__name__
    ]

    assert sorted(["TrainingBotError", *drawn]) == sorted(classes)
