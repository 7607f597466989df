"""The programme as words: what each title says, which words there are, and how rare they are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from uuid import UUID

from bot.understanding.vocabulary import GRAMMAR

BEGINNING = 3
"""Letters that begin a word: `pro`, and fewer begin too many."""
LONG_INITIALS = 3
"""Two letters say too little: MH, DA and CP stand in a table."""

_PART = re.compile(r"[^\W_]+")
_STATED_LEVEL = re.compile(r"\blevel ([1-3])\b")
_APOSTROPHES = re.compile("['’‘ʼ`´]")  # noqa: RUF001 - the apostrophes that phones type


@dataclass(frozen=True, slots=True)
class CourseTitle:
    """What is known of a course when words are matched with it."""

    id: UUID
    code: str
    title: str
    theme: str
    level: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A course, and the stems of its title and theme; a level in the title is no word of it."""

    course: CourseTitle
    written: tuple[str, ...]
    words: frozenset[str]
    theme: frozenset[str]
    level: int
    states_level: bool
    initials: frozenset[str]
    numbers: frozenset[str]
    run_together: str


@dataclass(frozen=True, slots=True)
class Programme:
    """Every course of the programme, prepared for matching."""

    entries: tuple[Entry, ...]
    codes: Mapping[str, CourseTitle]
    vocabulary: frozenset[str]
    """The words of all titles and themes as they are written, grammar left out."""
    stems: frozenset[str]
    alike: Mapping[str, tuple[str, ...]]
    """The stems by the letters they begin with."""
    pairs: frozenset[tuple[str, str]]
    """Words that stand side by side in a title or theme."""
    initials: Mapping[str, tuple[str, ...]]
    """The title behind initials that only one title has."""
    levelled: frozenset[str]
    """The words of titles that state their level."""
    weights: Mapping[str, float]

    def knows(self, word: str) -> bool:
        """Tell whether a word is in a title or theme, in the singular or the plural."""
        return stem(word) in self.stems

    def teaches(self, phrase: str) -> bool:
        """Tell whether words stand side by side in a title or theme."""
        words = phrase.split()
        if len(words) == 1:
            return self.knows(words[0])
        return all(pair in self.pairs for pair in pairwise(words))

    def weight(self, word: str) -> float:
        """Say how much a stem tells: the rarer it is among the titles, the more."""
        return self.weights.get(word, log(1 + len(self.entries)))


def fold(text: str) -> str:
    """Return text in lower case, without accents and apostrophes, in the plainest characters."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    plain = plain.replace("&", " and ")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def parts(text: str) -> list[str]:
    """Split folded text into words and numbers."""
    return _PART.findall(text)


def stem(word: str) -> str:
    """Return the singular of a plain plural, and "child" for "children"."""
    if word == "children":
        return "child"
    if word.endswith("ies") and len(word) > len("ties"):
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > len("its"):
        return word[:-1]
    return word


@lru_cache(maxsize=8)
def programme_of(courses: tuple[CourseTitle, ...]) -> Programme:
    """Prepare a programme; the same courses are prepared once."""
    entries = tuple(_entry(course) for course in courses)
    texts = [
        parts(fold(text)) for course in courses for text in (course.title, course.theme) if text
    ]
    vocabulary = frozenset(word for words in texts for word in words) - GRAMMAR
    courses_with = Counter(word for entry in entries for word in entry.words)
    titles_with = Counter(initials for entry in entries for initials in entry.initials)
    stems = frozenset(map(stem, vocabulary))
    alike: dict[str, tuple[str, ...]] = {}
    for word in sorted(stems):
        alike[word[:BEGINNING]] = (*alike.get(word[:BEGINNING], ()), word)
    return Programme(
        entries=entries,
        codes={
            fold(course.code): course
            for course in courses
            if any(letter.isdigit() for letter in course.code)
        },
        vocabulary=vocabulary,
        stems=stems,
        alike=alike,
        pairs=frozenset(pair for words in texts for pair in pairwise(words)),
        initials={
            initials: entry.written
            for entry in entries
            for initials in entry.initials
            if titles_with[initials] == 1
        },
        levelled=frozenset[str]().union(*(entry.words for entry in entries if entry.states_level)),
        weights={word: log(1 + len(entries) / courses) for word, courses in courses_with.items()},
    )


def _entry(course: CourseTitle) -> Entry:
    title = " ".join(parts(fold(course.title)))
    stated = _STATED_LEVEL.search(title)
    written = _STATED_LEVEL.sub(" ", title).split()
    telling = [word for word in written if word not in GRAMMAR]
    return Entry(
        course=course,
        written=tuple(written),
        words=frozenset(map(stem, telling)),
        theme=frozenset(stem(word) for word in parts(fold(course.theme)) if word not in GRAMMAR),
        level=int(stated[1]) if stated else course.level,
        states_level=stated is not None,
        initials=frozenset(
            initials
            for words in (written, telling)
            if len(initials := "".join(word[0] for word in words)) >= LONG_INITIALS
        ),
        numbers=frozenset(word for word in telling if word.isdecimal()),
        run_together="".join(map(stem, telling)),
    )
