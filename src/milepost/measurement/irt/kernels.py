"""The compiled part: chances of one score and their slopes, sums over answers, Newton steps.

An item's coefficients are a row (slope a, logit of the lowest chance g, intercepts d_1..d_m), with
d_k = -a b_k: in them the models are closest to linear, and Newton's steps are safest. A *cell* is
a score of an item; `first[j]` is item j's score 0, and its other scores follow.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from milepost.measurement.irt.coefficients import INTERCEPT, LUCK, SLOPE
from milepost.measurement.irt.items import Bools, Floats, Ints

RARE = 1e-12  # the smallest chance whose logarithm is taken
HALVINGS = 12


@njit(cache=True)
def chances(partial: bool, row: Floats, m: int, at: float, p: Floats, slopes: Floats) -> None:
    """Write the chance of each score of one item at one ability, and its slopes by coefficient.

    `p` is (m + 1,) and `slopes` (m + 1, 2 + m): d p_k / d coefficient, see `curves` for the models.
    """
    slopes[: m + 1, : 2 + m] = 0.0
    if partial:
        _partial_credit(row, m, at, p, slopes)
        return
    for k in range(m):
        x = row[SLOPE] * at + row[INTERCEPT + k]
        reached = 1.0 / (1.0 + math.exp(-x))
        steep = reached * (1.0 - reached)
        p[k] = 1.0 - reached if k == 0 else p[k] - reached
        p[k + 1] = reached
        slopes[k, SLOPE] -= steep * at
        slopes[k + 1, SLOPE] += steep * at
        slopes[k, INTERCEPT + k] -= steep
        slopes[k + 1, INTERCEPT + k] += steep
    if row[LUCK] > -np.inf and m == 1:
        c = 1.0 / (1.0 + math.exp(-row[LUCK]))
        missed = p[0]
        p[0] *= 1.0 - c
        p[1] += c * missed
        slopes[:2] *= 1.0 - c
        slopes[0, LUCK] = -missed * c * (1.0 - c)
        slopes[1, LUCK] = missed * c * (1.0 - c)
    for k in range(m + 1):
        p[k] = max(p[k], RARE)


@njit(cache=True)
def _partial_credit(row: Floats, m: int, at: float, p: Floats, slopes: Floats) -> None:
    """Write what `chances` writes, for a partial credit item."""
    exponent = top = 0.0
    p[0] = 0.0
    for k in range(m):
        exponent += row[SLOPE] * at + row[INTERCEPT + k]
        p[k + 1] = exponent
        top = max(top, exponent)
    total = 0.0
    for k in range(m + 1):
        p[k] = math.exp(p[k] - top)
        total += p[k]
    mean = 0.0
    for k in range(m + 1):
        p[k] = max(p[k] / total, RARE)
        mean += k * p[k]
    for v in range(m):
        beyond = 0.0
        for k in range(v + 1, m + 1):
            beyond += p[k]
        for k in range(m + 1):
            slopes[k, INTERCEPT + v] = p[k] * ((1.0 if k > v else 0.0) - beyond)
    for k in range(m + 1):
        slopes[k, SLOPE] = p[k] * (k - mean) * at


@njit(cache=True)
def log_chances(partial: Bools, rows: Floats, first: Ints, points: Floats) -> Floats:
    """Return the logarithm of the chance of each cell at each point, (cells, points)."""
    widest = rows.shape[1] - INTERCEPT
    p, slopes = np.empty(widest + 1), np.empty((widest + 1, INTERCEPT + widest))
    table = np.empty((first[-1], len(points)))
    for j in range(len(rows)):
        m = first[j + 1] - first[j] - 1
        for q in range(len(points)):
            chances(partial[j], rows[j], m, points[q], p, slopes)
            for k in range(m + 1):
                table[first[j] + k, q] = math.log(p[k])
    return table


@njit(cache=True)
def score_slopes(partial: Bools, rows: Floats, first: Ints, points: Floats) -> Floats:
    """Return d log p / d coefficient of each cell at each point, (cells, coefficients, points)."""
    widest = rows.shape[1] - INTERCEPT
    p, slopes = np.empty(widest + 1), np.empty((widest + 1, INTERCEPT + widest))
    table = np.zeros((first[-1], rows.shape[1], len(points)))
    for j in range(len(rows)):
        m = first[j + 1] - first[j] - 1
        for q in range(len(points)):
            chances(partial[j], rows[j], m, points[q], p, slopes)
            for k in range(m + 1):
                for f in range(INTERCEPT + m):
                    table[first[j] + k, f, q] = slopes[k, f] / p[k]
    return table


@njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def expect(
    offsets: Ints,
    cell: Ints,
    weight: Floats,
    group: Ints,
    table: Floats,
    prior: Floats,
    counts: Floats,
    people: Floats,
) -> float:
    """Add up the E-step of Bock & Aitkin (1981) over learners; return the log-likelihood.

    `table` (cells, points) and `prior` (groups, points) are logarithms. Adds to `counts` how often
    each cell is met at each point, and to `people` how many of each group are at each point.
    """
    n_points = table.shape[1]
    post = np.empty(n_points)
    log_likelihood = 0.0
    for i in range(len(offsets) - 1):
        post[:] = prior[group[i]]
        for e in range(offsets[i], offsets[i + 1]):
            post += table[cell[e]]
        total, top = _normalise(post)
        log_likelihood += weight[i] * (math.log(total) + top)
        post *= weight[i]
        people[group[i]] += post
        for e in range(offsets[i], offsets[i + 1]):
            counts[cell[e]] += post
    return log_likelihood


@njit(cache=True)
def _normalise(post: Floats) -> tuple[float, float]:
    """Turn logarithms into shares of 1; return their sum over exp(top), and top."""
    top = post.max()
    total = 0.0
    for q in range(len(post)):
        post[q] = math.exp(post[q] - top)
        total += post[q]
    for q in range(len(post)):
        post[q] /= total
    return total, top


@njit(cache=True)
def posterior(
    offsets: Ints, cell: Ints, group: Ints, table: Floats, prior: Floats, i: int, share: Floats
) -> None:
    """Write where learner i stands: the share at each point."""
    share[:] = prior[group[i]]
    for e in range(offsets[i], offsets[i + 1]):
        share += table[cell[e]]
    _normalise(share)


@njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def _mean(share: Floats, values: Floats) -> float:
    total = 0.0
    for q in range(len(share)):
        total += share[q] * values[q]
    return total


@njit(cache=True)
def learner_slopes(
    offsets: Ints,
    cell: Ints,
    item: Ints,
    group: Ints,
    table: Floats,
    prior: Floats,
    slopes: Floats,
    groups: Floats,
    by_item: Ints,
    by_group: Ints,
    low: int,
    high: int,
    out: Floats | NDArray[np.float32],
) -> None:
    """Write each learner's slope of the log-likelihood by parameter, (learners, parameters).

    `slopes` is as `score_slopes` gives it and `groups` (2, groups, points) likewise; `by_item`
    and `by_group` hold each one's column in `out`, or -1 where nothing is estimated.
    """
    share = np.empty(table.shape[1])
    for i in range(low, high):
        posterior(offsets, cell, group, table, prior, i, share)
        for e in range(offsets[i], offsets[i + 1]):
            for f in range(slopes.shape[1]):
                column = by_item[item[e], f]
                if column >= 0:
                    out[i - low, column] = _mean(share, slopes[cell[e], f])
        for f in range(2):
            column = by_group[f, group[i]]
            if column >= 0:
                out[i - low, column] = _mean(share, groups[f, group[i]])


@njit(cache=True)
def item_squares(
    offsets: Ints,
    cell: Ints,
    item: Ints,
    group: Ints,
    table: Floats,
    prior: Floats,
    slopes: Floats,
    n_items: int,
) -> Floats:
    """Return the sum over learners of the products of each item's slopes."""
    share, here = np.empty(table.shape[1]), np.empty(slopes.shape[1])
    squares = np.zeros((n_items, slopes.shape[1], slopes.shape[1]))
    for i in range(len(offsets) - 1):
        posterior(offsets, cell, group, table, prior, i, share)
        for e in range(offsets[i], offsets[i + 1]):
            for f in range(slopes.shape[1]):
                here[f] = _mean(share, slopes[cell[e], f])
            for f in range(slopes.shape[1]):
                for g in range(slopes.shape[1]):
                    squares[item[e], f, g] += here[f] * here[g]
    return squares


