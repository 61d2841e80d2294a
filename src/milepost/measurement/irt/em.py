"""Marginal maximum likelihood by EM, accelerated: the climb that calibration makes.

The E-step spreads each learner over points of ability, the M-step climbs each item alone (Bock &
Aitkin 1981). Every two of these steps are extrapolated (SQUAREM, scheme S3 of Varadhan & Roland
2008); an extrapolation that lowers the likelihood is taken back. The climb ends when the distance
still to go, as the last two steps and their shrinking foretell it, is below the tolerance.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from milepost.measurement.irt.cells import Cells, Full, Sparse
from milepost.measurement.irt.coefficients import INTERCEPTS, LUCK_LOGITS, SLOPES
from milepost.measurement.irt.items import Bools, Floats, Ints

SPREADS = (0.05, 20.0)
"""Where a group's standard deviation may lie, in logits."""
NEWTON_STEPS = 4
MOST_POINTS = 1001
LEAP = 64.0
"""The longest extrapolation, in EM steps."""


@dataclass(frozen=True)
class State:
    """Coefficients of the items (see `kernels`) and mean and standard deviation of the groups."""

    rows: Floats
    mean: Floats
    sd: Floats


@dataclass(frozen=True)
class Climb:
    """What stays the same from step to step; `free_*` say what is to be estimated."""

    data: Full | Sparse
    first: Ints
    partial: Bools
    free: Bools
    free_mean: Bools
    free_sd: Bools
    points: Floats
    priors: Floats

    def step(self, state: State) -> tuple[State, float]:
        """Return the state one EM step higher, and the height of the one given."""
        from milepost.measurement.irt.kernels import log_chances, maximise

        table = log_chances(self.partial, state.rows, self.first, self.points)
        found = self.data.expect(table, log_density(self.points, state.mean, state.sd))
        height = found.log_likelihood + prior_height(state.rows, self.free, self.priors)
        rows = state.rows.copy()
        maximise(
            self.partial,
            rows,
            self.free,
            self.first,
            self.points,
            found.counts,
            self.priors,
            np.array([SLOPES, LUCK_LOGITS, INTERCEPTS]),
            NEWTON_STEPS,
        )
        return self._moved_groups(replace(state, rows=rows), found.people), height

    def _moved_groups(self, state: State, people: Floats) -> State:
        size = np.maximum(people.sum(axis=1), 1e-9)
        mean = np.where(self.free_mean, people @ self.points / size, state.mean)
        square = np.sum(people * (self.points - mean[:, None]) ** 2, axis=1) / size
        sd = np.where(self.free_sd, np.clip(np.sqrt(square), *SPREADS), state.sd)
        return replace(state, mean=mean, sd=sd)

    def pack(self, state: State) -> Floats:
        """Return what is estimated as one vector, standard deviations as logarithms."""
        sd = np.log(state.sd[self.free_sd])
        return np.concatenate((state.rows[self.free], state.mean[self.free_mean], sd))

    def unpack(self, vector: Floats, like: State) -> State | None:
        """Return the state of a vector, cut at the bounds; None if no chances belong to it."""
        n, k = int(self.free.sum()), int(self.free_mean.sum())
        rows, mean, sd = like.rows.copy(), like.mean.copy(), like.sd.copy()
        rows[self.free] = vector[:n]
        for column, bounds in ((0, SLOPES), (1, LUCK_LOGITS), (slice(2, None), INTERCEPTS)):
            held = np.clip(rows[:, column], *bounds)
            rows[:, column] = np.where(self.free[:, column], held, rows[:, column])
        mean[self.free_mean] = vector[n : n + k]
        sd[self.free_sd] = np.clip(np.exp(np.clip(vector[n + k :], -20.0, 20.0)), *SPREADS)
        several = self.free[:, 2:-1] & self.free[:, 3:] & ~self.partial[:, None]
        if np.any(several & (np.diff(rows[:, 2:], axis=1) > -1e-6)):
            return None
        return State(rows, mean, sd)


def climb(problem: Climb, state: State, tolerance: float, most: int) -> tuple[State, float, int]:
    """Climb until less than `tolerance` is left to go; return state, distance left and EM steps.

    A distance left at or above `tolerance` says that `most` steps were not enough.
    """
    safe, best, steps = state, -math.inf, 0
    while True:
        one, height = problem.step(state)
        steps += 1
        if not height >= best - 1e-7 * abs(best):
            state, best = safe, -math.inf
            continue
        two, best = problem.step(one)
        steps += 1
        x0, x1, x2 = problem.pack(state), problem.pack(one), problem.pack(two)
        first, second = x1 - x0, x2 - x1
        left = distance_left(first, second)
        if left < tolerance or steps >= most:
            return two, left, steps
        bend = float(np.linalg.norm(second - first))
        length = min(max(float(np.linalg.norm(first)) / max(bend, 1e-300), 1.0), LEAP)
        ahead = problem.unpack(x0 + 2.0 * length * first + length**2 * (second - first), two)
        safe, state = two, two if ahead is None else ahead


def distance_left(first: Floats, second: Floats) -> float:
    """Return how far a sequence that shrinks like its last two steps still has to go."""
    if not len(second):
        return 0.0
    before, after = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    shrink = min(after / max(before, 1e-300), 0.999)
    return float(np.abs(second).max()) / (1.0 - shrink)


def log_density(points: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return the logarithm of each group's normal weights at the points, summing to 1."""
    z = -0.5 * ((points - mean[:, None]) / sd[:, None]) ** 2
    top = z.max(axis=1, keepdims=True)
    return np.asarray(z - top - np.log(np.exp(z - top).sum(axis=1, keepdims=True)))


def prior_height(rows: Floats, free: Bools, priors: Floats) -> float:
    """Return the log density of the priors at these coefficients, as `kernels.prior_of` has it."""
    centre, slope_precision, intercept_precision, alpha, beta = priors
    slopes = rows[free[:, 0], 0]
    c = 1.0 / (1.0 + np.exp(-rows[free[:, 1], 1]))
    height = -0.5 * slope_precision * float(np.sum((np.log(slopes) - centre) ** 2))
    height += float(np.sum(alpha * np.log(c) + beta * np.log1p(-c)))
    intercepts = rows[:, 2:][free[:, 2:]]
    return float(height - 0.5 * intercept_precision * np.sum(intercepts**2))


def quadrature(cells: Cells, mean: Floats, sd: Floats, span: float = 5.0) -> Floats:
    """Return equally spaced points, as fine as the answers of one learner can tell.

    A sum over equally spaced points is exact to about exp(-2 pi^2 (s / h)^2) for a normal curve of
    standard deviation s and spacing h (Trefethen & Weideman 2014, section 5); h is 1.25 s, where
    s is the error of the longest tests (a typical answer tells 0.2 a point of score).
    """
    low, high = float(np.min(mean - span * sd)), float(np.max(mean + span * sd))
    top = np.diff(cells.first) - 1
    told = np.concatenate(([0.0], np.cumsum(top[cells.item], dtype=np.float64)))
    points = told[cells.offsets[1:]] - told[cells.offsets[:-1]]
    longest = float(np.quantile(points, 0.95)) if len(points) else 0.0
    apart = min(1.25 / math.sqrt(1.0 + 0.2 * longest), 0.4, 0.5 * float(sd.min()))
    count = min(max(math.ceil((high - low) / apart) + 1, 21), MOST_POINTS)
    return np.linspace(low, high, count)
