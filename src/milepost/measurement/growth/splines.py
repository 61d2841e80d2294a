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


def basis(scores: Floats, knots: Knots) -> Floats:
    """Return the B-spline basis without its first column (the model has an intercept instead).

    Shape (len(scores), knots.columns). Beyond the boundaries each column goes on as the cubic that
    it is at the boundary, as R's `bs` does. De Boor 1978, "A Practical Guide to Splines", ch. X.
    """
    sequence = np.concatenate(
        [[knots.lower] * (DEGREE + 1), knots.inner, [knots.upper] * (DEGREE + 1)]
    )
    inside = _inside(np.clip(scores, knots.lower, knots.upper), sequence)
    for bound in (knots.lower, knots.upper):
        beyond = scores < bound if bound == knots.lower else scores > bound
        if beyond.any():
            inside[beyond] = _extended(scores[beyond], bound, knots, sequence)
    return inside[:, 1:]


def _inside(x: Floats, sequence: Floats) -> Floats:
    """Evaluate by the recursion of Cox and de Boor; the upper boundary belongs to the last piece."""
    pieces = len(sequence) - 1
    last = int(np.searchsorted(sequence, sequence[-1])) - 1
    cell = np.clip(np.searchsorted(sequence, x, side="right") - 1, 0, last)
    values = (cell[:, None] == np.arange(pieces)).astype(np.float64)
    for degree in range(1, DEGREE + 1):
        count = pieces - degree
        rise = sequence[degree:-1] - sequence[:count]
        fall = sequence[degree + 1 :] - sequence[1 : count + 1]
        up = _share(x[:, None] - sequence[:count], rise)
        down = _share(sequence[degree + 1 :] - x[:, None], fall)
        values = up * values[:, :-1] + down * values[:, 1:]
    return values


def _share(distance: Floats, width: Floats) -> Floats:
    """Divide; where knots coincide the piece is empty and counts nothing."""
    return np.divide(distance, width, out=np.zeros_like(distance), where=width > 0)


def _extended(x: Floats, bound: float, knots: Knots, sequence: Floats) -> Floats:
    """Continue the cubic of the outermost piece beyond `bound`, exactly.

    Four values inside the piece fix a cubic (Lagrange's form).
    """
    inner = [knot for knot in (knots.lower, *knots.inner, knots.upper) if knot != bound]
    neighbour = min(inner) if bound == knots.lower else max(inner)
    nodes = np.linspace(bound, neighbour, DEGREE + 1)
    nodes[-1] += (bound - neighbour) * 1e-9  # stay inside the piece
    at = _inside(nodes, sequence)
    weights = np.ones((len(x), DEGREE + 1))
    for j in range(DEGREE + 1):
        for m in range(DEGREE + 1):
            if m != j:
                weights[:, j] *= (x - nodes[m]) / (nodes[j] - nodes[m])
    return weights @ at
