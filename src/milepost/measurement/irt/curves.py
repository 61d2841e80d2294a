"""Response curves: what a learner of some ability does with an item, and what it tells.

Plain functions of ability (any shape, in logits) and `Items` (n); results have the shape of
ability with the items behind it. Formulas as in Baker & Kim (2004), chapters 1, 2, 8 and 9.
"""

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.irt.items import Floats, Items

NEARLY = 1e-300
"""Stands in for a chance of 0 under a logarithm or a fraction line."""


def probability(ability: ArrayLike, items: Items) -> Floats:
    """Return the chance of each score: shape of `ability` + (n, m + 1), summing to 1.

    The last axis is the score from 0 to the largest of any item; a score that an item does not
    have has chance 0. Raises ValueError where `ability` is not finite.
    """
    above = _odds(ability, items)
    graded = _graded(above, items)
    partial = items.model == "gpcm"
    if not np.any(partial):
        return graded
    exponent = np.concatenate((np.zeros((*above.shape[:-1], 1)), np.cumsum(above, -1)), -1)
    weight = np.exp(exponent - exponent.max(-1, keepdims=True))
    return np.where(partial[:, None], weight / weight.sum(-1, keepdims=True), graded)


def _graded(above: Floats, items: Items) -> Floats:
    """Return the chances of cumulative models, from the log odds x_k at each threshold.

    The chance between two thresholds is L(x) L(-y) (1 - exp(y - x)), where L is the logistic
    function: the difference L(x) - L(y) itself would lose its digits far from the thresholds.
    """
    end = np.full((*above.shape[:-1], 1), np.inf)
    lower, upper = np.concatenate((end, above), -1), np.concatenate((above, -end), -1)
    gap = np.where(np.isneginf(lower), 0.0, upper) - np.where(np.isneginf(lower), 0.0, lower)
    chances = _logistic(lower) * _logistic(-upper) * (0.0 - np.expm1(gap))
    lucky = items.guessing * chances[..., 0]
    chances[..., 0] -= lucky
    chances[..., 1] += lucky
    return np.asarray(chances)


def expected_score(ability: ArrayLike, items: Items) -> Floats:
    """Return the mean score on each item in points: shape of `ability` + (n,)."""
    chances = probability(ability, items)
    return np.asarray(chances @ np.arange(chances.shape[-1], dtype=np.float64))


def chance(ability: ArrayLike, items: Items) -> Floats:
    """Return the chance of a right answer: shape of `ability` + (n,).

    For an item with more than two scores it is the mean score as a share of the highest one.
    """
    return expected_score(ability, items) / items.top_score


def information(ability: ArrayLike, items: Items) -> Floats:
    """Return Fisher's information about ability, per squared logit: shape of `ability` + (n,).

    Sum it over the items of a test for the test's information; 1 / sqrt of that is the standard
    error of a maximum likelihood score (Lord 1980, equation 5-6). For right-or-wrong items it is
    a^2 (1 - P) / P ((P - c) / (1 - c))^2 (Birnbaum 1968), for `gpcm` a^2 times the variance of
    the score (Muraki 1993), for `grm` the sum of P_k'^2 / P_k (Samejima 1969).
    """
    chances = probability(ability, items)
    scores = np.arange(chances.shape[-1], dtype=np.float64)
    mean = (chances @ scores)[..., None]
    spread = np.sum((scores - mean) ** 2 * chances, axis=-1)
    partial = items.model == "gpcm"
    told = np.where(partial, spread, _graded_information(ability, items, chances))
    return np.asarray(items.discrimination**2 * told)


def _graded_information(ability: ArrayLike, items: Items, chances: Floats) -> Floats:
    """Return the information of cumulative models for a slope of 1: sum of P_k'^2 / P_k."""
    above = _odds(ability, items)
    slope = (1.0 - items.guessing[:, None]) * _logistic(above) * _logistic(-above)
    end = np.zeros((*slope.shape[:-1], 1))
    change = np.concatenate((end, slope), -1) - np.concatenate((slope, end), -1)
    return np.asarray(np.sum(change**2 / np.maximum(chances, NEARLY), axis=-1))


def _odds(ability: ArrayLike, items: Items) -> Floats:
    """Return a (t - b_k), the log odds at each threshold: shape of `ability` + (n, m)."""
    at = np.asarray(ability, np.float64)
    if not np.all(np.isfinite(at)):
        row = int(np.argmin(np.isfinite(at.ravel())))
        raise ValueError(f"ability, row {row}: {at.ravel()[row]} must be a finite number of logits")
    distance = at[..., None, None] - items.thresholds
    return np.asarray(items.discrimination[:, None] * distance)


def _logistic(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0.0, 1.0, small) / (1.0 + small)
