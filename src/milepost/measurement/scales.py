"""Scales: how rubrics, judges and outside tests read a level, and how that is learned.

A source is a rubric (levels from 0 up, a graded response; Samejima 1969) or gives Gaussian
readings in units of its own. Both are learned beside the responses of the same learners.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.log import Log

Floats = NDArray[np.float64]
FEWEST = 20
"""Readings below which a scale is not learned; the given one stands."""
STEPS = 500


@dataclass(frozen=True, slots=True)
class Rubric:
    """Levels 0 to `len(thresholds)`: level k or higher has chance logistic(level - threshold k).

    Thresholds are in logits from the difficulty of the item, or of the competency where there is
    no item. Raises ValueError unless they are finite and rise.
    """

    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "thresholds", tuple(map(float, self.thresholds)))
        rising = all(a < b for a, b in zip(self.thresholds, self.thresholds[1:], strict=False))
        if not (self.thresholds and rising and all(map(math.isfinite, self.thresholds))):
            raise ValueError(f"thresholds are {self.thresholds}; give one or more that rise")


@dataclass(frozen=True, slots=True)
class Reading:
    """A score that is Normal(intercept + slope * level, noise) : a judgement, an outside test.

    `noise` is a variance in the score's own units squared. Raises ValueError for a slope that is
    not above 0, a noise that is not, or a number that is not finite.
    """

    intercept: float = 0.0
    slope: float = 1.0
    noise: float = 1.0

    def __post_init__(self) -> None:
        numbers = (self.intercept, self.slope, self.noise)
        if not (all(map(math.isfinite, numbers)) and self.slope > 0 and self.noise > 0):
            raise ValueError(f"intercept, slope, noise are {numbers}; the last two must be above 0")

    def reliability(self, level_variance: float) -> float:
        """Return the share of the score's variance that is the level's, among all learners."""
        true = self.slope**2 * level_variance
        return true / (true + self.noise)


Scale = Rubric | Reading


def scale_table(log: Log, scales: Mapping[str, Scale], *, lenient: bool = False) -> Floats:
    """Return the scales of a log's sources as the compiled filter reads them.

    Raises ValueError, naming the row, for a source without a scale (unless `lenient`: its rows then
    tell nothing) and a score that is no level of its rubric.
    """
    widest = max((len(s.thresholds) for s in scales.values() if isinstance(s, Rubric)), default=0)
    table = np.zeros((len(log.sources), 1 + max(3, widest)))
    for row, label in enumerate(log.sources):
        scale = scales.get(label)
        if isinstance(scale, Rubric):
            top = len(scale.thresholds)
            table[row, 0], table[row, 1 : top + 1] = top, scale.thresholds
            _check_levels(log, row, top)
        elif isinstance(scale, Reading):
            table[row, 1:4] = scale.intercept, scale.slope, scale.noise
        elif lenient:
            table[row, 0] = -1.0
        else:
            at = int(np.argmax(log.source == row))
            raise ValueError(f"source, row {at}: the calibration has no scale for {label!r}")
    return table


def _check_levels(log: Log, source: int, top: int) -> None:
    bad = (log.source == source) & ~((log.score % 1 == 0) & (log.score >= 0) & (log.score <= top))
    if np.any(bad):
        at = int(np.argmax(bad))
        raise ValueError(f"score, row {at}: {log.score[at]} is no level from 0 to {top}")


def learn_scales(
    log: Log, known: Mapping[str, Scale], logit: Floats, spread: Floats
) -> dict[str, Scale]:
    """Return the scales of a log's sources, learned from what was believed before each row.

    `logit` and `spread` are the mean and variance of each row's level before it. A source in
    `known` keeps its kind; one that is not is taken for Gaussian readings. With fewer than 20
    readings a known scale stands, and an unknown one is refused with ValueError.
    """
    learned = dict(known)
    for number, label in enumerate(log.sources):
        rows = (log.source == number) & (log.weight > 0)
        if np.count_nonzero(rows) < FEWEST:
            if label not in known:
                raise ValueError(f"source {label!r} has fewer than {FEWEST} rows: give its scale")
            continue
        scale = known.get(label)
        score, mean, variance = log.score[rows], logit[rows], spread[rows]
        if isinstance(scale, Rubric):
            learned[label] = _rubric(scale, score, mean, variance)
        else:
            learned[label] = _reading(label, score, mean, variance)
    return learned


def _reading(label: str, score: Floats, mean: Floats, variance: Floats) -> Reading:
    """Fit a Gaussian scale by maximum likelihood: EM over the levels behind the readings.

    Dempster, Laird & Rubin (1977), section 4.6 (factor analysis with known factor moments).
    """
    noise = max(float(np.var(score)), 1e-12)
    if np.ptp(score) == 0.0:
        raise ValueError(f"source {label!r} gives one score to all: it tells nothing; leave it out")
    slope, intercept = math.sqrt(noise / (np.var(mean) + variance.mean())), float(score.mean())
    for _ in range(STEPS):
        before = slope, noise
        gain = variance * slope / (slope**2 * variance + noise)
        level = mean + gain * (score - intercept - slope * mean)
        left = variance * (1.0 - gain * slope)
        middle, centre = level.mean(), score.mean()
        square = np.mean((level - middle) ** 2) + left.mean()
        slope = float(np.mean((level - middle) * (score - centre)) / square)
        intercept = float(centre - slope * middle)
        noise = float(np.mean((score - intercept - slope * level) ** 2 + slope**2 * left))
        if abs(slope - before[0]) + abs(noise - before[1]) < 1e-10 * (slope + noise):
            break
    if slope <= 0.0:
        raise ValueError(f"source {label!r} falls where learners do better: check its direction")
    return Reading(intercept, slope, max(noise, 1e-12))


def _rubric(scale: Rubric, score: Floats, mean: Floats, variance: Floats) -> Rubric:
    """Set each threshold where the expected share of learners at or above it is the one seen.

    Half a learner stands on each side, so that a level nobody reached has a threshold too.
    """
    flatten = 1.0 / np.sqrt(1.0 + math.pi / 8.0 * variance)
    found: list[float] = []
    for k in range(1, len(scale.thresholds) + 1):
        share = (np.count_nonzero(score >= k) + 0.5) / (len(score) + 1.0)
        low, high = -50.0, 50.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            expected = np.mean(1.0 / (1.0 + np.exp(-flatten * (mean - middle))))
            low, high = (middle, high) if expected > share else (low, middle)
        found.append(max(middle, found[-1] + 1e-3) if found else middle)
    return Rubric(tuple(found))
