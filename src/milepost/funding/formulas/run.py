"""Running a formula on a population: chunk by chunk as vectors, in fractions where in doubt."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from milepost.funding.formulas.bound import Bound, LineStep, PoolStep, Step, SumStep
from milepost.funding.formulas.entities import Array, Population, Words
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.exact import Unanswered
from milepost.funding.formulas.expressions import names
from milepost.funding.formulas.pool import shared
from milepost.funding.formulas.result import Result
from milepost.funding.formulas.rounding import NONE
from milepost.funding.formulas.vectors import UNIT, WHOLE, Chunk, Marks, Vec

CHUNK = 16_384
"""Rows at a time: their arrays stay in the processor's cache."""
NOTHING = np.empty(0, dtype=np.int64)


def run(bound: Bound, population: Population, *, keep: Collection[str] = ()) -> Result:
    """Return every line of a formula for every entity, or those to `keep` alone.

    A line that is not kept is only held as long as others need it, which takes less memory and
    time; asked for later, it is computed anew for the one entity.

    Raises FormulaError, naming the entity, for a missing input, a division by zero or a key
    without value; and in words for a formula that needs a whole state or county and has less.
    """
    _complete(bound, population)
    result = Result(bound, population)
    for stage in stages(bound):
        match stage:
            case [SumStep() as step]:
                result.numbers[step.name] = _summed(result, step)
            case [PoolStep() as step]:
                result.numbers[step.name] = shared(result, step)
            case _:
                lines = [step for step in stage if isinstance(step, LineStep)]
                _lines(result, lines, _kept(bound, lines, keep))
    return result


def stages(bound: Bound) -> Iterator[list[Step]]:
    """Yield the steps, lines of one scope that stand after each other together."""
    stage: list[Step] = []
    for step in bound.steps:
        together = isinstance(step, LineStep) and stage and isinstance(stage[-1], LineStep)
        if stage and not (together and step.scope == stage[-1].scope):
            yield stage
            stage = []
        stage.append(step)
    if stage:
        yield stage


def _kept(bound: Bound, stage: list[LineStep], keep: Collection[str]) -> set[str]:
    """Return the lines of a stage that are asked for, or needed by steps outside it."""
    own = {step.name for step in stage}
    if not keep:
        return own
    others = (step for step in bound.steps if step.name not in own)
    needed = set().union(*(names(node) for step in others for node in step.nodes))
    return own & (needed | set(keep))


def _complete(bound: Bound, population: Population) -> None:
    """Refuse input with a gap in it, and less than the whole where the whole is summed."""
    formula = bound.formula
    for name in formula.inputs:
        one, group = formula.inputs[name], population[formula.inputs[name].scope]
        column = group.columns[name]
        if isinstance(column, Words):
            gaps = np.flatnonzero([not column.words[code] for code in column.codes])
        else:
            gaps = np.flatnonzero(np.isnan(column.values)) if not column.over else NOTHING
        if len(gaps):
            more = f" (and {len(gaps) - 1} more)" if len(gaps) > 1 else ""
            raise FormulaError(
                f"{group.called(int(gaps[0]))}, column {name!r}",
                f"{one.label} is missing{more}; missing is not zero. Write the number, or 0 if "
                "it is zero",
            )
    sums = {step.scope for step in bound.steps if isinstance(step, SumStep)}
    pools = {step.among for step in bound.steps if isinstance(step, PoolStep)}
    for scope in sorted(sums | pools):
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
                f"{bound.formula.name} is for the whole {scope}: it needs {expected} of scope "
                f"{counted} ({value.where}), and {count} are given. Over a part it would be "
                "wrong for everybody in it",
            )


