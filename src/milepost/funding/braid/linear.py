"""Solving the rows: one goal after the other, by the simplex method of OR-Tools (GLOP).

Goals in order of rank (lexicographic) without a row for each goal: by complementary slackness,
what has a reduced cost or a dual value at one optimum is fixed in all of them, so the next goal is
solved on that face (Isermann 1982, "Linear lexicographic optimization", OR Spektrum 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from milepost.funding.braid.model import Model

Floats = NDArray[np.float64]

_NOTHING = 1e-6
"""Below this, a reduced cost or a dual value of rows scaled to ones is noise."""


@dataclass
class Solution:
    """Values of the columns, or none where no values satisfy the rows; with prices."""

    values: Floats | None
    reduced: Floats
    dual: Floats


class Linear:
    """A model as arrays of floats, each row divided by its largest coefficient."""

    def __init__(self, model: Model) -> None:
        infinite = float("inf")
        self.least = np.array(model.least, np.float64)
        self.most = np.array([infinite if m is None else m for m in model.most], np.float64)
        scale = [max(map(abs, row.terms.values()), default=1) for row in model.rows]
        pairs = list(zip(model.rows, scale, strict=True))
        self.row_least = np.array(
            [-infinite if r.least is None else r.least / s for r, s in pairs], np.float64
        )
        self.row_most = np.array(
            [infinite if r.most is None else r.most / s for r, s in pairs], np.float64
        )
        self.row_ids: list[int] = []
        self.column_ids: list[int] = []
        self.coefficients: list[float] = []
        for at, (row, size) in enumerate(pairs):
            for column in sorted(row.terms):
                self.row_ids.append(at)
                self.column_ids.append(column)
                self.coefficients.append(row.terms[column] / size)

    def solve(self, goal: Floats) -> Solution:
        """Return columns that make a goal largest. Raises RuntimeError if the solver fails."""
        from ortools.math_opt.python import mathopt

        result = mathopt.solve(
            mathopt.Model.from_model_proto(self._proto(goal)), mathopt.SolverType.GLOP
        )
        none = np.zeros(0)
        reason = result.termination.reason
        if reason in (
            mathopt.TerminationReason.INFEASIBLE,
            mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
        ):
            return Solution(None, none, none)
        if reason != mathopt.TerminationReason.OPTIMAL:
            raise RuntimeError(f"the braid was not solved: {result.termination}")
        reduced = np.fromiter(result.reduced_costs().values(), np.float64)
        dual = np.fromiter(result.dual_values().values(), np.float64)
        return Solution(np.fromiter(result.variable_values().values(), np.float64), reduced, dual)

    def narrow(self, found: Solution) -> None:
        """Keep the columns and rows where every optimum of the goal just solved has them."""
        values = found.values
        assert values is not None
        fixed = np.abs(found.reduced) > _NOTHING
        upper = fixed & (np.abs(self.most - values) < np.abs(values - self.least))
        lower = fixed & ~upper
        self.most[lower] = self.least[lower]
        self.least[upper] = self.most[upper]
        bound = np.abs(found.dual) > _NOTHING
        sums = np.bincount(
            self.row_ids, np.asarray(self.coefficients) * values[self.column_ids], len(bound)
        )
        top = bound & (np.abs(self.row_most - sums) <= np.abs(sums - self.row_least))
        bottom = bound & ~top
        self.row_least[top] = self.row_most[top]
        self.row_most[bottom] = self.row_least[bottom]

    def _proto(self, goal: Floats) -> Any:
        from ortools.math_opt import model_pb2

        model: Any = model_pb2.ModelProto()
        model.variables.ids.extend(range(len(self.least)))
        model.variables.lower_bounds.extend(self.least.tolist())
        model.variables.upper_bounds.extend(self.most.tolist())
        model.variables.integers.extend([False] * len(self.least))
        rows = model.linear_constraints
        rows.ids.extend(range(len(self.row_least)))
        rows.lower_bounds.extend(self.row_least.tolist())
        rows.upper_bounds.extend(self.row_most.tolist())
        model.linear_constraint_matrix.row_ids.extend(self.row_ids)
        model.linear_constraint_matrix.column_ids.extend(self.column_ids)
        model.linear_constraint_matrix.coefficients.extend(self.coefficients)
        model.objective.maximize = True
        some = np.flatnonzero(goal)
        model.objective.linear_coefficients.ids.extend(some.tolist())
        model.objective.linear_coefficients.values.extend(goal[some].tolist())
        return model


def best(model: Model, goals: list[Floats]) -> Floats | None:
    """Return columns that are best by the first goal, then the second ...; None: impossible."""
    linear = Linear(model)
    values = None
    for goal in goals:
        found = linear.solve(goal)
        if found.values is None:
            break
        values = found.values
        linear.narrow(found)
    return values
