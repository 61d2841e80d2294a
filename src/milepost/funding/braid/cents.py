"""From a solution in fractions of cents to whole cents that keep every row exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.funding.braid.model import Model
from milepost.funding.braid.problem import Group

_REACH = 64
"""Cents by which a column may move from where rounding put it."""


def whole(model: Model, values: NDArray[np.float64]) -> list[int] | None:
    """Return whole cents for every column that keep every row, close to the values.

    As they stand where rounding keeps every row; else the nearest that do, found over whole
    numbers by OR-Tools (CP-SAT, one worker, fixed seed: the same answer every time). Columns that
    pay nothing are asked only where the others do not suffice. None: no whole cents keep them.
    """
    rounded = [round(value) for value in values.tolist()]
    for column, least in enumerate(model.least):
        most = model.most[column]
        rounded[column] = max(least, rounded[column] if most is None else min(rounded[column], most))
    if keeps(model, rounded):
        return rounded
    kept = set(model.kept.values())
    used = {column for column, value in enumerate(rounded) if value} | kept
    for movable in (used, set(range(len(rounded)))):
        moved = _move(model, rounded, movable)
        if moved is not None:
            return moved
    return None


def keeps(model: Model, columns: Sequence[int]) -> bool:
    """Return whether whole cents keep every row and every bound, exactly."""
    for row in model.rows:
        total = sum(factor * columns[column] for column, factor in row.terms.items())
        if (row.least is not None and total < row.least) or (
            row.most is not None and total > row.most
        ):
            return False
    return all(
        least <= value and (most is None or value <= most)
        for least, value, most in zip(model.least, columns, model.most, strict=True)
    )


def _move(model: Model, start: list[int], movable: set[int]) -> list[int] | None:
    from ortools.sat.python import cp_model

    solver_model = cp_model.CpModel()
    moves: dict[int, Any] = {}
    for column in sorted(movable):
        most = model.most[column]
        low = max(model.least[column] - start[column], -_REACH)
        high = _REACH if most is None else min(most - start[column], _REACH)
        moves[column] = solver_model.new_int_var(low, high, "")
    for row in model.rows:
        total = sum(factor * start[column] for column, factor in row.terms.items())
        pairs = [(moves[c], factor) for c, factor in row.terms.items() if c in moves]
        expression = cp_model.LinearExpr.weighted_sum(
            [move for move, _ in pairs], [factor for _, factor in pairs]
        )
        if row.least is not None:
            solver_model.add(expression >= row.least - total)
        if row.most is not None:
            solver_model.add(expression <= row.most - total)
    cells = [moves[c] for c in sorted(set(model.cells.values()) & movable)]
    solver_model.maximize(cp_model.LinearExpr.sum(cells))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 5
    status = solver.solve(solver_model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    moved = list(start)
    for column, move in moves.items():
        moved[column] += int(solver.value(move))
    return moved


def to_lines(group: Group, paid: Sequence[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Return (line, stream, cents) for a group, from what each stream pays of it.

    One stream after the other fills one line after the other (north-west corner rule), so that at
    most one split arises for each stream.
    """
    found = []
    payers = [(stream, cents) for stream, cents in paid if cents]
    at, left = 0, payers[0][1] if payers else 0
    for cost in group.costs:
        due = cost.cents
        while due and at < len(payers):
            part = min(due, left)
            found.append((cost.line, payers[at][0], part))
            due, left = due - part, left - part
            if not left:
                at += 1
                left = payers[at][1] if at < len(payers) else 0
    return found
