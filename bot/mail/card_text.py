"""A card as plain text, for the half of a letter that every mail program can read."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.web.card_html import CardAction, CardNotKnown, action_of, openers_of
from bot.web.markdown import Runs, may_be_opened, parts_of

WIDTH = 78
"""RFC 5322, 2.1.1: a line should have no more characters; the address of a link may."""

ActionUrl = Callable[[CardAction], str | None]
"""Where a letter leads for an action, or None where that is no action for a letter."""


def card_text(card: Mapping[str, Any], *, action_url: ActionUrl) -> str:
    """Write a card as lines of at most 78 characters, with every link written out in full.

    Inputs are left out: they stand on the page to which the actions lead.
    Raises `CardNotKnown` for an element that our cards have not had so far.
    """
    writing = _Writing(openers_of(card), action_url)
    blocks = [*writing.elements(card["body"]), *writing.actions(card.get("actions", []))]
    return "\n".join(_spaced(blocks))


@dataclass(frozen=True, slots=True)
class _Block:
    """Some lines, and whether they stand apart from what is before and after them."""

    lines: Sequence[str]
    apart_before: bool = False
    apart_after: bool = False


@dataclass(frozen=True, slots=True)
class _Writing:
    openers: Mapping[str, str]
    action_url: ActionUrl

    def elements(self, items: Sequence[Mapping[str, Any]]) -> list[_Block]:
        return [block for item in items for block in self.element(item)]

    def element(self, item: Mapping[str, Any]) -> list[_Block]:
        match item["type"]:
            case "TextBlock":
                return [_text(item)]
            case "FactSet":
                lines = [f"{_line(one['title'])}: {_line(one['value'])}" for one in item["facts"]]
                return [_Block(_wrapped(lines), apart_before=True, apart_after=True)]
            case "Container":
                return self.container(item)
            case "ColumnSet":
                return [block for one in item["columns"] for block in self.elements(one["items"])]
            case "ActionSet":
                return self.actions(item["actions"])
            # The figures of a chart stand beside it as text.
            case kind if kind.startswith(("Input.", "Chart.")):
                return []
            case kind:
                raise CardNotKnown(f"A card with {kind} cannot be shown outside Teams.")

    def container(self, item: Mapping[str, Any]) -> list[_Block]:
        title = self.openers.get(item.get("id", ""))
        inside = self.elements(item["items"])
        # What a button would open has nothing to say in a letter where it holds inputs alone.
        opened = [_Block(_wrapped([title]), apart_before=True)] if title and inside else []
        return [_Block([], apart_before=True), *opened, *inside, _Block([], apart_after=True)]

    def actions(self, actions: Sequence[Mapping[str, Any]]) -> list[_Block]:
        led = [(one["title"], self.url(one)) for one in actions]
        return [
            _Block([*_wrapped([f"{title}:"]), f"  {url}"], apart_before=True, apart_after=True)
            for title, url in led
            if url
        ]

    def url(self, one: Mapping[str, Any]) -> str | None:
        if one["type"] == "Action.Execute":
            return self.action_url(action_of(one))
        if one["type"] == "Action.OpenUrl":
            return one["url"] if may_be_opened(one["url"]) else None
        if one["type"] == "Action.ToggleVisibility":
            return None
        raise CardNotKnown(f"A card with {one['type']} cannot be shown outside Teams.")


def _text(item: Mapping[str, Any]) -> _Block:
    if item.get("style") == "heading":
        lines = _wrapped([_line(item["text"])]) or [""]
        return _Block([*lines, "=" * max(map(len, lines))], apart_after=True)
    lines = []
    for part in parts_of(item["text"]):
        for number, runs in enumerate(part.lines, 1):
            mark = {"lines": "", "bullets": "- ", "numbers": f"{number}. "}[part.kind]
            lines += _wrapped([_letters(runs)], mark=mark)
    is_heading = item.get("weight") == "Bolder" and not item.get("color")
    return _Block(lines, apart_before=is_heading)


def _letters(runs: Runs) -> str:
    return "".join(
        f"{run.text} ({run.url})" if run.url and run.url != run.text else run.text for run in runs
    )


def _line(text: str) -> str:
    return " ".join(_letters(line) for part in parts_of(text) for line in part.lines)


def _wrapped(lines: Sequence[str], *, mark: str = "") -> list[str]:
    wrapper = textwrap.TextWrapper(
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [wrapped for line in lines for wrapped in wrapper.wrap(line)]


def _spaced(blocks: Sequence[_Block]) -> list[str]:
    """Put one empty line wherever something stands apart, and none at either end."""
    lines: list[str] = []
    apart = False
    for block in blocks:
        apart = apart or block.apart_before
        if block.lines:
            lines += [*([""] if apart and lines else []), *block.lines]
            apart = False
        apart = apart or block.apart_after
    return lines
