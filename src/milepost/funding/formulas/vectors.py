"""Formulas on a chunk of rows at once: exact where it can be, in floats of known error elsewhere.

Numbers of laws are decimals, and so are their sums and products: a vector holds whole numbers of
some unit (`over` units make one), which floats hold exactly up to 2^53. Only where that is too
small, or one row is divided by another, are they floats with a bound on how far any of them lies
from its number (first-order analysis: Higham, Accuracy and Stability of Numerical Algorithms, 2nd
ed., section 3.1, doubled to cover the second order). Rows where that error could decide a
comparison or a rounding are marked, and are computed anew in fractions.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.funding.formulas.expressions import (
    Arithmetic,
    Band,
    Call,
    Comparison,
    Item,
    Logic,
    Lookup,
    Name,
    Node,
    Number,
    TextIs,
    Total,
    Weighted,
)
from milepost.funding.formulas.parameters import Value

UNIT = 2.0**-52
WHOLE = 2.0**53
Array = NDArray[np.float64]
Marks = NDArray[np.bool_]


class Vec(NamedTuple):
    """Numbers, one a row, or one for all."""

    values: Array | np.float64
    low: float
    """No value is smaller."""
    high: float
    over: int
    """How many units make one; 0: the values are floats, not exact."""
    error: float = 0.0
    """How far a float may lie from its number."""
    own: bool = False
    """The array was made for this value: who takes the value may write over it."""

    @property
    def most(self) -> float:
        """No value is larger in size."""
        return max(abs(self.low), abs(self.high))

    @property
    def real(self) -> "Vec":
        """The numbers as floats with their error."""
        if not self.over:
            return self
        if self.over == 1:
            return self._replace(over=0)
        by = float(self.over)
        low, high = self.low / by, self.high / by
        error = UNIT * max(abs(low), abs(high))
        return Vec(self.values / by, low, high, 0, error, own=True)


class Chunk:
    """What a formula may read on the rows of one chunk, and the arithmetic done on it.

    While all is exact, every step is also written on a tape: whole numbers of the same unit are
    treated the same in every chunk, so the tape of the first can be run on the others as it is.
    """

    def __init__(
        self,
        read: Callable[[str], Vec],
        texts: Callable[[str], tuple[NDArray[np.int64], tuple[str, ...]]],
        parameters: Mapping[str, Value],
        known: dict[object, Vec],
        spare: list[Array],
        rows: int,
    ) -> None:
        """`texts` gives codes of the rows and the words they stand for; `known` is kept between
        chunks: constants, and parameters by word; so are `spare` arrays, which are used anew:
        fresh memory costs more than the arithmetic in it."""
        self.read, self.texts, self.parameters, self.known = read, texts, parameters, known
        self.spare, self.rows = spare, rows
        self.doubtful: Marks | None = None
        self.tape: list[tuple[np.ufunc, tuple[object, ...], object]] | None = []

    def array(self) -> Array:
        """Return an array to write to."""
        return take(self.spare, self.rows)

    def done(self, *vectors: Vec) -> None:
        """Take back the arrays of values that nobody needs any more."""
        for one in vectors:
            if one.own and isinstance(one.values, np.ndarray):
                self.spare.append(one.values)

    def do(self, ufunc: np.ufunc, *values: object, out: Array | Marks) -> None:
        """Write what a function of numpy makes of values into an array, and on the tape."""
        ufunc(*values, out=out)
        if self.tape is not None:
            self.tape.append((ufunc, values, out))

    def apply(self, ufunc: np.ufunc, *vectors: Vec) -> Array | np.float64:
        """Return what a function of numpy makes of vectors, in an array of theirs or a spare one.

        The vectors are used up.
        """
        values = [one.values for one in vectors]
        if not any(isinstance(one, np.ndarray) for one in values):
            found: np.float64 = ufunc(*values)
            return found
        owned = [one for one in vectors if one.own and isinstance(one.values, np.ndarray)]
        out = owned[0].values if owned else self.array()
        self.done(*owned[1:])
        self.do(ufunc, *values, out=out)  # type: ignore[arg-type]
        return out

    def off(self) -> None:
        """Stop the tape: what follows depends on the rows."""
        self.tape = None

    def doubt(self, marks: Marks | np.bool_) -> None:
        """Mark rows to be computed in fractions."""
        self.off()
        found = np.atleast_1d(marks)
        self.doubtful = found if self.doubtful is None else self.doubtful | found

    def number(self, node: Node) -> Vec:
        """Return a formula's number on every row."""
        return _NUMBERS[type(node)](self, node)

    def condition(self, node: Node) -> Marks:
        """Return whether a condition holds on every row."""
        return _CONDITIONS[type(node)](self, node)


