"""A framework as an outline."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from milepost.purpose.models import Association, Competency, Framework
from milepost.purpose.queries.frameworks import in_force
from milepost.purpose.ties import CHILD


@dataclass
class Branch:
    """A competency and what stands under it; `leaves` counts the assessable ones at and below."""

    competency: Competency
    children: list["Branch"] = field(default_factory=list)
    leaves: int = 0


def tree(framework: Framework, *, on: date | None = None, retired: bool = False) -> list[Branch]:
    """Return the outline of a framework in two questions to the database, however large it is.

    An item with several parents stands under the first by sequence number: an outline that repeats
    it could grow without bound. What has no parent in the framework stands at the top.
    `retired` shows the items that no longer count as well.
    """
    rows = Competency.objects.filter(framework=framework).order_by("position", "pk")
    found = {row.pk: row for row in (rows if retired else rows.filter(in_force(on)))}
    ties = Association.objects.filter(
        in_force(on),
        framework=framework,
        kind=CHILD,
        origin__isnull=False,
        destination__isnull=False,
    )
    parents = _first_parents(
        ties.values_list("origin", "destination", "sequence", "identifier"), set(found)
    )
    branches = {id_: Branch(row) for id_, row in found.items()}
    roots = list[Branch]()
    for id_, branch in branches.items():
        (branches[parents[id_]].children if id_ in parents else roots).append(branch)
    _count(roots)
    return roots


def _first_parents(
    ties: Iterable[tuple[UUID, UUID, int | None, str]], known: set[UUID]
) -> dict[UUID, UUID]:
    """Return child → parent, leaving out a tie that would close a circle.

    An import refuses circles of children, but a framework's versions may leave one together.
    """
    every: dict[UUID, list[tuple[int, str, UUID]]] = defaultdict(list)
    for child, parent, sequence, identifier in ties:
        if child in known and parent in known:
            last = 1 << 31  # what has no number comes after what has one
            every[child].append((last if sequence is None else sequence, identifier, parent))
    chosen: dict[UUID, UUID] = {}
    for child, options in every.items():
        for _, _, parent in sorted(options):
            if not _reaches(parent, child, chosen):
                chosen[child] = parent
                break
    return chosen


def _reaches(start: UUID, goal: UUID, chosen: dict[UUID, UUID]) -> bool:
    """Say whether the way up from ``start`` comes to ``goal``."""
    at: UUID | None = start
    while at is not None and at != goal:
        at = chosen.get(at)
    return at == goal


def _count(roots: list[Branch]) -> None:
    """Fill in `leaves`, without recursion: a package may be nested as deep as it likes."""
    order, waiting = list[Branch](), list(roots)
    while waiting:
        branch = waiting.pop()
        order.append(branch)
        waiting.extend(branch.children)
    for branch in reversed(order):
        own = 1 if branch.competency.assessable else 0
        branch.leaves = own + sum(child.leaves for child in branch.children)
