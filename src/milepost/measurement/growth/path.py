"""The compiled walk over many quantiles: each fit starts from its neighbour.

Few observations change sides between neighbouring quantiles. All those far from the neighbour's fit
are left out, their signs known in advance; the rest are solved exactly; a sign that proves wrong
brings its observation back. What remains is the exact optimum on all observations (Portnoy and
Koenker 1997, Statistical Science 12; Chernozhukov, Fernández-Val and Melly 2020, "Fast algorithms
for the quantile regression process", Empirical Economics, algorithm 2).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from milepost.measurement.growth.kernels import (
    OPTIMAL,
    STUCK,
    UNBOUNDED,
    coefficients,
    descend,
    invert,
    residuals,
    weighted_sums,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def _near(r: Floats, tau: float, wanted: int) -> tuple[float, float]:
    """Return the tau-quantile of r and how far around it the wanted number of observations lie."""
    n = len(r)
    at = min(n - 1, max(0, int(tau * n)))
    centre = np.partition(r, at)[at]
    if wanted >= n:
        return centre, np.inf
    distance = np.abs(r - centre)
    return centre, np.partition(distance, wanted)[wanted]


@njit(cache=True)
def _solve(
    design: Floats, y: Floats, tau: float, wanted: int, r: Floats, basis: Ints, inverse: Floats
) -> tuple[int, int]:
    """Move basis, inverse and residuals to the tau-quantile; return how it ended and the steps."""
    p, n = design.shape
    side = np.zeros(n, np.int8)  # 1 known above, -1 known below, 0 in the reduced problem
    centre, width = _near(r, tau, wanted)
    for i in range(n):
        if r[i] > centre + width:
            side[i] = 1
        elif r[i] < centre - width:
            side[i] = -1
    for j in range(p):
        side[basis[j]] = 0
    psi = np.empty(n)
    taken = 0
    while True:
        kept = np.flatnonzero(side == 0)
        part = np.empty((p, len(kept)))
        pull = np.empty(p)
        for i in range(n):
            psi[i] = tau if side[i] > 0 else tau - 1.0 if side[i] < 0 else 0.0
        weighted_sums(design, psi, pull)
        for k in range(p):
            row = design[k]
            for c in range(len(kept)):
                part[k, c] = row[kept[c]]
        place = np.searchsorted(kept, basis)
        ended, pivots = descend(part, y[kept], tau, pull, place, inverse)
        taken += pivots
        for j in range(p):
            basis[j] = kept[place[j]]
        if ended == STUCK:
            return STUCK, taken
        beta = coefficients(y, basis, inverse)
        residuals(design, y, beta, r)
        wrong = 0
        for i in range(n):
            if (side[i] > 0 and r[i] <= 0.0) or (side[i] < 0 and r[i] > 0.0):
                side[i] = 0
                wrong += 1
        if wrong == 0 and ended == OPTIMAL:
            return OPTIMAL, taken
        if ended == UNBOUNDED:
            if len(kept) == n:
                return STUCK, taken
            _widen(side, r, 2 * len(kept))


@njit(cache=True)
def _widen(side: NDArray[np.int8], r: Floats, wanted: int) -> None:
    """Bring back into the reduced problem what lies nearest to the fit."""
    n = len(r)
    if wanted >= n:
        side[:] = 0
        return
    distance = np.abs(r)
    width = np.partition(distance, wanted)[wanted]
    for i in range(n):
        if distance[i] <= width:
            side[i] = 0


@njit(cache=True)
def walk(
    design: Floats,
    y: Floats,
    exact: Floats,
    taus: Floats,
    wanted: int,
    basis: Ints,
    out: Floats,
    steps: Ints,
) -> int:
    """Fit all taus (ascending) into `out` (taus, p), from the middle outwards.

    `y` is `exact` with its ties broken: it decides the basis, `exact` the coefficients. Returns -1,
    or the index of the tau that did not converge.
    """
    p, n = design.shape
    inverse = np.empty((p, p))
    r = np.empty(n)
    middle = len(taus) // 2
    first = basis.copy()
    for half in range(2):
        basis[:] = first
        if not invert(design, basis, inverse):
            return middle
        residuals(design, y, coefficients(y, basis, inverse), r)
        q = middle
        while 0 <= q < len(taus):
            if not (half == 1 and q == middle):
                ended, steps[q] = _solve(design, y, taus[q], wanted, r, basis, inverse)
                if ended != OPTIMAL or not invert(design, basis, inverse):
                    return q
                out[q] = coefficients(exact, basis, inverse)
                if q == middle:
                    first[:] = basis
            q += 1 if half == 0 else -1
    return -1
