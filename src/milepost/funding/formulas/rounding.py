"""Rounding as law writes it, the same on one exact number and on a million floats."""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

WORDS = re.compile(r"(half up|down|up) to (dollars|cents|(\d{1,2}) decimals?)")
HALF = Fraction(1, 2)
FINEST = 12
WHOLE = 2.0**53
Array = NDArray[np.float64]
Marks = NDArray[np.bool_]


class Do(Protocol):
    """Applies a function of numpy to values, into an array."""

    def __call__(self, ufunc: np.ufunc, *values: object, out: Array) -> None: ...


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

    def whole(self, do: Do, units: Array, over: int, out: Array, ends: tuple[float, float]) -> bool:
        """Round whole numbers of 1/over to whole numbers of the rounding's own unit, into `out`.

        `do` applies a function of numpy; `ends` bound the numbers. False is returned, and nothing
        done, where a float could not hold what stands between. The quotient of two whole numbers
        below 2^53 is only rounded to a whole float where it is one, so that nothing is lost.
        """
        shared = gcd(10**self.places, over)
        times, by = 10**self.places // shared, over // shared
        low, high = ends
        if max(-low, high) * times * 4 + by >= WHOLE:
            return False
        if by == 1:
            do(np.multiply, units, float(times), out=out)
            return True
        if self.mode == "half up" and by % 2:  # no number of 1/by is a half: any nearest will do
            if times > 1:
                do(np.multiply, units, float(times), out=out)
            do(np.divide, out if times > 1 else units, float(by), out=out)
            do(np.rint, out, out=out)
            if low < 0:
                do(np.add, out, 0.0, out=out)  # no negative zero on a notice
            return True
        source = units
        if low < 0:
            do(np.abs, units, out=out)
            source = out
        if times > 1:
            do(np.multiply, source, float(times), out=out)
            source = out
        if self.mode == "half up":
            do(np.add, source, float(by // 2), out=out)
            source = out
        do(np.divide, source, float(by), out=out)
        do(np.ceil if self.mode == "up" else np.floor, out, out=out)
        if low < 0:
            do(np.copysign, out, units, out=out)
            do(np.add, out, 0.0, out=out)  # no negative zero on a notice
        return True

    def near(self, values: Array, error: float) -> tuple[Array, Marks | None]:
        """Return floats rounded to whole numbers of the rounding's unit, and which are in doubt.

        `error` bounds the distance from each float to the number it stands for: in doubt are those
        that it may have carried over an edge.
        """
        scale = float(10**self.places)
        size = np.abs(values)
        size *= scale
        if self.mode == "half up":
            size += 0.5
        whole: Array = np.ceil(size) if self.mode == "up" else np.floor(size)
        largest = float(size.max(initial=0.0))
        reach = error * scale + (largest + 1.0) * 2.0**-51
        edge = np.abs(size - np.rint(size))
        doubtful: Marks = ~(edge > reach)  # what is not a number is in doubt too
        np.copysign(whole, values, out=whole)
        whole += 0.0
        return whole, doubtful if doubtful.any() else None


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
