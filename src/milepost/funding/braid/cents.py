"""From a solution in fractions of cents to whole cents that keep every row exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.funding.braid.model import Model, Row
from milepost.funding.braid.problem import Group

_REACH = 64
"""Cents by which a column may move from where rounding put it."""
_WHOLE, _PART, _LESS = 100, 10, 1
"""What it costs to leave a cent of a cost unpaid that was paid whole, and of one that was not, and
to let a stream pay a cent less than was best."""
_CLOSE_ENOUGH = 2_000
"""The search ends when no more than this can be gained."""


def whole(model: Model, values: NDArray[np.float64]) -> list[int] | None:
    """Return whole cents for every column that keep every row, close to the values.

    As they stand where rounding keeps every row; else the nearest that do, found over whole
    numbers by OR-Tools (CP-SAT, one worker, fixed seed: the same answer every time). Columns that
    pay nothing are asked only where the others do not suffice. None: no whole cents keep them.
    """
    nearest = _settled(model, [round(value) for value in values.tolist()])
    if keeps(model, nearest):
        return nearest
    start = [
        max(least, int(np.floor(value + 1e-6)))
        for least, value in zip(model.least, values.tolist(), strict=True)
    ]
    used = {c for c, value in enumerate(values.tolist()) if value > 1e-6} | set(model.kept.values())
    for movable in (used, set(range(len(start)))):
        moved = _move(model, values, start, movable)
        if moved is not None and keeps(model, moved):
            return _settled(model, moved)
    return None


def _settled(model: Model, columns: list[int]) -> list[int]:
    """Return the columns with as much moved from year to year as the rows let move."""
    found = list(columns)
    rows: dict[int, list[Row]] = {column: [] for column in model.kept.values()}
    for row in model.rows:
        for column, factor in row.terms.items():
            if factor > 0 and column in rows:
                rows[column].append(row)
    for column, above in rows.items():
        limits = [model.most[column]]
        for row in above:
            if row.most is not None:
                others = sum(f * found[c] for c, f in row.terms.items() if c != column)
                limits.append((row.most - others) // row.terms[column])
        found[column] = max(0, min(limit for limit in limits if limit is not None))
    return found


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


def _move(
    model: Model, values: NDArray[np.float64], start: list[int], movable: set[int]
) -> list[int] | None:
    """Return the start moved by whole cents so that all rows hold and little is left unpaid."""
    from ortools.sat.python import cp_model

    program = cp_model.CpModel()
    moves = _moves(model, start, movable, program)
    lost = []
    for row in model.rows:
        total = sum(factor * start[column] for column, factor in row.terms.items())
        pairs = [(moves[c], factor) for c, factor in row.terms.items() if c in moves]
        moved = cp_model.LinearExpr.weighted_sum(
            [move for move, _ in pairs], [factor for _, factor in pairs]
        )
        if row.least is not None:
            program.add(moved >= row.least - total)
        if row.most is not None:
            program.add(moved <= row.most - total)
        if row.name[0] == "cost" and row.most is not None:
            due = int(sum(values[column] for column in row.terms) + 1e-4)
            short = program.new_int_var(0, 16 * _REACH, "")
            program.add(moved + short >= due - total)
            lost.append((_PART if due < row.most else _WHOLE) * short)
    for column in sorted(set(model.cells.values()) & movable):
        less = program.new_int_var(0, _REACH, "")
        program.add(less >= -moves[column])
        lost.append(_LESS * less)
    program.minimize(cp_model.LinearExpr.sum(lost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.absolute_gap_limit = _CLOSE_ENOUGH
    solver.parameters.max_deterministic_time = 0.5
    if solver.solve(program) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [
        value + int(solver.value(moves[column])) if column in moves else value
        for column, value in enumerate(start)
    ]


def _moves(model: Model, start: list[int], movable: set[int], program: Any) -> dict[int, Any]:
    """Return a whole number of cents for every column that may move, within bounds and reach."""
    moves = {}
    for column in sorted(movable):
        most = model.most[column]
        low = max(model.least[column] - start[column], -_REACH)
        high = _REACH if most is None else min(most - start[column], _REACH)
        moves[column] = program.new_int_var(min(low, high), high, "")
    return moves


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
