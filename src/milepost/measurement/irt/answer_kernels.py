"""The compiled part of scores and of fit: each answer against what its item led to expect."""

import math

import numpy as np
from numba import njit

from milepost.measurement.irt.coefficients import INTERCEPT, SLOPE
from milepost.measurement.irt.items import Bools, Floats, Ints
from milepost.measurement.irt.kernels import chances, posterior

NEWTON_STEPS = 60
STILL = 1e-9  # logits: a step below it is the last


@njit(cache=True)
def expected_abilities(
    offsets: Ints, cell: Ints, group: Ints, table: Floats, prior: Floats, points: Floats
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of where each learner stands."""
    n = len(offsets) - 1
    mean, sd, share = np.empty(n), np.empty(n), np.empty(len(points))
    for i in range(n):
        posterior(offsets, cell, group, table, prior, i, share)
        first = square = 0.0
        for q in range(len(points)):
            first += share[q] * points[q]
        for q in range(len(points)):
            square += share[q] * (points[q] - first) ** 2
        mean[i], sd[i] = first, math.sqrt(square)
    return mean, sd


@njit(cache=True)
def likeliest_abilities(
    offsets: Ints,
    cell: Ints,
    item: Ints,
    group: Ints,
    table: Floats,
    prior: Floats,
    points: Floats,
    partial: Bools,
    rows: Floats,
    first: Ints,
    centre: Floats,
    precision: Floats,
) -> tuple[Floats, Floats]:
    """Return the highest point of each learner's log-likelihood plus prior, and its error.

    The best of the points comes first (a `3pl` likelihood can have several tops), then Newton's
    steps with expected information between its neighbours.
    """
    n = len(offsets) - 1
    best, error, height = np.empty(n), np.empty(n), np.empty(len(points))
    for i in range(n):
        height[:] = prior[group[i]]
        for e in range(offsets[i], offsets[i + 1]):
            height += table[cell[e]]
        q = int(np.argmax(height))
        near = points[max(q - 1, 0)], points[q], points[min(q + 1, len(points) - 1)]
        belief = centre[group[i]], precision[group[i]]
        answers = slice(offsets[i], offsets[i + 1])
        best[i], told = _top(cell[answers], item[answers], partial, rows, first, belief, near)
        error[i] = 1.0 / math.sqrt(told) if told > 0.0 else np.inf
    return best, error


@njit(cache=True)
def _top(
    cell: Ints,
    item: Ints,
    partial: Bools,
    rows: Floats,
    first: Ints,
    belief: tuple[float, float],
    near: tuple[float, float, float],
) -> tuple[float, float]:
    """Return where one learner's likelihood is highest, and the information there.

    Newton's steps from the middle of `near`, halving the interval where one leaves it.
    """
    low, at, high = near
    for _ in range(NEWTON_STEPS):
        slope, told = _slope(cell, item, partial, rows, first, belief, at)
        if slope > 0.0:
            low = at
        else:
            high = at
        moved = at + slope / max(told, 1e-300)
        if not low < moved < high:
            moved = 0.5 * (low + high)
        still = abs(moved - at) < STILL
        at = moved
        if still:
            break
    return at, _slope(cell, item, partial, rows, first, belief, at)[1]


@njit(cache=True)
def _slope(
    cell: Ints,
    item: Ints,
    partial: Bools,
    rows: Floats,
    first: Ints,
    belief: tuple[float, float],
    at: float,
) -> tuple[float, float]:
    """Return the slope of one learner's log-likelihood plus prior, and expected information."""
    p = np.empty(rows.shape[1] - INTERCEPT + 1)
    slopes = np.empty((len(p), rows.shape[1]))
    slope, told = -belief[1] * (at - belief[0]), belief[1]
    for e in range(len(cell)):
        j = item[e]
        m = first[j + 1] - first[j] - 1
        chances(partial[j], rows[j], m, at, p, slopes)
        for k in range(m + 1):
            steep = 0.0
            for v in range(m):
                steep += rows[j, SLOPE] * slopes[k, INTERCEPT + v]
            told += steep * steep / p[k]
            if k == cell[e] - first[j]:
                slope += steep / p[k]
    return slope, told


@njit(cache=True)
def moments(
    offsets: Ints, item: Ints, ability: Floats, partial: Bools, rows: Floats, top: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return mean, variance and fourth moment of each answer's score, given its learner."""
    n = len(item)
    mean, variance, fourth = np.empty(n), np.empty(n), np.empty(n)
    p = np.empty(rows.shape[1] - INTERCEPT + 1)
    slopes = np.empty((len(p), rows.shape[1]))
    for i in range(len(offsets) - 1):
        for e in range(offsets[i], offsets[i + 1]):
            j = item[e]
            chances(partial[j], rows[j], top[j], ability[i], p, slopes)
            m = v = f = 0.0
            for k in range(top[j] + 1):
                m += k * p[k]
            for k in range(top[j] + 1):
                v += (k - m) ** 2 * p[k]
                f += (k - m) ** 4 * p[k]
            mean[e], variance[e], fourth[e] = m, v, f
    return mean, variance, fourth


@njit(cache=True)
def score_chances(right: Floats, without: int) -> Floats:
    """Return the chance of each number right at each point (Lord & Wingersky 1984).

    `right` (items, points) are chances of a right answer; the item `without` is left out (-1:
    none). Returns (items + 1, points).
    """
    n_items, n_points = right.shape
    total = np.zeros((n_items + 1, n_points))
    total[0] = 1.0
    count = 0
    for j in range(n_items):
        if j == without:
            continue
        count += 1
        for k in range(count, -1, -1):
            for q in range(n_points):
                from_below = total[k - 1, q] * right[j, q] if k > 0 else 0.0
                total[k, q] = total[k, q] * (1.0 - right[j, q]) + from_below
    return total
