"""Norms: what score each percentile of learners with the same past reaches, fitted and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.growth.panel import Panel
from milepost.measurement.growth.quantiles import quantile_regression
from milepost.measurement.growth.splines import Knots, basis

Floats = NDArray[np.float64]

TAUS = (np.arange(1, 101) - 0.5) / 100
"""The hundred quantiles that part a hundred and one places, as in SGP: .005, .015, ... .995."""
DIGITS = 5
"""Decimals to which predictions are rounded before a score is held against them, as in SGP."""
MOST_PRIORS = 5
LEAST_COHORT = 250
"""Fewer learners than this give no norm: the outer percentiles would rest on one or two."""


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """The hundred conditional quantiles of the scores in one grade, given so many prior scores."""

    grade: int
    knots: tuple[Knots, ...]
    """Of each prior score, the latest first."""
    coefficients: Floats
    """Shape (100, 1 + columns of all splines)."""
    learners: int
    """How many learners the norm was fitted on."""

    @property
    def priors(self) -> int:
        """How many prior scores the norm looks at."""
        return len(self.knots)

    def quantiles(self, past: Floats) -> Floats:
        """Return the hundred quantiles for each row of prior scores: (n, 100), ascending.

        `past` is (n, priors), the latest first. Crossing quantiles are sorted, which never moves
        them further from the truth (Chernozhukov, Fernández-Val and Galichon 2010, Econometrica
        78).
        """
        fitted = _design(past, self.knots) @ self.coefficients.T
        fitted.sort(axis=1)
        return np.round(fitted, DIGITS)

    def beyond(self, past: Floats) -> NDArray[np.bool_]:
        """Tell the rows with a prior score outside the boundaries: there the norm is a guess."""
        outside = np.zeros(len(past), np.bool_)
        for back, knots in enumerate(self.knots):
            outside |= (past[:, back] < knots.lower) | (past[:, back] > knots.upper)
        return outside


@dataclass(frozen=True, slots=True, eq=False)
class Norms:
    """The norms of all grades: of this year's cohort, or of a baseline kept for later years."""

    table: Mapping[tuple[int, int], Norm]
    """By grade and number of priors."""
    bounds: Mapping[int, tuple[float, float]]
    """Lowest and highest obtainable score of each grade."""

    def most_priors(self, grade: int) -> int:
        """Return the largest number of priors that there is a norm for; 0 where there is none."""
        return max((priors for of, priors in self.table if of == grade), default=0)


def fit_norms(
    panel: Panel,
    *,
    most_priors: int = MOST_PRIORS,
    least_cohort: int = LEAST_COHORT,
    bounds: Mapping[int, tuple[float, float]] | None = None,
) -> Norms:
    """Fit the norms of each current grade with one prior, two, and so on.

    A norm takes the learners who went up one grade a year and have all of its scores; it is left
    out where they are fewer than `least_cohort`. Knots come from everyone who was in the prior
    grade during the years that the longest norm reaches back to, as in SGP. `bounds` are the
    lowest and highest obtainable scores by grade; those observed stand in for the ones not given.

    Raises ValueError where no grade has enough learners, and where all scores of a prior grade are
    the same.
    """
    if most_priors < 1 or least_cohort < 1:
        raise ValueError("most_priors and least_cohort: give at least 1")
    table: dict[tuple[int, int], Norm] = {}
    for grade in panel.current_grades():
        history = panel.history(grade)
        cohorts = [int(np.count_nonzero(history > priors)) for priors in range(1, panel.years)]
        reach = min(most_priors, sum(1 for size in cohorts if size >= least_cohort))
        knots = tuple(
            _knots(panel.scores_in(grade - back, reach), grade - back)
            for back in range(1, reach + 1)
        )
        for priors in range(1, reach + 1):
            rows = history > priors
            table[grade, priors] = _fit(grade, knots[:priors], panel.scores[rows])
    if not table:
        raise ValueError(
            f"panel: no grade has {least_cohort} learners with a score this year and the year "
            "before in the grade below; lower least_cohort or bring more learners"
        )
    return Norms(table, {**_observed(panel), **(bounds or {})})


def _fit(grade: int, knots: tuple[Knots, ...], scores: Floats) -> Norm:
    """Fit one norm on rows that are complete in their last columns."""
    design = _design(latest_first(scores, len(knots)), knots)
    fits = quantile_regression(design, scores[:, -1], TAUS)
    return Norm(grade, knots, fits, len(scores))


def latest_first(scores: Floats, priors: int) -> Floats:
    """Return the prior scores of each row, last year's first: (n, priors)."""
    return scores[:, -2 : -2 - priors : -1] if priors < scores.shape[1] - 1 else scores[:, -2::-1]


def _design(past: Floats, knots: tuple[Knots, ...]) -> Floats:
    """Return an intercept and the splines of each prior score side by side."""
    splines = [basis(past[:, back], each) for back, each in enumerate(knots)]
    return np.column_stack([np.ones(len(past)), *splines])


def _knots(scores: Floats, grade: int) -> Knots:
    """Place knots, or say why it cannot be done."""
    if np.ptp(scores) == 0.0:
        raise ValueError(f"scores: all in grade {grade} are {scores[0]:g}; they tell nobody apart")
    return Knots.of(scores)


def _observed(panel: Panel) -> dict[int, tuple[float, float]]:
    """Return the lowest and highest score seen in each grade."""
    seen = ~np.isnan(panel.scores)
    grades, scores = panel.grades[seen], panel.scores[seen]
    return {
        int(grade): (float(scores[grades == grade].min()), float(scores[grades == grade].max()))
        for grade in np.unique(grades)
    }
