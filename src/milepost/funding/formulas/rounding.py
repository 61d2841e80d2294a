"""Rounding as law writes it, the same on one exact number and on a million floats."""

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

WORDS = re.compile(r"(half up|down|up) to (dollars|cents|(\d{1,2}) decimals?)")
HALF = Fraction(1, 2)
FINEST = 12


@dataclass(frozen=True)
class Rounding:
    """How a line is rounded; halves go away from zero, `down` goes towards it."""

    mode: str = "none"
    places: int = 0

    @property
    def words(self) -> str:
        """The rounding as a person reads it."""
        if self.mode == "none":
            return "not rounded"
        unit = {0: "whole units", 2: "hundredths"}.get(self.places, f"{self.places} decimals")
        return f"{self.mode} to {unit}"

    def exact(self, value: Fraction) -> Fraction:
        """Return an exact number rounded."""
        if self.mode == "none":
            return value
        scale = 10**self.places
        size = abs(value) * scale
        whole = size.numerator // size.denominator
        rest = size - whole
        more = rest > 0 if self.mode == "up" else rest >= HALF and self.mode == "half up"
        return Fraction((whole + more) * (-1 if value < 0 else 1), scale)

    def vector(
        self, values: NDArray[np.float64], error: float
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_] | None]:
        """Return floats rounded, and where the error may have carried one over the edge.

        `error` bounds the distance from each float to the number it stands for.
        """
        if self.mode == "none":
            return values, None
        scale = float(10**self.places)
        size = np.abs(values)
        size *= scale
        if self.mode == "half up":
            size += 0.5
        whole = np.ceil(size) if self.mode == "up" else np.floor(size)
        largest = float(size.max(initial=0.0))
        reach = error * scale + (largest + 1.0) * 2.0**-51
        edge = np.abs(size - np.rint(size))
        doubtful = edge <= reach if edge.min(initial=1.0) <= reach else None
        np.copysign(whole, values, out=whole)
        whole /= scale
        whole += 0.0  # no negative zero on a notice
        return whole, doubtful


NONE = Rounding()


def rounding(text: str) -> Rounding:
    """Return the rounding that words describe. Raises ValueError, saying what may be written."""
    if text == "none":
        return NONE
    found = WORDS.fullmatch(text)
    places = found and {"dollars": 0, "cents": 2}.get(found[2], int(found[3] or 0))
    if not found or places is None or places > FINEST:
        raise ValueError(
            f"rounding {text!r} is not known; write 'half up to dollars', 'down to cents', "
            f"'half up to 4 decimals' (at most {FINEST}) or 'none'"
        )
    return Rounding(found[1], places)