@njit(cache=True)
def maximise(
    partial: Bools,
    rows: Floats,
    free: Bools,
    first: Ints,
    points: Floats,
    counts: Floats,
    priors: Floats,
    bounds: Floats,
    steps: int,
) -> None:
    """Improve every item's coefficients by a few steps of Fisher scoring, in place (M-step).

    `priors` is (slope's centre, slope's and intercept's precision, alpha - 1 and beta - 1 of the
    lowest chance); `bounds` (3, 2) holds slopes, logits of the lowest chance and intercepts.
    """
    for j in range(len(rows)):
        m = first[j + 1] - first[j] - 1
        here = counts[first[j] : first[j + 1]]
        if free[j].any() and here.sum() > 0.0:
            _climb(partial[j], rows[j], free[j], m, points, here, priors, bounds, steps)


@njit(cache=True)
def _climb(
    partial: bool,
    row: Floats,
    free: Bools,
    m: int,
    points: Floats,
    counts: Floats,
    priors: Floats,
    bounds: Floats,
    steps: int,
) -> None:
    """Climb one item's expected log-likelihood, never going down and never past the bounds."""
    which = np.flatnonzero(free[: INTERCEPT + m])
    n = len(which)
    gradient, curve = np.zeros(n), np.zeros((n, n))
    height = _height(partial, row, which, m, points, counts, priors, gradient, curve)
    tried = row.copy()
    for _ in range(steps):
        for f in range(n):
            curve[f, f] += 1e-9 + 1e-9 * curve[f, f]
        step = solve(curve, gradient)
        scale = 1.0
        for _ in range(HALVINGS):
            tried[:] = row
            for f in range(n):
                bound = bounds[min(which[f], INTERCEPT)]
                moved = row[which[f]] + scale * step[f]
                tried[which[f]] = min(max(moved, bound[0]), bound[1])
            if _ordered(partial, tried, m):
                found = _height(partial, tried, which, m, points, counts, priors, gradient, curve)
                if found >= height - 1e-12 * abs(height):
                    break
            scale *= 0.5
        else:
            return
        height = found
        row[:] = tried
        if np.abs(scale * step).max() < 1e-7:
            return


