"""The compiled step from one quantile to the next: only what lies near the old fit is solved anew.

Few observations change sides between neighbouring quantiles. All those far from the neighbour's fit
are left out, their signs known in advance; the rest are solved exactly; a sign that proves wrong
brings its observation back. What remains is the exact optimum on all observations (Portnoy and
Koenker 1997, Statistical Science 12; Chernozhukov, Fernández-Val and Melly 2020, "Fast algorithms
for the quantile regression process", Empirical Economics, algorithm 2).

Loops are spelled out where NumPy has a word: its sorts and masks take seconds to compile.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from milepost.measurement.growth.kernels import (
    OPTIMAL,
    STUCK,
    UNBOUNDED,
    coefficients,
    crossing,
    descend,
    residuals,
    weighted_sums,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sides = NDArray[np.int8]

ABOVE, KEPT, BELOW = 1, 0, -1


@njit(cache=True)
def _distance_of(values: Floats, wanted: int) -> float:
    """Return the `wanted`-th smallest value."""
    return float(values[crossing(values, np.ones(len(values)), len(values), float(wanted))])


@njit(cache=True)
def _reduce(r: Floats, tau: float, wanted: int, side: Sides) -> None:
    """Keep the `wanted` observations nearest to the quantile of r; the rest is above or below."""
    n = len(r)
    centre = _distance_of(r, min(n, int(tau * n) + 1))
    distance = np.empty(n)
    for i in range(n):
        distance[i] = abs(r[i] - centre)
    width = _distance_of(distance, min(n, wanted))
    for i in range(n):
        if distance[i] <= width:
            side[i] = KEPT
        else:
            side[i] = ABOVE if r[i] > centre else BELOW


@njit(cache=True)
def _take_back(r: Floats, side: Sides) -> int:
    """Keep the observations that proved to be on the other side; return how many."""
    wrong = 0
    for i in range(len(r)):
        if (side[i] == ABOVE and r[i] <= 0.0) or (side[i] == BELOW and r[i] > 0.0):
            side[i] = KEPT
            wrong += 1
    return wrong


@njit(cache=True)
def _part(
    design: Floats, y: Floats, side: Sides, tau: float, basis: Ints, pull: Floats
) -> tuple[Floats, Floats, Ints, Ints]:
    """Return design, y and rows of what is kept and where the basis lies in it; fill `pull`."""
    p, n = design.shape
    psi, place = np.zeros(n), np.empty(n, np.int64)
    kept = 0
    for i in range(n):
        place[i] = kept
        if side[i] == KEPT:
            kept += 1
        else:
            psi[i] = tau if side[i] == ABOVE else tau - 1.0
    weighted_sums(design, psi, pull)
    part, values, rows = np.empty((p, kept)), np.empty(kept), np.empty(kept, np.int64)
    for i in range(n):
        if side[i] == KEPT:
            rows[place[i]], values[place[i]] = i, y[i]
    for k in range(p):
        for c in range(kept):
            part[k, c] = design[k, rows[c]]
    places = np.empty(p, np.int64)
    for j in range(p):
        places[j] = place[basis[j]]
    return part, values, rows, places


@njit(cache=True)
def move(
    design: Floats, y: Floats, tau: float, wanted: int, r: Floats, basis: Ints, inverse: Floats
) -> int:
    """Move basis, inverse and residuals from a neighbouring fit to that of tau.

    `wanted` is how many observations the reduced problem keeps at first. Returns how it ended.
    """
    p, n = design.shape
    side, pull = np.empty(n, np.int8), np.empty(p)
    _reduce(r, tau, wanted, side)
    for j in range(p):
        side[basis[j]] = KEPT
    while True:
        part, values, rows, places = _part(design, y, side, tau, basis, pull)
        ended = descend(part, values, tau, pull, places, inverse)
        for j in range(p):
            basis[j] = rows[places[j]]
        if ended == STUCK:
            return STUCK
        residuals(design, y, coefficients(y, basis, inverse), r)
        wrong = _take_back(r, side)
        if wrong == 0 and ended == OPTIMAL:
            return OPTIMAL
        if ended == UNBOUNDED:  # what was left out would have stopped the fall: keep more of it
            if len(rows) == n:
                return STUCK
            wanted = 2 * len(rows)
            _reduce(r, tau, wanted, side)
            for j in range(p):
                side[basis[j]] = KEPT
