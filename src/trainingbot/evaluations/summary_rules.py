"""What of a year's answers is shown of the year, of a course and of a session."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from uuid import UUID

from trainingbot.evaluations.gain import Gain, gain_of
from trainingbot.evaluations.small_numbers import (
    Counts,
    Part,
    Protected,
    Shown,
    answered_sizes,
    means_may_be_shown,
    protect,
)
from trainingbot.evaluations.summary_views import RatingSummary, Scope, StatementSummary

POINTS = 5
TOO_CLOSE = (
    "So few people answered in the rest of what this lies in that showing it would tell what "
    "they said."
)
ROUNDED = (
    "So few rose, stayed or fell, or gave one of the ratings, that they could be worked out from "
    "more: only rounded means are shown."
)
NO_MEANS = (
    "So few rose, stayed or fell, or gave one of the ratings, that even the means would tell "
    "who: only the number of pairs is shown."
)

Joint = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Rated:
    """What one session has of one rating: its course and its pairs."""

    course_id: UUID
    pairs: Joint


def steps_of(pairs: Joint) -> Counts:
    """Return how many rose, stayed and fell."""
    rose = sum(people for (before, after), people in pairs.items() if after > before)
    fell = sum(people for (before, after), people in pairs.items() if after < before)
    return rose, sum(pairs.values()) - rose - fell, fell


def points_of(pairs: Joint, *, side: int) -> Counts:
    """Return how many gave 1, 2, … 5 points, before (side 0) or after (side 1)."""
    found = Counter[int]()
    for pair, people in pairs.items():
        found[pair[side]] += people
    return tuple(found[points] for points in range(1, POINTS + 1))


def refusal_of(  # noqa: PLR0911 - a guard clause for each reason
    scope: Scope, sizes: Mapping[UUID, tuple[UUID, int]], *, threshold: int
) -> str | None:
    """Return why there is no result for a scope, or None.

    `sizes` are the year's sessions with their course and their responses.
    """
    few = f"Too few to show: fewer than {threshold} people have answered."
    courses = Counter[UUID]()
    for course_id, people in sizes.values():
        courses[course_id] += people
    if sum(courses.values()) < threshold:
        return few
    if scope.course_id is None:
        return None
    if courses[scope.course_id] < threshold:
        return few
    if scope.course_id not in answered_sizes(courses, threshold=threshold):
        return TOO_CLOSE
    if scope.session_id is None:
        return None
    inside = {one: people for one, (course, people) in sizes.items() if course == scope.course_id}
    if inside.get(scope.session_id, 0) < threshold:
        return few
    answered = answered_sizes(inside, threshold=threshold)
    return None if scope.session_id in answered else TOO_CLOSE


def statement_of(
    scope: Scope, parts: Mapping[UUID, Part], *, key: str, wording: str, threshold: int
) -> StatementSummary:
    """Return how many of a scope agreed with a statement, as far as it may be shown."""
    shown = _seen(protect(parts, width=POINTS, threshold=threshold), scope, POINTS)
    answered = sum(
        sum(part.counts) for one, part in parts.items() if _is_inside(scope, one, part.course_id)
    )
    return StatementSummary(key, wording, answered, shown)


def rating_of(
    scope: Scope, rated: Mapping[UUID, Rated], *, key: str, answered: int, threshold: int
) -> RatingSummary:
    """Return what became of a rating on a scope, as far as it may be shown.

    `answered` is how many of the scope gave it afterwards.
    """
    pairs = Counter[tuple[int, int]]()
    for one, of_session in rated.items():
        if _is_inside(scope, one, of_session.course_id):
            pairs.update(of_session.pairs)
    gain = gain_of(pairs, fewest=threshold)
    once: int | None = answered - gain.n
    once = None if 0 < (once or 0) < threshold else once
    if gain.n < threshold:
        return RatingSummary(key, gain, (None,) * POINTS, exact=False, once=once)
    steps, steps_of_year = _protected(rated, scope, steps_of, 3, threshold=threshold)
    after, after_of_year = _protected(
        rated, scope, lambda one: points_of(one, side=1), POINTS, threshold=threshold
    )
    if None not in steps and None not in after:
        return RatingSummary(key, gain, after, exact=True, once=once)
    coarse = _coarse(
        gain,
        pairs,
        nobody_stepped=_nobody(steps_of_year),
        nobody_gave=_nobody(after_of_year),
        threshold=threshold,
    )
    return RatingSummary(key, coarse, (None,) * POINTS, exact=False, once=once)


def _is_inside(scope: Scope, session_id: UUID, course_id: UUID) -> bool:
    if scope.session_id is not None:
        return scope.session_id == session_id
    return scope.course_id in (None, course_id)


def _seen(protected: Protected, scope: Scope, width: int) -> Shown:
    nothing = (0,) * width
    if scope.session_id is not None:
        return protected.sessions.get(scope.session_id, nothing)
    if scope.course_id is not None:
        return protected.courses.get(scope.course_id, nothing)
    return protected.year


def _protected(
    rated: Mapping[UUID, Rated],
    scope: Scope,
    counted: Callable[[Joint], Counts],
    width: int,
    *,
    threshold: int,
) -> tuple[Shown, Shown]:
    """Return what is shown of a table of a rating, of the scope and of its year."""
    parts = {one: Part(each.course_id, counted(each.pairs)) for one, each in rated.items()}
    protected = protect(parts, width=width, threshold=threshold, whole=True)
    return _seen(protected, scope, width), protected.year


def _nobody(shown: Shown) -> frozenset[int]:
    """Return the answers that everybody can see nobody in the year gave."""
    return frozenset(at for at, people in enumerate(shown) if people == 0)


def _coarse(
    gain: Gain,
    pairs: Joint,
    *,
    nobody_stepped: Collection[int],
    nobody_gave: Collection[int],
    threshold: int,
) -> Gain:
    """Return the gain where its tables are hidden: with rounded means, or without."""
    before, after = rounded(gain.before or 0), rounded(gain.after or 0)
    points = points_of(pairs, side=1)
    low, high = sums_behind(gain.n, points)
    means = means_may_be_shown(points, nobody=nobody_gave, low=low, high=high)
    steps = steps_stay_open(
        steps_of(pairs),
        before=sums_behind(gain.n, points_of(pairs, side=0)),
        after=(low, high),
        nobody=nobody_stepped,
        threshold=threshold,
    )
    if not means or not steps:
        return Gain(gain.n, notes=(NO_MEANS,))
    return replace(
        Gain(gain.n, notes=(ROUNDED,)),
        before=before,
        after=after,
        change=rounded(after - before),
    )


def rounded(mean: float) -> float:
    """Return a mean to one decimal place."""
    return round(mean, 1)


def sums_behind(n: int, counts: Counts) -> tuple[int, int]:
    """Return the least and the greatest sum of points that has the same rounded mean."""
    total = sum((at + 1) * people for at, people in enumerate(counts))
    shown = rounded(total / n)
    low = high = total
    while rounded((low - 1) / n) == shown:
        low -= 1
    while rounded((high + 1) / n) == shown:
        high += 1
    return low, high


REACH = 6
"""How far from what is true another possibility is looked for."""


def steps_stay_open(
    steps: Counts,
    *,
    before: tuple[int, int],
    after: tuple[int, int],
    nobody: Collection[int],
    threshold: int,
) -> bool:
    """Tell whether how many rose, stayed and fell stays open to whoever knows the rounded means.

    `before` and `after` are the sums of points that the means leave open, and `nobody` says which
    of the three are known to be nobody.
    """
    rose, same, fell = steps
    n = rose + same + fell
    small = any(0 < people < threshold for people in steps)
    open_still = {at for at, people in enumerate(steps) if people}
    for rise, fall in product(range(-REACH, REACH + 1), repeat=2):
        other = (rose + rise, n - rose - rise - fell - fall, fell + fall)
        if min(other) < 0 or any(other[at] for at in nobody):
            continue
        if small and not any(0 < people < threshold for people in other):
            continue
        if _is_possible(other, before, after):
            open_still -= {at for at in open_still if other[at] != steps[at]}
    return not open_still


def _is_possible(steps: Sequence[int], before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Tell whether some people who rose, stayed and fell so have such sums of points."""
    rose, same, fell = steps
    low_before = max(before[0], rose + same + 2 * fell)
    high_before = min(before[1], 4 * rose + 5 * same + 5 * fell)
    low_after = max(after[0], 2 * rose + same + fell)
    high_after = min(after[1], 5 * rose + 5 * same + 4 * fell)
    least, most = rose - 4 * fell, 4 * rose - fell
    return (
        low_before <= high_before
        and low_after <= high_after
        and high_after - low_before >= least
        and low_after - high_before <= most
    )
