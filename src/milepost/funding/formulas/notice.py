"""A notice: what one district gets, line by line, with the numbers and the law behind each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from milepost.funding.formulas.expressions import Band, Item, Lookup, Weighted, names, walk
from milepost.funding.formulas.formula import Line, StateFormula
from milepost.funding.formulas.result import Result, plain


@dataclass(frozen=True)
class Part:
    """A number that a line is computed from."""

    name: str
    label: str
    value: Decimal
    cite: str = ""
    """Where it is written; empty for an input or another line."""


@dataclass(frozen=True)
class Entry:
    """One line of a notice."""

    name: str
    code: str
    label: str
    scope: str
    formula: str
    parts: tuple[Part, ...]
    value: Decimal
    rounding: str
    cite: str
    where: str
    """File and line of the formula."""


@dataclass(frozen=True)
class Notice:
    """All lines of one entity, in the order of the formula."""

    state: str
    formula: str
    day: date
    entity: str
    called: str
    entries: tuple[Entry, ...]

    def __getitem__(self, name: str) -> Entry:
        """Return a line by its name. Raises KeyError for a name that is none."""
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise KeyError(name)


def notice_scope(formula: StateFormula) -> str:
    """Return the scope that notices are of: the finest that is not the learner."""
    return next((one for one in formula.scopes if one != "learner"), formula.entity)


def notice(result: Result, entity: str) -> Notice:
    """Return the notice of an entity of the formula's finest scope but learners, or that scope.

    Lines of a coarser scope are those of the county or state that the entity belongs to. Raises
    FormulaError for an entity that is not there.
    """
    formula = result.bound.formula
    scope = notice_scope(formula)
    row = result.place(scope, entity)
    group = result.population[scope]
    entries = []
    for line in formula.lines.values():
        if formula.scopes.index(line.scope) >= formula.scopes.index(scope):
            at = row if line.scope == scope else int(group.parents[line.scope][row])
            entries.append(_entry(result, line, at))
    called = group.called(row)
    return Notice(formula.state, formula.name, result.bound.day, entity, called, tuple(entries))


def _entry(result: Result, line: Line, row: int) -> Entry:
    value = result.shown(line.name, row)
    parts = tuple(_parts(result, line, row))
    return Entry(
        line.name,
        line.code,
        line.label,
        line.scope,
        line.text,
        parts,
        value,
        line.rounding.words,
        line.cite,
        line.where,
    )


def _parts(result: Result, line: Line, row: int) -> Iterator[Part]:
    """Yield the numbers that a line speaks of; those beneath a total are too many to print."""
    formula, group = result.bound.formula, result.population[line.scope]
    spoken = dict.fromkeys(name for node in line.nodes for name in sorted(names(node)))
    own = formula.scopes.index(line.scope)
    for name in spoken:
        found = formula.lines.get(name) or formula.inputs.get(name)
        if found is None:
            yield from _parameter(result, line, name, row)
        elif formula.scopes.index(found.scope) >= own and getattr(found, "kind", "") != "text":
            at = row if found.scope == line.scope else int(group.parents[found.scope][row])
            yield Part(name, found.label, result.shown(name, at))


def _parameter(result: Result, line: Line, name: str, row: int) -> Iterator[Part]:
    parameter = result.bound.formula.parameters.get(name)
    if parameter is None:  # a scope
        return
    value = result.bound.parameters[name]
    if value.number is not None:
        yield Part(name, parameter.label, plain(value.number), value.cite)
    for node in (one for tree in line.nodes for one in walk(tree)):
        reader = result.row(line.scope, row)
        match node:
            case Item(name=of, key=key) if of == name:
                number = (value.by_key or {})[key]
                yield Part(f"{name}.{key}", f"{parameter.label}: {key}", plain(number), value.cite)
            case Weighted(parameter=of) if of == name:
                for key, number in (value.by_key or {}).items():
                    label = f"{parameter.label}: {key}"
                    yield Part(f"{name}.{key}", label, plain(number), value.cite)
            case Lookup(parameter=of, by=by) if of == name:
                label = f"{parameter.label}: {reader.text(by)}"
                yield Part(name, label, plain(reader.number(node)), value.cite)
            case Band(parameter=of) if of == name:
                yield Part(name, parameter.label, plain(reader.number(node)), value.cite)


def lines_of_text(notice: Notice) -> Iterator[str]:
    """Yield a notice as it prints on a terminal."""
    yield f"{notice.state}: {notice.formula}"
    yield f"{notice.called}, as of {notice.day}"
    for entry in notice.entries:
        yield ""
        code = f"{entry.code}  " if entry.code else ""
        of = "" if entry.scope == notice.called.split(" ")[0] else f" ({entry.scope})"
        yield f"{code}{entry.label}{of}: {entry.value:,}"
        yield f"    {entry.name} = {entry.formula}; {entry.rounding}"
        for part in entry.parts:
            source = f" [{part.cite}]" if part.cite else ""
            yield f"    {part.name} = {part.value:,}  {part.label}{source}"
        yield f"    {entry.cite}"
