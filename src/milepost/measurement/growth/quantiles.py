"""Quantile regression, exact, for many quantiles at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIE_BREAK = 1e-10
KEPT_PER_ROOT = 2.0
DEPENDENT = 1e-9


def quantile_regression(design: Floats, y: Floats, taus: Floats) -> Floats:
    """Fit."""
    from milepost.measurement.growth.path import walk

    n, p = design.shape
    order = np.argsort(taus)
    columns = np.ascontiguousarray(design.T)
    jittered = y + np.ptp(y) * TIE_BREAK * ((np.arange(n) * 0.6180339887498949) % 1.0)
    basis = _start(design, y)
    out = np.empty((len(taus), p))
    steps = np.zeros(len(taus), np.int64)
    wanted = int(KEPT_PER_ROOT * np.sqrt(n * p)) + 5 * p
    failed = walk(columns, jittered, y, taus[order], wanted, basis, out, steps)
    if failed >= 0:
        raise ValueError(f"did not converge {failed}")
    quantile_regression.steps = steps
    result = np.empty_like(out)
    result[order] = out
    return result


def _start(design: Floats, y: Floats) -> Ints:
    n, p = design.shape
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    order = np.argsort(np.abs(y - design @ beta))
    chosen = []
    work = design[order].copy()
    free = np.ones(n, bool)
    left = list(range(p))
    row = 0
    while left:
        big = np.abs(work[:, left]).max(axis=1) > 1e-6
        row = int(np.argmax(big & free))
        c = left[int(np.argmax(np.abs(work[row, left])))]
        free[row] = False
        chosen.append(order[row])
        work -= np.outer(work[:, c] / work[row, c], work[row])
        left.remove(c)
    return np.array(chosen)
