"""What is next for a learner, and why. Pure: everything that is known comes in as data."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from milepost.mastery.queries import NONE, REFRESH, Status

HOW_MANY = 3


class Kind(StrEnum):
    """Why a step is offered."""

    READY = "ready"  # what it builds on is shown
    DUE = "due"  # shown once, and grown uncertain since
    CHOSEN = "chosen"  # the learner's own goal, or the way to it


@dataclass(frozen=True)
class Candidate:
    """A competency in force, as next steps need to know it."""

    id: UUID
    grades: tuple[str, ...]
    position: int
    needs: frozenset[UUID]  # direct prerequisites in force
    opens: int  # how many competencies build on it directly


@dataclass(frozen=True)
class Step:
    """One offered step. The page puts `builds_on`, `goal` and the rest into words."""

    competency: UUID
    kind: Kind
    chance: float
    builds_on: tuple[UUID, ...] = ()  # prerequisites that were shown
    presumed: tuple[UUID, ...] = ()  # prerequisites from earlier grades without evidence
    goal: UUID | None = None  # the goal that it leads to
    since: datetime | None = None  # last evidence, for what is due


@dataclass(frozen=True)
class Learner:
    """What is known of the learner: grade, statuses, chances, goals (most urgent first)."""

    grade: str
    status: Callable[[UUID], Status]
    chance: Callable[[UUID], float]
    goals: Sequence[UUID] = ()


@dataclass(frozen=True)
class Band:
    """The chance of success that a step should have: hard enough to teach, easy enough to do."""

    lowest: float = 0.7
    highest: float = 0.8

    def distance(self, chance: float) -> float:
        """Return how far a chance lies outside the band; 0 inside."""
        return max(self.lowest - chance, chance - self.highest, 0.0)


def next_steps(
    learner: Learner, candidates: Mapping[UUID, Candidate], band: Band | None = None
) -> list[Step]:
    """Return up to three steps: a goal's, a due one and ready ones, as far as there are any."""
    band = band or Band()
    ready = _ready(learner, candidates, band)
    chosen = _chosen(learner, candidates)
    due = _due(learner, candidates)
    picked = _distinct([*chosen[:1], *due[:1], *ready, *due[1:], *chosen[1:]])[:HOW_MANY]
    order = {Kind.READY: 0, Kind.DUE: 1, Kind.CHOSEN: 2}
    return sorted(picked, key=lambda step: order[step.kind])


def _ready(learner: Learner, candidates: Mapping[UUID, Candidate], band: Band) -> list[Step]:
    """Steps whose prerequisites hold and that are not proficient, best first.

    Work that is under way comes before new work at the same distance from the band; then what is
    nearest to the learner's grade, and what opens most.
    """
    own = grade_number(learner.grade)

    def rank(step: Step) -> tuple[float, ...]:
        candidate = candidates[step.competency]
        away = min((abs(grade_number(g) - own) for g in candidate.grades), default=0)
        new = learner.status(candidate.id).code == NONE
        return (
            away > 1,
            round(band.distance(step.chance), 1),
            away,
            new,
            -candidate.opens,
            candidate.position,
        )

    steps = (
        step_to(learner, candidates, candidate, Kind.READY)
        for candidate in candidates.values()
        if _in_reach(learner, candidate)
        and not learner.status(candidate.id).shown
        and is_ready(learner, candidates, candidate)
    )
    return sorted(steps, key=rank)


def _due(learner: Learner, candidates: Mapping[UUID, Candidate]) -> list[Step]:
    """What was shown and has grown uncertain, the least certain first."""
    due = [c for c in candidates.values() if learner.status(c.id).code == REFRESH]
    due.sort(key=lambda c: (learner.status(c.id).certainty or 0.0, c.position))
    return [step_to(learner, candidates, c, Kind.DUE) for c in due]


