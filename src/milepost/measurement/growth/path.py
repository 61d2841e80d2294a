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
    coefficients,
    descend,
    residuals,
    weighted_sums,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sides = NDArray[np.int8]

ABOVE, KEPT, BELOW = 1, 0, -1


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
    design: Floats, y: Floats, tau: float, r: Floats, side: Sides, basis: Ints, inverse: Floats
) -> int:
    """Move basis, inverse and residuals from a neighbouring fit to that of tau.

    `side` tells what is left out at first and what is kept, the basis among the latter. Returns how
    it ended: UNBOUNDED where what was left out would have stopped the fall.
    """
    pull = np.empty(len(design))
    while True:
        part, values, rows, places = _part(design, y, side, tau, basis, pull)
        ended = descend(part, values, tau, pull, places, inverse)
        for j in range(len(places)):
            basis[j] = rows[places[j]]
        if ended != OPTIMAL:
            return ended
        residuals(design, y, coefficients(y, basis, inverse), r)
        if _take_back(r, side) == 0:
            return OPTIMAL
