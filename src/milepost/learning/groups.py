"""Groups for tomorrow: learners who share a next step, sized as asked. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from milepost.learning.next_steps import Step


@dataclass(frozen=True)
class Group:
    """Learners who work on one competency together."""

    competency: UUID
    learners: tuple[UUID, ...]


@dataclass(frozen=True)
class Grouping:
    """Groups, and the learners who share no next step with anybody."""

    groups: tuple[Group, ...]
    alone: tuple[UUID, ...]


def groups_for(steps: Mapping[UUID, Sequence[Step]], size: int) -> Grouping:
    """Group learners by a next step that they share.

    `steps`: learner → offered steps, the best first. The competency that most learners share is
    taken first, and its learners leave the pool; a competency with many learners makes several
    groups as even as can be, none larger than ``size`` unless somebody would be left alone.
    Raises ValueError for a size below two.
    """
    if size < 2:
        raise ValueError("A group has at least two learners.")
    pool = dict(steps)
    groups: list[Group] = []
    while shared := _most_shared(pool):
        competency, learners = shared
        groups += [Group(competency, part) for part in _even_parts(learners, size)]
        for learner in learners:
            del pool[learner]
    return Grouping(tuple(groups), tuple(pool))


def _most_shared(pool: Mapping[UUID, Sequence[Step]]) -> tuple[UUID, list[UUID]] | None:
    """Return the competency that most learners share, or None when nobody shares any.

    Between equals the one that stands higher in the learners' own lists wins.
    """
    sharing: dict[UUID, list[UUID]] = {}
    rank: dict[UUID, int] = {}
    for learner, steps in pool.items():
        for place, step in enumerate(steps):
            sharing.setdefault(step.competency, []).append(learner)
            rank[step.competency] = rank.get(step.competency, 0) + place
    best = max(
        sharing,
        key=lambda c: (len(sharing[c]), -rank[c] / len(sharing[c]), str(c)),
        default=None,
    )
    if best is None or len(sharing[best]) < 2:
        return None
    return best, sharing[best]


def _even_parts(learners: Sequence[UUID], size: int) -> list[tuple[UUID, ...]]:
    """Split into as few parts as ``size`` allows, alike to within one, and no part of one."""
    parts = min(math.ceil(len(learners) / size), len(learners) // 2)
    return [tuple(learners[k::parts]) for k in range(parts)]
