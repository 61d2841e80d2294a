"""Reforms as data: what if the base were 2 % higher? A reform costs no more than a baseline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np

from milepost.funding.formulas.bound import Bound, bind
from milepost.funding.formulas.checking import check
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.expressions import parse
from milepost.funding.formulas.parameters import Change, Value
from milepost.funding.formulas.reading import Entry, read
from milepost.funding.formulas.result import Result

CHANGE = re.compile(r"([×x*+=-]?)\s*(\d[\d_]*(?:\.\d+)?)\s*(%?)")


@dataclass(frozen=True)
class Reform:
    """Changes to a formula: to parameters (`name` or `name.key`), and to lines' formulas."""

    name: str
    parameters: Mapping[str, Change]
    lines: Mapping[str, str] = field(default_factory=dict)
    solve: str = ""
    """A solver whose parameters are found anew under the reform."""
    where: str = ""


def change(text: str) -> Change:
    """Return a change from words: `×1.02`, `+2%`, `-100`, `=12000`. Raises ValueError for others.

    A percentage is of the number that stands; a number alone takes its place.
    """
    found = CHANGE.fullmatch(str(text).strip())
    if not found:
        raise ValueError(f"change {text!r} is not known; write ×1.02, +2%, -100 or =12000")
    op, number = found[1], Fraction(found[2].replace("_", ""))
    if found[3]:
        if op not in ("+", "-"):
            raise ValueError(f"change {text!r}: a percentage is added or taken away: +2% or -2%")
        return Change("×", 1 + number / 100 * (1 if op == "+" else -1))
    return Change({"x": "×", "*": "×", "": "="}.get(op, op), number)


def reform(entries: Mapping[str, object], name: str = "Reform") -> Reform:
    """Return the reform that a mapping describes. Raises FormulaError for what is no change.

    It holds `parameters` (name or name.key to change), `lines` (name to formula), `name`, `solve`.
    """
    place = entries if isinstance(entries, Entry) else _entry(entries)
    place.allow("name", "parameters", "lines", "solve")
    changes = {}
    for key, text in place.entry("parameters").items():
        try:
            changes[key] = change(str(text))
        except ValueError as wrong:
            raise place.entry("parameters").error(str(wrong), key) from wrong
    lines = {key: str(text) for key, text in place.entry("lines").items()}
    where = f"{place.file}, line {place.line}" if place.line else ""
    called = str(place.get("name", name))
    return Reform(called, changes, lines, str(place.get("solve", "")), where)


def read_reform(path: Path) -> Reform:
    """Return the reform in a YAML file. Raises FormulaError by file and line."""
    return reform(read(path), path.stem)


def _entry(entries: Mapping[str, object]) -> Entry:
    found = Entry()
    found.file, found.line, found.lines = "reform", 0, {}
    for key, value in entries.items():
        found[key] = _entry(value) if isinstance(value, Mapping) else value
    return found


def reformed(bound: Bound, by: Reform) -> Bound:
    """Return a formula of a day as a reform changes it.

    Raises FormulaError for a parameter or line that is not there, or a formula that cannot be.
    """
    bound = _with_lines(bound, by) if by.lines else bound
    parameters = dict(bound.parameters)
    for name, one in by.parameters.items():
        name, _, key = name.partition(".")
        value = parameters.get(name)
        if value is None:
            raise FormulaError(by.where, f"reform {by.name!r}: the formula has no use for {name!r}")
        parameters[name] = _by_key(value, name, key, one, by) if key else value.changed(one)
    return replace(bound, parameters=parameters)


def _by_key(value: Value, name: str, key: str, one: Change, by: Reform) -> Value:
    held = value.by_key or {}
    if key not in held:
        raise FormulaError(by.where, f"reform {by.name!r}: parameter {name!r} has no {key!r}")
    return replace(value, by_key={**held, key: one(held[key])})


def _with_lines(bound: Bound, by: Reform) -> Bound:
    formula = bound.formula
    lines = dict(formula.lines)
    for name, text in by.lines.items():
        if name not in lines or lines[name].pool is not None:
            raise FormulaError(by.where, f"reform {by.name!r}: there is no formula {name!r}")
        try:
            tree = parse(text)
        except ValueError as wrong:
            raise FormulaError(by.where, f"reform {by.name!r}: {wrong}") from wrong
        where = by.where or f"reform {by.name!r}"
        lines[name] = replace(lines[name], text=text, formula=tree, where=where)
    changed = replace(formula, lines=lines)
    check(changed, _entry({}))
    return bind(changed, bound.day)


@dataclass(frozen=True)
class Comparison:
    """A line before and after a reform, summed over its entities."""

    name: str
    label: str
    before: Decimal
    after: Decimal
    gain: int
    """Entities that have more than before."""
    lose: int

    @property
    def difference(self) -> Decimal:
        """What the reform adds in all."""
        return self.after - self.before


def compare(before: Result, after: Result) -> list[Comparison]:
    """Return every line before and after a reform, in the order of the formula."""
    found = []
    for name, line in before.bound.formula.lines.items():
        old, new = before[name], after[name]
        found.append(
            Comparison(
                name,
                line.label,
                before.summed(name),
                after.summed(name),
                int(np.count_nonzero(new > old)),
                int(np.count_nonzero(new < old)),
            )
        )
    return found
