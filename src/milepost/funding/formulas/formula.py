"""A state's formula as its folder says it: inputs, lines in any order, scopes, steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from milepost.funding.formulas.checking import check
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.expressions import Node, parse
from milepost.funding.formulas.parameters import Parameter, read_parameters
from milepost.funding.formulas.reading import Entry, read
from milepost.funding.formulas.rounding import NONE, Rounding, rounding

SCOPES = ("learner", "school", "district", "county", "state")
"""From the finest to the whole."""


@dataclass(frozen=True)
class Input:
    """A column that a formula needs of every entity of a scope."""

    name: str
    label: str
    scope: str
    unit: str
    where: str
    kind: str = "number"
    """`number` or `text`."""
    blank: float | str | None = None
    """What an empty cell means, where the formula says so and why; none: it is refused."""
    because: str = ""


@dataclass(frozen=True)
class Pool:
    """An amount shared out in proportion to a weight, nobody above a limit; parts add up."""

    amount: Node
    by: Node
    at_most: Node | None

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The trees of a pool."""
        parts = (self.amount, self.by, self.at_most)
        return tuple(part for part in parts if part is not None)


@dataclass(frozen=True)
class Line:
    """One line of a formula, as it stands on a notice."""

    name: str
    label: str
    scope: str
    text: str
    rounding: Rounding
    cite: str
    where: str
    formula: Node | None = None
    pool: Pool | None = None
    code: str = ""
    """What official notices call the line."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The trees that the line is computed from."""
        if self.pool is None:
            return (self.formula,) if self.formula is not None else ()
        return self.pool.nodes


@dataclass(frozen=True)
class Find:
    """One unknown that a solver looks for, and the parameters that it sets."""

    name: str
    start: Node
    sets: Mapping[str, Node]
    at_least: Fraction | None = None
    """The unknown never goes below."""


@dataclass(frozen=True)
class Solver:
    """Parameters so found that a statewide line meets a target."""

    name: str
    label: str
    cite: str
    total: str
    """The line that must meet the target."""
    target: Node
    within: Fraction
    decimals: int
    finds: tuple[Find, ...]
    """In the order in which they are found; each may use those before by name."""
    where: str


@dataclass(frozen=True)
class StateFormula:
    """Everything that a folder says, not yet of a day."""

    state: str
    name: str
    about: str
    scopes: tuple[str, ...]
    inputs: Mapping[str, Input]
    lines: Mapping[str, Line]
    """In the order of the file, which is the order of a notice."""
    parameters: Mapping[str, Parameter]
    whole: Mapping[str, tuple[str, str]]
    """Scope to what is counted in it and the parameter that says how many there are: a formula
    that sums over the scope does not run on fewer."""
    file: str
    solvers: "Mapping[str, Solver]" = field(default_factory=dict)

    @property
    def entity(self) -> str:
        """The scope of which input is given: the finest."""
        return self.scopes[0]


def load(folder: Path) -> StateFormula:
    """Return the formula in a folder of `formula.yaml` and `parameters.yaml`.

    Raises FormulaError, naming file and line, for whatever cannot be understood.
    """
    shown = folder.name
    file = read(folder / "formula.yaml", f"{shown}/formula.yaml")
    parameters = read_parameters(read(folder / "parameters.yaml", f"{shown}/parameters.yaml"))
    return understand(file, parameters)


def understand(file: Entry, parameters: Mapping[str, Parameter]) -> StateFormula:
    """Return the formula that a file describes, every name and scope checked."""
    file.allow("state", "name", "about", "scopes", "whole", "inputs", "lines", "solvers")
    scopes = _scopes(file)
    inputs = {name: _input(name, one, scopes) for name, one in file.entry("inputs").children()}
    lines: dict[str, Line] = {}
    for name, one in file.entry("lines").children():
        for line in _lines(name, one, scopes):
            lines[line.name] = line
    if not lines:
        raise file.error("a formula needs 'lines'")
    whole = {scope: _whole(one) for scope, one in file.entry("whole").children()}
    formula = StateFormula(
        file.text("state"),
        file.text("name"),
        str(file.get("about", "")),
        scopes,
        inputs,
        lines,
        parameters,
        whole,
        file.file,
        {name: _solver(name, one, lines) for name, one in file.entry("solvers").children()},
    )
    check(formula, file)
    return formula


def _scopes(file: Entry) -> tuple[str, ...]:
    given = file.get("scopes")
    if not isinstance(given, list) or not given:
        raise file.error(f"'scopes' must list some of {', '.join(SCOPES)}, finest first")
    found = tuple(str(scope) for scope in given)
    ranks = [SCOPES.index(scope) if scope in SCOPES else -1 for scope in found]
    if -1 in ranks or ranks != sorted(set(ranks)):
        raise file.error(f"'scopes' must list some of {', '.join(SCOPES)}, finest first", "scopes")
    return found if "state" in found else (*found, "state")


def _whole(entry: Entry) -> tuple[str, str]:
    entry.allow("count", "parameter")
    return entry.text("count"), entry.text("parameter")


def _scope(entry: Entry, scopes: tuple[str, ...]) -> str:
    scope = entry.text("scope")
    if scope not in scopes:
        raise entry.error(f"scope {scope!r} is none of {', '.join(scopes)}", "scope")
    return scope


