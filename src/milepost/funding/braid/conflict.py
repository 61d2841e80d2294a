"""Why the terms of a braid cannot all be met: a minimal conflict, in words.

Deletion filter (Chinneck and Dravnieks 1991, "Locating minimal infeasible constraint sets in linear
programs", ORSA Journal on Computing 3): a condition is left out when the others still contradict
each other; each of those that stay is needed. Prices of an elastic solve first name the few
conditions worth filtering.
"""

from bisect import bisect_left

import numpy as np

from milepost.funding.braid.linear import Linear
from milepost.funding.braid.model import Model, build
from milepost.funding.braid.problem import Group, Name, Problem
from milepost.funding.money import dollars
from milepost.funding.years import named

_MANY = 40
"""More required costs than this are no sentences that anybody reads: they are named by year."""


class Infeasible(ValueError):
    """The terms of a braid contradict each other; nothing was changed.

    ``conflict`` holds the sentences of a minimal conflict: without any one of them, the rest can
    be met. ``citations`` are the rules among them.
    """

    def __init__(self, conflict: tuple[str, ...], citations: frozenset[str]) -> None:
        super().__init__(
            "the braid cannot be made: these do not go together, and each of them is needed for "
            "that: " + "; ".join(conflict) + ". Change one of them"
        )
        self.conflict = conflict
        self.citations = citations


def explained(problem: Problem) -> Infeasible:
    """Return a minimal conflict of terms that cannot all be met.

    Required costs are taken up from the largest on until one is too many, so that few are named.
    """
    groups = _asking(problem, frozenset())
    everything = _names(build(problem, groups, with_barred=True))
    lines = _lines(problem)
    most = bisect_left(
        range(len(lines)), True, key=lambda n: not _possible(problem, frozenset(lines[n:]))
    )
    dropped = frozenset(lines[most:])
    near = _suspects(problem, dropped, lines[most - 1] if most else None)
    if not _possible(problem, everything - near):
        dropped = everything - near
    kept = []
    for unit in _units(everything - dropped):
        if not _possible(problem, dropped | unit):
            dropped |= unit
        else:
            kept.append(unit)
    citations = {name[2] for unit in kept for name in unit if name[0] in ("rule", "cap")}
    citations |= {name[1] for unit in kept for name in unit if name[0] == "effort"}
    return Infeasible(tuple(_said_of(problem, unit) for unit in kept), frozenset(citations))


def _units(names: frozenset[Name]) -> list[frozenset[Name]]:
    """Return what is kept or left out as one: each name, but many required costs by their year."""
    lines = [name for name in names if name[0] == "line"]
    if len(lines) <= _MANY:
        return [frozenset({name}) for name in sorted(names)]
    years = sorted({name[2] for name in lines})
    units = [frozenset(name for name in lines if name[2] == year) for year in years]
    return units + [frozenset({name}) for name in sorted(names - frozenset(lines))]


def _said_of(problem: Problem, unit: frozenset[Name]) -> str:
    if len(unit) == 1:
        return _said(problem, next(iter(unit)))
    year = int(min(unit)[2])
    cents = sum(problem.cost[name[1], year].cents for name in unit)
    return f"{len(unit)} lines must be paid in {named(year)}: together ${dollars(cents):,}"


def _lines(problem: Problem) -> list[Name]:
    """Return the names of the required costs, the largest first."""
    costs = [c for c in problem.costs if c.line in problem.terms.required and c.cents]
    costs.sort(key=lambda cost: (-cost.cents, cost.line, cost.year))
    return [("line", cost.line, str(cost.year)) for cost in costs]


def _asking(problem: Problem, dropped: frozenset[Name]) -> list[Group]:
    """Return the costs of which something is asked that is not dropped."""
    pinned = {pin[:2] for pin in problem.pins}
    return [
        Group(cost.year, (cost,))
        for cost in problem.costs
        if (
            cost.line in problem.terms.required
            and ("line", cost.line, str(cost.year)) not in dropped
        )
        or problem.efforts(cost)
        or (cost.line, cost.year) in pinned
    ]


def _names(model: Model) -> frozenset[Name]:
    rows = {row.name for row in model.rows if row.name[0] != "cost"}
    return frozenset(rows.union(*model.barred.values()))


def _possible(problem: Problem, dropped: frozenset[Name]) -> bool:
    model = build(problem, _asking(problem, dropped), dropped=dropped)
    if any(not row.terms and (row.least or 0) > 0 for row in model.rows):
        return False
    return Linear(model).solve(np.zeros(len(model.least))).values is not None


def _suspects(problem: Problem, dropped: frozenset[Name], last: Name | None) -> frozenset[Name]:
    """Return the names of rows and bars that have a price when what is asked may fall short.

    Only the last required cost may, since all before it can be met; without one, anything asked.
    """
    groups = _asking(problem, dropped)
    model = build(problem, groups, dropped=dropped, with_barred=True)
    goal = [0.0] * len(model.least)
    for row in model.rows:
        if row.least is not None and last in (None, row.name):
            row.terms[model.column(0, None)] = 1
            goal.append(-1.0)
            if row.most is not None:
                row.terms[model.column(0, None)] = -1
                goal.append(-1.0)
    found = Linear(model).solve(np.array(goal))
    if found.values is None:
        return frozenset()
    priced = {
        row.name
        for row, price in zip(model.rows, found.dual, strict=True)
        if abs(price) > 1e-9 and row.name[0] != "cost"
    }
    bars = [names for column, names in model.barred.items() if found.reduced[column] > 1e-9]
    return frozenset(priced.union(*bars))


def _said(problem: Problem, name: Name) -> str:
    kind, *rest = name
    if kind == "line":
        cents = problem.cost[rest[0], int(rest[1])].cents
        return f"line {rest[0]!r} must be paid in {named(int(rest[1]))}: ${dollars(cents):,}"
    if kind == "pin":
        cents = problem.pins[rest[0], int(rest[1]), rest[2]]
        year = named(int(rest[1]))
        return f"the pin: {rest[2]} pays ${dollars(cents):,} of line {rest[0]!r} in {year}"
    if kind == "money":
        total = sum(problem.awards.get((rest[0], year), 0) for year in problem.years)
        return f"{rest[0]} has ${dollars(total):,} in all, each award from its year on"
    if kind == "rule":
        who = f"{rest[0]} may not pay" if rest[0] else "nobody may pay"
        return f"{who} by {rest[1]}"
    if kind == "window":
        return next(why for (key, _), why in problem.closed.items() if key == rest[0])
    return _said_of_limits(problem, name)


def _said_of_limits(problem: Problem, name: Name) -> str:
    kind, *rest = name
    if kind == "carry over":
        share = problem.stream[rest[0]].carry_over
        return f"{rest[0]} may move {share} of a year's award to the next"
    if kind == "cap":
        cap = next(c for c in problem.terms.caps if (c.stream, c.rule) == (rest[0], rest[1]))
        most = dollars(problem.most(cap))
        return f"{rest[0]} may pay at most ${most:,} by {rest[1]}"
    if kind == "match":
        return f"{' and '.join(rest)} must be matched by unrestricted money on the same cost"
    effort = next(
        e for e in problem.terms.efforts if (e.what.rule, str(e.year)) == (rest[0], rest[1])
    )
    origins = " and ".join(sorted(effort.origins))
    return f"{origins} money must pay at least ${dollars(effort.cents):,} by {rest[0]}"
