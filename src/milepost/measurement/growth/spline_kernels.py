"""The compiled splines: see `splines` for the knots and `projections` for the futures."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ORDER = 4  # a cubic has four coefficients, and four splines are not 0 at any place


@njit(cache=True)
def _local(x: float, sequence: Floats, values: Floats) -> int:
    """Write the four splines that are not 0 at x; return the number of the first of them.

    The recursion of Cox and de Boor on one piece (de Boor 1978, "A Practical Guide to Splines",
    ch. X, BSPLVB). Beyond the boundaries the outermost piece goes on, as the cubic that it is.
    """
    last = len(sequence) - ORDER
    piece = ORDER - 1
    while piece < last - 1 and (x >= sequence[piece + 1] or sequence[piece + 1] == sequence[piece]):
        piece += 1
    while sequence[piece + 1] == sequence[piece]:
        piece -= 1
    values[0] = 1.0
    for degree in range(1, ORDER):
        carried = 0.0
        for j in range(degree):
            right = sequence[piece + j + 1]
            left = sequence[piece + 1 + j - degree]
            share = values[j] / (right - left)
            values[j] = carried + (right - x) * share
            carried = (x - left) * share
        values[degree] = carried
    return piece - (ORDER - 1)


@njit(cache=True)
def fill(x: Floats, sequence: Floats, out: Floats) -> None:
    """Write the splines of each x, but for the first of them, into the rows of `out`."""
    values = np.empty(ORDER)
    for i in range(len(x)):
        first = _local(x[i], sequence, values)
        for j in range(ORDER):
            if first + j > 0:
                out[i, first + j - 1] = values[j]


@njit(cache=True)
def grow(past: Floats, sequences: Floats, coefficients: Floats, out: Floats) -> None:
    """Write the next score of each future: quantile q of learner i given `past[i, q]`.

    Shapes: past (n, 100, priors), the latest first; sequences (priors, knots), coefficients
    (100, 1 + columns of all splines), out (n, 100).
    """
    values = np.empty(ORDER)
    n, quantiles, priors = past.shape
    columns = sequences.shape[1] - ORDER - 1
    for i in range(n):
        for q in range(quantiles):
            score = coefficients[q, 0]
            for back in range(priors):
                first = _local(past[i, q, back], sequences[back], values)
                for j in range(ORDER):
                    if first + j > 0:
                        score += values[j] * coefficients[q, back * columns + first + j]
            out[i, q] = score
