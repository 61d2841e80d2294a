"""The chance that a learner succeeds, for competencies tried and untried."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from milepost import measurement
from milepost.mastery.models import LearnerBelief
from milepost.mastery.queries.recipes import calibration
from milepost.mastery.queries.statuses import StatusTable


@dataclass(frozen=True)
class Chances:
    """Chances of success of learners (keys) by competency, on a typical item."""

    calibration: measurement.Calibration
    table: StatusTable
    overall: dict[UUID, tuple[float, float]]

    def of(self, learner: UUID, competency: UUID, item: str = "") -> float:
        """Return the chance from 0 to 1; with ``item``, on that item where it is calibrated."""
        mean, variance = self.level(learner, competency)
        difficulty = 0.0
        if item in self.calibration.items:
            base = self.calibration.competency(str(competency)).mean
            difficulty = self.calibration.items[item].mean - base
        return float(measurement.chance(mean, variance, difficulty))

    def level(self, learner: UUID, competency: UUID) -> tuple[float, float]:
        """Return the level (mean, variance); without evidence, what the ability suggests."""
        status = self.table.of(learner, competency)
        if status.mean is not None and status.variance is not None:
            return status.mean, status.variance
        parameters = self.calibration.parameters
        mean, variance = self.overall.get(learner, (0.0, parameters.ability_variance))
        difficulty = self.calibration.competency(str(competency)).mean
        first = measurement.first_level(
            np.float64(mean), np.float64(variance), difficulty, parameters
        )
        return float(first[0]), float(first[1])


def chances(district: UUID, *, learners: Collection[UUID], table: StatusTable) -> Chances:
    """Return chances of success, resting on statuses that the caller has already fetched."""
    beliefs = LearnerBelief.objects.filter(learner__in=list(learners))
    overall = {b.learner: (b.mean, b.variance) for b in beliefs}
    return Chances(calibration(district), table, overall)
