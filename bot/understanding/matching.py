"""Which course a person means, of those whose titles agree with the typed words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.programme import CourseTitle
from bot.understanding.scoring import Score, Scores

MOST_NEAR = 3
"""How many courses are offered where it is not clear which is meant."""
CLEARLY_NEARER = 0.15
NEAR_ENOUGH = 0.2
PART_OF_WORDS = 0.35
"""A course is near only if it has about a third of what was typed: "child" alone is in many."""


@dataclass(frozen=True, slots=True)
class Ask:
    """How much must agree before a course is taken as meant, as shares from 0 to 1.

    `title` is the least share of the title that is typed where every typed word is in it, and
    `title_by_one_word` the same for a single word; `typed` the least share of the typed words
    that the title covers where it is typed whole; `nearly` the least of both where neither is
    whole.
    """

    title: float
    title_by_one_word: float
    typed: float
    nearly: float


TO_SHOW = Ask(title=0.25, title_by_one_word=0.25, typed=0.6, nearly=0.6)
TO_GIVE_BACK = Ask(title=0.33, title_by_one_word=0.33, typed=0.2, nearly=0.5)
"""Much may be said beside the title; the person is asked before the place is gone."""
TO_BOOK = Ask(title=0.33, title_by_one_word=0.6, typed=0.2, nearly=1.0)
"""Nobody is asked again, so a course that is only nearly named is offered and not booked."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The course that is meant, if one is, and the nearest ones, at most three, best first."""

    course: CourseTitle | None = None
    near: tuple[CourseTitle, ...] = ()
    besides: frozenset[str] = frozenset()
    """Stems of typed words that are not in its title."""


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
    least = ask.title_by_one_word if every[0].words_named == 1 else ask.title
    if len(every) == 1 and every[0].title >= least:
        return Meant(every[0].entry.course, _courses(every))
    of_theme = [score for score in scores if score.every_word_or_theme and not score.every_word]
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
        return Meant(longest[0].entry.course, _courses(longest), longest[0].besides)
    return Meant(near=_courses(longest))


def _nearly(scores: Sequence[Score], ask: Ask) -> Meant | None:
    if not scores:
        return None
    best = scores[0]
    second = scores[1].near if len(scores) > 1 else 0.0
    if best.others_known or min(best.typed, best.title) < ask.nearly:
        return None
    if best.near - second < CLEARLY_NEARER:
        return None
    return Meant(best.entry.course, _nearest(scores), best.besides)


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