def take(spare: list[Array], rows: int) -> Array:
    """Return an array of some rows from spare ones, or a new one."""
    if not spare:
        return np.empty(rows)
    found = spare.pop()
    return found if len(found) == rows else found[:rows]


def constant(value: Fraction) -> Vec:
    """Return one exact number as a vector of one float."""
    if abs(value.numerator) < WHOLE:
        units = float(value.numerator)
        return Vec(np.float64(units), units, units, value.denominator)
    near = float(value)
    return Vec(np.float64(near), near, near, 0, abs(near) * UNIT)


def aligned(chunk: Chunk, *vectors: Vec) -> tuple[Vec, ...]:
    """Return vectors in one unit, or all as floats where none is small enough."""
    first = vectors[0].over
    if first and all(one.over == first for one in vectors):
        return vectors
    if all(one.over for one in vectors):
        over = lcm(*(one.over for one in vectors))
        if all(one.most * (over // one.over) < WHOLE for one in vectors):
            return tuple(_in_units(chunk, one, over) for one in vectors)
    chunk.off()
    return tuple(one.real for one in vectors)


def _in_units(chunk: Chunk, one: Vec, over: int) -> Vec:
    times = over // one.over
    if times == 1:
        return one
    by = float(times)
    values = chunk.apply(np.multiply, one, Vec(np.float64(by), by, by, 1))
    return Vec(values, one.low * by, one.high * by, over, 0.0, own=True)


def _constant(chunk: Chunk, key: object, value: Fraction) -> Vec:
    found = chunk.known.get(key)
    if found is None:
        found = chunk.known[key] = constant(value)
    return found


def _number(chunk: Chunk, node: Number) -> Vec:
    return _constant(chunk, node.value, node.value)


def _name(chunk: Chunk, node: Name) -> Vec:
    found = chunk.parameters.get(node.name)
    if found is None:
        return chunk.read(node.name)
    return _constant(chunk, node.name, found.number or Fraction(0))


def _item(chunk: Chunk, node: Item) -> Vec:
    value = (chunk.parameters[node.name].by_key or {})[node.key]
    return _constant(chunk, (node.name, node.key), value)


def _arithmetic(chunk: Chunk, node: Arithmetic) -> Vec:
    return _OPERATORS[node.op](chunk, chunk.number(node.left), chunk.number(node.right))


def _float(values: Array | np.float64, low: float, high: float, error: float) -> Vec:
    error += UNIT * (max(abs(low), abs(high)) + error)
    return Vec(values, low, high, 0, error, own=True)


def _sum(chunk: Chunk, left: Vec, right: Vec, *, minus: bool) -> Vec:
    one, two = aligned(chunk, left, right)
    low, high = _ends(one, two, minus=minus)
    if one.over and max(-low, high) >= WHOLE:
        chunk.off()
        one, two = one.real, two.real
        low, high = _ends(one, two, minus=minus)
    values = chunk.apply(np.subtract if minus else np.add, one, two)
    if one.over:
        return Vec(values, low, high, one.over, 0.0, own=True)
    return _float(values, low, high, one.error + two.error)


def _ends(one: Vec, two: Vec, *, minus: bool) -> tuple[float, float]:
    if minus:
        return one.low - two.high, one.high - two.low
    return one.low + two.low, one.high + two.high


def _add(chunk: Chunk, left: Vec, right: Vec) -> Vec:
    return _sum(chunk, left, right, minus=False)


def _subtract(chunk: Chunk, left: Vec, right: Vec) -> Vec:
    return _sum(chunk, left, right, minus=True)


def _multiply(chunk: Chunk, left: Vec, right: Vec) -> Vec:
    if left.over and right.over and not isinstance(right.values, np.ndarray) and right.values == 1:
        return left._replace(over=left.over * right.over)
    if left.over and right.over:
        low, high = _span(left, right)
        if max(-low, high) < WHOLE:
            values = chunk.apply(np.multiply, left, right)
            return Vec(values, low, high, left.over * right.over, 0.0, own=True)
    chunk.off()
    one, two = left.real, right.real
    low, high = _span(one, two)
    error = one.most * two.error + two.most * one.error + one.error * two.error
    return _float(chunk.apply(np.multiply, one, two), low, high, error)


def _span(left: Vec, right: Vec) -> tuple[float, float]:
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return min(ends), max(ends)


def _divide(chunk: Chunk, left: Vec, right: Vec) -> Vec:
    """Divide; where the divisor may be zero the row is not a number, and waits for fractions."""
    if right.over and not isinstance(right.values, np.ndarray) and right.values:
        return _multiply(chunk, left, constant(Fraction(right.over, int(right.values))))
    chunk.off()
    one, two = left.real, right.real
    size, divisor = np.abs(two.values), two.values
    smallest = float(np.min(size, initial=np.inf))
    if not smallest > 2 * two.error:
        divisor = np.where(size > 2 * two.error, two.values, np.nan)
        held = np.abs(divisor)
        smallest = 1.0 if np.isnan(held).all() else float(np.nanmin(held))
    most = one.most / smallest
    error = (one.error + most * two.error) / (smallest - two.error)
    return _float(one.values / divisor, -most, most, error)


_OPERATORS: dict[str, Callable[[Chunk, Vec, Vec], Vec]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


def _call(chunk: Chunk, node: Call) -> Vec:
    if node.function == "where":
        holds = chunk.condition(node.parts[0])
        then, otherwise = aligned(chunk, *(chunk.number(part) for part in node.parts[1:]))
        low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
        error = max(then.error, otherwise.error)
        return Vec(_chosen(chunk, holds, then, otherwise), low, high, then.over, error, own=True)
    parts = aligned(chunk, *(chunk.number(part) for part in node.parts))
    error = max(part.error for part in parts)
    if node.function == "abs":
        most = parts[0].most
        return Vec(chunk.apply(np.abs, parts[0]), 0.0, most, parts[0].over, error, own=True)
    choose, end = (np.minimum, min) if node.function == "min" else (np.maximum, max)
    found = parts[0]
    for part in parts[1:]:
        low, high = end(found.low, part.low), end(found.high, part.high)
        found = Vec(chunk.apply(choose, found, part), low, high, part.over, error, own=True)
    return found


def _chosen(chunk: Chunk, holds: Marks, then: Vec, otherwise: Vec) -> Array | np.float64:
    """Return one number or the other, row by row.

    Whole numbers are chosen by arithmetic, which is exact and four times as fast as `np.where` on
    conditions that change from row to row: the processor has nothing to guess.
    """
    low, high = _ends(then, otherwise, minus=True)
    if not then.over or max(-low, high) >= WHOLE:
        chunk.off()
        return np.where(holds, then.values, otherwise.values)
    one = Vec(holds, 0.0, 1.0, 1)  # type: ignore[arg-type]
    if not isinstance(otherwise.values, np.ndarray) and otherwise.values == 0:
        return chunk.apply(np.multiply, one, then)
    kept = otherwise._replace(own=False)
    apart = Vec(chunk.apply(np.subtract, then, kept), low, high, then.over, 0.0, own=True)
    found = Vec(chunk.apply(np.multiply, one, apart), low, high, then.over, 0.0, own=True)
    return chunk.apply(np.add, found, otherwise)


def table(numbers: Sequence[Fraction | None]) -> Vec:
    """Return numbers as a vector to choose from; one that is missing is not a number."""
    there = [one for one in numbers if one is not None]
    over = lcm(*(one.denominator for one in there))
    exact = len(there) == len(numbers) and all(abs(one * over) < WHOLE for one in there)
    by = over if exact else 1
    values = np.array([np.nan if one is None else float(one * by) for one in numbers])
    ends = [float(one * by) for one in there] or [0.0]
    low, high = min(ends), max(ends)
    return Vec(values, low, high, over if exact else 0, 0.0 if exact else UNIT * max(-low, high))


def _lookup(chunk: Chunk, node: Lookup) -> Vec:
    chunk.off()
    codes, words = chunk.texts(node.by)
    key = (node.parameter, "by", node.by)
    found = chunk.known.get(key)
    if found is None:
        by_key = chunk.parameters[node.parameter].by_key or {}
        found = chunk.known[key] = table([by_key.get(word) for word in words])
    return found._replace(values=np.asarray(found.values)[codes], own=True)


def _band(chunk: Chunk, node: Band) -> Vec:
    chunk.off()
    at = chunk.number(node.at)
    bands = chunk.parameters[node.parameter].bands or ()
    if at.over:
        edges = np.array([float(ceil(edge * at.over)) for edge, _ in bands])
    else:
        edges = np.array([float(edge) for edge, _ in bands])
        reach = at.error + UNIT * float(np.abs(edges).max())
        for edge in edges:
            chunk.doubt(~np.atleast_1d(np.abs(at.values - edge) > reach))
    place = np.searchsorted(edges, at.values, side="right") - 1
    below = bool((place < 0).any())
    found = table([*(value for _, value in bands), *([None] if below else [])])  # at -1
    return found._replace(values=np.asarray(found.values)[place], own=True)


def _comparison(chunk: Chunk, node: Comparison) -> Marks:
    left, right = aligned(chunk, chunk.number(node.left), chunk.number(node.right))
    if not left.over:
        near = np.abs(left.values - right.values) > left.error + right.error
        chunk.doubt(~np.atleast_1d(near))  # not a number is doubtful too
    holds = np.empty(np.broadcast(left.values, right.values).shape or (1,), dtype=bool)
    chunk.do(_COMPARE[node.op], left.values, right.values, out=holds)
    chunk.done(left, right)
    return holds


_COMPARE: dict[str, np.ufunc] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _logic(chunk: Chunk, node: Logic) -> Marks:
    found, *others = (chunk.condition(part) for part in node.parts)
    if node.op == "not":
        chunk.do(np.logical_not, found, out=found)
    for part in others:
        join = np.logical_and if node.op == "and" else np.logical_or
        longer, other = (found, part) if len(found) >= len(part) else (part, found)
        chunk.do(join, longer, other, out=longer)
        found = longer
    return found


def _text_is(chunk: Chunk, node: TextIs) -> Marks:
    chunk.off()
    codes, words = chunk.texts(node.name)
    if node.text not in words:
        return np.full(codes.shape, not node.same)
    holds: Marks = codes == words.index(node.text)
    return holds if node.same else ~holds


def _not_here(chunk: Chunk, node: Total | Weighted) -> Vec:
    raise AssertionError("totals and weighted sums are taken apart before a formula runs")


_NUMBERS: dict[type[Node], Callable[..., Vec]] = {
    Number: _number,
    Name: _name,
    Item: _item,
    Arithmetic: _arithmetic,
    Call: _call,
    Lookup: _lookup,
    Band: _band,
    Total: _not_here,
    Weighted: _not_here,
}
_CONDITIONS: dict[type[Node], Callable[..., Marks]] = {
    Comparison: _comparison,
    Logic: _logic,
    TextIs: _text_is,
}
