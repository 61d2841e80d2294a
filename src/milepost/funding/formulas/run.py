"""Running a formula on a population: chunk by chunk in floats, in fractions where it matters."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milepost.funding.formulas.bound import Bound, LineStep, PoolStep, Step, SumStep
from milepost.funding.formulas.entities import Array, Column, Group, Population, Words
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.exact import Row, Unanswered
from milepost.funding.formulas.expressions import Name, Node
from milepost.funding.formulas.pool import shared
from milepost.funding.formulas.rounding import NONE
from milepost.funding.formulas.vectors import UNIT, WHOLE, Chunk, Vec

CHUNK = 8192
"""Rows at a time: their columns stay in the processor's cache."""
DIGITS = 12
"""Decimals of a number that is not rounded, where one is asked for."""


@dataclass
class Result:
    """Every line for every entity of its scope."""

    bound: Bound
    population: Population
    numbers: dict[str, Vec] = field(default_factory=dict)
    sums: dict[tuple[str, int], Fraction] = field(default_factory=dict)

    def __getitem__(self, line: str) -> Array:
        """Return a line as floats, in the order of the entities of its scope."""
        return np.asarray(self.numbers[line].values)

    def exact(self, name: str, row: int) -> Fraction:
        """Return a line's or input's number for the entity at a place of its scope."""
        step = self.bound.by_name.get(name)
        if step is None:
            return self._input(name).exact(row)
        if step.line.name == name and step.line.rounding != NONE:
            scale = 10**step.line.rounding.places
            return Fraction(round(float(self[name][row]) * scale), scale)
        if isinstance(step, SumStep):
            return self._sum(step, row)
        assert isinstance(step, LineStep)
        return self.row(step.scope, row).number(step.node)

    def value(self, name: str, entity: str | None = None) -> Decimal:
        """Return a line's or input's number for an entity, or for the whole state.

        Raises FormulaError for an entity that is not there.
        """
        return self.shown(name, self.place(self.scope(name), entity))

    def shown(self, name: str, row: int) -> Decimal:
        """Return a line's or input's number as it prints: with the places that it is rounded to."""
        number = self.exact(name, row)
        line = self.bound.formula.lines.get(name)
        if line is not None and line.rounding != NONE:
            return with_places(number, line.rounding.places)
        return plain(number)

    def summed(self, name: str) -> Decimal:
        """Return a line's sum over all entities of its scope, exact where the line is rounded."""
        line = self.bound.formula.lines[name]
        if line.rounding == NONE:
            return Decimal(repr(math.fsum(self[name])))
        scale = 10**line.rounding.places
        units = sum(int(one) for one in np.rint(self[name] * scale))
        return with_places(Fraction(units, scale), line.rounding.places)

    def scope(self, name: str) -> str:
        """Return the scope of a line or input."""
        formula = self.bound.formula
        found = formula.lines.get(name) or formula.inputs.get(name)
        if found is None:
            raise FormulaError("", f"there is no line or input {name!r}")
        return found.scope

    def place(self, scope: str, entity: str | None) -> int:
        """Return an entity's place among those of its scope."""
        group = self.population[scope]
        if scope == "state":
            return 0
        try:
            return group.ids.index(entity)  # type: ignore[arg-type]
        except ValueError:
            raise FormulaError("", f"there is no {scope} {entity!r} in the input") from None

    def row(self, scope: str, row: int) -> Row:
        """Return what formulas of a scope may read on one row."""
        group = self.population[scope]

        def read(name: str) -> Fraction:
            step = self.bound.by_name.get(name)
            of = step.scope if step else self.scope(name)
            return self.exact(name, row if of == scope else int(group.parents[of][row]))

        def text(name: str) -> str:
            codes, words = self._texts(group, name, slice(row, row + 1))
            return words[int(codes[0])]

        return Row(read, text, self.bound.parameters)

    def _input(self, name: str) -> Column:
        scope = self.bound.formula.inputs[name].scope
        column = self.population[scope].columns[name]
        assert isinstance(column, Column)
        return column

    def _texts(
        self, group: Group, name: str, rows: slice
    ) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Return the codes of rows and the words they stand for, of a text input or a scope."""
        one = self.bound.formula.inputs.get(name)
        of = one.scope if one else name
        at = np.arange(*rows.indices(len(group))) if of == group.scope else group.parents[of][rows]
        if one is None:
            ids = self.population[of].ids
            return at, ids if isinstance(ids, tuple) else tuple(str(one) for one in ids)
        column = self.population[of].columns[name]
        assert isinstance(column, Words)
        return column.codes[at], column.words

    def _sum(self, step: SumStep, row: int) -> Fraction:
        if (step.name, row) not in self.sums:
            group = self.population[step.over]
            members = np.flatnonzero(group.parents[step.scope] == row)
            self.sums[step.name, row] = sum(
                (self.row(step.over, int(one)).number(step.node) for one in members), Fraction(0)
            )
        return self.sums[step.name, row]


def with_places(number: Fraction, places: int) -> Decimal:
    """Return a number that has so many decimals, with all of them."""
    return Decimal(int(number * 10**places)).scaleb(-places)


def plain(number: Fraction) -> Decimal:
    """Return a number as a decimal of at most 12 places, without zeros at its end."""
    value = round(Decimal(number.numerator) / Decimal(number.denominator), DIGITS)
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def run(bound: Bound, population: Population) -> Result:
    """Return every line of a formula for every entity.

    Raises FormulaError, naming the entity, for a missing input, a division by zero or a key
    without value; and in words for a formula that needs a whole state or county and has less.
    """
    _complete(bound, population)
    result = Result(bound, population)
    stage: list[LineStep] = []
    for step in bound.steps:
        if stage and not (isinstance(step, LineStep) and step.scope == stage[0].scope):
            _lines(result, stage)
            stage = []
        if isinstance(step, LineStep):
            stage.append(step)
        elif isinstance(step, SumStep):
            result.numbers[step.name] = _summed(result, step)
        elif isinstance(step, PoolStep):
            result.numbers[step.name] = shared(result, step)
    if stage:
        _lines(result, stage)
    return result


def _complete(bound: Bound, population: Population) -> None:
    """Refuse input with a gap in it, and less than the whole where the whole is summed."""
    formula = bound.formula
    for name in formula.inputs:
        one, group = formula.inputs[name], population[formula.inputs[name].scope]
        column = group.columns[name]
        if isinstance(column, Words):
            gaps = np.flatnonzero([not column.words[code] for code in column.codes])
        else:
            gaps = np.flatnonzero(np.isnan(column.values))
        if len(gaps):
            more = f" (and {len(gaps) - 1} more)" if len(gaps) > 1 else ""
            raise FormulaError(
                f"{group.called(int(gaps[0]))}, column {name!r}",
                f"{one.label} is missing{more}; missing is not zero. Write the number, or 0 if "
                "it is zero",
            )
    for scope in {step.scope for step in bound.steps if isinstance(step, SumStep)}:
        if scope in formula.whole:
            _whole(bound, population, scope)


def _whole(bound: Bound, population: Population, scope: str) -> None:
    counted, parameter = bound.formula.whole[scope]
    value, group = bound.parameters[parameter], population[scope]
    held = np.bincount(population[counted].parents[scope], minlength=len(group))
    for row, count in enumerate(held):
        wanted = value.number if value.by_key is None else value.by_key.get(str(group.ids[row]))
        if wanted is None or count != wanted:
            expected = "an unknown number" if wanted is None else str(wanted)
            raise FormulaError(
                group.called(row) if scope != "state" else bound.formula.state,
                f"{bound.formula.name} sums over the whole {scope}: it needs {expected} of scope "
                f"{counted} ({value.where}), and {count} are given. Sums over a part would be "
                "wrong for everybody in it",
            )


def _chunk(result: Result, scope: str, rows: slice, known: dict[tuple[str, str], Vec]) -> Chunk:
    group, numbers = result.population[scope], result.numbers

    def read(name: str) -> Vec:
        found = numbers.get(name)
        if found is None:
            column = result._input(name)
            of = result.bound.formula.inputs[name].scope
            error = 0.0 if column.whole else column.most * UNIT
            found = Vec(column.values, error, column.most, column.whole)
        else:
            of = scopes[name]
        at = rows if of == scope else group.parents[of][rows]
        return found._replace(values=np.asarray(found.values)[at])

    scopes = result.bound.scopes
    return Chunk(
        read, lambda name: result._texts(group, name, rows), result.bound.parameters, known=known
    )


def _lines(result: Result, stage: list[LineStep]) -> None:
    """Compute lines of one scope that stand after each other, a chunk of rows through all."""
    scope = stage[0].scope
    length = len(result.population[scope])
    for step in stage:
        result.numbers[step.name] = Vec(np.empty(length), 0.0, 0.0, True)
    known: dict[tuple[str, str], Vec] = {}
    for start in range(0, length, CHUNK):
        rows = slice(start, min(start + CHUNK, length))
        chunk = _chunk(result, scope, rows, known)
        for step in stage:
            _line(result, step, chunk, rows)


def _line(result: Result, step: LineStep, chunk: Chunk, rows: slice) -> None:
    rule = step.line.rounding
    chunk.doubtful = None
    found = chunk.number(step.node)
    raw = np.broadcast_to(np.asarray(found.values), (rows.stop - rows.start,))
    skip = rule == NONE or found.whole
    values, near = (raw, None) if skip else rule.vector(raw, found.error)
    held = result.numbers[step.name]
    array = np.asarray(held.values)
    array[rows] = values
    doubtful = near if chunk.doubtful is None else chunk.doubtful
    if near is not None and chunk.doubtful is not None:
        doubtful = near | chunk.doubtful
    if not math.isfinite(float(values.sum())):
        gaps = ~np.isfinite(values)
        doubtful = gaps if doubtful is None else doubtful | gaps
    if doubtful is not None:
        marks = np.broadcast_to(doubtful, raw.shape)
        for row in np.flatnonzero(marks):
            array[rows.start + row] = _in_fractions(result, step, rows.start + int(row))
    result.numbers[step.name] = _grown(held, found, array, rows, rule.mode, rule.places)


def _grown(held: Vec, found: Vec, array: Array, rows: slice, mode: str, places: int) -> Vec:
    """Return a line's vector with its bounds widened to hold one more chunk."""
    part = array[rows]
    most = max(float(part.max(initial=0.0)), -float(part.min(initial=0.0)))
    whole = found.whole or (mode != "none" and places == 0)
    error = UNIT * most if mode != "none" else found.error
    return Vec(
        array,
        max(held.error, 0.0 if whole else error),
        max(held.most, most),
        held.whole and whole and most < WHOLE,
    )


