"""What a Gaussian belief on the logit scale says: chances, certainty, and later dates."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from milepost.measurement.parameters import Parameters

Floats = NDArray[np.float64]

PROBIT_SCALE = math.pi / 8.0
"""Variance of a logit that flattens the curve like one unit of probit: MacKay (1992), eq. 9."""


def chance(
    mean: ArrayLike, variance: ArrayLike, difficulty: ArrayLike = 0.0, spread: ArrayLike = 0.0
) -> Floats:
    """Return the chance of success on an item, with the uncertainty integrated.

    `mean` and `variance` are the learner's level; `difficulty` is the item's, from the
    competency's own (0: a typical item), and `spread` its variance. Shapes broadcast. Probit
    approximation of the logistic-normal integral: MacKay, "The evidence framework applied to
    classification networks", Neural Computation 4 (1992), eq. 9.
    """
    total = _not_negative("variance", variance) + _not_negative("spread", spread)
    logit = (_floats(mean) - _floats(difficulty)) / np.sqrt(1.0 + PROBIT_SCALE * total)
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logit)))


def certainty_above(mean: ArrayLike, variance: ArrayLike, level: ArrayLike) -> Floats:
    """Return the probability that the level is above `level` (all in logits; shapes broadcast)."""
    deviation = np.sqrt(_not_negative("variance", variance))
    distance = _floats(mean) - _floats(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(deviation > 0.0, distance / deviation, np.copysign(np.inf, distance))
    return np.asarray(_normal_cdf(z), np.float64)


def project(
    mean: ArrayLike, variance: ArrayLike, elapsed_days: ArrayLike, parameters: "Parameters"
) -> tuple[Floats, Floats]:
    """Return a level (mean, variance) as it is believed `elapsed_days` after its last evidence.

    Shapes broadcast. Time away makes a level uncertain: its variance returns to what it was before
    any evidence, by the same share of the way each day. And it fades: the mean falls, soon and not
    without end, by `fading` times the variance of the evidence. No days, no change. `fold` uses
    the same law before each row; always start from the last evidence, since the first row after it
    brings back what had faded.
    """
    days = _not_negative("elapsed_days", elapsed_days)
    then = _not_negative("variance", variance)
    room = np.maximum(parameters.level_variance - then, 0.0)
    fall = parameters.fading * then * -np.expm1(-days / parameters.fading_days)
    aged = then - room * np.expm1(-parameters.forgetting_rate * days)
    return _together(_floats(mean) - fall, aged)


def first_level(
    mean: ArrayLike, variance: ArrayLike, difficulty: ArrayLike, parameters: "Parameters"
) -> tuple[Floats, Floats]:
    """Return the level (mean, variance) in a competency of which there is no evidence yet.

    `mean` and `variance` are the learner's overall ability (0 and `parameters.ability_variance`
    for a learner who showed nothing); `difficulty` is the competency's, from the calibration.
    """
    spread = _not_negative("variance", variance) + parameters.competency_variance
    return _together(_floats(mean) - _floats(difficulty), spread)


def lent(
    means: ArrayLike, variances: ArrayLike, weights: ArrayLike, parameters: "Parameters"
) -> tuple[float, float]:
    """Return how a level without evidence strays from the overall ability, by its relatives.

    `means` and `variances` say how each relative (a prerequisite, a sibling) strays from it, what
    practice taught (`Parameters.gain`) taken off, and `weights` the correlations from 0 up, below
    1; 1-d, one a relative; logits. Without relatives:
    0 and `parameters.competency_variance`, and never a larger variance. `fold` starts a level so.

    Each relative is taken for what its evidence alone says of it, and the relatives to be
    independent given this level: Gaussian conditioning on a star (Bishop 2006, section 8.4.1).
    """
    prior = parameters.competency_variance
    mean, variance, weight = map(_floats, (means, variances, weights))
    if np.any((weight < 0.0) | (weight >= 1.0)) or np.any(variance <= 0.0):
        raise ValueError("weights must be from 0 and below 1, variances above 0")
    told = variance < prior
    known = 1.0 / variance[told] - 1.0 / prior
    share = weight[told] / (1.0 + prior * (1.0 - weight[told] ** 2) * known)
    precision = 1.0 / prior + float(np.sum(weight[told] * share * known))
    return float(np.sum(share * mean[told] / variance[told])) / precision, 1.0 / precision


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float64)


def _together(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    shape = np.broadcast_shapes(mean.shape, variance.shape)
    return np.broadcast_to(mean, shape).copy(), np.broadcast_to(variance, shape).copy()


def _not_negative(name: str, values: ArrayLike) -> Floats:
    array = _floats(values)
    if not np.all(array >= 0.0):
        row = int(np.argmin(np.ravel(array >= 0.0)))
        raise ValueError(f"{name}, row {row}: {np.ravel(array)[row]} is not a number from 0 up")
    return array


def _normal_cdf(z: Floats) -> Floats:
    """The standard normal distribution function; NumPy has none, and no page waits for Numba."""
    flat = np.ravel(-z / math.sqrt(2.0)).tolist()
    return 0.5 * np.fromiter(map(math.erfc, flat), np.float64, z.size).reshape(z.shape)
