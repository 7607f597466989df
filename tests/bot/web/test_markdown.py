import pytest

from bot.phrases import plain
from bot.web.markdown import Part, Run, may_be_opened, parts_of, plain_of, runs_of


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("as it is", (Run("as it is"),)),
        (
            "Type **help** or **my training**.",
            (
                Run("Type "),
                Run("help", bold=True),
                Run(" or "),
                Run("my training", bold=True),
                Run("."),
            ),
        ),
        (
            "_slanted_ and *slanted*",
            (Run("slanted", slanted=True), Run(" and "), Run("slanted", slanted=True)),
        ),
        (
            "**bold _and slanted_**",
            (Run("bold ", bold=True), Run("and slanted", bold=True, slanted=True)),
        ),
        ("snake_case_name and 2 * 3 * 4", (Run("snake_case_name and 2 * 3 * 4"),)),
        (
            "[The **map**](https://maps.example/x?a=1&b=2)",
            (
                Run("The ", url="https://maps.example/x?a=1&b=2"),
                Run("map", bold=True, url="https://maps.example/x?a=1&b=2"),
            ),
        ),
        (
            r"\*\*not bold\*\* and \[no link\](https://x.example)",
            (Run("**not bold** and [no link](https://x.example)"),),
        ),
        ("**left open", (Run("**left open"),)),
        ("", ()),
    ],
)
def test_a_line_is_read_as_teams_reads_it(text: str, runs: tuple[Run, ...]) -> None:
    read = runs_of(text)

    assert read == runs


def test_paragraphs_lists_and_breaks_of_lines_are_told_apart() -> None:
    text = "One\ntwo\n\nthree\n- a\n- **b**\n1. first\r\n2) second"

    parts = parts_of(text)

    assert parts == [
        Part("lines", ((Run("One"),), (Run("two"),))),
        Part("lines", ((Run("three"),),)),
        Part("bullets", ((Run("a"),), (Run("b", bold=True),))),
        Part("numbers", ((Run("first"),), (Run("second"),))),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "- not a list",
        "1. nor this",
        "**not bold** and _not slanted_ and *neither*",
        "[no link](https://elsewhere.example)",
        "[no script](javascript:alert(1))",
        r"\*\*a backslash before it\*\*",
        "<script>alert(1)</script>",
        "`code` # heading ~~struck~~ |a|b|",
    ],
)
def test_what_somebody_typed_is_read_as_it_was_typed(typed: str) -> None:
    parts = parts_of(plain(typed))

    assert parts == [Part("lines", ((Run(typed),),))]


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://training.example/n/abc", True),
        ("HTTP://training.example", True),
        ("mailto:training@northshire.example", True),
        ("tel:03450455203", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,<script>", False),
        (" https://training.example", False),
        ("https://training.example/\"onmouseover='x'", False),
        ("java\nscript:alert(1)", False),
        ("//elsewhere.example", False),
        ("", False),
    ],
)
def test_a_link_opens_pages_letters_and_calls_alone(url: str, opened: bool) -> None:  # noqa: FBT001 - the cases of the table
    may = may_be_opened(url)

    assert may is opened


def test_a_link_that_may_not_be_opened_is_text() -> None:
    runs = runs_of("[press here](javascript:alert)")

    assert runs == (Run("press here"),)


def test_text_is_said_without_its_signs() -> None:
    said = plain_of(r"**Tue 14 Jan 2025**, 10:00 to 12:30, Room \#2")

    assert said == "Tue 14 Jan 2025, 10:00 to 12:30, Room #2"
