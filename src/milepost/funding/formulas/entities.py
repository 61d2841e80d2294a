"""The learners, schools, districts and counties that a formula runs on, a column an input."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.formula import Input, StateFormula

Array = NDArray[np.float64]
STATE = "state"
LARGEST = 2.0**53
MOST_PLACES = 6
LOOK = 1000
"""Rows that are looked at before all are."""
PIECE = 16_384
"""Rows at a time, to stay in the processor's cache."""


@dataclass(frozen=True)
class Column:
    """One input of every entity of a scope, and what decimals its numbers have."""

    values: NDArray[np.generic]
    """As they were given; floats where some are not whole, missing as NaN."""
    over: int
    """Times this all are whole numbers; 0 where they are no decimals of few places."""
    low: float
    high: float
    """The smallest and the largest, times `over`."""

    @classmethod
    def of(cls, values: ArrayLike) -> "Column":
        """Return a column of numbers."""
        given = np.asarray(values)
        if given.dtype.kind in "bu" or (given.dtype.kind == "i" and given.dtype.itemsize < 8):
            return cls(given, 1, float(min(given.min(initial=0), 0)), float(given.max(initial=0)))
        array = np.ascontiguousarray(given, dtype=np.float64)
        for places in range(MOST_PLACES + 1):
            over = float(10**places)
            ends = _ends(array[:LOOK], over) and _ends(array, over)
            if ends is not None:
                return cls(array, 10**places, *ends)
        low, high = np.nanmin(array, initial=0.0), np.nanmax(array, initial=0.0)
        return cls(array, 0, float(low), float(high))

    def units(self, rows: slice | NDArray[np.int64], out: Array) -> None:
        """Write numbers of some rows as whole units, or as floats where they have none."""
        part = self.values[rows]
        np.copyto(out[: len(part)], part, casting="unsafe")
        if self.over > 1:
            np.rint(np.multiply(out, float(self.over), out=out), out=out)

    def exact(self, row: int) -> Fraction:
        """Return a value as its decimal text says it: 12.1 is 121/10."""
        value = float(self.values[row])
        return Fraction(int(value)) if value.is_integer() else Fraction(repr(value))


def _ends(array: Array, over: float) -> tuple[float, float] | None:
    """Return the smallest and the largest number times `over`; none where one is not whole then."""
    units, again = np.empty(min(len(array), PIECE)), np.empty(min(len(array), PIECE))
    for start in range(0, len(array), PIECE):
        part = array[start : start + PIECE]
        own, back = units[: len(part)], again[: len(part)]
        np.rint(np.multiply(part, over, out=own), out=own)
        if not (np.divide(own, over, out=back) == part if over > 1 else own == part).all():
            return None
    low, high = (float(np.rint(end(array, initial=0.0) * over)) for end in (np.min, np.max))
    return (low, high) if max(-low, high) < LARGEST else None


@dataclass(frozen=True)
class Words:
    """One text of every entity of a scope, as places in a list of the words that occur."""

    codes: NDArray[np.int64]
    words: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Words":
        """Return a column of texts."""
        words, codes = np.unique(np.asarray(texts, dtype=str), return_inverse=True)
        return cls(codes.reshape(-1).astype(np.int64), tuple(str(word) for word in words))


@dataclass(frozen=True)
class Group:
    """All entities of one scope."""

    scope: str
    ids: tuple[str, ...] | range
    columns: Mapping[str, Column | Words]
    parents: Mapping[str, NDArray[np.int64]]
    """Scope to the place of each entity's parent there."""
    names: tuple[str, ...] = ()
    """What people call them, where a column `name` says so."""

    def __len__(self) -> int:
        return len(self.ids)

    def called(self, row: int) -> str:
        """Return how people call an entity."""
        if self.scope == STATE:
            return self.scope
        called = f"{self.scope} {self.ids[row]}"
        return f"{called}, {self.names[row]}" if self.names else called


@dataclass(frozen=True)
class Population:
    """The entities of every scope of a formula."""

    groups: Mapping[str, Group]

    def __getitem__(self, scope: str) -> Group:
        return self.groups[scope]


def population(
    formula: StateFormula, given: Mapping[str, Mapping[str, ArrayLike | Sequence[str]]]
) -> Population:
    """Return the entities in columns by scope; a column named as a scope says where each belongs.

    Texts and ids are strings; numbers are floats, missing as NaN. Raises FormulaError for a column
    that is not there, an entity that stands twice, or one that belongs nowhere.
    """
    groups: dict[str, Group] = {}
    scopes = formula.scopes
    for place, scope in enumerate(scopes):
        if scope == STATE:
            ids: tuple[str, ...] | range = (formula.state,)
            table: Mapping[str, ArrayLike | Sequence[str]] = given.get(scope, {})
        elif scope in given:
            table = given[scope]
            ids = _ids(scope, table)
        elif place:
            table = {}
            ids = tuple(dict.fromkeys(_named(given, scopes[:place], scope)))
        else:
            raise FormulaError("", f"the input has no table by {scope}")
        length = len(ids)
        columns = {
            name: _column(one, table, length)
            for name, one in formula.inputs.items()
            if one.scope == scope
        }
        names = tuple(str(one) for one in table.get("name", ()))  # type: ignore[union-attr]
        groups[scope] = Group(scope, ids, columns, {}, names)
    return Population(_joined(groups, given, scopes))


