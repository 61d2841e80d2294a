"""Standard errors of a calibration, from the sum of squares of every learner's own slopes.

The slope of a learner's marginal log-likelihood is the mean of the slopes over where the learner
may stand (Fisher's identity; Louis 1982); the sum of their products over learners estimates the
information (the cross-product matrix of Bock & Lieberman 1970). Up to `JOINTLY` parameters it is
inverted whole, beyond that item by item, which leaves out that all items share one scale.
"""

import numpy as np

from milepost.measurement.irt.cells import BLOCK, Cells
from milepost.measurement.irt.em import Climb, State, log_density
from milepost.measurement.irt.items import Floats, Ints

JOINTLY = 600
"""The most parameters whose information is inverted as one matrix."""


def covariances(problem: Climb, cells: Cells, state: State) -> tuple[Floats, Floats]:
    """Return the covariance of each item's coefficients, and the variances of the groups.

    The first is (items, coefficients, coefficients), 0 where a coefficient is fixed and infinite
    where the answers say nothing of it; the second (2, groups): of means and of log sds.
    """
    free = np.concatenate((problem.free.ravel(), problem.free_mean, problem.free_sd))
    column = np.where(free, np.cumsum(free) - 1, -1)
    total = int(free.sum())
    if 0 < total <= min(JOINTLY, len(cells.group) - 1):
        whole = _inverse(_joint(problem, cells, state, column, total))
        if whole is not None:
            return _spread(problem, whole, column)
    return _item_by_item(problem, cells, state)


def _joint(problem: Climb, cells: Cells, state: State, column: Ints, total: int) -> Floats:
    """Return the information of all parameters together, priors included."""
    from milepost.measurement.irt.kernels import learner_slopes

    n_items, width = state.rows.shape
    by_item = column[: n_items * width].reshape(n_items, width)
    by_group = column[n_items * width :].reshape(2, -1)
    table, slopes, prior = _tables(problem, state)
    z = (problem.points - state.mean[:, None]) / state.sd[:, None]
    groups = np.stack((z / state.sd[:, None], z**2 - 1.0))
    matrix = np.zeros((total, total))
    for low in range(0, len(cells.group), BLOCK):
        high = min(low + BLOCK, len(cells.group))
        out = np.zeros((high - low, total), np.float32)
        learner_slopes(
            cells.offsets, cells.cell, cells.item, cells.group, table, prior,
            slopes, groups, by_item, by_group, low, high, out,
        )  # fmt: skip
        matrix += out.T @ out
    precision = _prior_precision(problem, state)[problem.free]
    at = np.arange(len(precision))
    matrix[at, at] += precision
    return matrix


def _tables(problem: Climb, state: State) -> tuple[Floats, Floats, Floats]:
    from milepost.measurement.irt.kernels import log_chances, score_slopes

    layout = problem.partial, state.rows, problem.first, problem.points
    prior = log_density(problem.points, state.mean, state.sd)
    return log_chances(*layout), score_slopes(*layout), prior


def _prior_precision(problem: Climb, state: State) -> Floats:
    """Return what the priors add to the information of each coefficient."""
    _, slope, intercept, alpha, beta = problem.priors
    precision = np.full(state.rows.shape, intercept)
    precision[:, 0] = slope / np.where(problem.free[:, 0], state.rows[:, 0], 1.0) ** 2
    c = 1.0 / (1.0 + np.exp(-np.where(problem.free[:, 1], state.rows[:, 1], 0.0)))
    precision[:, 1] = (alpha + beta) * c * (1.0 - c)
    return precision


def _inverse(matrix: Floats) -> Floats | None:
    """Return the inverse of an information matrix, or None where it has none."""
    scale = np.sqrt(np.diag(matrix))
    if np.any(scale <= 0.0):
        return None
    even = matrix / np.outer(scale, scale)
    if np.linalg.eigvalsh(even)[0] < 1e-9:
        return None
    return np.asarray(np.linalg.inv(even) / np.outer(scale, scale))


def _spread(problem: Climb, whole: Floats, column: Ints) -> tuple[Floats, Floats]:
    n_items, width = problem.free.shape
    by_item = column[: n_items * width].reshape(n_items, width)
    left, right = by_item[:, :, None], by_item[:, None, :]
    items = np.where((left >= 0) & (right >= 0), whole[left, right], 0.0)
    by_group = column[n_items * width :].reshape(2, -1)
    return items, np.where(by_group >= 0, whole[by_group, by_group], 0.0)


def _item_by_item(problem: Climb, cells: Cells, state: State) -> tuple[Floats, Floats]:
    """Return the same, inverting the information of one item at a time."""
    from milepost.measurement.irt.kernels import item_squares

    table, slopes, prior = _tables(problem, state)
    matrix = item_squares(
        cells.offsets, cells.cell, cells.item, cells.group, table, prior, slopes, len(state.rows)
    )
    precision = _prior_precision(problem, state)
    at = np.arange(matrix.shape[1])
    matrix[:, at, at] += precision
    variance = np.zeros_like(matrix)
    for j in range(len(matrix)):
        which = np.flatnonzero(problem.free[j])
        if len(which):
            block = np.ix_(which, which)
            found = _inverse(matrix[j][block])
            variance[j][block] = np.diag(np.full(len(which), np.inf)) if found is None else found
    size = np.bincount(cells.group, minlength=len(state.mean)).astype(np.float64)
    size = np.maximum(size, 1.0)
    means = np.where(problem.free_mean, state.sd**2 / size, 0.0)
    return variance, np.stack((means, np.where(problem.free_sd, 0.5 / size, 0.0)))
