"""The plain share of agreement: exact, and within one level."""

import math

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.agreement.answer import Agreement, normal_quantile, pairs_of


def exact_agreement(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Agreement:
    """Return the share of work on which two raters gave the same rating.

    Interval by Wilson (1927, Journal of the American Statistical Association 22), which holds for
    few works and for full agreement too. What chance gives is not taken off: see `cohen_kappa`.

    Raises:
        ValueError: naming the argument and the row.
    """
    one, two = pairs_of(first, second)
    return _share(int((one == two).sum()), len(one), level)


def adjacent_agreement(
    first: ArrayLike, second: ArrayLike, *, within: float = 1.0, level: float = 0.95
) -> Agreement:
    """Return the share of work on which two raters' levels lie at most `within` apart.

    Levels are numbers; equal ones count too. Interval as in `exact_agreement`.

    Raises:
        ValueError: naming the argument and the row; levels that are no numbers; `within` < 0.
    """
    one, two = pairs_of(first, second)
    for name, labels in (("first", one), ("second", two)):
        if labels.dtype.kind not in "iufb":
            raise ValueError(f"{name} holds words: give levels as numbers, in their order")
    if not within >= 0.0:
        raise ValueError(f"within is {within}: give 0 or more levels")
    apart = np.abs(one.astype(np.float64) - two.astype(np.float64))
    return _share(int((apart <= within).sum()), len(one), level)


def _share(agreed: int, n: int, level: float) -> Agreement:
    z = normal_quantile(level)
    p = agreed / n
    middle = (p + z * z / (2 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * math.sqrt(p * (1.0 - p) / n + (z / (2 * n)) ** 2)
    # The limits touch 0 and 1 where p does; rounding must not push them past the value.
    low, high = min(max(middle - half, 0.0), p), max(min(middle + half, 1.0), p)
    return Agreement(p, math.sqrt(p * (1.0 - p) / n), low, high, n, p, 0.0)
