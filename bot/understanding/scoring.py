"""How well typed words agree with each title of the programme, rare words counting more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.understanding.programme import BEGINNING, Entry, Programme, stem
from bot.understanding.vocabulary import EVERYDAY

MOST_WORDS = 24
"""A title is named within so many words; matching more takes longer and finds no better."""
LEFT_OUT = 3
"""Letters that make a beginning an abbreviation: `prof` is one, and "car" is no care."""
SHORTEST_ROOT = 5
ROOT_SHARE = 0.6
"""Words are kin when this share of the longer one is common: *parental* and *parenting*."""
ALIKE = 88
"""Ratio of rapidfuzz above which words run together are a title: `gradedcareprofile`."""
THEME_COUNTS = 0.3
"""A theme makes a course one of the nearest, and never the one that is meant."""


@dataclass(frozen=True, slots=True)
class Score:
    """How far a course's title and the typed words cover each other, as shares from 0 to 1."""

    entry: Entry
    typed: float
    title: float
    whole_title: bool
    words_named: int
    besides: frozenset[str]
    """Stems of typed words that are not in the title."""
    every_word_or_theme: bool
    others_known: bool
    """Some typed words are of the programme and not of this title."""
    theme: float
    near: float
    """Orders the courses: the mean of both shares, and a little for the theme."""

    @property
    def every_word(self) -> bool:
        """Tell whether every typed word is in the title."""
        return not self.besides


@dataclass(frozen=True, slots=True)
class Scores:
    """The courses that share a word with what was typed, the nearest first.

    `meant` holds those of the level that was typed, `run_together` those of that level whose
    title was typed without spaces, and `any_level` all, where none of the level was found.
    """

    meant: tuple[Score, ...] = ()
    run_together: tuple[Entry, ...] = ()
    any_level: tuple[Score, ...] = ()


def score_courses(words: Sequence[str], *, level: int | None, programme: Programme) -> Scores:
    """Score every course of a level, or of any level, by words without grammar."""
    typed = tuple(dict.fromkeys(map(stem, words)))[:MOST_WORDS]
    if not typed:
        return Scores()
    meanings = {word: _meanings(word, programme) for word in typed}
    of_level = [entry for entry in programme.entries if level in (None, entry.level)]
    if meant := _scores(of_level, meanings, programme):
        return Scores(meant=meant)
    return Scores(
        run_together=_run_together("".join(typed), of_level),
        any_level=_scores(programme.entries, meanings, programme),
    )


def _run_together(written: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    if len(written) < SHORTEST_ROOT:
        return ()
    return tuple(entry for entry in entries if fuzz.ratio(written, entry.run_together) >= ALIKE)


def _scores(
    entries: Iterable[Entry], meanings: Mapping[str, frozenset[str]], programme: Programme
) -> tuple[Score, ...]:
    numbers = frozenset(filter(str.isdecimal, meanings))
    scores = [
        score
        for entry in entries
        if (not numbers or not entry.numbers - numbers)
        and (score := _score(entry, meanings, programme)) is not None
    ]
    return tuple(sorted(scores, key=lambda score: (-score.near, score.entry.course.title)))


def _score(
    entry: Entry, meanings: Mapping[str, frozenset[str]], programme: Programme
) -> Score | None:
    in_theme = [word for word, known in meanings.items() if known & entry.theme]
    in_title = {word: known & entry.words for word, known in meanings.items()}
    in_title |= {word: entry.words for word in meanings if word in entry.initials}
    named = [word for word, known in in_title.items() if known]
    if not named and not in_theme:
        return None
    covered = frozenset[str]().union(*in_title.values())
    weigh = programme.weight
    of_typed = sum(map(weigh, named)) / sum(map(weigh, meanings))
    of_title = sum(map(weigh, covered)) / sum(map(weigh, entry.words)) if covered else 0.0
    of_theme = sum(map(weigh, in_theme)) / sum(map(weigh, meanings))
    return Score(
        entry=entry,
        typed=of_typed,
        title=of_title,
        whole_title=bool(covered) and covered == entry.words,
        words_named=len(named),
        besides=frozenset(meanings).difference(named),
        every_word_or_theme=len(meanings) == len({*named, *in_theme}),
        others_known=any(
            meanings[word] & programme.stems for word in meanings if not in_title[word]
        ),
        theme=of_theme,
        near=(of_typed + of_title) / 2 + THEME_COUNTS * of_theme,
    )


def _meanings(word: str, programme: Programme) -> frozenset[str]:
    """Return the words of the programme that a typed word may stand for."""
    if word in EVERYDAY:
        return frozenset({word})
    kin = {known for known in programme.alike.get(word[:BEGINNING], ()) if _are_kin(word, known)}
    if word not in programme.stems:
        kin |= {
            known for known in programme.alike.get(word[:BEGINNING], ()) if _begins(word, known)
        }
    return frozenset({word, *kin})


def _begins(typed: str, known: str) -> bool:
    return known.startswith(typed) and len(known) >= len(typed) + LEFT_OUT


def _are_kin(typed: str, known: str) -> bool:
    if typed[:SHORTEST_ROOT] != known[:SHORTEST_ROOT] or len(typed) < SHORTEST_ROOT:
        return False
    common = next(
        (at for at, (one, other) in enumerate(zip(typed, known, strict=False)) if one != other),
        min(len(typed), len(known)),
    )
    return common >= ROOT_SHARE * max(len(typed), len(known))
