"""The compiled solver of quantile regression: see `quantiles` for the problem and its public face.

Shapes: `design` is (p, n), one column an observation, so that every long loop runs along memory;
`inverse` is (p, p) and its row j is the direction in which the fit leaves basic observation j and
keeps to all the others. Signs of residuals are carried as `psi`: tau above the fit, tau - 1 below.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPTIMAL, UNBOUNDED, STUCK = 0, 1, 2
SLACK = 1e-9  # multipliers are of size 1; what rounding leaves of them is far below
REFRESH = 64  # pivots after which the inverse is computed anew
NEGLIGIBLE = 1e-12
TINY = 1e-300


@njit(cache=True)
def invert(design: Floats, basis: Ints, inverse: Floats) -> bool:
    """Write the inverse of the basic rows into `inverse` (transposed); False if singular."""
    p = len(basis)
    left = np.empty((p, p))
    for j in range(p):
        for k in range(p):
            left[j, k] = design[k, basis[j]]
    work = np.eye(p)
    for k in range(p):
        pivot = k
        for j in range(k + 1, p):
            if abs(left[j, k]) > abs(left[pivot, k]):
                pivot = j
        if abs(left[pivot, k]) < NEGLIGIBLE:
            return False
        if pivot != k:
            for c in range(p):
                left[k, c], left[pivot, c] = left[pivot, c], left[k, c]
                work[k, c], work[pivot, c] = work[pivot, c], work[k, c]
        scale = 1.0 / left[k, k]
        for c in range(p):
            left[k, c] *= scale
            work[k, c] *= scale
        for j in range(p):
            factor = left[j, k]
            if j != k and factor != 0.0:
                for c in range(p):
                    left[j, c] -= factor * left[k, c]
                    work[j, c] -= factor * work[k, c]
    for j in range(p):
        for k in range(p):
            inverse[j, k] = work[k, j]
    return True


@njit(cache=True)
def spanning(design: Floats, order: Ints, least: float) -> tuple[Ints, Ints]:
    """Return observations and columns that form a square of full rank, the first in order's sense.

    Gaussian elimination row by row: one is taken if more than a quarter of it, then a hundredth,
    then `least` is no sum of those taken before, so that the square is well conditioned.
    """
    p = len(design)
    echelon = np.zeros((p, p))
    rows, columns = np.empty(p, np.int64), np.empty(p, np.int64)
    v = np.empty(p)
    rank = 0
    for share in (0.25, 0.01, least):
        for i in order:
            if rank == p:
                break
            for k in range(p):
                v[k] = design[k, i]
            for e in range(rank):
                factor = v[columns[e]]
                if factor != 0.0:
                    for k in range(p):
                        v[k] -= factor * echelon[e, k]
            widest = 0
            for k in range(1, p):
                if abs(v[k]) > abs(v[widest]):
                    widest = k
            if abs(v[widest]) >= share:
                for k in range(p):
                    echelon[rank, k] = v[k] / v[widest]
                rows[rank], columns[rank] = i, widest
                rank += 1
    return rows[:rank], columns[:rank]


@njit(cache=True)
def residuals(design: Floats, y: Floats, beta: Floats, out: Floats) -> None:
    """Write y - design' beta into `out`."""
    p, n = design.shape
    for i in range(n):
        out[i] = y[i]
    for k in range(p):
        b = beta[k]
        row = design[k]
        for i in range(n):
            out[i] -= b * row[i]


@njit(cache=True, fastmath={"reassoc"})
def weighted_sums(design: Floats, psi: Floats, out: Floats) -> None:
    """Write the sum of psi * x over all observations into `out`, one a column.

    The order of the sum is left to the compiler, which makes it three times as fast; what that
    changes in the last bits decides nothing.
    """
    p, n = design.shape
    for k in range(p):
        total, row = 0.0, design[k]
        for i in range(n):
            total += psi[i] * row[i]
        out[k] = total


@njit(cache=True)
def coefficients(y: Floats, basis: Ints, inverse: Floats) -> Floats:
    """Return the fit that goes through the basic observations."""
    p = len(basis)
    beta = np.zeros(p)
    for j in range(p):
        for k in range(p):
            beta[k] += y[basis[j]] * inverse[j, k]
    return beta