@dataclass
class _Desk:
    """What chunks of one scope share: the run, arrays to write to, and what was read."""

    result: Result
    scope: str
    spare: list[Array] = field(default_factory=list)
    known: dict[object, Vec] = field(default_factory=dict)
    loads: list[Callable[[slice], None]] = field(default_factory=list)
    """Each reads one input or line of the rows that it is given into an array of the chunk."""

    def chunk(self, rows: slice, made: dict[str, Vec]) -> Chunk:
        """Return what formulas may read on some rows; `made` are lines of this chunk."""
        count = rows.stop - rows.start
        group, result = self.result.population[self.scope], self.result

        def read(name: str) -> Vec:
            if name not in made:
                made[name] = self._read(name, rows, count)
            return made[name]

        def texts(name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
            return result.texts(group, name, rows)

        return Chunk(read, texts, result.bound.parameters, self.known, self.spare, count)

    def _read(self, name: str, rows: slice, count: int) -> Vec:
        """Return an input or an earlier line on some rows, and keep how it was read."""
        result, group = self.result, self.result.population[self.scope]
        held = result.numbers.get(name)
        of = result.bound.formula.inputs[name].scope if held is None else result.bound.scopes[name]
        out = np.empty(count)  # its own: what is read stays as the tape runs

        def at(rows: slice) -> slice | NDArray[np.int64]:
            return rows if of == self.scope else group.parents[of][rows]

        if held is not None:
            values = np.asarray(held.values)

            def load(rows: slice) -> None:
                out[: rows.stop - rows.start] = values[at(rows)]

            found = held._replace(values=out, own=False)
        else:
            column = result.input(name)

            def load(rows: slice) -> None:
                column.units(at(rows), out)

            error = 0.0 if column.over else UNIT * max(-column.low, column.high)
            found = Vec(out, column.low, column.high, column.over, error)
        load(rows)
        self.loads.append(load)
        return found


def _lines(result: Result, stage: list[LineStep], keep: set[str]) -> None:
    """Compute lines of one scope that stand after each other, a chunk of rows through all.

    Where all of the first chunk is exact, its tape is run on the others.
    """
    desk = _Desk(result, stage[0].scope)
    length = len(result.population[desk.scope])
    arrays = {step.name: np.empty(length) for step in stage if step.name in keep}
    parts: list[dict[str, Vec]] = []
    tape, made = None, dict[str, Vec]()
    for start in range(0, length, CHUNK):
        rows = slice(start, min(start + CHUNK, length))
        if tape is None:
            desk.spare += [np.asarray(one.values) for one in made.values()]
            desk.loads.clear()
            made = {}
            chunk = desk.chunk(rows, made)
            for step in stage:
                made[step.name] = _line(result, step, chunk, rows)
            tape = chunk.tape
        else:
            for load in desk.loads:
                load(rows)
            for ufunc, values, out in tape:
                ufunc(*values, out=out)
        for name, array in arrays.items():
            array[rows] = np.asarray(made[name].values)[: rows.stop - start]
        parts.append({name: made[name]._replace(values=np.float64(0)) for name in keep})
    for name, array in arrays.items():
        result.numbers[name] = _joined(array, [part[name] for part in parts])


def _line(result: Result, step: LineStep, chunk: Chunk, rows: slice) -> Vec:
    """Return a line on the rows of a chunk, what is in doubt settled in fractions."""
    chunk.doubtful = None
    found = chunk.number(step.node)
    how = step.line.rounding
    scale = 10**how.places
    if found.own and np.shape(found.values) and (how == NONE or found.over == scale):
        return _settled(result, step, chunk, found._replace(own=False), rows)
    out = chunk.array()
    values = np.broadcast_to(np.asarray(found.values), out.shape)
    if how == NONE:
        chunk.do(np.positive, values, out=out)
        line = found._replace(values=out, own=False)
    elif found.over and how.whole(chunk.do, values, found.over, out, (found.low, found.high)):
        by = found.over / scale
        slack = 0 if by == 1 else 1
        line = Vec(out, found.low / by - slack, found.high / by + slack, scale)
    else:
        chunk.off()
        line = _near(step, chunk, found._replace(values=values).real, out)
    chunk.done(found)
    return _settled(result, step, chunk, line, rows)


def _near(step: LineStep, chunk: Chunk, found: Vec, out: Array) -> Vec:
    """Round floats into `out`, and mark those whose error could have carried them over an edge."""
    units, near = step.line.rounding.near(np.asarray(found.values), found.error)
    if near is not None:
        chunk.doubt(near)
    out[:] = units
    scale = 10**step.line.rounding.places
    low, high = np.nanmin(units, initial=0.0) - 1, np.nanmax(units, initial=0.0) + 1
    if max(-low, high) >= WHOLE:
        raise FormulaError(
            step.line.where,
            f"line {step.name!r} comes to {max(-low, high) / scale:,.0f}: too large to be exact; "
            "round it to larger units",
        )
    return Vec(out, float(low), float(high), scale)


def _settled(
    result: Result, step: LineStep | SumStep, chunk: Chunk, found: Vec, rows: slice
) -> Vec:
    """Return numbers with fractions in place of what floats could not decide."""
    values = np.asarray(found.values)
    marks: Marks | None = chunk.doubtful
    if not found.over and not np.isfinite(values.sum()):
        gaps = ~np.isfinite(values)
        marks = gaps if marks is None else marks | gaps
    if marks is None or not marks.any():
        return found
    if not values.flags.writeable:
        values = values.copy()
    for row in np.flatnonzero(np.broadcast_to(marks, values.shape)):
        number = _in_fractions(result, step, rows.start + int(row))
        values[row] = float(number * (found.over or 1))
    return found._replace(values=values)


def _in_fractions(result: Result, step: LineStep | SumStep, row: int) -> Fraction:
    """Return a number of one row as its line rounds it, or say why it has none."""
    scope = step.over if isinstance(step, SumStep) else step.scope
    try:
        number = result.row(scope, row).number(step.node)
    except Unanswered as wrong:
        called, line = result.population[scope].called(row), step.line
        raise FormulaError(called, f"line {line.name!r} {wrong} ({line.where})") from wrong
    return number if isinstance(step, SumStep) else step.line.rounding.exact(number)


def _joined(array: Array, parts: list[Vec]) -> Vec:
    """Return the numbers of all chunks as one vector: in one unit, or as floats."""
    if len({part.over for part in parts}) > 1:
        for place, part in enumerate(parts):
            array[place * CHUNK : (place + 1) * CHUNK] /= float(part.over or 1)
        parts = [part.real for part in parts]
    if not parts:
        return Vec(array, 0.0, 0.0, 1)
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    return Vec(array, low, high, parts[0].over, max(part.error for part in parts))


def _summed(result: Result, step: SumStep) -> Vec:
    """Return a total for every entity of a scope; totals of whole units are exact."""
    group, length = result.population[step.over], len(result.population[step.scope])
    parents, desk = group.parents[step.scope], _Desk(result, step.over)
    exact: dict[int, Array] = {}
    floats, sizes, error = np.zeros(length), np.zeros(length), 0.0
    for start in range(0, len(group), CHUNK):
        rows = slice(start, min(start + CHUNK, len(group)))
        chunk = desk.chunk(rows, {})
        found = chunk.number(step.node)
        values = np.broadcast_to(np.asarray(found.values), (rows.stop - start,))
        found = _settled(result, step, chunk, found._replace(values=values), rows)
        part = np.bincount(parents[rows], np.asarray(found.values), minlength=length)
        size = np.bincount(parents[rows], np.abs(found.values), minlength=length)
        if found.over:
            exact[found.over] = exact.get(found.over, np.zeros(length)) + part
            sizes += size / found.over
        else:
            floats, sizes, error = floats + part, sizes + size, max(error, found.error)
    most = float(sizes.max(initial=0.0))
    over = lcm(*exact)
    if most * over < WHOLE and not (error or floats.any()):
        units = sum((one * float(over // by) for by, one in exact.items()), np.zeros(length))
        return Vec(units, -most * over, most * over, over)
    whole = sum((one / by for by, one in exact.items()), floats)
    return Vec(whole, -most, most, 0, len(group) * (error + UNIT * most))
