"""Which course a person means, of those whose titles agree with the typed words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.programme import CourseTitle
from bot.understanding.scoring import Score, Scores

MOST_NEAR = 3
"""How many courses are offered where it is not clear which is meant."""
HALF = 0.5
CLEARLY_NEARER = 0.15
NEAR_ENOUGH = 0.2
PART_OF_WORDS = 0.35
"""A course is near only if it has about a third of what was typed: "child" alone is in many."""


@dataclass(frozen=True, slots=True)
class Ask:
    """How much must agree before a course is taken as meant, as shares from 0 to 1.

    `title` is the least share of the title that is typed where every typed word is in it;
    `typed` the least share of the typed words that the title covers where it is typed whole.
    """

    title: float
    typed: float


TO_SHOW = Ask(title=0.25, typed=0.6)
TO_CHANGE = Ask(title=0.33, typed=0.2)
"""Booking and giving back: much may be said beside the title, but a good part of it must be."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The course that is meant, if one is, and the nearest ones, at most three, best first."""

    course: CourseTitle | None = None
    near: tuple[CourseTitle, ...] = ()


def course_meant(scores: Scores, ask: Ask) -> Meant:
    """Choose the course that is meant, or the nearest ones where none clearly is.

    A level that was typed is never overruled: courses of another level are only ever among
    the nearest, and only where no course of that level has any of the words.
    """
    return (
        _named_in_full(scores.meant, ask)
        or _whole_title_among_more(scores.meant, ask)
        or _nearly(scores.meant, ask)
        or _run_together(scores)
        or Meant(near=_nearest(scores.meant or scores.any_level))
    )


def _named_in_full(scores: Sequence[Score], ask: Ask) -> Meant | None:
    every = [score for score in scores if score.every_word]
    if not every:
        return None
    whole = [score for score in every if score.whole_title]
    if len(whole) == 1:
        return Meant(whole[0].entry.course, _courses(every))
    if len(every) == 1 and every[0].title >= ask.title:
        return Meant(every[0].entry.course, _courses(every))
    of_theme = [score for score in scores if score.every_word_or_theme and score not in every]
    return Meant(near=_courses([*every, *of_theme]))


def _whole_title_among_more(scores: Sequence[Score], ask: Ask) -> Meant | None:
    whole = [score for score in scores if score.whole_title]
    # "Partner Workshop: Neglect" holds "Neglect": the longer title says which of them is meant.
    longest = [
        score
        for score in whole
        if not any(score.entry.words < other.entry.words for other in whole)
    ]
    if not longest:
        return None
    if len(longest) == 1 and longest[0].typed >= ask.typed:
        return Meant(longest[0].entry.course, _courses(longest))
    return Meant(near=_courses(longest))


def _nearly(scores: Sequence[Score], ask: Ask) -> Meant | None:
    if not scores:
        return None
    best = scores[0]
    second = scores[1].near if len(scores) > 1 else 0.0
    if best.others_known or best.typed < HALF or best.title < max(HALF, ask.title):
        return None
    if best.near - second < CLEARLY_NEARER:
        return None
    return Meant(best.entry.course, _nearest(scores))


def _run_together(scores: Scores) -> Meant | None:
    courses = tuple(entry.course for entry in scores.run_together[:MOST_NEAR])
    if not courses:
        return None
    return Meant(courses[0] if len(courses) == 1 else None, courses)


def _nearest(scores: Sequence[Score]) -> tuple[CourseTitle, ...]:
    return _courses(
        [
            score
            for score in scores
            if score.near >= NEAR_ENOUGH and max(score.typed, score.theme) >= PART_OF_WORDS
        ]
    )


def _courses(scores: Sequence[Score]) -> tuple[CourseTitle, ...]:
    return tuple(score.entry.course for score in scores[:MOST_NEAR])
