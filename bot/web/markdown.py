"""The little markdown that Teams shows in a card, read into plain values.

A text of a card has paragraphs, lists, bold and slanted type and links, and nothing else. What a
person typed stands in it with a backslash before every sign that would mean something, see
`bot.phrases.plain`; those signs are read as themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*"
    r"|(?<!\w)_(?P<underlined>(?:\\.|[^\\_])+)_(?!\w)"
    r"|\*(?P<starred>(?:\\.|[^\\*\s])(?:\\.|[^\\*])*)\*"
    r"|\[(?P<label>(?:\\.|[^\\\]])+)\]\((?P<url>[^()\s]+)\)"
)
_ITEM = re.compile(r"(?P<mark>[-*+]|\d{1,9}[.)]) +(?P<text>.*)")
_OPENS = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"'<>\\]+", re.IGNORECASE)
"""The addresses that a link may open: nothing that a browser would run."""


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that are set alike."""

    text: str
    bold: bool = False
    slanted: bool = False
    url: str = ""
    """What the letters open; empty where they are no link."""


Runs = tuple[Run, ...]
Kind = Literal["lines", "bullets", "numbers"]


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of lines, or a list of items."""

    kind: Kind
    lines: tuple[Runs, ...]


def parts_of(text: str) -> Sequence[Part]:
    """Read the markdown of a card's text; what is no markup stands as it is."""
    parts: list[Part] = []
    begins = True
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        stripped = line.strip()
        if not stripped:
            begins = True
            continue
        item = _ITEM.fullmatch(stripped)
        kind = _kind_of(item)
        runs = runs_of(item["text"] if item else stripped)
        if begins or parts[-1].kind != kind:
            parts.append(Part(kind, (runs,)))
        else:
            parts[-1] = Part(kind, (*parts[-1].lines, runs))
        begins = False
    return parts


def runs_of(text: str) -> Runs:
    """Read one line: letters, and how they are set."""
    return _joined(_read(text, Run("")))


def plain_of(text: str) -> str:
    """Return one line of text as it is read, without its markup."""
    return "".join(run.text for part in parts_of(text) for line in part.lines for run in line)


def may_be_opened(url: str) -> bool:
    """Return whether a link to `url` opens a page, a letter or a call, and runs nothing."""
    return _OPENS.fullmatch(url) is not None


def _kind_of(item: re.Match[str] | None) -> Kind:
    if item is None:
        return "lines"
    return "numbers" if item["mark"][0].isdigit() else "bullets"


def _read(text: str, like: Run) -> list[Run]:
    runs: list[Run] = []
    end = 0
    for found in _INLINE.finditer(text):
        runs.append(replace(like, text=text[end : found.start()]))
        runs += _marked(found, like)
        end = found.end()
    return [*runs, replace(like, text=text[end:])]


def _marked(found: re.Match[str], like: Run) -> list[Run]:
    if found["escaped"]:
        return [replace(like, text=found["escaped"])]
    if found["bold"]:
        return _read(found["bold"], replace(like, bold=True))
    if found["label"]:
        url = found["url"] if may_be_opened(found["url"]) else ""
        return _read(found["label"], replace(like, url=url))
    return _read(found["underlined"] or found["starred"], replace(like, slanted=True))


def _joined(runs: Sequence[Run]) -> Runs:
    """Put neighbours that are set alike together, and leave empty ones out."""
    joined: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if joined and replace(joined[-1], text=run.text) == run:
            joined[-1] = replace(run, text=joined[-1].text + run.text)
        else:
            joined.append(run)
    return tuple(joined)
