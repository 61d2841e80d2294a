"""What running a formula gives: every line for every entity, exactly."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from milepost.funding.formulas.bound import Bound, LineStep, SumStep
from milepost.funding.formulas.entities import Array, Column, Group, Population, Words
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.exact import Row
from milepost.funding.formulas.rounding import NONE
from milepost.funding.formulas.vectors import Vec

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
        found = self.numbers[line]
        values = np.asarray(found.values)
        return values / found.over if found.over > 1 else values

    def exact(self, name: str, row: int) -> Fraction:
        """Return a line's or input's number for the entity at a place of its scope."""
        step = self.bound.by_name.get(name)
        if step is None:
            return self.input(name).exact(row)
        held = self.numbers.get(name)
        if held is not None and held.over:
            return Fraction(int(np.asarray(held.values)[row]), held.over)
        if isinstance(step, SumStep):
            return self._sum(step, row)
        assert isinstance(step, LineStep)
        return step.line.rounding.exact(self.row(step.scope, row).number(step.node))

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
        held, how = self.numbers[name], self.bound.formula.lines[name].rounding
        if not held.over:
            return Decimal(repr(math.fsum(self[name])))
        units = sum(int(one) for one in np.asarray(held.values).tolist())
        number = Fraction(units, held.over)
        return plain(number) if how == NONE else with_places(number, how.places)

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
            codes, words = self.texts(group, name, slice(row, row + 1))
            return words[int(codes[0])]

        return Row(read, text, self.bound.parameters)

    def input(self, name: str) -> Column:
        """Return an input of numbers."""
        scope = self.bound.formula.inputs[name].scope
        column = self.population[scope].columns[name]
        assert isinstance(column, Column)
        return column

    def texts(
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
