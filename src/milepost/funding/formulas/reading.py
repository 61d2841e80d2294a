"""YAML that remembers its lines: a mistake is named by file and line; decimals stay decimals."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from milepost.funding.formulas.errors import FormulaError


class Entry(dict[str, Any]):
    """A mapping of a YAML file that knows its file, its line and the line of each key."""

    file: str = ""
    line: int = 0
    lines: dict[str, int]

    def error(self, what: str, key: str | None = None) -> FormulaError:
        """Return the error that names this mapping's place, or that of one of its keys."""
        line = self.line if key is None else self.lines.get(key, self.line)
        return FormulaError(f"{self.file}, line {line}", what)

    def allow(self, *keys: str) -> None:
        """Refuse a key that nobody reads: it is a slip of the pen that would change nothing."""
        for key in self:
            if key not in keys:
                raise self.error(f"{key!r} is not known here; write one of {', '.join(keys)}", key)

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.get(key)
        if value is None or not str(value).strip():
            raise self.error(f"{key!r} is missing")
        return " ".join(str(value).split())

    def number(self, key: str) -> Fraction:
        """Return a number that must be there."""
        return exact(self, key, self.get(key))

    def day(self, key: str) -> date | None:
        """Return a date, or none."""
        value = self.get(key)
        if value is not None and type(value) is not date:
            raise self.error(f"{key!r} must be a date like 2020-07-01, not {value!r}", key)
        return value

    def entry(self, key: str) -> "Entry":
        """Return a mapping beneath this one, empty where there is none."""
        value = self.get(key)
        if value is None:
            value = Entry()
            value.file, value.line, value.lines = self.file, self.line, {}
        if not isinstance(value, Entry):
            raise self.error(f"{key!r} must hold names with values beneath them", key)
        return value

    def children(self) -> Iterator[tuple[str, "Entry"]]:
        """Yield the names and the mappings beneath them."""
        for key in self:
            yield key, self.entry(key)


def exact(place: Entry, key: str, value: object) -> Fraction:
    """Return a number as YAML wrote it, without the loss of a float."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise place.error(f"{key!r} must be a number, not {value!r}", key)
    try:
        return Fraction(str(value).replace("_", ""))
    except (ValueError, ZeroDivisionError):
        raise place.error(f"{key!r} must be a number, not {value!r}", key) from None


class _Loader(yaml.SafeLoader):
    """Safe YAML in which every mapping is an `Entry` and every float a `Decimal`."""

    file = ""


def _entry(loader: _Loader, node: yaml.MappingNode) -> Entry:
    found = Entry()
    found.file, found.line, found.lines = loader.file, node.start_mark.line + 1, {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            raise FormulaError(f"{loader.file}, line {line}", f"{key!r} stands here twice")
        found.lines[key] = line
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _decimal(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(node.value).replace("_", ""))


_Loader.add_constructor("tag:yaml.org,2002:map", _entry)
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def read(path: Path, name: str | None = None) -> Entry:
    """Return the mapping in a YAML file. Raises FormulaError, naming file and line."""
    shown = name or path.name
    try:
        text = path.read_text("utf-8")
    except OSError as wrong:
        raise FormulaError(shown, f"cannot be read: {wrong.strerror}") from wrong
    return parse(text, shown)


def parse(text: str, name: str) -> Entry:
    """Return the mapping in a text of YAML; `name` is the file that errors name."""
    loader = _Loader(text)
    loader.file = name
    try:
        found = loader.get_single_data()
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise FormulaError(f"{name}, line {line}", f"is no YAML: {wrong.problem}") from wrong
    finally:
        loader.dispose()
    if not isinstance(found, Entry):
        raise FormulaError(f"{name}, line 1", "must hold names with values beneath them")
    return found


def texts(place: Entry, key: str) -> Mapping[str, str]:
    """Return the texts by name beneath a key."""
    return {name: str(value) for name, value in place.entry(key).items()}
