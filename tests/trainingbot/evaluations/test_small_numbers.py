import random
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from uuid import UUID

import numpy as np
import pytest
from scipy.optimize import linprog

from trainingbot.evaluations.small_numbers import (
    Part,
    Protected,
    answered_sizes,
    hidden_of,
    means_may_be_shown,
    protect,
    shown_of,
)

SETS = 10_000
"""The linear attack is made on every set, the one by inequalities on the first of them."""
BY_INEQUALITIES = 40


def tables(total: int, width: int) -> Iterator[tuple[int, ...]]:
    if width == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in tables(total - first, width - 1))


@cache
def shown(counts: tuple[int, ...], *, whole: bool = False) -> tuple[int | None, ...]:
    return shown_of(counts, hidden_of(counts, whole=whole))


def attacked(counts: tuple[int, ...], *, whole: bool) -> list[set[int]]:
    """Return what each hidden count may be, to somebody who knows the total and every rule."""
    seen = shown(counts, whole=whole)
    hidden = [at for at, people in enumerate(seen) if people is None]
    left = sum(counts) - sum(people for people in seen if people is not None)
    possible: list[set[int]] = [set() for _ in hidden]
    for filled in tables(left, len(hidden)):
        guess = list(seen)
        for at, people in zip(hidden, filled, strict=True):
            guess[at] = people
        if shown(tuple(people or 0 for people in guess), whole=whole) == seen:
            for values, people in zip(possible, filled, strict=True):
                values.add(people)
    return possible


@pytest.mark.parametrize("whole", [False, True])
def test_no_hidden_count_follows_from_one_table_and_the_rules(whole: bool) -> None:  # noqa: FBT001 - a case
    draw = random.Random(5)  # noqa: S311 - a repeatable draw, no secret
    for _ in range(SETS):
        width = draw.choice([3, 5]) if whole else 5
        counts = tuple(draw.choice([0, 0, 1, 2, 3, 5, 8]) for _ in range(width))

        if None in shown(counts, whole=whole) and sum(counts) <= 12:
            assert [values for values in attacked(counts, whole=whole) if len(values) < 2] == []


def year_of(draw: random.Random) -> dict[UUID, Part]:
    """Return a year of a few courses, with sessions from a single person to thirty."""
    usual = draw.choice([(0, 0, 1, 5, 9), (0, 0, 0, 4, 4), (2, 2, 2, 2, 2), (0, 1, 3, 6, 10)])
    return {
        UUID(int=number): Part(
            UUID(int=1_000 + draw.randrange(3)), tuple(draw.randint(0, most) for most in usual)
        )
        for number in range(draw.randint(1, 7))
    }


class Attack:
    """What somebody knows who sees every result of a year, as equations in the answers."""

    def __init__(self, parts: dict[UUID, Part], protected: Protected, *, threshold: int) -> None:
        self.cells = {cell: at for at, cell in enumerate(product(parts, range(5)))}
        self.lines: list[list[int]] = []
        self.sums: list[int] = []
        self.hidden: list[list[int]] = []
        for one, part in parts.items():
            if sum(part.counts) >= threshold:
                self.knows([(one, at) for at in range(5)], sum(part.counts))
            self.sees([one], parts, protected.sessions[one])
        for course, seen in protected.courses.items():
            of_course = [one for one, part in parts.items() if part.course_id == course]
            self.sees(of_course, parts, seen)
        self.sees(list(parts), parts, protected.year)

    def knows(self, cells: list[tuple[UUID, int]], people: int) -> None:
        self.lines.append(self.line(cells))
        self.sums.append(people)

    def line(self, cells: list[tuple[UUID, int]]) -> list[int]:
        named = {self.cells[cell] for cell in cells}
        return [int(at in named) for at in range(len(self.cells))]

    def sees(self, of: list[UUID], parts: dict[UUID, Part], seen: tuple[int | None, ...]) -> None:
        total = sum(sum(parts[one].counts) for one in of)
        if len(of) > 1:
            self.knows([(one, at) for one in of for at in range(5)], total)
        for at, people in enumerate(seen):
            cells = [(one, at) for one in of]
            if people is not None:
                self.knows(cells, people)
            elif 0 < sum(parts[one].counts[at] for one in of) < 5:
                self.hidden.append(self.line(cells))

    def follows(self) -> list[list[int]]:
        """Return the hidden counts that follow from the equations alone."""
        if not self.hidden:
            return []
        known = np.array([[0] * len(self.cells), *self.lines], dtype=float)
        _, sizes, axes = np.linalg.svd(known)
        free = axes[int((sizes > 1e-9).sum()) :]
        moved = np.abs(np.array(self.hidden, dtype=float) @ free.T).max(axis=1, initial=0)
        return [one for one, much in zip(self.hidden, moved, strict=True) if much < 1e-7]

    def follows_since_nobody_is_less_than_none(self) -> list[list[int]]:
        """Return those that follow from the equations and from counts not being negative."""
        return [
            one
            for one in self.hidden
            if abs(self.least(one) + self.least([-people for people in one])) < 1e-6
        ]

    def least(self, of: list[int]) -> float:
        found = linprog(
            of, A_eq=[[0] * len(of), *self.lines], b_eq=[0, *self.sums], bounds=(0, None)
        )
        return float(found.fun)


