"""What may be shown of answers, so that nobody can work out what a few people said.

Results are those of a whole year, of a course in a year, and of a session, and of nothing else:
so each lies inside the next, and what one of them hides cannot be found by taking others from a
wider one. docs/decisions/0014-summaries.md says why, and what an attacker is taken to know.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from trainingbot.evaluations.graphs import Edge, bridges

Counts = tuple[int, ...]
"""How many people gave each answer, in the order of the scale."""
Shown = tuple[int | None, ...]
"""The same as it may be shown: None stands for what is hidden."""

THRESHOLD = 5
"""A number of people below this is not shown, unless it is nobody."""
ALIKE = 2
"""Two sessions that hide the same answers cover each other; more of them change nothing."""
_Total = tuple[Hashable, int]
"""The total of an answer in a table."""
_YEAR = "year"


def hidden_of(
    counts: Counts,
    *,
    threshold: int = THRESHOLD,
    also: Collection[int] = (),
    rather: Collection[int] = (),
    whole: bool = False,
) -> frozenset[int]:
    """Return the positions of a table's counts that are not shown, where its total is.

    Small ones and those in `also` are hidden, and then as many more as it takes for none to
    follow from the total, the smallest first and those in `rather` before others. With `whole`
    the table is shown whole or not at all.
    """
    everything = frozenset(range(len(counts)))
    total = sum(counts)
    if 0 < total < threshold:
        return everything
    hidden = {at for at, people in enumerate(counts) if 0 < people < threshold} | set(also)
    if not hidden:
        return frozenset()
    if whole:
        return everything
    others = sorted(
        (at for at, people in enumerate(counts) if people and at not in hidden),
        key=lambda at: (at not in rather, counts[at], at),
    )
    while _follows(counts, hidden):
        if not others:
            return everything
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _follows(counts: Counts, hidden: Collection[int]) -> bool:
    """Tell whether hidden counts follow from their sum: one alone, or all of them one."""
    return len(hidden) < 2 or sum(counts[at] for at in hidden) <= len(hidden)  # noqa: PLR2004 - one alone


def shown_of(counts: Counts, hidden: Collection[int]) -> Shown:
    """Return counts with None where they are hidden."""
    return tuple(None if at in hidden else people for at, people in enumerate(counts))


@dataclass(frozen=True, slots=True)
class Part:
    """The answers to one question on one session."""

    course_id: UUID
    counts: Counts


@dataclass(frozen=True, slots=True)
class Protected:
    """What may be shown of one question in a year, in each of its courses and sessions."""

    year: Shown
    courses: Mapping[UUID, Shown]
    sessions: Mapping[UUID, Shown]


@dataclass(slots=True)
class _Tables:
    """The tables of a year, its courses and its sessions, while it is decided what they hide."""

    threshold: int
    whole: bool
    counts: dict[Hashable, Counts]
    parts: dict[Hashable, set[Hashable]]
    """What lies in each course, and in the year."""
    hidden: dict[Hashable, frozenset[int]] = field(default_factory=dict)
    forced: dict[Hashable, set[int]] = field(default_factory=dict)

    def decide(self, name: Hashable) -> None:
        self.hidden[name] = hidden_of(
            self.counts[name],
            threshold=self.threshold,
            also=self.forced.get(name, ()),
            rather=self.hidden_inside(name),
            whole=self.whole,
        )

    def hidden_inside(self, name: Hashable) -> frozenset[int]:
        """Return what the parts of a table hide: the rest of it follows from them."""
        inside = (self.hidden[one] for one in self.parts.get(name, ()))
        return frozenset[int]().union(*inside)

    def hide(self, name: Hashable, at: int) -> None:
        """Hide a count, or everything where it follows though it is hidden already."""
        more = range(len(self.counts[name])) if at in self.hidden[name] else (at,)
        self.forced.setdefault(name, set()).update(more)
        self.decide(name)

    def hide_whole_courses(self) -> bool:
        """Hide all that courses show, where nothing less helps; tell whether they showed any."""
        before = dict(self.hidden)
        for course in self.parts[_YEAR]:
            for at in range(len(self.counts[course])):
                self.hide(course, at)
        return self.hidden != before

    def shown(self, name: Hashable) -> Shown:
        return shown_of(self.counts[name], self.hidden[name])


def protect(
    parts: Mapping[UUID, Part], *, width: int, threshold: int = THRESHOLD, whole: bool = False
) -> Protected:
    """Return what may be shown of one question, for a year and everything inside it.

    `parts` are the year's sessions, `width` how many answers the question has. Each table hides
    its own small counts, and then courses and other sessions, and the year last, hide what would
    give one of those away. No small count follows from everything that is shown together,
    totals included.
    """
    tables = _tables(parts, width=width, threshold=threshold, whole=whole)
    for name in tables.counts:
        tables.decide(name)
    while given_away := _given_away(parts, tables):
        before = dict(tables.hidden)
        narrow = {total for total in given_away if total[0] != _YEAR}
        for name, at in sorted(narrow or given_away, key=str):
            if name != _YEAR or not _covered(parts, tables, at):
                tables.hide(name, at)
        if tables.hidden == before and not tables.hide_whole_courses():
            break
    courses = {part.course_id for part in parts.values()}
    return Protected(
        year=tables.shown(_YEAR),
        courses={one: tables.shown(one) for one in courses},
        sessions={one: tables.shown(one) for one in parts},
    )


def _covered(parts: Mapping[UUID, Part], tables: _Tables, at: int) -> bool:
    """Hide an answer of a course or a session that still shows it, and tell whether there is one.

    A year is worth more than a part of it: so a part covers another one first.
    """
    for course in sorted(tables.parts[_YEAR], key=lambda one: (tables.counts[one][at], str(one))):
        if at in tables.hidden_inside(course) - tables.hidden[course]:
            tables.hide(course, at)
            return True
    showing = [
        one for one, part in parts.items() if part.counts[at] and at not in tables.hidden[one]
    ]
    if not showing:
        return False
    cover = min(showing, key=lambda one: (sum(parts[one].counts), parts[one].counts[at], one))
    tables.hide(cover, at)
    if at not in tables.hidden[parts[cover].course_id]:
        tables.hide(parts[cover].course_id, at)
    return True


def _tables(parts: Mapping[UUID, Part], *, width: int, threshold: int, whole: bool) -> _Tables:
    sums: dict[Hashable, list[int]] = {}
    inside: dict[Hashable, set[Hashable]] = {_YEAR: set()}
    for one, part in parts.items():
        inside.setdefault(part.course_id, set()).add(one)
        inside[_YEAR].add(part.course_id)
        for name in (_YEAR, part.course_id):
            of_name = sums.setdefault(name, [0] * width)
            for at, people in enumerate(part.counts):
                of_name[at] += people
    sums[_YEAR] = sums.pop(_YEAR, [0] * width)  # last, after what lies in it
    counts: dict[Hashable, Counts] = {name: tuple(one) for name, one in sums.items()}
    return _Tables(
        threshold=threshold,
        whole=whole,
        counts={one: part.counts for one, part in parts.items()} | counts,
        parts=inside,
    )


def _given_away(parts: Mapping[UUID, Part], tables: _Tables) -> set[_Total]:
    """Return the totals, each a table and an answer, that give a small count away.

    Hidden counts are the edges of a graph: each lies between what its own table adds up to and
    the total of its answer one step wider. A count follows from what is known exactly when its
    edge is a bridge (Gusfield 1988).
    """
    asked = [at for at, people in enumerate(tables.counts[_YEAR]) if people]
    edges: list[Edge] = []
    small: list[bool] = []

    def add(name: Hashable, at: int, edge: Edge) -> None:
        edges.append(edge)
        small.append(0 < tables.counts[name][at] < tables.threshold)

    seen: Counter[Hashable] = Counter()
    for one, part in parts.items():
        hidden = [at for at in asked if at in tables.hidden[one]]
        few = tuple(0 < part.counts[at] < tables.threshold for at in hidden)
        seen[part.course_id, tuple(hidden), few] += 1
        if seen[part.course_id, tuple(hidden), few] <= ALIKE:
            for at in hidden:
                add(one, at, (one, (part.course_id, at)))
    for course in tables.parts[_YEAR]:
        for at in tables.hidden[course].intersection(asked):
            add(course, at, ((course, at), (_YEAR, at)))
    for at in tables.hidden[_YEAR].intersection(asked):
        add(_YEAR, at, (_YEAR, (_YEAR, at)))
    return _beside(edges, small, tables)


def _beside(edges: Sequence[Edge], small: Sequence[bool], tables: _Tables) -> set[_Total]:
    """Return the totals at the bridges that touch a bridge of a small count."""
    cut = bridges(edges)
    touched = {node for number in cut if small[number] for node in edges[number]}
    near = {node for number in cut if touched.intersection(edges[number]) for node in edges[number]}
    totals = {node for node in near if isinstance(node, tuple)}
    return {
        (_YEAR, at) if name != _YEAR and at in tables.hidden[name] else (name, at)
        for name, at in totals
    }


def answered_sizes(sizes: Mapping[UUID, int], *, threshold: int = THRESHOLD) -> frozenset[UUID]:
    """Return which parts of a wider result have a result of their own, by their people.

    A part below the threshold has none; and where those that have none are 1 to 4 people
    together, the smallest of the others has none either, so that no two results differ by
    so few.
    """
    answered = {one for one, people in sizes.items() if people >= threshold}
    left = sum(people for one, people in sizes.items() if one not in answered)
    if 0 < left < threshold and answered:
        answered.discard(min(answered, key=lambda one: (sizes[one], one)))
    return frozenset(answered)


def means_may_be_shown(counts: Counts, *, nobody: Collection[int], low: int, high: int) -> bool:
    """Tell whether no count of a hidden table follows from the range of its points' sum.

    `counts` are people at 1, 2, … points; `nobody` the positions that are known to be empty,
    `low` and `high` the sums that the mean as it is shown leaves open.
    """
    people = sum(counts)
    if high - low >= 2 * len(counts):
        return True
    free = [at for at in range(len(counts)) if at not in nobody]
    wanted = ((1 << (high - low + 1)) - 1) << low
    for at in free:
        others = 1
        reach = [others]
        for _ in range(people):
            others = _shifted(others, [one + 1 for one in free if one != at])
            reach.append(others)
        possible = sum(
            bool((reach[people - count] << (count * (at + 1))) & wanted)
            for count in range(people + 1)
        )
        if counts[at] and possible < 2:  # noqa: PLR2004 - one alone is what it is
            return False
    return True


def _shifted(reached: int, points: Sequence[int]) -> int:
    found = 0
    for one in points:
        found |= reached << one
    return found
