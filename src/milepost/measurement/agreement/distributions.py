"""The F distribution's quantiles, for intervals of intraclass correlations.

Written out because a library for one function would be the room's heaviest dependency.
"""

import math

TINY = 1e-300
PRECISE = 1e-15
STEPS = 10_000


def f_quantile(chance: float, numerator: float, denominator: float) -> float:
    """Return the value below which F falls with `chance`; degrees of freedom may be fractions.

    If X is Beta(a/2, b/2) then F = b X / (a (1 - X)) (Abramowitz & Stegun 1964, 26.6.2); X is
    found by halving.

    Raises:
        ValueError: `chance` is not between 0 and 1, or degrees of freedom are not positive.
    """
    if not 0.0 < chance < 1.0:
        raise ValueError(f"chance is {chance}: give a number between 0 and 1")
    if not (numerator > 0.0 and denominator > 0.0):
        raise ValueError(f"degrees of freedom are {numerator} and {denominator}: both must be > 0")
    # Near 1 a float has no room to tell values apart: work in the tail that is near 0.
    if chance > 0.5:
        return 1.0 / _small_quantile(1.0 - chance, denominator, numerator)
    return _small_quantile(chance, numerator, denominator)


def _small_quantile(chance: float, numerator: float, denominator: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if incomplete_beta(0.5 * numerator, 0.5 * denominator, middle) < chance:
            low = middle
        else:
            high = middle
    return max(denominator * high / (numerator * max(1.0 - high, TINY)), TINY)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b).

    The continued fraction of Abramowitz & Stegun (1964), 26.5.8, summed by the method of Lentz
    (1976), on the side where it converges fast.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 / _not_zero(1.0 + term * d)
            c = _not_zero(1.0 + term / c)
            value *= c * d
        if abs(c * d - 1.0) < PRECISE:
            break
    return value


def _not_zero(number: float) -> float:
    return number if abs(number) > TINY else TINY
