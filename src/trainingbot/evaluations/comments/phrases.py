"""Phrases of the word lists, and where they stand in a comment."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")

TOKEN = re.compile(r"[()\[\]|]|[^\s()\[\]|]+")
GAP = "~"
LONGEST_GAP = 3
"""How many words of any kind a gap spans at most."""
MOST_KNOWN = 20_000
"""How many words are remembered with what begins with them; English has no more in use."""


def spelled_out(phrase: str) -> Iterator[tuple[str, ...]]:
    """Yield every sequence of words that a phrase of the word lists stands for.

    `(a|b)` is either, `[a]` may be missing, `word*` any ending, `~` up to three words.
    Raises `ValueError` where a bracket is never closed.
    """
    tokens = TOKEN.findall(phrase)
    yield from _alternatives(tokens)
    if tokens:
        raise ValueError(f"“{phrase}” closes a bracket that it does not open")


CLOSING = {"(": ")", "[": "]"}


def _alternatives(tokens: list[str]) -> list[tuple[str, ...]]:
    """Take alternatives off the front of the tokens, up to a closing bracket."""
    found: list[tuple[str, ...]] = []
    while True:
        found += _sequences(tokens)
        if not tokens or tokens[0] != "|":
            return found
        tokens.pop(0)


def _sequences(tokens: list[str]) -> list[tuple[str, ...]]:
    """Take one alternative off the front of the tokens, in all its forms."""
    forms: list[tuple[str, ...]] = [()]
    while tokens and tokens[0] not in "|)]":
        token = tokens.pop(0)
        if token not in CLOSING:
            forms = [(*form, token) for form in forms]
            continue
        within = _alternatives(tokens)
        if not tokens or tokens.pop(0) != CLOSING[token]:
            raise ValueError(f"a bracket {token} is never closed")
        if token == "[":  # noqa: S105 - a bracket
            within = [(), *within]
        forms = [(*form, *each) for form in forms for each in within]
    return forms


@dataclass(slots=True)
class _Node(Generic[V]):
    """What may follow the words that lead here."""

    words: dict[str, "_Node[V]"] = field(default_factory=dict)
    beginnings: dict[str, "_Node[V]"] = field(default_factory=dict)
    gap: "_Node[V] | None" = None
    values: list[V] = field(default_factory=list)
    known: dict[str, tuple["_Node[V]", ...]] = field(default_factory=dict)

    def after(self, word: str) -> tuple["_Node[V]", ...]:
        """Return where a word leads: as it stands first, and then by the longest beginning."""
        known = self.known.get(word)
        if known is not None:
            return known
        found = [self.words[word]] if word in self.words else []
        fitting = [begin for begin in self.beginnings if word.startswith(begin)]
        found += [self.beginnings[begin] for begin in sorted(fitting, key=len, reverse=True)]
        if len(self.known) < MOST_KNOWN:
            self.known[word] = tuple(found)
        return tuple(found)


class PhraseTable(Generic[V]):
    """Phrases with a value each, found in a sequence of words in one pass."""

    def __init__(self, entries: Iterable[tuple[str, V]]) -> None:
        self._root: _Node[V] = _Node()
        for phrase, value in entries:
            for words in spelled_out(phrase):
                self._add(words, value)

    def _add(self, words: Sequence[str], value: V) -> None:
        node = self._root
        for word in words:
            if word == GAP:
                if node.gap is None:
                    node.gap = _Node()
                node = node.gap
            elif word.endswith("*"):
                node = node.beginnings.setdefault(word[:-1], _Node())
            else:
                node = node.words.setdefault(word, _Node())
        node.values.append(value)

    def longest(self, words: Sequence[str], start: int) -> tuple[int, V] | None:
        """Return where the longest phrase that begins at `start` ends, and its value."""
        best: tuple[int, V] | None = None
        for end, values in _ends(self._root, words, start):
            if best is None or end > best[0]:
                best = end, values[0]
        return best

    def all(self, words: Sequence[str]) -> Iterator[tuple[int, int, V]]:
        """Yield the start, the end and the value of every phrase, also where they overlap."""
        for start in range(len(words)):
            for end, values in _ends(self._root, words, start):
                for value in values:
                    yield start, end, value


def _ends(node: _Node[V], words: Sequence[str], at: int) -> Iterator[tuple[int, list[V]]]:
    if node.values:
        yield at, node.values
    if at < len(words):
        for following in node.after(words[at]):
            yield from _ends(following, words, at + 1)
    if node.gap is not None:
        for skipped in range(LONGEST_GAP + 1):
            if at + skipped > len(words):
                return
            yield from _ends(node.gap, words, at + skipped)