@njit(cache=True)
def crossing(steps: Floats, weights: Floats, count: int, needed: float) -> int:
    """Return the place of the smallest step up to which the weights add up to `needed`; or -1.

    Quickselect by weight: `order` is split around a middle step until one is left.
    """
    order = np.arange(count)
    low, high, last, narrowed = 0, count, -1, False
    while high > low:
        middle = steps[order[(low + high) // 2]]
        i, lower, upper, below = low, low, high, 0.0
        while i < upper:  # three ways: less | equal | greater
            place = order[i]
            step = steps[place]
            if step < middle:
                below += weights[place]
                order[i], order[lower] = order[lower], place
                lower += 1
                i += 1
            elif step > middle:
                upper -= 1
                order[i], order[upper] = order[upper], place
            else:
                i += 1
        if below >= needed:
            high, narrowed = lower, True
            continue
        needed -= below
        for i in range(lower, upper):
            last = order[i]
            needed -= weights[last]
            if needed <= 0.0:
                return int(last)
        low = upper
    return int(last) if narrowed else -1  # they were enough; in this order rounding took a bit away


@njit(cache=True)
def _edge(inverse: Floats, gradient: Floats, tau: float) -> tuple[int, float, float]:
    """Return the edge that falls most steeply: its basic place, its sign, its slope (0 if none).

    Leaving j upwards the sum of losses changes by 1 - tau - v, downwards by tau + v, where v is
    the multiplier of j (Koenker 2005, "Quantile Regression", section 6.2).
    """
    p = len(gradient)
    best, place, sign, slope = -SLACK, -1, 0.0, 0.0
    for j in range(p):
        multiplier, length = 0.0, 0.0
        for k in range(p):
            multiplier += inverse[j, k] * gradient[k]
            length += inverse[j, k] * inverse[j, k]
        up, down = 1.0 - tau - multiplier, tau + multiplier
        fall = min(up, down)
        if fall < -SLACK:
            steepness = fall / np.sqrt(length)
            if place < 0 or steepness < best:
                best, place, slope = steepness, j, fall
                sign = 1.0 if up < down else -1.0
    return place, sign, slope


@njit(cache=True)
def _exchange(design: Floats, inverse: Floats, place: int, entering: int) -> None:
    """Update the inverse: `entering` takes the basic place."""
    p = len(inverse)
    along = np.zeros(p)
    for j in range(p):
        for k in range(p):
            along[j] += inverse[j, k] * design[k, entering]
    leaving = inverse[place]
    for k in range(p):
        leaving[k] /= along[place]
    for j in range(p):
        if j != place:
            for k in range(p):
                inverse[j, k] -= along[j] * leaving[k]


@njit(cache=True)
def _afresh(
    design: Floats, y: Floats, tau: float, pull: Floats, basis: Ints, inverse: Floats,
    basic: Flags, r: Floats, gradient: Floats,
) -> bool:  # fmt: skip
    """Compute inverse, residuals and gradient of the basis anew; False if it is singular."""
    if not invert(design, basis, inverse):
        return False
    residuals(design, y, coefficients(y, basis, inverse), r)
    n = len(y)
    psi = np.empty(n)
    for i in range(n):
        basic[i] = False
    for j in range(len(basis)):
        basic[basis[j]] = True
    for i in range(n):
        psi[i] = 0.0 if basic[i] else tau if r[i] > 0.0 else tau - 1.0
    weighted_sums(design, psi, gradient)
    for k in range(len(pull)):
        gradient[k] += pull[k]
    return True


@njit(cache=True)
def _ahead(
    design: Floats, direction: Floats, sign: float, basic: Flags, r: Floats, z: Floats,
    steps: Floats, weights: Floats, who: Ints,
) -> int:  # fmt: skip
    """Find what the fit will cross along a direction: after which step, and with what weight.

    z is the speed at which the fit nears each observation. Returns how many will be crossed.
    """
    p, n = design.shape
    for i in range(n):
        z[i] = 0.0
    for k in range(p):
        d, row = sign * direction[k], design[k]
        for i in range(n):
            z[i] += d * row[i]
    count = 0
    for i in range(n):
        if not basic[i] and (z[i] > NEGLIGIBLE if r[i] > 0.0 else z[i] < -NEGLIGIBLE):
            steps[count], weights[count], who[count] = r[i] / z[i], abs(z[i]), i
            count += 1
    return count


@njit(cache=True)
def _go(
    design: Floats, step: float, count: int, r: Floats, z: Floats, steps: Floats, who: Ints,
    gradient: Floats,
) -> None:  # fmt: skip
    """Take the step: residuals move, and what is crossed changes its side in the gradient."""
    for i in range(len(r)):
        r[i] -= step * z[i]
    for c in range(count):
        i = who[c]
        side = 1.0 if z[i] > 0.0 else -1.0
        if steps[c] < step:
            side = -side
            for k in range(len(gradient)):
                gradient[k] += side * design[k, i]
        if r[i] * side <= 0.0:  # rounding must not tell another story than the gradient
            r[i] = side * TINY


@njit(cache=True)
def descend(
    design: Floats, y: Floats, tau: float, pull: Floats, basis: Ints, inverse: Floats
) -> int:
    """Walk from the basic fit to the best one along falling edges; change basis and inverse.

    Each step goes past every observation at which the sum of losses still falls (Barrodale and
    Roberts 1973, SIAM Journal on Numerical Analysis 10). `pull` is the sum of psi * x over the
    observations that were left out with a known sign. Returns how it ended.
    """
    p, n = design.shape
    r, z, gradient, basic = np.empty(n), np.empty(n), np.empty(p), np.empty(n, np.bool_)
    steps, weights, who = np.empty(n), np.empty(n), np.empty(n, np.int64)
    for pivots in range(100 * p + 10 * n):
        if pivots % REFRESH == 0 and not _afresh(
            design, y, tau, pull, basis, inverse, basic, r, gradient
        ):
            return STUCK
        place, sign, slope = _edge(inverse, gradient, tau)
        if place < 0:
            return OPTIMAL
        count = _ahead(design, inverse[place], sign, basic, r, z, steps, weights, who)
        found = crossing(steps, weights, count, -slope)
        if found < 0:
            return UNBOUNDED
        entering, step, leaving = who[found], steps[found], basis[place]
        ahead = tau if z[entering] > 0.0 else tau - 1.0
        behind = tau - 1.0 if sign > 0.0 else tau
        _go(design, step, count, r, z, steps, who, gradient)
        for k in range(p):
            gradient[k] += behind * design[k, leaving] - ahead * design[k, entering]
        r[leaving], r[entering] = -sign * step, 0.0
        basic[leaving], basic[entering] = False, True
        _exchange(design, inverse, place, entering)
        basis[place] = entering
    return STUCK
