"""Cubic B-splines of a prior score, with the knots and boundaries that growth percentiles use."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEGREE = 3
KNOT_QUANTILES = (0.2, 0.4, 0.6, 0.8)
EXTENSION = 0.1
"""Boundaries lie this share of the range beyond the lowest and the highest score."""
DIGITS = 3
"""Decimals to which SGP rounds knots and boundaries; the fit depends on it."""


@dataclass(frozen=True, slots=True)
class Knots:
    """Where the cubic pieces of a spline meet (`inner`) and between which bounds it lives."""

    inner: tuple[float, ...]
    lower: float
    upper: float

    @classmethod
    def of(cls, scores: Floats) -> "Knots":
        """Place knots at the quantiles 0.2, 0.4, 0.6 and 0.8 of the scores.

        Boundaries are extended by 10 % of the range on both sides (Betebenner 2009, Educational
        Measurement: Issues and Practice 28(4); R package SGP, createKnotsBoundaries).
        """
        low, high = float(np.min(scores)), float(np.max(scores))
        reach = EXTENSION * (high - low)
        inner = np.round(np.quantile(scores, KNOT_QUANTILES), DIGITS)
        return cls(
            tuple(float(knot) for knot in inner),
            round(low - reach, DIGITS),
            round(high + reach, DIGITS),
        )

    @property
    def columns(self) -> int:
        """How many columns `basis` has."""
        return len(self.inner) + DEGREE

    @property
    def sequence(self) -> Floats:
        """All knots in a row, the boundaries four times each."""
        ends = DEGREE + 1
        return np.array([*[self.lower] * ends, *self.inner, *[self.upper] * ends])


def basis(scores: Floats, knots: Knots) -> Floats:
    """Return the B-spline basis without its first column (the model has an intercept instead).

    Shape (len(scores), knots.columns). Beyond the boundaries each column goes on as the cubic that
    it is there, as R's `bs` does.
    """
    from milepost.measurement.growth.spline_kernels import fill

    columns = np.zeros((len(scores), knots.columns))
    fill(np.ascontiguousarray(scores), knots.sequence, columns)
    return columns
