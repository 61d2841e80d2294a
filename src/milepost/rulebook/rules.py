"""Rules as a file: YAML that a policy person writes, read with every error by line.

Pure: text in, frozen values out. The format is told in `docs/rulebook.md`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from milepost.rulebook.words import BINDS, CONDITIONS, GRADES, KINDS, TERMS

LARGEST_FILE = 2_000_000
"""Characters. A rulebook of a thousand rules is half of it."""
Words = tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do (the shape of `audit.Refusal`)."""

    file: str
    line: int | None
    column: str | None
    value: str
    reason: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{self.column} {self.value!r}" if self.column else self.value
        return f"{place}: {what} {self.reason} {self.advice}".replace("  ", " ")


class RefusedError(ValueError):
    """The file cannot be taken in; nothing has changed. Carries every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(one) for one in problems[:20]))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Value:
    """A figure with its unit, grades (none: all), days and source."""

    name: str
    value: Decimal
    unit: str
    begins_on: date
    source: str
    ends_on: date | None = None
    grades: Words = ()


@dataclass(frozen=True)
class RuleText:
    """One wording of a rule as the file has it."""

    identifier: str
    citation: str
    kind: str
    binds: str
    condition: str
    title: str
    words: str
    source: str
    source_on: date
    begins_on: date
    begins_earlier: bool = False
    ends_on: date | None = None
    fund: str = ""
    terms: dict[str, list[str]] = field(default_factory=dict)
    supersedes: str = ""
    values: tuple[Value, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Rulebook:
    """A file of rules: who speaks, and what they say."""

    identifier: str
    title: str
    authority: str
    rules: tuple[RuleText, ...]


def read(text: str, file: str = "rules.yaml") -> Rulebook:
    """Return the rulebook that a file holds. Raises RefusedError with all that is wrong."""
    reader = _Reader(file)
    root = reader.root(text)
    book = reader.rulebook(root)
    if reader.problems or book is None:
        raise RefusedError(reader.problems)
    return book


_HEAD = ("rulebook", "title", "authority", "rules")
_RULE = (
    "identifier", "citation", "kind", "binds", "condition", "title", "words", "source", "read",
    "from", "from_at_the_latest", "until", "fund", "terms", "supersedes", "values",
)  # fmt: skip
_VALUE = ("name", "value", "unit", "grades", "from", "until", "source")


class _Loader(yaml.SafeLoader):
    """Knows no aliases: a short file of aliases can stand for one that never ends."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(None, None, "aliases (*name) are not read", mark)
        return super().compose_node(parent, index)


