"""Typing errors and the field's abbreviations, put right word by word before any rule looks."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.understanding import (
    comment_phrases,
    notice_phrases,
    phrases,
    session_phrases,
    summary_phrases,
)
from bot.understanding.dates import MONTHS, NEAR_DAYS, WEEKDAYS
from bot.understanding.programme import Programme, stem
from bot.understanding.vocabulary import (
    EVERYDAY,
    FIELD_WORDS,
    SEND_A_COLLEAGUE,
    SEND_AS_A_VERB,
    SHORTHAND,
    TOO_COMMON,
    WITHOUT_SUBJECT,
)

SHORTEST_TYPED = 3
SHORTEST_TARGET = 4
LONG_WORD = 10
"""From this length on two typing errors are put right; below it one."""

_COMMANDS = phrases.COMMAND_WORDS.union(
    session_phrases.COMMAND_WORDS,
    notice_phrases.COMMAND_WORDS,
    comment_phrases.COMMAND_WORDS,
    summary_phrases.COMMAND_WORDS,
    MONTHS,
    WEEKDAYS,
    NEAR_DAYS,
    {"level", "levels"},
)
_TARGETS = _COMMANDS - TOO_COMMON
_KNOWN = _COMMANDS.union(
    WITHOUT_SUBJECT, EVERYDAY, SHORTHAND, *(short.split() for short in FIELD_WORDS)
)


def spell(word: str, *, programme: Programme) -> str:
    """Return the command or title word that was probably meant, or the word itself.

    Known words stay, so do numbers, words of other scripts, and what begins a title's word. In
    words of up to four letters a wrong letter is no typing error ("look" is not "book"), only
    a missing, doubled or swapped one.
    """
    if len(word) < SHORTEST_TYPED or not (word.isascii() and word.isalpha()):
        return word
    if (
        word in _KNOWN
        or stem(word) in _KNOWN
        or programme.knows(word)
        or _is_initials(word, programme)
    ):
        return word
    limit = 1 if len(word) < LONG_WORD else 2
    near = [
        (distance, target[0] != word[0], target not in _COMMANDS, target)
        for first in {word[0], word[1]}
        for target in _targets(programme.vocabulary).get(first, ())
        if abs(len(target) - len(word)) <= limit
        and (distance := OSA.distance(word, target, score_cutoff=limit)) <= limit
        and not _is_another_short_word(word, target)
        and (len(word) > SHORTEST_TYPED or target in _COMMANDS)
    ]
    if near:
        return min(near)[-1]
    return word


def expand(text: str, *, programme: Programme) -> str:
    """Write out the field's abbreviations where the programme teaches under the full words."""
    text = SEND_AS_A_VERB.sub("", SEND_A_COLLEAGUE.sub("sending ", text))
    for short in FIELD_WORDS:
        text = _written_out(text, short, programme)
    return " ".join(
        " ".join(programme.initials.get(word, (word,))) if word not in _KNOWN else word
        for word in text.split()
    )


def _written_out(text: str, short: str, programme: Programme) -> str:
    if short not in text or programme.teaches(short):
        return text
    words = FIELD_WORDS[short]
    if not all(stem(word) in programme.stems for word in words.split()):
        return text
    return re.sub(rf"\b{short}\b(?! {words.split()[-1]}\b)", words, text)


def _is_initials(word: str, programme: Programme) -> bool:
    return any(word in entry.initials for entry in programme.entries)


def _is_another_short_word(word: str, target: str) -> bool:
    return (
        max(len(word), len(target)) <= SHORTEST_TARGET
        and len(word) == len(target)
        and sorted(word) != sorted(target)
    )


@lru_cache(maxsize=8)
def _targets(vocabulary: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    by_first: dict[str, list[str]] = defaultdict(list)
    for word in sorted(_TARGETS | vocabulary):
        if len(word) >= SHORTEST_TARGET:
            by_first[word[0]].append(word)
    return {first: tuple(words) for first, words in by_first.items()}
