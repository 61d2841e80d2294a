"""What must be shown before what: a graph of direct prerequisites without circles.

Pure: competencies are any hashable, sortable ids (UUIDs in the database, codes in tests).
"""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, TypeVar

Id = TypeVar("Id")
Edge = tuple[Id, Id]


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
) -> Graph[Id]:
    """Return the graph of ``competencies`` (those that evidence may show: leaves).

    `precedes`: (earlier, later); `children`: (child, parent); `matches`: (a, b) of two frameworks
    that say the same.
    """
    raise NotImplementedError


def closure(graph: Graph[Id], competency: Id) -> frozenset[Id]:
    """Return everything that comes before a competency, directly or not."""
    raise NotImplementedError


def depths(graph: Graph[Id]) -> dict[Id, int]:
    """Return how many steps the longest way to each competency has; 0: nothing comes before."""
    raise NotImplementedError


def ready(
    graph: Graph[Id], proficient: AbstractSet[Id], targets: Iterable[Id] | None = None
) -> list[Id]:
    """Return those of ``targets`` whose direct prerequisites are all proficient, and not itself."""
    raise NotImplementedError
