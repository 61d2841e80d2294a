"""Sharing out an amount: in proportion, nobody above a limit, to the last unit."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.exact import Unanswered
from milepost.funding.formulas.vectors import Vec
from milepost.funding.money import shares

if TYPE_CHECKING:
    from milepost.funding.formulas.bound import PoolStep
    from milepost.funding.formulas.result import Result


def allocate(total: int, weights: Sequence[Fraction], limits: Sequence[int | None]) -> list[int]:
    """Return ``total`` units shared by weight, nobody above the own limit.

    Who would get more than the limit gets the limit, and the rest is shared anew among the
    others. The parts are whole and add up to ``total``, or to the sum of the limits of those with
    a weight where that is less. Raises ValueError for negative totals, weights or limits.
    """
    if total < 0:
        raise ValueError(f"an amount below zero cannot be shared out: {total}")
    for limit in limits:
        if limit is not None and limit < 0:
            raise ValueError(f"a limit below zero: {limit}")
    parts = [0] * len(weights)
    open_places = [place for place, weight in enumerate(weights) if weight]
    left = total
    while left and open_places:
        offered = dict(
            zip(open_places, shares(left, [weights[at] for at in open_places]), strict=True)
        )
        full = [at for at in open_places if _full(offered[at], limits[at])]
        if not full:
            for at in open_places:
                parts[at] = offered[at]
            break
        for at in full:
            parts[at] = limits[at] or 0
            left -= parts[at]
        open_places = [at for at in open_places if at not in set(full)]
    return parts


def _full(offered: int, limit: int | None) -> bool:
    return limit is not None and offered > limit


def shared(result: "Result", step: "PoolStep") -> Vec:
    """Return each entity's part of a pool, group by group of the scope that the amount has."""
    population, pool = result.population, step.pool
    group = population[step.scope]
    rule = step.line.rounding
    scale = 10**rule.places
    values = np.zeros(len(group))
    amounts = [_number(result, step, "amount", row) for row in range(len(group))]
    weights = [_number(result, step, "by", row) for row in range(len(group))]
    limits: list[int | None] = [None] * len(group)
    if pool.at_most is not None:
        limits = [int(_number(result, step, "at_most", row) * scale) for row in range(len(group))]
    sharing: dict[int, list[int]] = {}
    for row, owner in enumerate(group.parents[step.among].tolist()):
        sharing.setdefault(owner, []).append(row)
    for rows in sharing.values():
        units = int(rule.exact(amounts[rows[0]]) * scale)
        try:
            parts = allocate(units, [weights[row] for row in rows], [limits[row] for row in rows])
        except ValueError as wrong:
            raise FormulaError(step.line.where, f"line {step.name!r}: {wrong}") from wrong
        for row, part in zip(rows, parts, strict=True):
            values[row] = part
    return Vec(values, 0.0, float(values.max(initial=0.0)), scale)


def _number(result: "Result", step: "PoolStep", part: str, row: int) -> Fraction:
    try:
        return result.row(step.scope, row).number(getattr(step.pool, part))
    except Unanswered as wrong:
        where = result.population[step.scope].called(row)
        raise FormulaError(where, f"line {step.name!r} {wrong}") from wrong
