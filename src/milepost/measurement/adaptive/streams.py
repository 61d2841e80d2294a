"""Chance that does not depend on order: a number for each (seed, examinee, place).

SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators",
OOPSLA'14, figure 17) jumps to any place of its sequence by one multiplication, so that a draw is a
function of its address alone: examinees may be simulated in any order, batch or thread.
"""

import numpy as np

from milepost.measurement.adaptive.lean import inlined, lean

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 2.0**-53


@inlined
def word(stream: np.uint64, place: int) -> np.uint64:
    """Return the 64 bits at one place of a stream."""
    z = stream + (np.uint64(place) + np.uint64(1)) * _GOLDEN
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return np.uint64(z ^ (z >> _31))


@lean
def stream_of(seed: int, examinee: int) -> np.uint64:
    """Return the stream of one examinee."""
    return word(word(np.uint64(seed), 0), examinee)


@inlined
def uniform(stream: np.uint64, place: int) -> float:
    """Return a number, uniform from 0 to below 1, with 53 bits."""
    return float(word(stream, place) >> _11) * _UNIT
