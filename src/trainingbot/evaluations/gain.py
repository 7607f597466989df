"""What people learned, from pairs: one person's rating before with the same person's after.

Ratings are ordinal, and equal ones are the rule. So the test is Wilcoxon's signed-rank test with
Pratt's handling of zeros, by the normal approximation without a correction for continuity; the
effect is the matched-pairs rank-biserial correlation over the same ranks; and the interval of the
mean change is a bootstrap (BCa) with a fixed seed. docs/decisions/0014-summaries.md says why.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SEED = 20240501
"""The seed of the bootstrap: the same pairs give the same interval, on every machine."""
RESAMPLES = 9_999
CONFIDENCE = 0.95
HIGH = 4
"""From this rating on, there was little room to rise."""
FEWEST_PAIRS = 5

TEST = "Wilcoxon signed-rank, Pratt's handling of zeros, normal approximation, two-sided"
INTERVAL = f"95 % interval by bootstrap, BCa, {RESAMPLES:,} resamples, seed {SEED}"
EFFECT = "matched-pairs rank-biserial correlation, over the ranks of the test"
TOO_FEW = "Too few to show: fewer than {fewest} people answered both before and after."
NO_CHANGE = "Nobody's rating changed, so there is nothing to test and no interval."
ALL_ALIKE = "Every rating changed by the same amount, so the interval has no width."
BY_PERCENTILES = "The BCa interval does not exist for these pairs; this is the percentile interval."

Pairs = Mapping[tuple[int, int], int]
"""How many people gave each pair of ratings, before and after."""


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Wilcoxon's test: the rank sums of the rises and of the falls, z and the two-sided p."""

    rises: float
    falls: float
    z: float
    p: float

    @property
    def effect(self) -> float:
        """The rank-biserial correlation: from -1, everything fell, to 1, everything rose."""
        return (self.rises - self.falls) / (self.rises + self.falls)


@dataclass(frozen=True, slots=True)
class Gain:
    """What became of the ratings of those who answered before and after; None where n is 0.

    `interval` is that of `change`; `test` is None where nobody's rating changed.
    `ceiling` tells that over a third were at 4 or 5 before. `notes` says in words what the
    numbers cannot.
    """

    n: int
    rose: int = 0
    same: int = 0
    fell: int = 0
    before: float | None = None
    after: float | None = None
    change: float | None = None
    interval: tuple[float, float] | None = None
    test: SignedRank | None = None
    ceiling: bool = False
    notes: tuple[str, ...] = ()


def gain_of(pairs: Pairs, *, fewest: int = FEWEST_PAIRS) -> Gain:
    """Return what became of the ratings; below `fewest` pairs only that they are too few."""
    n = sum(pairs.values())
    if n < max(fewest, 1):
        return Gain(n, notes=(TOO_FEW.format(fewest=fewest),))
    differences: dict[int, int] = {}
    for (before, after), people in pairs.items():
        if people:
            differences[after - before] = differences.get(after - before, 0) + people
    interval, notes = _interval(differences)
    return Gain(
        n=n,
        rose=sum(people for step, people in differences.items() if step > 0),
        same=differences.get(0, 0),
        fell=sum(people for step, people in differences.items() if step < 0),
        before=sum(before * people for (before, _), people in pairs.items()) / n,
        after=sum(after * people for (_, after), people in pairs.items()) / n,
        change=_mean(differences),
        interval=interval,
        test=signed_rank(differences),
        ceiling=3 * sum(people for (before, _), people in pairs.items() if before >= HIGH) > n,
        notes=notes,
    )


def signed_rank(differences: Mapping[Any, int]) -> SignedRank | None:
    """Test differences, each with how often it was found; None where all of them are zero.

    Zeros take part in the ranking and are then left out (Pratt 1959). Ranks are the middle ones
    of those that are equal.
    """
    sizes: dict[Any, int] = {}
    for step, people in differences.items():
        sizes[abs(step)] = sizes.get(abs(step), 0) + people
    n, zeros = sum(sizes.values()), sizes.get(0, 0)
    if n == zeros:
        return None
    rank_of, below = {}, 0
    for size in sorted(sizes):
        rank_of[size] = below + (sizes[size] + 1) / 2
        below += sizes[size]
    rises = sum(rank_of[abs(step)] * people for step, people in differences.items() if step > 0)
    falls = sum(rank_of[abs(step)] * people for step, people in differences.items() if step < 0)
    expected = (n * (n + 1) - zeros * (zeros + 1)) / 4
    ties = sum(people**3 - people for size, people in sizes.items() if size)
    squares = n * (n + 1) * (2 * n + 1) - zeros * (zeros + 1) * (2 * zeros + 1) - ties / 2
    z = (rises - expected) / math.sqrt(squares / 24)
    return SignedRank(rises, falls, z, math.erfc(abs(z) / math.sqrt(2)))


def _interval(differences: Mapping[int, int]) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    if set(differences) == {0}:
        return None, (NO_CHANGE,)
    if len(differences) == 1:
        change = float(next(iter(differences)))
        return (change, change), (ALL_ALIKE,)
    means = resampled_means(differences)
    interval = bca(differences, means)
    if interval is None:
        tail = (1 - CONFIDENCE) / 2
        return (percentile(means, tail), percentile(means, 1 - tail)), (BY_PERCENTILES,)
    return interval, ()


def resampled_means(differences: Mapping[int, int]) -> list[float]:
    """Return the means of resamples of the differences, in order.

    How often each difference is drawn is multinomial: that is what drawing people one by one
    comes to, however many they are.
    """
    # The library takes most of a second to import, and nothing but a summary needs it.
    from scipy.stats import multinomial  # noqa: PLC0415 - see above

    n = sum(differences.values())
    steps = sorted(differences)
    shares = [differences[step] / n for step in steps]
    drawn = multinomial(n, shares).rvs(size=RESAMPLES, random_state=SEED)
    return sorted((drawn.dot(steps) / n).tolist())


def bca(differences: Mapping[int, int], means: Sequence[float]) -> tuple[float, float] | None:
    """Return the bias-corrected and accelerated interval of the mean from resampled means.

    None where it does not exist (Efron and Tibshirani 1993, chapter 14).
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415 - as above

    mean = _mean(differences)
    below = sum(one < mean for one in means)
    not_above = sum(one <= mean for one in means)
    bias = float(ndtri((below + not_above) / (2 * len(means))))
    # Without one person the mean moves by (mean - step) / (n - 1).
    cubes = sum(people * (step - mean) ** 3 for step, people in differences.items())
    squares = sum(people * (step - mean) ** 2 for step, people in differences.items())
    if not math.isfinite(bias) or not squares:
        return None
    acceleration = cubes / (6 * squares**1.5)
    ends = []
    for tail in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2):
        shifted = bias + float(ndtri(tail))
        if acceleration * shifted >= 1:
            return None
        ends.append(percentile(means, float(ndtr(bias + shifted / (1 - acceleration * shifted)))))
    return ends[0], ends[1]


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of ordered values lies, between two by proportion."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _mean(differences: Mapping[int, int]) -> float:
    n = sum(differences.values())
    return sum(step * people for step, people in differences.items()) / n
