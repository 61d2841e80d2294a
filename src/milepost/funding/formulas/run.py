"""Running a formula on a population: chunk by chunk as vectors, in fractions where in doubt."""

import os
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
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

CHUNK = 131_072
"""Rows at a time: few enough for the cache, enough that threads need not wait for each other."""
PROCESSORS = os.cpu_count() or 1
Known = dict[object, Vec]


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
            gaps = np.flatnonzero(np.isnan(column.units[: None if not column.over else 0]))
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


def _chunk(
    result: Result,
    scope: str,
    rows: slice,
    known: Known,
    made: dict[str, Vec],
    spare: list[Array],
) -> Chunk:
    """Return what formulas of a scope may read on some rows; `made` are lines of this chunk."""
    group, scopes = result.population[scope], result.bound.scopes

    def read(name: str) -> Vec:
        found = made.get(name)
        if found is None:
            found = made[name] = part(name)
        return found

    def part(name: str) -> Vec:
        found = result.numbers.get(name)
        if found is None:
            column, of = result.input(name), result.bound.formula.inputs[name].scope
            error = 0.0 if column.over else UNIT * max(-column.low, column.high)
            found = Vec(column.units, column.low, column.high, column.over, error)
        else:
            of = scopes[name]
        at = rows if of == scope else group.parents[of][rows]
        return found._replace(values=np.asarray(found.values)[at], own=False)

    def texts(name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        return result.texts(group, name, rows)

    count = rows.stop - rows.start
    return Chunk(read, texts, result.bound.parameters, known, spare, count)


def _lines(result: Result, stage: list[LineStep], keep: set[str]) -> None:
    """Compute lines of one scope that stand after each other, a chunk of rows through all."""
    scope, known = stage[0].scope, Known()
    length = len(result.population[scope])
    arrays = {step.name: np.empty(length) for step in stage if step.name in keep}
    spares: list[list[Array]] = [[] for _ in range(PROCESSORS)]

    def through(start: int) -> dict[str, Vec]:
        rows = slice(start, min(start + CHUNK, length))
        made: dict[str, Vec] = {}
        spare = spares.pop()
        chunk = _chunk(result, scope, rows, known, made, spare)
        for step in stage:
            out = arrays[step.name][rows] if step.name in keep else chunk.array()
            made[step.name] = _line(result, step, chunk, rows, out)
        spare += [np.asarray(made[step.name].values) for step in stage if step.name not in keep]
        spares.append([one for one in spare if len(one) == CHUNK])
        return {name: made[name]._replace(values=np.float64(0)) for name in keep}

    starts = range(0, length, CHUNK)
    if len(starts) > 1:
        with ThreadPoolExecutor(PROCESSORS) as threads:
            parts = list(threads.map(through, starts))
    else:
        parts = [through(start) for start in starts]
    for name, array in arrays.items():
        result.numbers[name] = _joined(array, [part[name] for part in parts])


def _line(result: Result, step: LineStep, chunk: Chunk, rows: slice, out: Array) -> Vec:
    """Write a line on the rows of a chunk into `out`, what is in doubt settled in fractions."""
    chunk.doubtful = None
    found = chunk.number(step.node)
    how = step.line.rounding
    scale = 10**how.places
    values = np.broadcast_to(np.asarray(found.values), out.shape)
    if how == NONE:
        np.copyto(out, values)
        line = found._replace(values=out, own=False)
    elif found.over and how.whole(values, found.over, out, low=found.low, high=found.high):
        by = found.over / scale
        slack = 0 if by == 1 else 1
        line = Vec(out, found.low / by - slack, found.high / by + slack, scale)
    else:
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
    parents, known = group.parents[step.scope], Known()
    exact: dict[int, Array] = {}
    floats, sizes, error = np.zeros(length), np.zeros(length), 0.0
    for start in range(0, len(group), CHUNK):
        rows = slice(start, min(start + CHUNK, len(group)))
        chunk = _chunk(result, step.over, rows, known, {}, [])
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
