"""Chance that does not depend on order: a number for each (seed, stream, index, place).

Philox 4x32-10, a counter-based generator: Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
as easy as 1, 2, 3", SC'11, section 3.3. A draw is a function of its address alone, so that any
learner can be simulated without the others, in any order and in chunks of any size.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Word = int | np.uint64

# The streams: what a draw is for. A number is never used for two purposes; new ones go at the end,
# since renumbering would change every district that was ever simulated.
PERSON, GROUPS, TRAITS, YEAR, HOME, CLASSES, COMPETENCY, ITEM, SCHOOL = range(1, 10)
ATTENDANCE, SESSIONS, SESSION, ANSWER, TIMING, OWN, NAMES = range(10, 17)

_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLY_0, _MULTIPLY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEP_0, _STEP_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_UNIT = 2.0**-32


@njit(cache=True)
def philox(
    key_0: Word, key_1: Word, counter_0: Word, counter_1: Word, counter_2: Word, counter_3: Word
) -> tuple[Word, Word, Word, Word]:
    """Return the four 32-bit words of a block; every argument is a word of 32 bits."""
    k0, k1 = np.uint64(key_0), np.uint64(key_1)
    c0, c1, c2, c3 = (
        np.uint64(counter_0), np.uint64(counter_1), np.uint64(counter_2), np.uint64(counter_3)
    )  # fmt: skip
    for _ in range(10):
        p0, p1 = _MULTIPLY_0 * c0, _MULTIPLY_1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + _STEP_0) & _MASK, (k1 + _STEP_1) & _MASK
    return c0, c1, c2, c3


@njit(cache=True)
def draw(
    seed: int, stream: int, index: int, place: int, part: int
) -> tuple[float, float, float, float]:
    """Return four independent numbers, uniform on the open interval from 0 to 1."""
    s = np.uint64(seed)
    a, b, c, d = philox(s & _MASK, s >> _HALF, place, part, index, stream)
    return (a + 0.5) * _UNIT, (b + 0.5) * _UNIT, (c + 0.5) * _UNIT, (d + 0.5) * _UNIT


@njit(cache=True)
def normal(u: float, v: float) -> float:
    """Return a standard normal number from two uniform ones (Box and Muller 1958)."""
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@njit(cache=True)
def uniforms(
    seed: int, stream: int, start: int, stop: int, place: int = 0, part: int = 0
) -> Floats:
    """Return uniform numbers, shape (stop - start, 4): one block for each index."""
    out = np.empty((stop - start, 4))
    for row in range(stop - start):
        out[row] = draw(seed, stream, start + row, place, part)
    return out


@njit(cache=True)
def normals(seed: int, stream: int, start: int, stop: int, place: int = 0) -> Floats:
    """Return standard normal numbers, shape (stop - start, 2), for each index."""
    out = np.empty((stop - start, 2))
    for row in range(stop - start):
        a, b, c, d = draw(seed, stream, start + row, place, 0)
        out[row] = normal(a, b), normal(c, d)
    return out
