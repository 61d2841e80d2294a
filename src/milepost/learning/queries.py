"""Reads of the learning room: next steps for one or many learners, goals, conferences, groups."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from milepost.learning.groups import Grouping, groups_for
from milepost.learning.models import Conference, Goal
from milepost.learning.next_steps import Band, Candidate, Learner, Step, next_steps
from milepost.mastery import queries as mastery
from milepost.purpose import queries as purpose
from milepost.roster import queries as roster
from milepost.roster.models import Person

STUCK_AFTER = timedelta(days=14)
STUCK_PIECES = 6
"""A learner is stuck on a competency with so much evidence, none of it enough, for so long."""


@dataclass(frozen=True)
class Steps:
    """Next steps of learners (by person), with the statuses that they rest on."""

    by_learner: dict[UUID, list[Step]]
    statuses: mastery.StatusTable
    keys: dict[UUID, UUID]


def steps_for(
    learners: Sequence[Person],
    *,
    at: datetime | None = None,
    subjects: Collection[str] = (),
    frameworks: Collection[UUID] | None = None,
) -> Steps:
    """Return the next steps of learners of one district, in a constant number of queries.

    ``subjects``, ``frameworks``: only competencies of these (a class teaches its own subject).
    """
    if not learners:
        return Steps({}, mastery.StatusTable(at or timezone.now(), {}), {})
    district = learners[0].district
    keys = roster.keys_of(person.pk for person in learners)
    table = mastery.statuses(district.pk, learners=keys.values(), at=at)
    chances = mastery.chances(district.pk, learners=keys.values(), table=table)
    candidates = candidates_of(district.pk, subjects=subjects, frameworks=frameworks)
    goals = _open_goals(learners)
    band = Band(
        float(roster.setting(district.pk, "next_steps.lowest_chance")),
        float(roster.setting(district.pk, "next_steps.highest_chance")),
    )
    steps: dict[UUID, list[Step]] = {}
    for person in learners:
        key = keys.get(person.pk)
        if key is None:
            steps[person.pk] = []
            continue
        known = Learner(
            grade=person.grade,
            status=lambda competency, key=key: table.of(key, competency),  # type: ignore[misc]
            chance=lambda competency, key=key: chances.of(key, competency),  # type: ignore[misc]
            goals=goals.get(person.pk, []),
        )
        steps[person.pk] = next_steps(known, candidates, band)
    return Steps(steps, table, keys)


def candidates_of(
    district: UUID,
    *,
    subjects: Collection[str] = (),
    frameworks: Collection[UUID] | None = None,
) -> Mapping[UUID, Candidate]:
    """Return the assessable competencies in force of a district's practised frameworks."""
    return _candidates(
        purpose.in_use(district),
        frozenset(subjects),
        None if frameworks is None else frozenset(frameworks),
    )


@lru_cache(maxsize=64)
def _candidates(
    in_use: purpose.InUse, subjects: frozenset[str], frameworks: frozenset[UUID] | None
) -> Mapping[UUID, Candidate]:
    """Work the candidates out once a process for as long as the frameworks stay as they are."""
    rows = [
        row
        for row in in_use.competencies
        if (not subjects or row.subject in subjects)
        and (frameworks is None or row.framework_id in frameworks)
    ]
    graph = in_use.prerequisites
    ids = {row.pk for row in rows}
    opens: dict[UUID, int] = {}
    for later in ids:
        for earlier in graph.get(later, frozenset()):
            opens[earlier] = opens.get(earlier, 0) + 1
    return {
        row.pk: Candidate(
            id=row.pk,
            grades=tuple(row.grades),
            position=place,
            needs=frozenset(graph.get(row.pk, frozenset())) & ids,
            opens=opens.get(row.pk, 0),
        )
        for place, row in enumerate(rows)
    }


def groups_for_class(
    learners: Sequence[Person], *, size: int, subjects: Collection[str] = ()
) -> tuple[Grouping, Steps]:
    """Return groups for tomorrow, and the steps that are the reason for each."""
    steps = steps_for(learners, subjects=subjects)
    return groups_for(steps.by_learner, size), steps


def open_goals(learner: Person) -> QuerySet[Goal]:
    """Return a learner's goals that have not ended, the most urgent first."""
    return (
        Goal.objects.filter(learner=learner, ended_at=None)
        .select_related("competency")
        .order_by("due_on", "set_at")
    )


def conferences(learner: Person) -> QuerySet[Conference]:
    """Return a learner's conferences, newest first."""
    by_name = Prefetch("people", Person.objects.order_by("family_name", "given_name"))
    found = Conference.objects.filter(learner=learner).prefetch_related(by_name)
    return found.order_by("-held_on", "-recorded_at")


def is_stuck(status: mastery.Status, at: datetime) -> bool:
    """Return whether a learner has tried for long with much evidence and is still working."""
    return (
        status.code == mastery.WORKING
        and status.pieces >= STUCK_PIECES
        and status.first_at is not None
        and at - status.first_at >= STUCK_AFTER
    )


def _open_goals(learners: Sequence[Person]) -> dict[UUID, list[UUID]]:
    rows = (
        Goal.objects.filter(learner__in=[p.pk for p in learners], ended_at=None)
        .order_by("due_on", "set_at")
        .values_list("learner", "competency")
    )
    goals: dict[UUID, list[UUID]] = {}
    for learner, competency in rows:
        goals.setdefault(learner, []).append(competency)
    return goals
