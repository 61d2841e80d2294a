"""Compiled products with a sparse table of a fixed number of entries a row."""

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
