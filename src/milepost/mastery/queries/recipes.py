"""What the fold works with: the calibration and the rules in force, now or at an earlier time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from milepost import measurement
from milepost.mastery.models import Calibration, FoldCursor, ProficiencyRule
from milepost.mastery.rules import Rule
from milepost.purpose.models import Competency


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
    """Return what the fold of a district works with, now or as it was at an instant."""
    cursor = FoldCursor.objects.filter(district=district).first()
    in_force = rules(district, at=at)
    return Recipe(
        epoch=cursor.epoch if cursor else 1,
        calibration=calibration(district, at=at),
        rules=in_force,
        frameworks=frameworks_of([framework for framework in in_force if framework]),
    )


def calibration(district: UUID, *, at: datetime | None = None) -> measurement.Calibration:
    """Return the newest calibration of a district; the one that ships when there is none."""
    rows = Calibration.objects.filter(district=district)
    if at is not None:
        rows = rows.filter(made_at__lte=at)
    newest = rows.order_by("-made_at", "-id").values_list("id", flat=True).first()
    return _artefact(newest) if newest else measurement.Calibration.default()


def rules(district: UUID, *, at: datetime | None = None) -> dict[UUID | None, Rule]:
    """Return the rules in force by framework; None is the rule of every other framework."""
    rows = ProficiencyRule.objects.filter(district=district)
    if at is not None:
        rows = rows.filter(published_at__lte=at)
    found = rows.order_by("version").values_list("framework", "definition")
    return {None: Rule()} | {framework: Rule.from_data(data) for framework, data in found}


@lru_cache(maxsize=16)
def _artefact(id_: UUID) -> measurement.Calibration:
    """Read an artefact once a process; it is frozen, so the copy cannot grow old."""
    return measurement.Calibration.from_json(Calibration.objects.get(pk=id_).artefact)


def frameworks_of(frameworks: Collection[UUID]) -> dict[str, UUID]:
    """Return competency → framework, for the competencies of these frameworks."""
    rows = Competency.objects.filter(framework__in=frameworks).values_list("pk", "framework")
    return {str(competency): framework for competency, framework in rows}