class _Fields:
    """The fields of one mapping, each a node that knows its line."""

    def __init__(self, reader: "_Reader", node: yaml.Node, known: Words, what: str) -> None:
        self.reader, self.line, self.what = reader, node.start_mark.line + 1, what
        self.nodes: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            reader.wrong(node, what, "", "is not a list of fields.", "Write “name: value” lines.")
            return
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name not in known:
                reader.wrong(key, what, name, "is not a field.", f"Known: {', '.join(known)}.")
            elif name in self.nodes:
                reader.wrong(key, what, name, "stands here twice.", "Keep one of them.")
            else:
                self.nodes[name] = value

    def text(self, name: str, default: str | None = None, longest: int = 5_000) -> str:
        node = self.nodes.get(name)
        if node is None and default is not None:
            return default
        value = " ".join(str(node.value).split()) if isinstance(node, yaml.ScalarNode) else ""
        if not value:
            self.reader.wrong(node, name, "", "is missing.", f"Each {self.what} needs it.",
                              line=self.line)  # fmt: skip
        elif len(value) > longest:
            self.reader.wrong(node, name, value[:30] + "…", f"is longer than {longest} characters.",
                              "Shorten it.")  # fmt: skip
        return value

    def choice(self, name: str, known: frozenset[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value and value not in known:
            self.reader.wrong(self.nodes.get(name), name, value, "is not known.",
                              f"Write one of {', '.join(sorted(known))}.")  # fmt: skip
        return value

    def day(self, name: str, default: date | None = None) -> date | None:
        if name not in self.nodes:
            return default
        value = self.text(name)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.reader.wrong(self.nodes[name], name, value, "is no day.", "Write 2026-07-01.")
            return default

    def needed_day(self, name: str, default: date | None = None) -> date:
        if name not in self.nodes and default is None:
            self.text(name)
        return self.day(name, default) or date.min

    def yes(self, name: str) -> bool:
        value = self.text(name, "no").lower()
        if value not in ("yes", "no", "true", "false"):
            self.reader.wrong(self.nodes[name], name, value, "is neither yes nor no.", "Write yes.")
        return value in ("yes", "true")

    def words(self, name: str, known: Words = ()) -> Words:
        found = []
        for node in self.reader.items(self.nodes.get(name), name):
            value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
            if not value or (known and value not in known):
                advice = f"Known: {', '.join(known)}." if known else "Write words."
                self.reader.wrong(node, name, value, "is not known.", advice)
            found.append(value)
        return tuple(found)


class _Reader:
    """Walks the nodes of a file and keeps what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(
        self,
        node: yaml.Node | None,
        column: str | None,
        value: str,
        reason: str,
        advice: str,
        line: int | None = None,
    ) -> None:
        at = node.start_mark.line + 1 if node is not None else line
        self.problems.append(Problem(self.file, at, column, value, reason, advice))

    def root(self, text: str) -> yaml.Node:
        """Return the top of the document, composed and not constructed: no code can run."""
        if len(text) > LARGEST_FILE:
            self.wrong(None, None, "The file", f"is longer than {LARGEST_FILE:,} characters.",
                       "Split it by authority.")  # fmt: skip
            raise RefusedError(self.problems)
        try:
            root = yaml.compose(text, Loader=_Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or getattr(error, "reason", "unreadable")
            self.wrong(None, None, "The file", f"is not YAML: {reason}.",
                       "Check indentation, colons and quotation marks there.",
                       line=mark.line + 1 if mark else None)  # fmt: skip
            raise RefusedError(self.problems) from None
        except RecursionError:
            self.wrong(None, None, "The file", "is nested too deeply.", "Keep to the format.")
            raise RefusedError(self.problems) from None
        if root is None:
            self.wrong(None, None, "The file", "is empty.", "Begin with “rulebook: …”.")
            raise RefusedError(self.problems)
        return root

    def items(self, node: yaml.Node | None, name: str) -> Iterator[yaml.Node]:
        """Yield the items of a list; nothing for a field that is not there."""
        if isinstance(node, yaml.SequenceNode):
            yield from node.value
        elif node is not None:
            self.wrong(node, name, "", "is not a list.", "Write “- …” lines, or [a, b].")

    def rulebook(self, root: yaml.Node) -> Rulebook | None:
        head = _Fields(self, root, _HEAD, "rulebook")
        rules = [self.rule(node) for node in self.items(head.nodes.get("rules"), "rules")]
        if not rules:
            self.wrong(root, "rules", "", "are missing.", "A rulebook has at least one rule.")
        self._check_wordings(rules)
        return Rulebook(
            identifier=head.text("rulebook", longest=120),
            title=head.text("title", longest=200),
            authority=head.text("authority", longest=200),
            rules=tuple(sorted(rules, key=lambda one: (one.begins_on, one.line))),
        )

    def rule(self, node: yaml.Node) -> RuleText:
        fields = _Fields(self, node, _RULE, "rule")
        begins_on, ends_on = fields.needed_day("from"), fields.day("until")
        source = fields.text("source")
        self._check_days(fields, begins_on, ends_on)
        values = tuple(
            self.value(one, begins_on, ends_on, source)
            for one in self.items(fields.nodes.get("values"), "values")
        )
        self._check_values(fields, values)
        return RuleText(
            identifier=fields.text("identifier", longest=120),
            citation=fields.text("citation", longest=200),
            kind=fields.choice("kind", KINDS),
            binds=fields.choice("binds", BINDS),
            condition=fields.choice("condition", CONDITIONS, "funding"),
            title=fields.text("title", longest=200),
            words=fields.text("words"),
            source=source,
            source_on=fields.needed_day("read"),
            begins_on=begins_on,
            begins_earlier=fields.yes("from_at_the_latest"),
            ends_on=ends_on,
            fund=fields.text("fund", "", longest=40),
            terms=self._terms(fields.nodes.get("terms")),
            supersedes=fields.text("supersedes", "", longest=120),
            values=values,
            line=fields.line,
        )

    def value(self, node: yaml.Node, begins_on: date, ends_on: date | None, source: str) -> Value:
        """Return a figure; days and source are the rule's where it says none of its own."""
        fields = _Fields(self, node, _VALUE, "value")
        written = fields.text("value", longest=40)
        try:
            number = Decimal(written)
        except InvalidOperation:
            number = Decimal("NaN")
        if written and not number.is_finite():
            self.wrong(fields.nodes.get("value"), "value", written, "is no number.",
                       "Write digits: 18, 0.15, 250000.")  # fmt: skip
        first, last = fields.needed_day("from", begins_on), fields.day("until", ends_on)
        self._check_days(fields, first, last)
        return Value(
            name=fields.text("name", longest=80),
            value=number,
            unit=fields.text("unit", longest=60),
            grades=fields.words("grades", GRADES),
            begins_on=first,
            ends_on=last,
            source=fields.text("source", source),
        )

    def _terms(self, node: yaml.Node | None) -> dict[str, list[str]]:
        if node is None:
            return {}
        fields = _Fields(self, node, tuple(sorted(TERMS)), "terms")
        return {name: sorted(fields.words(name)) for name in sorted(fields.nodes)}

    def _check_days(self, fields: _Fields, first: date, last: date | None) -> None:
        if last and last < first:
            self.wrong(fields.nodes.get("until"), "until", str(last),
                       f"is before its first day, {first}.", "Correct one of the two.",
                       line=fields.line)  # fmt: skip

    def _check_values(self, fields: _Fields, values: Sequence[Value]) -> None:
        for at, one in enumerate(values):
            for other in values[:at]:
                same_grades = not one.grades or not other.grades
                same_grades = same_grades or bool(set(one.grades) & set(other.grades))
                if one.name == other.name and same_grades and _overlap(one, other):
                    self.wrong(fields.nodes.get("values"), "values", one.name,
                               f"has two figures on {max(one.begins_on, other.begins_on)}.",
                               "End the earlier one the day before.")  # fmt: skip

    def _check_wordings(self, rules: Sequence[RuleText]) -> None:
        """Hold that a rule has one wording a day: each ends before the next begins."""
        by_name: dict[str, RuleText] = {}
        for one in sorted(rules, key=lambda rule: rule.begins_on):
            before = by_name.get(one.identifier)
            if before and (before.ends_on is None or before.ends_on >= one.begins_on):
                self.wrong(None, "identifier", one.identifier,
                           f"has two wordings on {one.begins_on} (the other is on line "
                           f"{before.line}).",
                           "Give the earlier one an “until”, or another identifier.",
                           line=one.line)  # fmt: skip
            by_name[one.identifier] = one


def _overlap(one: Value, other: Value) -> bool:
    return one.begins_on <= (other.ends_on or date.max) and other.begins_on <= (
        one.ends_on or date.max
    )
