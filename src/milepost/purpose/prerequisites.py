"""What must be shown before what: a graph of direct prerequisites without circles.

Pure: competencies are any hashable, sortable ids (UUIDs in the database, codes in tests).

What an edge means was decided so:

- **An edge at a heading holds for what stands below it.** "Place value precedes subtraction" makes
  every competency under place value a prerequisite of every one under subtraction. An edge between
  a competency and a heading above it says nothing about order and is left out.
- **What does not count is looked through.** If A precedes B, B precedes C, and B has been retired
  (or is nobody's to show), then A is a prerequisite of C.
- **Edges are carried over matches.** If c precedes d in one framework, and competencies of another
  match c and d, the first match is a prerequisite of the second; what has no match in between is
  looked through. A pair that would be carried in both directions is in neither: its matches are
  too coarse to say.
- **No circles.** Edges that a framework states are taken in first, carried ones after them, each in
  the order of ids; one that would close a circle is left out and reported in `Graph.broken`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Id = TypeVar("Id", bound=Hashable)
Edge = tuple[Id, Id]
Neighbours = Mapping[Id, AbstractSet[Id]]


@dataclass(frozen=True)
class Graph(Generic[Id]):
    """Competency → its direct prerequisites, without circles; every competency is a key."""

    direct: Mapping[Id, frozenset[Id]]
    broken: tuple[Edge[Id], ...] = ()
    """Edges (earlier, later) that were left out because they closed a circle."""


def build_graph(
    competencies: Collection[Id],
    *,
    precedes: Iterable[Edge[Id]],
    children: Iterable[Edge[Id]] = (),
    matches: Iterable[Edge[Id]] = (),
    framework_of: Mapping[Id, Hashable] | None = None,
) -> Graph[Id]:
    """Return the graph of ``competencies``: those that count and that evidence may show.

    `precedes`: (earlier, later); `children`: (child, parent); `matches`: pairs, in any direction,
    that say the same in two frameworks. All may name headings and competencies that do not count.
    With `framework_of` carried edges stay within one framework, and matches within one are
    ignored; without it the caller sees to both.
    """
    counting = set(competencies)
    ground = _Ground(counting, children)
    before = ground.before(precedes)
    twins = ground.twins(matches, framework_of or {})
    stated = {
        (earlier, later)
        for later in counting
        for earlier in _nearest(later, before, lambda node: {node} & counting)
        if earlier != later
    }
    carried = _carried(counting, before, twins, framework_of or {}) - stated
    return _without_circles(counting, [*_sorted(stated), *_sorted(carried)])


def closure(graph: Graph[Id], competency: Id) -> frozenset[Id]:
    """Return everything that comes before a competency, directly or not."""
    return frozenset(_reach([competency], graph.direct) - {competency})


def depths(graph: Graph[Id]) -> dict[Id, int]:
    """Return how many steps the longest way to each competency has; 0: nothing comes before."""
    found: dict[Id, int] = {}
    waiting: list[Id] = list(graph.direct)
    while waiting:
        node = waiting[-1]
        unknown = [one for one in graph.direct[node] if one not in found]
        if unknown:
            waiting.extend(unknown)
            continue
        waiting.pop()
        found[node] = max((found[one] + 1 for one in graph.direct[node]), default=0)
    return found


def ready(
    graph: Graph[Id], proficient: AbstractSet[Id], targets: Iterable[Id] | None = None
) -> list[Id]:
    """Return those of ``targets`` (default: all) that are not proficient and could come next.

    That is: all their direct prerequisites are proficient. In the order of ``targets``. Raises
    KeyError for a target that the graph does not have.
    """
    return [
        one
        for one in (graph.direct if targets is None else targets)
        if one not in proficient and graph.direct[one] <= proficient
    ]


class _Ground(Generic[Id]):
    """Headings resolved: whatever is said of one is said of what stands below it."""

    def __init__(self, counting: AbstractSet[Id], children: Iterable[Edge[Id]]) -> None:
        self._counting = counting
        self._below: dict[Id, set[Id]] = defaultdict(set)
        for child, parent in children:
            self._below[parent].add(child)
        self._known: dict[Id, frozenset[Id]] = {}

    def before(self, precedes: Iterable[Edge[Id]]) -> dict[Id, set[Id]]:
        """Return node → nodes that stand directly before it."""
        found: dict[Id, set[Id]] = defaultdict(set)
        for earlier, later in precedes:
            if not self._is_above(earlier, later) and not self._is_above(later, earlier):
                for node in self._leaves(later):
                    found[node] |= self._leaves(earlier)
        return found

    def twins(
        self, matches: Iterable[Edge[Id]], framework_of: Mapping[Id, Hashable]
    ) -> dict[Id, set[Id]]:
        """Return node → nodes of other frameworks that say the same."""
        found: dict[Id, set[Id]] = defaultdict(set)
        for one, other in matches:
            for a in self._leaves(one):
                for b in self._leaves(other):
                    if a != b and (a not in framework_of or framework_of[a] != framework_of.get(b)):
                        found[a].add(b)
                        found[b].add(a)
        return found

    def _leaves(self, node: Id) -> frozenset[Id]:
        """Return what a node stands for: itself when it counts, else the nearest below it."""
        if node not in self._known:
            reached = _reach([node], self._below, stop=self._counting)
            self._known[node] = frozenset(
                one for one in reached if one in self._counting or not self._below.get(one)
            )
        return self._known[node]

    def _is_above(self, node: Id, other: Id) -> bool:
        return node in self._below and other in _reach([node], self._below)


def _carried(
    counting: AbstractSet[Id],
    before: Neighbours[Id],
    twins: Neighbours[Id],
    framework_of: Mapping[Id, Hashable],
) -> set[Edge[Id]]:
    """Return the edges between competencies that their matches in other frameworks say."""
    found: set[Edge[Id]] = set()
    for later in counting:
        own = framework_of.get(later)

        def matched(node: Id, own: Hashable = own) -> set[Id]:
            both = twins.get(node, frozenset()) & counting
            return {one for one in both if framework_of.get(one) == own}

        for twin in twins.get(later, ()):
            nearest = _nearest(twin, before, matched)
            found |= {(earlier, later) for earlier in nearest if earlier != later}
    return {(earlier, later) for earlier, later in found if (later, earlier) not in found}


def _nearest(start: Id, before: Neighbours[Id], stand_ins: Any) -> set[Id]:
    """Return the stand-ins of the nearest nodes before ``start`` that have any."""
    found: set[Id] = set()
    seen = {start}
    waiting = list(before.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        here = stand_ins(node)
        found |= here
        if not here:
            waiting.extend(before.get(node, ()))
    return found


def _reach(
    starts: Iterable[Id], to: Neighbours[Id], stop: AbstractSet[Id] = frozenset()
) -> set[Id]:
    """Return the starts and everything that is reached from them, not passing ``stop``."""
    seen: set[Id] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            if node not in stop:
                waiting.extend(to.get(node, ()))
    return seen


def _without_circles(counting: AbstractSet[Id], edges: list[Edge[Id]]) -> Graph[Id]:
    """Return the graph of edges, taken in order, each unless it closes a circle."""
    suspects = _on_circles(edges)
    direct: dict[Id, set[Id]] = {one: set() for one in _sorted(counting)}
    broken = []
    for earlier, later in edges:
        if {earlier, later} <= suspects and later in _reach([earlier], direct):
            broken.append((earlier, later))
        else:
            direct[later].add(earlier)
    return Graph({one: frozenset(found) for one, found in direct.items()}, tuple(broken))


def _on_circles(edges: Iterable[Edge[Id]]) -> set[Id]:
    """Return the nodes on circles, and those between two circles."""
    left = _peeled(edges)
    left = _peeled([(later, earlier) for earlier, later in left])
    return {node for edge in left for node in edge}


def _peeled(edges: Iterable[Edge[Id]]) -> list[Edge[Id]]:
    """Return the edges without those from what nothing leads to, again until there are none."""
    after: dict[Id, list[Id]] = defaultdict(list)
    leading: Counter[Id] = Counter()
    every = list(edges)
    for start, end in every:
        after[start].append(end)
        leading[end] += 1
    waiting = [node for node in after if not leading[node]]
    gone: set[Id] = set()
    while waiting:
        node = waiting.pop()
        gone.add(node)
        for one in after.get(node, ()):
            leading[one] -= 1
            if not leading[one]:
                waiting.append(one)
    return [edge for edge in every if edge[0] not in gone]


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values)
