"""Tail chances of the chi-square and the normal distribution."""

import math

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.irt.items import Floats

ENOUGH = 1e-15
MOST_TERMS = 10_000


def chi_square_tail(value: ArrayLike, freedom: ArrayLike) -> Floats:
    """Return the chance that chi-square with `freedom` degrees of freedom exceeds `value`.

    1 where there is no degree of freedom: nothing was tested.
    """
    return np.asarray(np.vectorize(_one_tail, otypes=[np.float64])(value, freedom))


def normal_tail(value: ArrayLike) -> Floats:
    """Return the chance that a standard normal exceeds `value`."""
    return np.asarray(np.vectorize(_normal, otypes=[np.float64])(value))


def _normal(value: float) -> float:
    return 0.5 * math.erfc(value / math.sqrt(2.0))


def _one_tail(value: float, freedom: float) -> float:
    if freedom <= 0 or value <= 0:
        return 1.0
    a, x = 0.5 * freedom, 0.5 * value
    if not math.isfinite(x):
        return 0.0
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1.0:
        return max(0.0, 1.0 - scale * _series(a, x))
    return scale * _fraction(a, x)


def _series(a: float, x: float) -> float:
    """Return the lower incomplete gamma function over x^a e^-x (DLMF 8.11.4)."""
    term = total = 1.0 / a
    for n in range(1, MOST_TERMS):
        term *= x / (a + n)
        total += term
        if term < total * ENOUGH:
            break
    return total


def _fraction(a: float, x: float) -> float:
    """Return the upper incomplete gamma function over x^a e^-x (DLMF 8.9.2, by Lentz's method)."""
    b = x + 1.0 - a
    c, d = math.inf, 1.0 / b
    total = d
    for n in range(1, MOST_TERMS):
        step = -n * (n - a)
        b += 2.0
        d = 1.0 / (step * d + b)
        c = b + step / c
        total *= c * d
        if abs(c * d - 1.0) < ENOUGH:
            break
    return total
