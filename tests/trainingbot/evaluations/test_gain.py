import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from trainingbot.evaluations import gain
from trainingbot.evaluations.gain import Gain, bca, gain_of, resampled_means, signed_rank

SETS = 1_000


def random_steps(draw: random.Random) -> list[int]:
    """Return how the ratings of 5 to 60 people changed, of which many do not."""
    people = draw.randint(5, 60)
    stay, highest = draw.random(), draw.randint(2, 5)
    befores = [draw.randint(1, highest) for _ in range(people)]
    return [0 if draw.random() < stay else draw.randint(1, 5) - before for before in befores]


def sets_of_steps(seed: int) -> Iterator[list[int]]:
    draw = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    found = 0
    while found < SETS:
        steps = random_steps(draw)
        if len(set(steps)) > 1:
            found += 1
            yield steps


def scipys_bca(steps: list[int], means: Sequence[float]) -> Any:  # noqa: ANN401 - untyped there
    """Return what scipy makes of the same resampled means."""

    def mean(sample: Any, axis: int) -> Any:  # noqa: ANN401 - an array
        return sample.mean(axis=axis)

    drawn = stats.bootstrap((steps,), mean, n_resamples=2, method="percentile", rng=1)
    ours = replace(drawn, bootstrap_distribution=np.asarray(means))
    made = stats.bootstrap(
        (steps,), mean, n_resamples=0, method="BCa", bootstrap_result=ours, vectorized=True
    )
    return made.confidence_interval


def test_the_test_equals_scipy_on_random_sets() -> None:
    for steps in sets_of_steps(1):
        ours = signed_rank(Counter(steps))

        theirs = stats.wilcoxon(steps, zero_method="pratt", method="asymptotic", correction=False)
        assert ours is not None
        assert ours.p == pytest.approx(theirs.pvalue, abs=1e-9)
        assert abs(ours.z) == pytest.approx(abs(theirs.zstatistic), abs=1e-9)
        assert min(ours.rises, ours.falls) == pytest.approx(theirs.statistic, abs=1e-9)


def test_the_interval_equals_scipy_on_random_sets() -> None:
    for steps in sets_of_steps(2):
        means = resampled_means(Counter(steps))[::101]

        ours = bca(Counter(steps), means)

        theirs = scipys_bca(steps, means)
        assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_resampling_by_numbers_is_as_wide_as_drawing_people_one_by_one() -> None:
    steps = [0] * 95 + [1] * 172 + [2] * 52 + [3] * 3

    low, high = gain_of(Counter((1, 1 + step) for step in steps)).interval or (0, 0)

    theirs = stats.bootstrap((steps,), np.mean, n_resamples=9_999, rng=7).confidence_interval
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_darwins_maize_as_in_wilcoxons_textbooks() -> None:
    """Darwin 1876; W = 24, and r = (96 - 24) / 120."""
    differences = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]

    found = signed_rank(Counter(differences))

    assert found is not None
    assert (found.rises, found.falls, found.effect) == (96, 24, 0.6)


def test_depression_scores_of_hollander_and_wolfe() -> None:
    """Hollander and Wolfe 1973, table 3.1: V = 40; R's coin gives Z = 2.0732, p = 0.03815."""
    first = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]

    found = signed_rank(Counter(x - y for x, y in zip(first, second, strict=True)))

    assert found is not None
    assert found.rises == 40
    assert (round(found.z, 4), round(found.p, 5)) == (2.0732, 0.03815)


def test_zeros_take_part_in_the_ranking_as_pratt_has_it() -> None:
    """Of 0, 0, 0 and a single rise, the rise has rank 4, z is 1 and p 0.3173."""
    found = signed_rank({0: 3, 1: 1})

    assert found is not None
    assert (found.rises, found.falls, found.z) == (4, 0, 1)
    assert found.p == pytest.approx(0.31731050786291415, abs=1e-12)


@pytest.mark.parametrize("people", [0, 1, 4])
def test_too_few_pairs_give_words_and_no_number(people: int) -> None:
    found = gain_of({(2, 3): people})

    assert found == Gain(people, notes=(gain.TOO_FEW.format(fewest=5),))


def test_nobody_at_all_gives_words() -> None:
    found = gain_of({})

    sentence = "Too few to show: fewer than 5 people answered both before and after."
    assert found == Gain(0, notes=(sentence,))


def test_where_nobody_changed_there_is_nothing_to_test() -> None:
    found = gain_of({(3, 3): 4, (2, 2): 6})

    assert (found.rose, found.same, found.fell, found.change) == (0, 10, 0, 0)
    assert (found.test, found.interval, found.notes) == (None, None, (gain.NO_CHANGE,))


def test_all_at_the_ceiling_is_said() -> None:
    found = gain_of({(5, 5): 8})

    assert (found.ceiling, found.before, found.after) == (True, 5, 5)
    assert found.notes == (gain.NO_CHANGE,)


def test_where_all_changed_alike_the_interval_has_no_width() -> None:
    found = gain_of({(2, 3): 3, (3, 4): 4})

    assert (found.interval, found.notes) == ((1, 1), (gain.ALL_ALIKE,))
    assert found.test is not None
    assert found.test.effect == 1


def test_a_third_at_the_ceiling_is_not_over_a_third() -> None:
    assert [gain_of({(4, 4): high, (2, 3): 12 - high}).ceiling for high in (4, 5)] == [False, True]


def test_falls_are_results() -> None:
    found = gain_of({(4, 2): 6, (3, 3): 2, (2, 3): 1})

    assert (found.rose, found.same, found.fell) == (1, 2, 6)
    assert found.change is not None
    assert found.change < 0
    assert found.test is not None
    assert found.test.effect < -0.8


def test_the_same_pairs_give_the_same_interval() -> None:
    pairs = {(2, 3): 9, (3, 3): 5, (3, 5): 2}

    assert gain_of(pairs) == gain_of(dict(reversed(pairs.items())))


def test_where_the_interval_does_not_exist_the_percentiles_are_named() -> None:
    assert bca({0: 3, 1: 3}, [1.0, 1.0]) is None


def test_half_a_million_pairs_are_summed_up_as_a_few_are() -> None:
    found = gain_of({(2, 3): 300_000, (3, 3): 200_000})

    assert found.interval is not None
    low, high = found.interval
    assert low < 0.6 < high


def test_the_statistics_library_is_imported_only_when_it_is_needed() -> None:
    code = (
        "import sys, trainingbot.evaluations.gain; "
        "print(any(name.startswith('scipy') for name in sys.modules))"
    )

    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False\n"
