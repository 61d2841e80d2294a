"""Fitting the many-facet model: Newton's method on the conditional likelihood."""

from dataclasses import dataclass

import numpy as np

from milepost.measurement.agreement.answer import Floats, Ints
from milepost.measurement.agreement.facets_design import Design, Fit, Levels, Room

# A rater who gave the best rating to everyone would be infinitely lenient. Normal(0, 10^2) logits,
# a hundredth of a rating's worth, keeps every parameter finite and moves no other visibly.
WEAK = 1.0 / 10.0**2
NEARLY, CLOSE = 6, 0.02  # ratings summed exactly, until no parameter moves by more than this
MEMORY = 10  # steps that the next one learns from
APART = 1e-6  # two of the same subset differ by rounding only, two of others by about 1


@dataclass(frozen=True)
class Estimate:
    """Parameters (severities, difficulties, contrasts), their covariance, and how it went."""

    parameters: Floats
    covariance: Floats
    log_likelihood: float
    iterations: int
    converged: bool


def levels_of(design: Design, parameters: Floats) -> Levels:
    """Return parameters as the formula reads them."""
    raters, criteria, _ = (int(count) for count in design.size)
    passed = np.zeros(design.statistic.shape[::2])
    for g, (base, top) in enumerate(zip(design.base, design.top, strict=True)):
        passed[g] = parameters[base + 2 : base + top + 1] @ design.statistic[g, 2 : top + 1]
    return Levels(
        np.ascontiguousarray(parameters[:raters]),
        np.ascontiguousarray(parameters[raters : raters + criteria]),
        passed,
    )


def fit_for(design: Design) -> Fit:
    """Return an empty fit of a design's size."""
    learners, size = len(design.total), int(design.size.sum())
    return Fit(
        np.zeros(learners),
        np.ones(learners),
        np.zeros(learners),
        np.zeros((len(design.score), design.statistic.shape[2])),
        np.zeros(size),
        np.zeros((size, size)),
    )


def estimate(design: Design, fit: Fit, room: Room, limit: int, tolerance: float) -> Estimate:
    """Climb to the top of the penalised conditional likelihood, halving steps that overshoot.

    `fit.given` is left with the chances at the top.
    """
    from milepost.measurement.agreement.facets_kernels import EXACT, climb

    size = int(design.size.sum())
    at = np.zeros(size)
    # Most of the way goes by sums that are nearly normal, ten times as fast; the end is exact.
    exact = NEARLY
    value = _likelihood(design, fit, room, at, exact)
    climb(design, fit, room)
    converged, rounds = False, 0
    past: list[tuple[Floats, Floats]] = []
    while rounds < limit and not converged:
        rounds += 1
        slope = fit.gradient - WEAK * at
        step = _newton_step(fit.information + WEAK * np.eye(size), slope, past)
        height = value - 0.5 * WEAK * float(at @ at)
        for _ in range(30):
            tried = at + step
            value = _likelihood(design, fit, room, tried, exact)
            # Rounding is no overshoot, nor is what sums that are nearly normal leave out.
            if value - 0.5 * WEAK * float(tried @ tried) >= height - 1e-9 * abs(height):
                break
            step = 0.5 * step
        climb(design, fit, room)
        at = tried
        if exact < EXACT and np.abs(step).max() < CLOSE:
            exact, past = EXACT, []
            value = _likelihood(design, fit, room, at, exact)
            climb(design, fit, room)
            continue
        past = [*past, (step, slope - (fit.gradient - WEAK * at))][-MEMORY:]
        converged = exact == EXACT and bool(np.abs(step).max() < tolerance)
    inverse = np.linalg.inv(fit.information + WEAK * np.eye(size))
    # The sampling covariance of a penalised fit; what the design cannot tell has none.
    covariance = inverse @ fit.information @ inverse
    return Estimate(at, covariance, value, rounds, converged)


def _likelihood(design: Design, fit: Fit, room: Room, at: Floats, exact: int) -> float:
    from milepost.measurement.agreement.facets_kernels import abilities, condition

    levels = levels_of(design, at)
    abilities(design, levels, 0.0, fit, room)
    return float(condition(design, levels, exact, fit, room))


def _newton_step(information: Floats, slope: Floats, past: list[tuple[Floats, Floats]]) -> Floats:
    """Return the step uphill; the last steps mend what the information leaves out.

    Limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.4) that starts from the information:
    with few ratings a learner it is near the curvature, not equal to it.
    """
    useful = [(s, y) for s, y in past if float(s @ y) > 1e-14 * float(y @ y) ** 0.5]
    back = []
    for s, y in reversed(useful):
        share = float(s @ slope) / float(s @ y)
        back.append(share)
        slope = slope - share * y
    step = np.asarray(np.linalg.solve(information, slope), dtype=np.float64)
    for (s, y), share in zip(useful, reversed(back), strict=True):
        step = step + (share - float(y @ step) / float(s @ y)) * s
    return step


def subsets(design: Design, room: Room, covariance: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """Number learners, raters and criteria so that equal numbers can be compared.

    What the design cannot tell is the null space of `links`. An arbitrary vector's projection on
    it is equal for two raters if and only if their difference can be told. Learners who got the
    least or the most everywhere link nobody; they belong where their raters do. The last array is
    the variance that abilities have from the errors of raters and criteria.
    """
    from milepost.measurement.agreement.facets_kernels import links

    raters = int(design.size[0])
    matrix, lent = np.zeros((int(design.size[:2].sum()),) * 2), np.zeros(len(design.total))
    links(design, room, covariance, matrix, lent)
    small = 1e-7 * max(float(np.trace(matrix)) / len(matrix), 1.0)
    project = small * np.linalg.inv(matrix + small * np.eye(len(matrix)))
    # Any vector without regularity will do; this one is the same every time.
    vector = np.sin(np.arange(1.0, len(matrix) + 1.0) ** 2)
    for _ in range(4):
        vector = project @ vector
    of_rating = vector[design.rater] + vector[raters + design.criterion]
    counts = np.diff(design.offsets)
    of_learner = np.add.reduceat(of_rating, design.offsets[:-1]) / counts
    return (
        _numbered(of_learner),
        _numbered(vector[:raters]),
        _numbered(vector[raters:]),
        np.maximum(lent, 0.0),
    )


def _numbered(values: Floats) -> Ints:
    """Number values from 0 in order of their first showing; near ones are one."""
    order = np.argsort(values, kind="stable")
    group = np.empty(len(values), np.int64)
    group[order] = np.cumsum(np.diff(values[order], prepend=values[order[0]]) > APART)
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[inverse], dtype=np.int64)
