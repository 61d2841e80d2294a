"""Penalised logistic regression on a sparse table: truncated Newton, deterministic."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .columns import Floats

HALVINGS = 40
INNER = 200
"""Conjugate gradients within a step."""
ENOUGH = 1e-3
"""Share of the squared residual at which a step is solved: more pays only near the end."""


class Table(NamedTuple):
    """Entries of a sparse table: as many a row; `width` columns."""

    column: NDArray[np.uint32]
    value: Floats
    width: int


class Solution(NamedTuple):
    """Weights, one a column, and whether the gradient vanished within the limit of steps."""

    weights: Floats
    converged: bool
    steps: int


def times(table: Table, weights: Floats) -> Floats:
    """Return the table times the weights, one number a row."""
    from .sparse_kernels import times as kernel

    out = np.empty(len(table.column))
    kernel(table.column, table.value, weights, out)
    return out


def transposed(table: Table, rows: Floats, power: int = 1) -> Floats:
    """Return the transposed table (its entries to a power of 1 or 2) times one number a row."""
    from .sparse_kernels import transposed as kernel

    out = np.empty(table.width)
    kernel(table.column, table.value, rows, power, out)
    return out


def logistic(margin: Floats) -> Floats:
    """Return chances from logits, without overflow."""
    chance: Floats = 0.5 * (1.0 + np.tanh(0.5 * margin))
    return chance


def solve(table: Table, right: Floats, penalty: Floats, tolerance: float, limit: int) -> Solution:
    """Minimise the loss in nats plus half of `penalty` (one a column) times squared weights.

    Converged when the largest component of the gradient is below `tolerance` a row. A step is
    solved by conjugate gradients, preconditioned by the diagonal, and halved until the loss falls.
    Source: Lin, Weng & Keerthi 2008, "Trust region Newton method", with a line search instead.
    """
    weights, margin = np.zeros(table.width), np.zeros(len(right))
    loss = _loss(margin, right, weights, penalty)
    for step in range(limit):
        chance = logistic(margin)
        gradient = transposed(table, chance - right) + penalty * weights
        if np.max(np.abs(gradient)) < tolerance * len(right):
            return Solution(weights, True, step)
        curvature = chance * (1.0 - chance)
        direction = _conjugate(table, curvature, penalty, gradient)
        moved, size = times(table, direction), 1.0
        for _ in range(HALVINGS):
            trial = _loss(margin + size * moved, right, weights + size * direction, penalty)
            if trial <= loss + 1e-4 * size * _dot(gradient, direction):
                break
            size *= 0.5
        else:
            return Solution(weights, False, step)
        weights, margin, loss = weights + size * direction, margin + size * moved, trial
    return Solution(weights, False, limit)


def _dot(left: Floats, right: Floats) -> float:
    """Return the inner product, summed in the same order whatever threads there are."""
    return float(np.sum(left * right))


def _loss(margin: Floats, right: Floats, weights: Floats, penalty: Floats) -> float:
    misfit = np.sum(np.logaddexp(0.0, margin) - right * margin)
    return float(misfit) + 0.5 * _dot(penalty, weights**2)


def _conjugate(table: Table, curvature: Floats, penalty: Floats, gradient: Floats) -> Floats:
    """Return a step downhill: the Newton step, solved as far as this far from the end pays."""
    diagonal = np.maximum(transposed(table, curvature, 2) + penalty, 1e-12)
    step, residual = np.zeros(table.width), -gradient
    scaled = residual / diagonal
    search, norm = scaled.copy(), _dot(residual, scaled)
    enough = norm * ENOUGH
    for _ in range(INNER):
        bent = transposed(table, curvature * times(table, search)) + penalty * search
        length = norm / _dot(search, bent)
        step += length * search
        residual -= length * bent
        scaled = residual / diagonal
        last, norm = norm, _dot(residual, scaled)
        if norm <= enough or norm == 0.0:
            break
        search = scaled + norm / last * search
    return step
