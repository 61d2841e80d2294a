"""What the fold works with: the calibration and the rules in force, now or at an earlier time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Subquery

from milepost import measurement
from milepost.mastery.models import Calibration, FoldCursor, ProficiencyRule
from milepost.mastery.rules import Rule
from milepost.purpose.models import Competency
from milepost.roster.models import Organisation


@dataclass(frozen=True)
class Recipe:
    """A calibration and the rules by framework (None: every other), with their epoch."""

    epoch: int
    calibration: measurement.Calibration
    rules: dict[UUID | None, Rule]
    frameworks: dict[str, UUID]

    def rule_of(self, competency: str | UUID) -> Rule:
        """Return the rule that holds for a competency."""
        framework = self.frameworks.get(str(competency))
        return self.rules.get(framework) or self.rules.get(None) or Rule()


def recipe(district: UUID, *, at: datetime | None = None) -> Recipe:
    """Return what the fold of a district works with, now or as it was at an instant.

    One query, and one more where a framework has a rule of its own: what is frozen is kept.
    """
    epoch, made, published = _newest(district)
    in_force = _rules_up_to(district, published) if at is None else rules(district, at=at)
    return Recipe(
        epoch=epoch,
        calibration=_artefact(made) if at is None else calibration(district, at=at),
        rules=in_force,
        frameworks=frameworks_of([framework for framework in in_force if framework]),
    )


def _newest(district: UUID) -> tuple[int, UUID | None, UUID | None]:
    """Return the epoch of a district and the ids of its newest calibration and rule."""
    parts = (
        FoldCursor.objects.filter(district=district).values("epoch"),
        Calibration.objects.filter(district=district).order_by("-made_at", "-id").values("id"),
        ProficiencyRule.objects.filter(district=district).order_by("-version").values("id"),
    )
    found = Organisation.objects.filter(pk=district).values_list(*(Subquery(p[:1]) for p in parts))
    epoch, made, published = next(iter(found), (None, None, None))
    return epoch or 1, made, published


def calibration(district: UUID, *, at: datetime | None = None) -> measurement.Calibration:
    """Return the newest calibration of a district; the one that ships when there is none."""
    rows = Calibration.objects.filter(district=district)
    if at is not None:
        rows = rows.filter(made_at__lte=at)
    return _artefact(rows.order_by("-made_at", "-id").values_list("id", flat=True).first())


@lru_cache(maxsize=16)
def _artefact(id_: UUID | None) -> measurement.Calibration:
    """Read an artefact once a process; it is frozen, so the copy cannot grow old."""
    if id_ is None:
        return measurement.Calibration.default()
    return measurement.Calibration.from_json(Calibration.objects.get(pk=id_).artefact)


def rules(district: UUID, *, at: datetime | None = None) -> dict[UUID | None, Rule]:
    """Return the rules in force by framework; None is the rule of every other framework."""
    rows = ProficiencyRule.objects.filter(district=district)
    if at is not None:
        rows = rows.filter(published_at__lte=at)
    found = rows.order_by("version").values_list("framework", "definition")
    return {None: Rule()} | {framework: Rule.from_data(data) for framework, data in found}


@lru_cache(maxsize=64)
def _rules_up_to(district: UUID, newest: UUID | None) -> dict[UUID | None, Rule]:
    """Read the rules once a process for each that is published: published rules never change."""
    return rules(district) if newest else {None: Rule()}


def frameworks_of(frameworks: Collection[UUID]) -> dict[str, UUID]:
    """Return competency → framework, for the competencies of these frameworks."""
    rows = Competency.objects.filter(framework__in=frameworks).values_list("pk", "framework")
    return {str(competency): framework for competency, framework in rows}
