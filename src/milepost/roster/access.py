"""Who may see a learner's record, and why.

Every rule is a pair: a pure function that returns the *reason* for access or None, and a twin that
filters a queryset of learners. `tests/roster/test_access.py` proves that the two agree.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Viewer:
    """A signed-in person and the relationships that they hold on a day."""

    person: UUID
    name: str
    district: UUID
    on: date
    roles: frozenset[str] = frozenset()
    guardian_of: frozenset[UUID] = frozenset()
    teaches: frozenset[UUID] = frozenset()  # classes
    leads: frozenset[UUID] = frozenset()  # schools
    works_for: frozenset[UUID] = frozenset()  # districts
    granted: Mapping[UUID, str] = field(default_factory=dict)  # learner → purpose


@dataclass(frozen=True)
class LearnerTies:
    """A learner and the classes, schools and district that they belong to on a day."""

    learner: UUID
    district: UUID
    classes: frozenset[UUID] = frozenset()
    schools: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One reason for access. `logged`: a look by this reason is recorded."""

    name: str
    reason: Callable[[Viewer, LearnerTies], str | None]
    twin: Callable[[Viewer], Q]
    logged: bool = True


@dataclass(frozen=True)
class Reason:
    """Why a person may see a record, in words, and whether the look is recorded."""

    rule: str
    words: str
    logged: bool


def _self(viewer: Viewer, ties: LearnerTies) -> str | None:
    return _("This is your own record.") if viewer.person == ties.learner else None


def _guardian(viewer: Viewer, ties: LearnerTies) -> str | None:
    return _("You are family.") if ties.learner in viewer.guardian_of else None


def _teaches(viewer: Viewer, ties: LearnerTies) -> str | None:
    return _("You teach a class of this learner.") if viewer.teaches & ties.classes else None


def _leads(viewer: Viewer, ties: LearnerTies) -> str | None:
    return _("You lead this learner's school.") if viewer.leads & ties.schools else None


def _district(viewer: Viewer, ties: LearnerTies) -> str | None:
    return _("You work for the district.") if ties.district in viewer.works_for else None


def _granted(viewer: Viewer, ties: LearnerTies) -> str | None:
    purpose = viewer.granted.get(ties.learner)
    return _("Access was granted for: %(purpose)s.") % {"purpose": purpose} if purpose else None


RULES = (
    Rule("self", _self, lambda v: Q(pk=v.person), logged=False),
    Rule("guardian", _guardian, lambda v: Q(pk__in=v.guardian_of), logged=False),
    Rule(
        "teaches",
        _teaches,
        lambda v: Q(pk__in=_members(v.on, "school_class", v.teaches)),
        logged=False,
    ),
    Rule("leads", _leads, lambda v: Q(pk__in=_members(v.on, "school_class__school", v.leads))),
    Rule("district", _district, lambda v: Q(district__in=v.works_for)),
    Rule("granted", _granted, lambda v: Q(pk__in=list(v.granted))),
)


def reason(viewer: Viewer, ties: LearnerTies) -> Reason | None:
    """Return the first rule that lets ``viewer`` see the learner's record, or None."""
    for rule in RULES:
        if words := rule.reason(viewer, ties):
            return Reason(rule.name, words, rule.logged)
    return None


def visible(viewer: Viewer) -> Q:
    """Return the filter on `Person` that keeps the learners whose record ``viewer`` may see."""
    found = Q(pk__in=[])
    for rule in RULES:
        found |= rule.twin(viewer)
    return found


def _members(on: date, path: str, ids: frozenset[UUID]) -> object:
    """Return a subquery of the learners with an open enrollment under ``path``."""
    from milepost.roster.queries import open_enrollments

    return open_enrollments(on).filter(**{f"{path}__in": ids, "role": "learner"}).values("person")