def _chosen(learner: Learner, candidates: Mapping[UUID, Candidate]) -> list[Step]:
    """For each goal that is not yet shown: the goal itself, or the first ready step towards it."""
    steps = []
    for goal in learner.goals:
        if goal in candidates and not learner.status(goal).shown:
            first = _towards(learner, candidates, goal)
            if first:
                steps.append(step_to(learner, candidates, first, Kind.CHOSEN, goal=goal))
    return steps


def _towards(
    learner: Learner, candidates: Mapping[UUID, Candidate], goal: UUID
) -> Candidate | None:
    """Walk back from a goal, breadth first, to the nearest competency that is ready."""
    seen, line = {goal}, [goal]
    for competency in line:
        candidate = candidates[competency]
        if is_ready(learner, candidates, candidate):
            return candidate
        missing = [n for n in candidate.needs if n in candidates and not learner.status(n).shown]
        missing.sort(key=lambda n: candidates[n].position)
        line += [n for n in missing if n not in seen]
        seen.update(missing)
    return None


def is_ready(learner: Learner, candidates: Mapping[UUID, Candidate], candidate: Candidate) -> bool:
    """Return whether all that a competency builds on was shown, or may be presumed.

    A prerequisite of an earlier grade without any evidence is presumed: nobody asks a sixth
    grader to prove counting first. Evidence against it, at any grade, is not overlooked.
    """
    shown, presumed = _prerequisites(learner, candidates, candidate)
    return len(shown) + len(presumed) == len(candidate.needs & candidates.keys())


def step_to(
    learner: Learner,
    candidates: Mapping[UUID, Candidate],
    candidate: Candidate,
    kind: Kind,
    goal: UUID | None = None,
) -> Step:
    """Return the step to a competency with everything that its reason needs."""
    shown, presumed = _prerequisites(learner, candidates, candidate)
    return Step(
        competency=candidate.id,
        kind=kind,
        chance=learner.chance(candidate.id),
        builds_on=shown,
        presumed=presumed,
        goal=goal,
        since=learner.status(candidate.id).last_at,
    )


def _prerequisites(
    learner: Learner, candidates: Mapping[UUID, Candidate], candidate: Candidate
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Return the prerequisites that were shown and those that are presumed, in order."""
    needs = sorted(
        (n for n in candidate.needs if n in candidates), key=lambda n: candidates[n].position
    )
    own = grade_number(learner.grade)
    shown = tuple(n for n in needs if learner.status(n).shown)
    presumed = tuple(
        n
        for n in needs
        if learner.status(n).code == NONE
        and candidates[n].grades
        and max(map(grade_number, candidates[n].grades)) < own
    )
    return shown, presumed


def _in_reach(learner: Learner, candidate: Candidate) -> bool:
    """Return whether a competency is near the learner's grade, or already under way.

    One grade ahead or behind is near. What lies further back without evidence is presumed, as in
    `is_ready`; with evidence that it is not shown yet, it is offered however far back it lies.
    """
    own = grade_number(learner.grade)
    grades = [grade_number(grade) for grade in candidate.grades] or [own]
    under_way = learner.status(candidate.id).code != NONE
    return min(grades) <= own + 1 and (max(grades) >= own - 1 or under_way)


def _distinct(steps: Iterable[Step]) -> list[Step]:
    found: dict[UUID, Step] = {}
    for step in steps:
        found.setdefault(step.competency, step)
    return list(found.values())


@lru_cache(maxsize=256)
def grade_number(grade: str) -> int:
    """Return a grade as a number: KG is 0, what comes before is negative, unknown counts as 13."""
    early = {"IT": -3, "PR": -2, "PK": -1, "TK": -1, "KG": 0}
    return int(grade) if grade.isdigit() else early.get(grade.upper(), 13)


def competencies_of(steps: Iterable[Step]) -> Set[UUID]:
    """Return the competencies that steps speak of, for their names."""
    return {
        competency
        for step in steps
        for competency in (step.competency, step.goal, *step.builds_on, *step.presumed)
        if competency
    }