def _in_fractions(result: Result, step: LineStep, row: int) -> float:
    try:
        number = result.row(step.scope, row).number(step.node)
    except Unanswered as wrong:
        where = result.population[step.scope].called(row)
        raise FormulaError(where, f"line {step.line.name!r} {wrong} ({step.line.where})") from wrong
    return float(step.line.rounding.exact(number))


def _summed(result: Result, step: SumStep) -> Vec:
    """Return a total for every entity of a scope; totals of rounded lines are exact."""
    group, length = result.population[step.over], len(result.population[step.scope])
    places = _places(result, step.node)
    scale = 1.0 if places is None else float(10**places)
    sums, sizes, error = np.zeros(length), np.zeros(length), 0.0
    parents = group.parents[step.scope]
    known: dict[tuple[str, str], Vec] = {}
    for start in range(0, len(group), CHUNK):
        rows = slice(start, min(start + CHUNK, len(group)))
        chunk = _chunk(result, step.over, rows, known)
        found = chunk.number(step.node)
        values = np.array(np.broadcast_to(np.asarray(found.values), (rows.stop - start,)))
        _settle(result, step, chunk, values, start)
        if places is not None:
            values = np.rint(values * scale)
        sums += np.bincount(parents[rows], values, minlength=length)
        sizes += np.bincount(parents[rows], np.abs(values), minlength=length)
        error = max(error, 0.0 if found.whole or places is not None else found.error)
    most = float(sizes.max(initial=0.0))
    exact = (places is not None or (error == 0.0 and _whole_values(sums))) and most < WHOLE
    bound = UNIT * most / scale if exact else len(group) * (error + UNIT * most)
    whole = exact and scale == 1.0
    return Vec(sums / scale, 0.0 if whole else bound, most / scale, whole)


def _whole_values(sums: Array) -> bool:
    return bool((np.rint(sums) == sums).all())


def _settle(result: Result, step: SumStep, chunk: Chunk, values: Array, start: int) -> None:
    """Put fractions in place of what a chunk's floats could not decide."""
    marks = ~np.isfinite(values)
    if chunk.doubtful is not None:
        marks = marks | chunk.doubtful
    for row in np.flatnonzero(marks):
        try:
            values[row] = float(result.row(step.over, start + int(row)).number(step.node))
        except Unanswered as wrong:
            where = result.population[step.over].called(start + int(row))
            raise FormulaError(where, f"line {step.line.name!r} {wrong}") from wrong


def _places(result: Result, node: Node) -> int | None:
    """Return the decimals of a line that is summed as it is, none for anything else."""
    if not isinstance(node, Name):
        return None
    step: Step | None = result.bound.by_name.get(node.name)
    if step is None or step.line.rounding == NONE:
        return None
    return step.line.rounding.places