def _ids(scope: str, table: Mapping[str, ArrayLike | Sequence[str]]) -> tuple[str, ...] | range:
    given = table.get(scope)
    if given is None:
        raise FormulaError("", f"the input by {scope} needs a column {scope!r} that names each")
    if isinstance(given, range):
        return given
    ids = tuple(str(one) for one in given)  # type: ignore[union-attr]
    if len(set(ids)) < len(ids):
        twice = next(one for place, one in enumerate(ids) if one in ids[:place])
        raise FormulaError("", f"{scope} {twice} stands twice in the input: leave one row out")
    return ids


def _named(
    given: Mapping[str, Mapping[str, ArrayLike | Sequence[str]]],
    finer: Sequence[str],
    scope: str,
) -> list[str]:
    """Return what the finer tables call the entities of a scope, in order of appearance."""
    for below in finer:
        if scope in given.get(below, {}):
            return [str(one) for one in given[below][scope]]  # type: ignore[union-attr]
    raise FormulaError("", f"the input by {finer[0]} needs a column {scope!r}")


def _column(
    one: Input, table: Mapping[str, ArrayLike | Sequence[str]], length: int
) -> Column | Words:
    values = table.get(one.name)
    if values is None:
        raise FormulaError("", f"the input by {one.scope} has no column {one.name!r} ({one.label})")
    if len(values) != length:  # type: ignore[arg-type]
        raise FormulaError("", f"column {one.name!r} has another length than the ids")
    if one.kind == "text":
        blank = "" if one.blank is None else str(one.blank)
        return Words.of([str(value) or blank for value in values])  # type: ignore[union-attr]
    if one.blank is None:
        return Column.of(values)
    array = np.asarray(values, dtype=np.float64)
    return Column.of(np.where(np.isnan(array), float(one.blank), array))


def _joined(
    groups: Mapping[str, Group],
    given: Mapping[str, Mapping[str, ArrayLike | Sequence[str]]],
    scopes: tuple[str, ...],
) -> dict[str, Group]:
    """Return the groups with the place of every entity's parents, direct or through another."""
    found: dict[str, Group] = {}
    for place in reversed(range(len(scopes))):
        scope = scopes[place]
        group, parents = groups[scope], {}
        for above in scopes[place + 1 :]:
            if above == STATE:
                parents[above] = np.zeros(len(group), dtype=np.int64)
            elif above in given.get(scope, {}):
                parents[above] = _places(group, given[scope][above], groups[above])
            else:
                parents[above] = _through(scope, above, parents, found)
        found[scope] = replace(group, parents=parents)
    return found


def _places(group: Group, named: ArrayLike | Sequence[str], above: Group) -> NDArray[np.int64]:
    if isinstance(named, np.ndarray) and named.dtype.kind == "i" and isinstance(above.ids, range):
        return named.astype(np.int64)
    at = {str(one): place for place, one in enumerate(above.ids)}
    texts = [str(one) for one in named]  # type: ignore[union-attr]
    for row, text in enumerate(texts):
        if text not in at:
            raise FormulaError(group.called(row), f"belongs to {above.scope} {text!r}, not given")
    return np.array([at[text] for text in texts], dtype=np.int64)


def _through(
    scope: str, above: str, parents: Mapping[str, NDArray[np.int64]], found: Mapping[str, Group]
) -> NDArray[np.int64]:
    for between, places in parents.items():
        if above in found[between].parents:
            return found[between].parents[above][places]
    raise FormulaError("", f"the input by {scope} needs a column {above!r}")


def read_csv(formula: StateFormula, files: Mapping[str, Path]) -> Population:
    """Return the entities in CSV files by scope; empty cells are missing, never zero.

    Raises FormulaError, naming file, line and column, for a cell that is no number.
    """
    return population(formula, {scope: _table(formula, path) for scope, path in files.items()})


def _table(formula: StateFormula, path: Path) -> dict[str, ArrayLike | Sequence[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        raise FormulaError(path.name, f"cannot be read as CSV: {wrong}") from wrong
    if not rows:
        raise FormulaError(path.name, "holds no rows")
    table: dict[str, ArrayLike | Sequence[str]] = {}
    for name in rows[0]:
        one = formula.inputs.get(name)
        if one is not None and one.kind == "number":
            table[name] = np.array(
                [_number(row[name], path, at, name) for at, row in enumerate(rows, start=2)]
            )
        elif one is not None or name in (*formula.scopes, "name"):
            table[name] = [str(row[name] or "").strip() for row in rows]
    return table


def _number(text: str | None, path: Path, line: int, column: str) -> float:
    cleaned = (text or "").strip().replace(",", "").removeprefix("$")
    if not cleaned:
        return float("nan")
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or len(value.as_tuple().digits) > 15:
        raise FormulaError(
            f"{path.name}, line {line}, column {column!r}",
            f"{text!r} is no number of at most 15 digits",
        )
    return float(value)
