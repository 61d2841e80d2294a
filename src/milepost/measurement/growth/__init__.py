"""Student growth percentiles: how much a learner grew beside learners with the same past.

    panel = Panel.of(grades, scores)              # one row a learner, one column a year
    norms = fit_norms(panel)                      # freeze them, and they are a baseline
    growth = percentiles(panel, norms)            # who has a percentile, and which

Expected scores of the years ahead come from `trajectories`, what it takes to reach a standard
from `growth_to_standard`, the uncertainty of a percentile from `spread`.
"""

from milepost.measurement.growth.norms import Norm, Norms, fit_norms
from milepost.measurement.growth.panel import Panel
from milepost.measurement.growth.percentiles import Growth, Spread, percentiles, spread
from milepost.measurement.growth.projections import (
    Targets,
    Trajectories,
    growth_to_standard,
    trajectories,
)
from milepost.measurement.growth.quantiles import quantile_regression

__all__ = [
    "Growth",
    "Norm",
    "Norms",
    "Panel",
    "Spread",
    "Targets",
    "Trajectories",
    "fit_norms",
    "growth_to_standard",
    "percentiles",
    "quantile_regression",
    "spread",
    "trajectories",
]
