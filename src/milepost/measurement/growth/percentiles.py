"""Student growth percentiles: where a score lies among learners with the same past."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.growth.norms import Norm, Norms, latest_first
from milepost.measurement.growth.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NODES = 31
"""Points of the Gauss-Hermite rule that spreads a score over its standard error."""


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """Growth percentiles of the learners who have one; everybody else is absent, not 0."""

    rows: Ints
    """Row of the panel, ascending."""
    percentile: Ints
    """1 to 99: what share of learners with the same past scored below."""
    priors: Ints
    """How many prior scores the comparison took in."""
    beyond: Flags
    """Whether a prior score lies outside all that the norm has seen: then the norm is a guess."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How far a percentile might lie elsewhere, were the current test sat again."""

    rows: Ints
    standard_error: Floats
    """In percentile points."""
    low: Ints
    high: Ints
    """The percentile at the score less and plus `width` standard errors of the score."""


def percentiles(
    panel: Panel, norms: Norms, *, most_priors: int | None = None, favour_highest: bool = False
) -> Growth:
    """Return the growth percentile of each current score, by as many priors as the learner has.

    With norms of the same panel the percentiles are cohort referenced: they say nothing of whether
    the cohort grew. With norms of an earlier one they are baseline referenced, and may average
    above or below 50. `most_priors` looks at no more priors than that. The percentile is the number
    of the hundred conditional quantiles below the score, 1 at least and 99 at most (Betebenner
    2009, Educational Measurement: Issues and Practice 28(4)). With `favour_highest` quantiles equal
    to the highest obtainable score count for those who reached it: no test can show them more.

    Raises ValueError where no learner can be compared.
    """
    parts = []
    for rows, norm in _cohorts(panel, norms, most_priors):
        past, score = latest_first(panel.scores[rows], norm.priors), panel.scores[rows, -1]
        quantiles = norm.quantiles(past)
        below = np.count_nonzero(quantiles < score[:, None], axis=1)
        if favour_highest:
            at_or_below = np.count_nonzero(quantiles <= score[:, None], axis=1)
            below = np.where(score >= norms.bounds[norm.grade][1], at_or_below, below)
        counted = np.full(len(rows), norm.priors)
        parts.append((rows, np.clip(below, 1, 99), counted, norm.beyond(past)))
    rows, percentile, used, beyond = joined(parts)
    return Growth(rows, percentile, used, beyond)


def spread(
    panel: Panel,
    norms: Norms,
    standard_error: Floats,
    *,
    width: float = 1.0,
    most_priors: int | None = None,
) -> Spread:
    """Return how uncertain each percentile is because the current score is.

    `standard_error` is (learners,): the standard error of measurement of each current score, in its
    unit. The percentile is averaged over a normal error by Gauss-Hermite quadrature, so nothing is
    drawn at random. Errors in the prior scores and in the norms come on top and are not in it.

    Raises ValueError for errors that are negative or missing, naming the row.
    """
    errors = np.asarray(standard_error, np.float64)
    if errors.shape != (len(panel.scores),):
        raise ValueError(f"standard_error: shape {errors.shape} is not one a learner")
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    parts = []
    for rows, norm in _cohorts(panel, norms, most_priors):
        bad = ~(np.isfinite(errors[rows]) & (errors[rows] >= 0.0))
        if bad.any():
            raise ValueError(f"standard_error: row {rows[np.argmax(bad)]} is not 0 or more")
        quantiles = norm.quantiles(latest_first(panel.scores[rows], norm.priors))
        score, error = panel.scores[rows, -1], errors[rows]
        centre = _percentile(quantiles, score)
        mean, square = np.zeros(len(rows)), np.zeros(len(rows))
        for node, weight in zip(nodes, weights, strict=True):
            off = _percentile(quantiles, score + node * error) - centre
            mean += weight * off
            square += weight * off * off
        deviation = np.sqrt(np.maximum(square - mean * mean, 0.0))
        low, high = (_percentile(quantiles, score + side * width * error) for side in (-1, 1))
        parts.append((rows, deviation, low, high))
    rows, deviation, low, high = joined(parts)
    return Spread(rows, deviation, low, high)


def _percentile(quantiles: Floats, score: Floats) -> Ints:
    """Return the percentile of each score among its quantiles."""
    below: Ints = np.count_nonzero(quantiles < score[:, None], axis=1)
    return np.clip(below, 1, 99)


def _cohorts(panel: Panel, norms: Norms, most_priors: int | None) -> Iterator[tuple[Ints, Norm]]:
    """Yield the learners of each grade and number of priors with the norm that fits them best."""
    if most_priors is not None and most_priors < 1:
        raise ValueError("most_priors: give at least 1")
    found = False
    for grade in panel.current_grades():
        reach = norms.most_priors(grade)
        used = np.minimum(panel.history(grade) - 1, min(reach, most_priors or reach))
        for priors in range(1, reach + 1):
            rows = np.flatnonzero(used == priors)
            if len(rows):
                found = True
                yield rows, norms.table[grade, priors]
    if not found:
        raise ValueError(
            "panel: no learner has a score this year and the year before in the grade below "
            "in a grade that the norms cover"
        )


def joined(parts: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Join the columns of all cohorts, ordered by the first of them, the row."""
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return tuple(column[order] for column in columns)
