"""Compiled products with a sparse table of a fixed number of entries a row."""

import numpy as np
from numba import njit


@njit(cache=True)
def times(index, value, weights, out):  # type: ignore[no-untyped-def]
    """Fill `out` with the table times `weights`: one number a row."""
    for r in range(len(index)):
        total = 0.0
        for j in range(index.shape[1]):
            total += value[r, j] * weights[index[r, j]]
        out[r] = total


@njit(cache=True)
def transposed(index, value, rows, power, out):  # type: ignore[no-untyped-def]
    """Fill `out` with the transposed table, each entry to a power of 1 or 2, times `rows`."""
    out[:] = 0.0
    for r in range(len(index)):
        for j in range(index.shape[1]):
            v = value[r, j]
            out[index[r, j]] += rows[r] * (v * v if power == 2 else v)


@njit(cache=True)
def elo(learner, key, right, known, ability, difficulty, tried, met, k_ability, k_item, fade, out):  # type: ignore[no-untyped-def]
    """Fill chances before each row, moving `ability` and, where not `known`, `difficulty`."""
    for r in range(len(learner)):
        i, q = learner[r], key[r]
        chance = 1.0 / (1.0 + np.exp(difficulty[q] - ability[i]))
        out[r] = chance
        missed = right[r] - chance
        ability[i] += k_ability / (1.0 + fade * tried[i]) * missed
        tried[i] += 1.0
        if not known:
            difficulty[q] -= k_item / (1.0 + fade * met[q]) * missed
            met[q] += 1.0
