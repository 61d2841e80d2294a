"""What every coefficient of agreement answers, and how its interval is made."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement, how sure it is, and what it was taken over.

    Attributes:
        value: the coefficient; 1 is full agreement, 0 what chance gives (a proportion has no such
            zero). Never NaN.
        error: standard error of the value.
        low, high: interval at the level that was asked for.
        n: rated pieces of work that counted.
        observed: (weighted) share of agreement that was seen.
        expected: share that chance alone gives; 0 for a proportion.
        error_by_chance: standard error if raters agreed by chance only; for a test of that.
        determined: False where the data cannot tell the coefficient (one category only, no
            variance). The value is then 1 by convention, because nobody disagreed, and the
            interval is all that a coefficient can be.
    """

    value: float
    error: float
    low: float
    high: float
    n: int
    observed: float
    expected: float
    error_by_chance: float = 0.0
    determined: bool = True


def normal_quantile(level: float) -> float:
    """Return z such that a normal variable lies within +-z with chance `level`.

    Raises:
        ValueError: `level` is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level}: give a number between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf(0.5 + level / 2.0)


def undetermined(n: int, level: float) -> Agreement:
    """Return the answer where nobody disagreed and nobody could have: see `determined`."""
    error = 1.0 / normal_quantile(level)
    return Agreement(1.0, error, -1.0, 1.0, n, 1.0, 1.0, error, determined=False)


def coefficient(
    observed: float, expected: float, variance: float, chance_variance: float, n: int, level: float
) -> Agreement:
    """Return (observed - expected) / (1 - expected) with its normal interval, cut at -1 and 1."""
    z = normal_quantile(level)
    value = (observed - expected) / (1.0 - expected)
    # Rounding can leave a variance of nothing a hair below it.
    error, by_chance = math.sqrt(max(variance, 0.0)), math.sqrt(max(chance_variance, 0.0))
    low, high = max(value - z * error, -1.0), min(value + z * error, 1.0)
    return Agreement(value, error, low, high, n, observed, expected, by_chance)


def pairs_of(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return two raters' ratings as arrays of one length.

    Raises:
        ValueError: empty, of unequal length, not flat, or a rating is missing.
    """
    one, two = labels_of(first, "first"), labels_of(second, "second")
    if len(one) != len(two):
        raise ValueError(
            f"first has {len(one)} ratings and second has {len(two)}: give one of each for "
            "every piece of work"
        )
    return one, two


def labels_of(ratings: ArrayLike, name: str) -> NDArray[Any]:
    """Return ratings as a flat array; raise ValueError if empty, nested, or one is missing."""
    raw = np.asarray(ratings)
    if raw.ndim != 1:
        raise ValueError(f"{name} has {raw.ndim} dimensions: give a flat list of ratings")
    if len(raw) == 0:
        raise ValueError(f"{name} is empty: give at least one rating")
    if raw.dtype.kind in "OUST" and isinstance(ratings, Sequence):
        # NumPy would silently turn None and NaN between words into the words "None" and "nan".
        raw = np.array(ratings, dtype=object)
    missing = _missing(raw)
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise ValueError(f"{name}[{row}] is missing: leave out work that was not rated")
    if raw.dtype.kind != "O":
        return raw
    kinds = {isinstance(label, str) for label in raw}
    if len(kinds) > 1:
        raise ValueError(f"{name} mixes words and numbers: use one kind of label")
    return np.array(raw.tolist())


def _missing(raw: NDArray[Any]) -> NDArray[np.bool_]:
    if raw.dtype.kind == "f":
        return np.array(~np.isfinite(raw))
    if raw.dtype.kind == "O":
        return np.array([label is None or label != label for label in raw], dtype=np.bool_)
    return np.zeros(len(raw), dtype=np.bool_)
