"""Bridges of a graph: the edges without which it falls apart."""

from collections.abc import Hashable, Iterator, Sequence

Edge = tuple[Hashable, Hashable]


def bridges(edges: Sequence[Edge]) -> list[int]:
    """Return the positions of the edges on no cycle; two between the same nodes are one.

    Takes time in proportion to the edges, and as deep a graph as there is.
    """
    beside: dict[Hashable, list[int]] = {}
    for number, (one, other) in enumerate(edges):
        beside.setdefault(one, []).append(number)
        beside.setdefault(other, []).append(number)
    entered: dict[Hashable, int] = {}
    lowest: dict[Hashable, int] = {}
    found: list[int] = []
    for start in beside:
        if start not in entered:
            found += _search(start, edges, beside, entered=entered, lowest=lowest)
    return found


def _search(
    start: Hashable,
    edges: Sequence[Edge],
    beside: dict[Hashable, list[int]],
    *,
    entered: dict[Hashable, int],
    lowest: dict[Hashable, int],
) -> list[int]:
    """Walk everything that hangs together with `start`, depth first (Tarjan 1974)."""
    found: list[int] = []
    entered[start] = lowest[start] = len(entered)
    path: list[tuple[Hashable, int, Iterator[int]]] = [(start, -1, iter(beside[start]))]
    while path:
        node, came_by, ways = path[-1]
        way = next(ways, None)
        if way is None:
            path.pop()
            if path:
                before = path[-1][0]
                lowest[before] = min(lowest[before], lowest[node])
                if lowest[node] > entered[before]:
                    found.append(came_by)
            continue
        if way == came_by:
            continue
        one, other = edges[way]
        reached = other if node == one else one
        if reached in entered:
            lowest[node] = min(lowest[node], entered[reached])
            continue
        entered[reached] = lowest[reached] = len(entered)
        path.append((reached, way, iter(beside[reached])))
    return found