@njit(cache=True)
def solve(matrix: Floats, right: Floats) -> Floats:
    """Solve a small positive definite system (Cholesky); NumPy's would need SciPy in here."""
    n = len(right)
    low, x = matrix.copy(), right.copy()
    for i in range(n):
        for j in range(i + 1):
            total = low[i, j]
            for k in range(j):
                total -= low[i, k] * low[j, k]
            low[i, j] = math.sqrt(max(total, 1e-300)) if i == j else total / low[j, j]
        for k in range(i):
            x[i] -= low[i, k] * x[k]
        x[i] /= low[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            x[i] -= low[k, i] * x[k]
        x[i] /= low[i, i]
    return x


@njit(cache=True)
def _ordered(partial: bool, row: Floats, m: int) -> bool:
    """Return whether the thresholds of a graded item ascend, so that no chance is below 0."""
    if not partial:
        for k in range(1, m):
            if row[INTERCEPT + k] >= row[INTERCEPT + k - 1] - 1e-6:
                return False
    return True


@njit(cache=True)
def _height(
    partial: bool,
    row: Floats,
    which: Ints,
    m: int,
    points: Floats,
    counts: Floats,
    priors: Floats,
    gradient: Floats,
    curve: Floats,
) -> float:
    """Return one item's expected log-likelihood; write its gradient and expected curvature."""
    p, slopes = np.empty(m + 1), np.empty((m + 1, INTERCEPT + m))
    gradient[:] = 0.0
    curve[:] = 0.0
    height = 0.0
    for q in range(len(points)):
        n = 0.0
        for k in range(m + 1):
            n += counts[k, q]
        if n <= 0.0:
            continue
        chances(partial, row, m, points[q], p, slopes)
        for k in range(m + 1):
            height += counts[k, q] * math.log(p[k])
            for f in range(len(which)):
                slope = slopes[k, which[f]]
                gradient[f] += counts[k, q] * slope / p[k]
                for g in range(f + 1):
                    curve[f, g] += n * slope * slopes[k, which[g]] / p[k]
    for f in range(len(which)):
        height += prior_of(row, which[f], priors, gradient, curve, f)
        for g in range(f):
            curve[g, f] = curve[f, g]
    return height


@njit(cache=True)
def prior_of(
    row: Floats, column: int, priors: Floats, gradient: Floats, curve: Floats, f: int
) -> float:
    """Add the prior of one coefficient to gradient and curvature; return its log density."""
    centre, slope_precision, intercept_precision, alpha, beta = priors
    if column == SLOPE:
        off = math.log(row[SLOPE]) - centre
        gradient[f] -= slope_precision * off / row[SLOPE]
        curve[f, f] += slope_precision / row[SLOPE] ** 2
        return float(-0.5 * slope_precision * off * off)
    if column == LUCK:
        c = 1.0 / (1.0 + math.exp(-row[LUCK]))
        gradient[f] += alpha * (1.0 - c) - beta * c
        curve[f, f] += (alpha + beta) * c * (1.0 - c)
        return float(alpha * math.log(c) + beta * math.log(1.0 - c))
    gradient[f] -= intercept_precision * row[column]
    curve[f, f] += intercept_precision
    return float(-0.5 * intercept_precision * row[column] ** 2)
