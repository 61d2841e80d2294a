"""Formulas on a chunk of rows at once, in floats whose error is known.

Every value carries a bound on how far any of its floats may lie from the number it stands for
(first-order analysis; Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section
3.1, doubled to cover what is of second order). Rows where that error could decide a comparison
or a rounding are marked, and are computed anew in fractions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
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
    """Floats with the bound of their error."""

    values: Array | np.float64
    error: float
    most: float
    """No float is larger in size."""
    whole: bool
    """All are whole numbers, held exactly."""


@dataclass
class Chunk:
    """What a formula may read on the rows of one chunk."""

    read: Callable[[str], Vec]
    texts: Callable[[str], tuple[NDArray[np.int64], tuple[str, ...]]]
    """Codes of the rows and the words they stand for."""
    parameters: Mapping[str, Value]
    doubtful: Marks | None = None
    known: dict[tuple[str, str], Vec] = field(default_factory=dict)

    def doubt(self, marks: Marks | np.bool_) -> None:
        """Mark rows to be computed in fractions."""
        found = np.atleast_1d(marks)
        self.doubtful = found if self.doubtful is None else self.doubtful | found

    def number(self, node: Node) -> Vec:
        """Return a formula's number on every row."""
        return _NUMBERS[type(node)](self, node)

    def condition(self, node: Node) -> Marks:
        """Return whether a condition holds on every row."""
        return _CONDITIONS[type(node)](self, node)


def constant(value: Fraction) -> Vec:
    """Return one exact number as a vector of one float."""
    near = float(value)
    error = 0.0 if Fraction(near) == value else abs(near) * UNIT
    whole = value.denominator == 1 and abs(near) < WHOLE
    return Vec(np.float64(near), error, abs(near), whole)


def _number(chunk: Chunk, node: Number) -> Vec:
    return constant(node.value)


def _name(chunk: Chunk, node: Name) -> Vec:
    found = chunk.parameters.get(node.name)
    return chunk.read(node.name) if found is None else constant(found.number or Fraction(0))


def _item(chunk: Chunk, node: Item) -> Vec:
    return constant((chunk.parameters[node.name].by_key or {})[node.key])


def _arithmetic(chunk: Chunk, node: Arithmetic) -> Vec:
    left, right = chunk.number(node.left), chunk.number(node.right)
    return _OPERATORS[node.op](left, right)


def _bounded(values: Array | np.float64, error: float, most: float, whole: bool) -> Vec:
    if whole and most < WHOLE:
        return Vec(values, 0.0, most, True)
    return Vec(values, error + UNIT * (most + error), most, False)


def _add(left: Vec, right: Vec) -> Vec:
    error, most = left.error + right.error, left.most + right.most
    return _bounded(left.values + right.values, error, most, left.whole and right.whole)


def _subtract(left: Vec, right: Vec) -> Vec:
    error, most = left.error + right.error, left.most + right.most
    return _bounded(left.values - right.values, error, most, left.whole and right.whole)


def _multiply(left: Vec, right: Vec) -> Vec:
    error = left.most * right.error + right.most * left.error + left.error * right.error
    most, whole = left.most * right.most, left.whole and right.whole
    return _bounded(left.values * right.values, error, most, whole)


def _divide(left: Vec, right: Vec) -> Vec:
    """Divide; where the divisor may be zero the row is not a number, and waits for fractions."""
    size = np.abs(right.values)
    smallest = float(size.min(initial=np.inf)) if size.ndim else float(size)
    divisor = right.values
    if not smallest > 2 * right.error:
        divisor = np.where(size > 2 * right.error, right.values, np.nan)
        held = np.abs(divisor)
        smallest = float(np.nanmin(held)) if not np.isnan(held).all() else 1.0
    most = left.most / smallest
    error = (left.error + most * right.error) / (smallest - right.error)
    return _bounded(left.values / divisor, error, most, False)


_OPERATORS: dict[str, Callable[[Vec, Vec], Vec]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


def _call(chunk: Chunk, node: Call) -> Vec:
    if node.function == "where":
        return _where(chunk, node)
    parts = [chunk.number(part) for part in node.parts]
    if node.function == "abs":
        return parts[0]._replace(values=np.abs(parts[0].values))
    choose = np.minimum if node.function == "min" else np.maximum
    found = parts[0]
    for part in parts[1:]:
        found = _either(choose(found.values, part.values), found, part)
    return found


def _either(values: Array | np.float64, left: Vec, right: Vec) -> Vec:
    error, most = max(left.error, right.error), max(left.most, right.most)
    return Vec(values, error, most, left.whole and right.whole)


def _where(chunk: Chunk, node: Call) -> Vec:
    condition, then, otherwise = node.parts
    holds = chunk.condition(condition)
    left, right = chunk.number(then), chunk.number(otherwise)
    return _either(np.where(holds, left.values, right.values), left, right)


def _lookup(chunk: Chunk, node: Lookup) -> Vec:
    codes, words = chunk.texts(node.by)
    key = (node.parameter, node.by)
    table = chunk.known.get(key)
    if table is None:
        by_key = chunk.parameters[node.parameter].by_key or {}
        numbers = np.array([float(by_key.get(word, float("nan"))) for word in words])
        most = max((abs(float(one)) for one in by_key.values()), default=0.0)
        exact = all(one.denominator == 1 for one in by_key.values())
        table = Vec(numbers, 0.0 if exact else UNIT * most, most, exact and most < WHOLE)
        chunk.known[key] = table
    return table._replace(values=np.asarray(table.values)[codes])


def _band(chunk: Chunk, node: Band) -> Vec:
    at = chunk.number(node.at)
    bands = chunk.parameters[node.parameter].bands or ()
    edges = np.array([float(edge) for edge, _ in bands])
    place = np.searchsorted(edges, at.values, side="right") - 1
    if at.error or not all(edge.denominator == 1 for edge, _ in bands):
        reach = at.error + UNIT * float(np.abs(edges).max())
        for edge in edges:
            chunk.doubt(np.abs(at.values - edge) <= reach)
    values = np.array([*(float(value) for _, value in bands), np.nan])  # -1: below the first
    place = np.where(np.isnan(at.values), -1, place)
    most = float(np.abs(values[:-1]).max())
    return Vec(values[place], UNIT * most, most, False)


def _comparison(chunk: Chunk, node: Comparison) -> Marks:
    left, right = chunk.number(node.left), chunk.number(node.right)
    reach = left.error + right.error
    if reach:
        near = np.abs(left.values - right.values) > reach
        chunk.doubt(~np.atleast_1d(near))  # not a number is doubtful too
    holds: Marks = np.atleast_1d(_COMPARE[node.op](left.values, right.values))
    return holds


_COMPARE: dict[str, Callable[[Array | np.float64, Array | np.float64], Marks]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _logic(chunk: Chunk, node: Logic) -> Marks:
    parts = [chunk.condition(part) for part in node.parts]
    if node.op == "not":
        return ~parts[0]
    found = parts[0]
    for part in parts[1:]:
        found = found & part if node.op == "and" else found | part
    return found


def _text_is(chunk: Chunk, node: TextIs) -> Marks:
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
