"""The braid as rows and columns of whole numbers, from which it is solved and rounded exactly.

A column is the direct cost that a stream pays of a group (a cell), or the money of a stream that
moves from one year to the next. Sources: Winston, *Operations Research* (4th ed.), ch. 3.10
(multiperiod models) for carrying over; the rows are the rules.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from milepost.funding.braid.problem import Group, Name, Problem
from milepost.funding.braid.terms import NO_INDIRECT
from milepost.funding.streams import Stream


@dataclass
class Row:
    """``least`` <= the sum of coefficients times columns <= ``most``, all whole numbers."""

    terms: dict[int, int]
    least: int | None
    most: int | None
    name: Name
    """The condition that people know it by; ('cost', ...) where it is no condition."""


@dataclass
class Model:
    """Columns with bounds (0 below, but for pins), rows, and what the columns are."""

    groups: Sequence[Group]
    least: list[int] = field(default_factory=list)
    most: list[int | None] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cells: dict[tuple[int, str], int] = field(default_factory=dict)
    """Column by place of group and key of stream."""
    kept: dict[tuple[str, int], int] = field(default_factory=dict)
    """Column of what moves on by stream and year."""
    barred: dict[int, tuple[Name, ...]] = field(default_factory=dict)
    """Columns that are there only to say what bars them: they stay at zero."""

    def column(self, least: int, most: int | None) -> int:
        """Add a column and return its place."""
        self.least.append(least)
        self.most.append(most)
        return len(self.least) - 1


def build(
    problem: Problem,
    groups: Sequence[Group],
    *,
    dropped: frozenset[Name] = frozenset(),
    with_barred: bool = False,
) -> Model:
    """Return the model of some groups of costs, without the conditions that are dropped."""
    model = Model(groups)
    _cells(model, problem, dropped, with_barred)
    _money(model, problem, dropped)
    _caps(model, problem)
    _matching(model, problem)
    _efforts(model, problem)
    model.rows = [row for row in model.rows if row.name not in dropped]
    return model


def _cells(model: Model, problem: Problem, dropped: frozenset[Name], with_barred: bool) -> None:
    for at, group in enumerate(model.groups):
        cost, cells = group.first, {}
        for stream in problem.streams:
            names = tuple(n for n in problem.barring(cost, stream) if n not in dropped)
            pin = problem.pins.get((cost.line, cost.year, stream.key))
            if names and not with_barred and not pin:
                continue
            column = model.column(0, 0 if names else None)
            if names:
                model.barred[column] = names
            model.cells[at, stream.key] = column
            cells[column] = 1
            if pin is not None:
                name: Name = ("pin", cost.line, str(cost.year), stream.key)
                model.rows.append(Row({column: 1}, pin, pin, name))
        required = cost.line in problem.terms.required
        if required and group.cents:
            name = ("line", cost.line, str(cost.year))
            model.rows.append(Row(dict(cells), group.cents, None, name))
        if cells:
            model.rows.append(Row(cells, None, group.cents, ("cost", cost.line, str(cost.year))))


def charge(stream: Stream) -> Fraction:
    """Return the indirect cost on a dollar of direct cost, exactly."""
    return Fraction(stream.indirect_rate)


def _money(model: Model, problem: Problem, dropped: frozenset[Name]) -> None:
    """What a stream pays in a year comes from the year's award and what moved on before.

    With rate p/q, indirect cost is rounded down to the cent: (q + p) direct <= q money + q - 1.
    """
    by_stream_year: dict[tuple[str, int], list[tuple[int, bool]]] = defaultdict(list)
    for (at, key), column in model.cells.items():
        group = model.groups[at]
        by_stream_year[key, group.year].append((column, NO_INDIRECT in group.first.tags))
    for stream in problem.streams:
        rate = charge(stream)
        whole, part = rate.denominator, rate.numerator
        before: int | None = None
        for year in problem.years:
            spent = {
                column: whole + (0 if free else part)
                for column, free in by_stream_year[stream.key, year]
            }
            award = problem.awards.get((stream.key, year), 0)
            kept = model.column(0, 0 if problem.ends_after(stream, year) else None)
            model.kept[stream.key, year] = kept
            back = {} if before is None else {before: -1}
            model.rows.append(
                Row(
                    spent | {kept: whole} | {k: whole * v for k, v in back.items()},
                    None,
                    whole * award + whole - 1,
                    ("money", stream.key),
                )
            )
            moved = problem.carried(stream, year)
            if moved < award:
                model.rows.append(Row({kept: 1} | back, None, moved, ("carry over", stream.key)))
            before = kept


def _caps(model: Model, problem: Problem) -> None:
    columns: dict[int, dict[int, int]] = defaultdict(dict)
    counted = [problem.caps(group.first) for group in model.groups]
    for (at, key), column in model.cells.items():
        for place in counted[at]:
            if problem.terms.caps[place].stream == key:
                columns[place][column] = 1
    for place, terms in sorted(columns.items()):
        cap = problem.terms.caps[place]
        year = "" if cap.year is None else str(cap.year)
        name = ("cap", cap.stream, cap.rule, year)
        model.rows.append(Row(terms, None, problem.most(cap), name))


def _matching(model: Model, problem: Problem) -> None:
    """On one cost, unrestricted money pays at least the match of all that asks one."""
    matched = {s.key: Fraction(s.match) for s in problem.streams if s.match}
    free = {s.key for s in problem.streams if not s.restricted and not s.match}
    for at in range(len(model.groups)):
        asks = {k: m for k, m in matched.items() if (at, k) in model.cells}
        if not asks:
            continue
        whole = 1
        for ratio in asks.values():
            whole *= ratio.denominator
        terms = {model.cells[at, key]: int(ratio * whole) for key, ratio in asks.items()}
        terms |= {model.cells[at, key]: -whole for key in free if (at, key) in model.cells}
        model.rows.append(Row(terms, None, 0, ("match", *sorted(asks))))


def _efforts(model: Model, problem: Problem) -> None:
    columns: dict[int, dict[int, int]] = {
        at: {}
        for at, effort in enumerate(problem.terms.efforts)
        if effort.what.rule not in problem.terms.waived
    }
    counted = [problem.efforts(group.first) for group in model.groups]
    for (at, key), column in model.cells.items():
        for place in counted[at]:
            if problem.stream[key].origin in problem.terms.efforts[place].origins:
                columns[place][column] = 1
    for place, terms in columns.items():
        effort = problem.terms.efforts[place]
        name = ("effort", effort.what.rule, str(effort.year))
        model.rows.append(Row(terms, effort.cents, None, name))
