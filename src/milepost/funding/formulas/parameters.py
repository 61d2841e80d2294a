"""Parameters of a formula: each value with the days on which it held and where it is written."""

import itertools
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.reading import Entry, exact

FOREVER = date.max


@dataclass(frozen=True)
class Value:
    """What a parameter is from one day until another: a number, numbers by key, or bands."""

    cite: str
    since: date
    until: date
    where: str
    number: Fraction | None = None
    by_key: Mapping[str, Fraction] | None = None
    bands: tuple[tuple[Fraction, Fraction], ...] | None = None
    """Pairs of lower edge and value, edges rising; the last has no upper edge."""

    def band(self, at: Fraction) -> Fraction | None:
        """Return the value of the band in which a number lies, or none below the first."""
        bands = self.bands or ()
        place = bisect_right([edge for edge, _ in bands], at)
        return bands[place - 1][1] if place else None

    def changed(self, change: "Change") -> "Value":
        """Return the value with every number changed."""
        return replace(
            self,
            number=None if self.number is None else change(self.number),
            by_key=self.by_key and {key: change(one) for key, one in self.by_key.items()},
            bands=self.bands and tuple((edge, change(one)) for edge, one in self.bands),
        )


@dataclass(frozen=True)
class Change:
    """What a reform does to a number: times, plus, minus, or a new one in its place."""

    op: str
    by: Fraction

    def __call__(self, old: Fraction) -> Fraction:
        match self.op:
            case "×":
                return old * self.by
            case "+":
                return old + self.by
            case "-":
                return old - self.by
        return self.by


@dataclass(frozen=True)
class Parameter:
    """A named parameter and its values through time."""

    name: str
    label: str
    unit: str
    values: tuple[Value, ...]
    where: str

    def on(self, day: date) -> Value:
        """Return the value in force on a day. Raises FormulaError where there is none."""
        for value in self.values:
            if value.since <= day <= value.until:
                return value
        spans = ", ".join(f"{one.since} to {_shown(one.until)}" for one in self.values)
        raise FormulaError(
            self.where,
            f"parameter {self.name!r} has no value on {day}; it has one from {spans}. "
            "Add the value of that day with its source",
        )


def _shown(day: date) -> str:
    return "now" if day == FOREVER else day.isoformat()


def read_parameters(file: Entry) -> dict[str, Parameter]:
    """Return the parameters in a file of them, by name. Raises FormulaError by file and line."""
    file.allow("sources", "parameters")
    sources = {name: file.entry("sources").text(name) for name in file.entry("sources")}
    return {
        name: _parameter(name, one, sources) for name, one in file.entry("parameters").children()
    }


def _parameter(name: str, entry: Entry, sources: Mapping[str, str]) -> Parameter:
    entry.allow("label", "unit", "values")
    values = entry.get("values")
    if not isinstance(values, list) or not values:
        raise entry.error(f"parameter {name!r} needs a list of 'values', each with dates")
    read = [_value(one, entry, sources) for one in values]
    read.sort(key=lambda value: value.since)
    for before, after in itertools.pairwise(read):
        if after.since <= before.until:
            raise FormulaError(
                after.where,
                f"parameter {name!r} has two values on {after.since}: one {before.where} runs to "
                f"{_shown(before.until)}. Let it end the day before",
            )
    where = f"{entry.file}, line {entry.line}"
    return Parameter(name, entry.text("label"), str(entry.get("unit", "")), tuple(read), where)


def _value(entry: object, parent: Entry, sources: Mapping[str, str]) -> Value:
    if not isinstance(entry, Entry):
        raise parent.error("every value needs 'from', 'value' (or 'bands') and 'cite'", "values")
    entry.allow("from", "until", "value", "bands", "cite", "source")
    since, until = entry.day("from"), entry.day("until") or FOREVER
    if since is None:
        raise entry.error("'from' is missing: the first day on which the value holds")
    if until < since:
        raise entry.error(f"the value ends on {until}, before it begins on {since}", "until")
    where = f"{entry.file}, line {entry.line}"
    base = Value(_cite(entry, sources), since, until, where)
    if "bands" in entry:
        return replace(base, bands=_bands(entry))
    value = entry.get("value")
    if isinstance(value, Entry):
        if not value:
            raise entry.error("a value by key needs at least one key", "value")
        return replace(base, by_key={key: exact(value, key, one) for key, one in value.items()})
    return replace(base, number=entry.number("value"))


def _cite(entry: Entry, sources: Mapping[str, str]) -> str:
    """Return where a value is written: its own `cite`, and a source that the file names once."""
    if "source" not in entry:
        return entry.text("cite")
    named = entry.text("source")
    if named not in sources:
        raise entry.error(f"there is no source {named!r} under 'sources'", "source")
    return "; ".join([*([entry.text("cite")] if "cite" in entry else []), sources[named]])


def _bands(entry: Entry) -> tuple[tuple[Fraction, Fraction], ...]:
    bands = entry["bands"]
    if not isinstance(bands, list) or not all(isinstance(band, Entry) for band in bands):
        raise entry.error("'bands' must be a list of {at_least: …, value: …}", "bands")
    for band in bands:
        band.allow("at_least", "value")
    pairs = tuple((band.number("at_least"), band.number("value")) for band in bands)
    for place, (low, high) in enumerate(itertools.pairwise(pairs), start=1):
        if high[0] <= low[0]:
            raise bands[place].error(f"bands must rise: {high[0]} is not above {low[0]}")
    if not pairs:
        raise entry.error("'bands' must hold at least one band", "bands")
    return pairs