def _input(name: str, entry: Entry, scopes: tuple[str, ...]) -> Input:
    entry.allow("label", "scope", "unit", "kind", "blank", "because")
    kind = str(entry.get("kind", "number"))
    if kind not in ("number", "text"):
        raise entry.error(f"kind {kind!r} is neither 'number' nor 'text'", "kind")
    blank = entry.get("blank")
    if blank is not None:
        blank = str(blank) if kind == "text" else float(entry.number("blank"))
        if not entry.get("because"):
            raise entry.error("an empty cell may mean something only 'because' of a reason")
    where = f"{entry.file}, line {entry.lines.get('label', entry.line)}"
    scope = _scope(entry, scopes)
    because, unit = str(entry.get("because", "")), str(entry.get("unit", ""))
    return Input(name, entry.text("label"), scope, unit, where, kind, blank, because)


def _lines(name: str, entry: Entry, scopes: tuple[str, ...]) -> list[Line]:
    entry.allow("label", "scope", "formula", "pool", "layers", "round", "cite", "code")
    scope, label, cite = _scope(entry, scopes), entry.text("label"), entry.text("cite")
    if "round" not in entry:
        raise entry.error(f"line {name!r} does not say how it is rounded: add 'round'")
    try:
        how = rounding(entry.text("round"))
    except ValueError as wrong:
        raise entry.error(str(wrong), "round") from wrong
    where = f"{entry.file}, line {entry.lines.get('formula', entry.line)}"
    code = str(entry.get("code", ""))
    if "pool" in entry:
        if how == NONE:
            raise entry.error("a pool is shared out in whole units: round it", "round")
        pool, text = _pool(entry.entry("pool"))
        return [Line(name, label, scope, text, how, cite, where, None, pool, code)]
    text = entry.text("formula")
    line = Line(name, label, scope, text, how, cite, where, _tree(entry, "formula"), None, code)
    return _layered(line, entry)


def _solver(name: str, entry: Entry, lines: Mapping[str, Line]) -> Solver:
    entry.allow("label", "cite", "total", "target", "within", "decimals", "finds")
    total = entry.text("total")
    if total not in lines or lines[total].scope != "state":
        raise entry.error(f"'total' must be a line of scope state; {total!r} is none", "total")
    finds = []
    for key, one in entry.entry("finds").children():
        one.allow("start", "at_least", "sets")
        sets = {name: _tree(one.entry("sets"), name) for name in one.entry("sets")}
        least = one.number("at_least") if "at_least" in one else None
        finds.append(Find(key, _tree(one, "start"), sets, least))
    if not finds:
        raise entry.error("a solver needs 'finds': what it looks for, from where, and what it sets")
    return Solver(
        name,
        entry.text("label"),
        entry.text("cite"),
        total,
        _tree(entry, "target"),
        entry.number("within"),
        int(entry.number("decimals")),
        tuple(finds),
        f"{entry.file}, line {entry.line}",
    )


def _tree(entry: Entry, key: str) -> Node:
    try:
        return parse(entry.text(key))
    except ValueError as wrong:
        if isinstance(wrong, FormulaError):
            raise
        raise entry.error(str(wrong), key) from wrong


def _pool(entry: Entry) -> tuple[Pool, str]:
    entry.allow("amount", "by", "at_most")
    limit = _tree(entry, "at_most") if "at_most" in entry else None
    text = f"{entry.text('amount')}, shared by {entry.text('by')}"
    if limit is not None:
        text += f", at most {entry.text('at_most')}"
    return Pool(_tree(entry, "amount"), _tree(entry, "by"), limit), text


LAYERS = {
    "hold_harmless": ("max({before}, {part})", "not below {part}"),
    "cap": ("min({before}, {part})", "not above {part}"),
    "phase_in": ("{part}", "phased in"),
}


def _layered(line: Line, entry: Entry) -> list[Line]:
    """Return a line and one more for each layer on it; the last bears the line's name."""
    layers = entry.get("layers") or []
    if not isinstance(layers, list):
        raise entry.error("'layers' must be a list", "layers")
    steps = [line]
    for layer in layers:
        if not isinstance(layer, Entry) or len(layer) != 1 or next(iter(layer)) not in LAYERS:
            raise entry.error(f"a layer is one of {', '.join(LAYERS)} with its formula", "layers")
        kind = next(iter(layer))
        below = steps[-1]
        before = f"{line.name}__{len(steps) - 1}"
        steps[-1] = replace(below, name=before)
        text, label = _layer_text(kind, layer, before)
        tree = parse(text)
        where = f"{layer.file}, line {layer.line}"
        label = f"{line.label}, {label}"
        steps.append(replace(line, label=label, text=text, formula=tree, where=where))
    return steps


def _layer_text(kind: str, layer: Entry, before: str) -> tuple[str, str]:
    if kind == "phase_in":
        part = layer.entry(kind)
        part.allow("from", "share")
        since, share = part.text("from"), part.text("share")
        _tree(part, "from"), _tree(part, "share")
        return f"({since}) + ({share}) * ({before} - ({since}))", f"phased in from {since}"
    _tree(layer, kind)
    text, label = LAYERS[kind]
    part_text = layer.text(kind)
    return text.format(before=before, part=part_text), label.format(part=part_text)