def test_no_hidden_count_follows_from_a_year_its_courses_and_its_sessions_together() -> None:
    draw = random.Random(6)  # noqa: S311 - a repeatable draw, no secret
    hidden = 0
    for number in range(SETS):
        parts = year_of(draw)
        attack = Attack(parts, protect(parts, width=5), threshold=5)
        hidden += len(attack.hidden)

        assert attack.follows() == [], parts
        if number < BY_INEQUALITIES:
            assert attack.follows_since_nobody_is_less_than_none() == [], parts
    assert hidden > SETS


def test_a_table_without_small_numbers_is_shown_as_it_is() -> None:
    assert shown((0, 0, 5, 12, 30)) == (0, 0, 5, 12, 30)


def test_a_small_number_takes_the_next_smallest_with_it() -> None:
    assert shown((2, 5, 22, 128, 184)) == (None, None, 22, 128, 184)


def test_two_that_follow_from_their_sum_take_a_third_with_them() -> None:
    assert shown((1, 1, 0, 7, 9)) == (None, None, 0, None, 9)


@pytest.mark.parametrize("counts", [(0, 0, 0, 1, 3), (1, 1, 1, 1, 1), (0, 0, 0, 0, 4)])
def test_so_few_people_that_nothing_is_left_to_show(counts: tuple[int, ...]) -> None:
    assert shown(counts) == (None,) * 5


def test_nobody_is_no_small_number() -> None:
    assert shown((0, 0, 0, 0, 0)) == (0, 0, 0, 0, 0)


def test_neither_a_course_nor_a_year_gives_its_one_small_session_away() -> None:
    course = UUID(int=1)
    parts = {
        UUID(int=2): Part(course, (0, 0, 3, 0, 9)),
        UUID(int=3): Part(course, (0, 0, 8, 0, 20)),
    }

    found = protect(parts, width=5)

    assert found.year == (0, 0, None, 0, None)
    assert found.sessions[UUID(int=2)] == found.sessions[UUID(int=3)] == (0, 0, None, 0, None)
    assert found.courses[course][2] is found.courses[course][4] is None


def test_sizes_leave_no_few_people_between_two_results() -> None:
    sizes = {UUID(int=1): 13, UUID(int=2): 9, UUID(int=3): 3}

    assert answered_sizes(sizes) == {UUID(int=1)}
    assert answered_sizes({**sizes, UUID(int=4): 2}) == {UUID(int=1), UUID(int=2)}


def test_no_combination_of_results_leaves_one_to_four_people() -> None:
    draw = random.Random(8)  # noqa: S311 - a repeatable draw, no secret
    for _ in range(SETS // 10):
        sizes = {UUID(int=one): draw.randint(0, 12) for one in range(draw.randint(1, 6))}
        answered = answered_sizes(sizes)
        total = sum(sizes.values())

        differences = [
            total - sum(sizes[one] for one in chosen)
            for many in range(len(answered) + 1)
            for chosen in combinations(sorted(answered), many)
        ]
        assert [one for one in differences if 0 < one < 5 and total >= 5] == []


def possible_counts(people: int, nobody: set[int], low: int, high: int) -> list[set[int]]:
    found: list[set[int]] = [set() for _ in range(5)]
    for counts in tables(people, 5):
        points = sum((at + 1) * one for at, one in enumerate(counts))
        if low <= points <= high and not any(counts[at] for at in nobody):
            for at, one in enumerate(counts):
                found[at].add(one)
    return found


def test_a_mean_is_shown_only_where_no_hidden_count_follows_from_it() -> None:
    draw = random.Random(9)  # noqa: S311 - a repeatable draw, no secret
    answers = set()
    for _ in range(300):
        counts = tuple(draw.choice([0, 0, 1, 2, 6]) for _ in range(5))
        if sum(counts) < 5:
            continue
        nobody = {at for at, one in enumerate(counts) if not one and draw.random() < 0.6}
        points = sum((at + 1) * one for at, one in enumerate(counts))
        low, high = points - draw.randint(0, 1), points + draw.randint(0, 1)

        shown_mean = means_may_be_shown(counts, nobody=nobody, low=low, high=high)

        possible = possible_counts(sum(counts), nobody, low, high)
        hidden = [values for values, one in zip(possible, counts, strict=True) if one]
        assert shown_mean == all(len(values) > 1 for values in hidden)
        answers.add(shown_mean)
    assert answers == {True, False}


def test_of_many_people_a_rounded_mean_gives_no_count_away() -> None:
    assert means_may_be_shown((0, 0, 0, 3, 997), nobody={0, 1, 2}, low=4_990, high=5_000)
