"""Whether a formula hangs together: every name known, every scope reached, no line in a circle."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.expressions import (
    Band,
    Call,
    Comparison,
    Item,
    Logic,
    Lookup,
    Name,
    Node,
    TextIs,
    Total,
    Weighted,
    children,
    names,
    walk,
)
from milepost.funding.formulas.reading import Entry

if TYPE_CHECKING:
    from milepost.funding.formulas.formula import Line, StateFormula


def check(formula: "StateFormula", file: Entry) -> None:
    """Refuse a formula that does not hang together, naming file and line."""
    _names_once(formula)
    for scope, (counted, name) in formula.whole.items():
        place = file.entry("whole").entry(scope)
        if name not in formula.parameters:
            raise place.error(f"there is no parameter {name!r}", "parameter")
        if scope not in formula.scopes or counted not in formula.scopes:
            raise place.error(f"{scope!r} or {counted!r} is no scope of this formula")
    for line in formula.lines.values():
        for node in line.nodes:
            _known(formula, line, node)
            _conditions(line, node, wanted="number")
            _scopes(formula, line, node)
        _pools(formula, line)
    order(formula)


def _names_once(formula: "StateFormula") -> None:
    for name, line in formula.lines.items():
        for kind, others in (("an input", formula.inputs), ("a parameter", formula.parameters)):
            if name in others:
                raise FormulaError(line.where, f"{name!r} is a line and {kind}: rename one")
    for name, one in formula.inputs.items():
        if name in formula.parameters:
            raise FormulaError(one.where, f"{name!r} is an input and a parameter: rename one")


def _known(formula: "StateFormula", line: "Line", tree: Node) -> None:
    numbers = {*formula.lines, *(n for n, one in formula.inputs.items() if one.kind == "number")}
    words = {*formula.scopes, *(n for n, one in formula.inputs.items() if one.kind == "text")}
    for node in walk(tree):
        match node:
            case Name(name=name) if name in words:
                raise _error(line, f"{name!r} is text: compare it to a word, or look it up")
            case Name(name=name) if name not in numbers and name not in formula.parameters:
                raise _error(line, f"{name!r} is no input, line or parameter{_near(formula, name)}")
            case TextIs(name=name) | Lookup(by=name) if name not in words:
                raise _error(line, f"{name!r} is no text input and no scope")
        match node:
            case (
                Item(name=name)
                | Lookup(parameter=name)
                | Band(parameter=name)
                | Weighted(parameter=name)
            ) if name not in formula.parameters:
                raise _error(line, f"there is no parameter {name!r}{_near(formula, name)}")
        _shape(formula, line, node)


def _shape(formula: "StateFormula", line: "Line", node: Node) -> None:
    """Refuse a parameter that is used as what it is not: a number, values by key, bands."""
    shapes: dict[type[Node], tuple[str, str]] = {
        Name: ("number", "one number"),
        Item: ("by_key", "values by key"),
        Lookup: ("by_key", "values by key"),
        Weighted: ("by_key", "values by key"),
        Band: ("bands", "bands"),
    }
    if type(node) not in shapes:
        return
    shape, words = shapes[type(node)]
    name = getattr(node, "parameter", None) or getattr(node, "name", "")
    parameter = formula.parameters.get(str(name))
    for value in parameter.values if parameter else ():
        held = getattr(value, shape)
        if held is None:
            raise _error(line, f"parameter {name!r} is used as {words}; {value.where} holds none")
        if isinstance(node, Item) and node.key not in held:
            raise _error(line, f"parameter {name!r} has no {node.key!r} in {value.where}")
        if isinstance(node, Weighted):
            for key in held:
                if key not in formula.lines and key not in formula.inputs:
                    raise _error(line, f"weighted({name}): {key!r} is no input and no line")


def _conditions(line: "Line", node: Node, *, wanted: str) -> None:
    """Refuse a condition where a number belongs, and a number where a condition belongs."""
    is_condition = isinstance(node, Comparison | Logic | TextIs)
    if is_condition and wanted == "number":
        raise _error(line, "a condition is no number: write where(condition, then, otherwise)")
    if not is_condition and wanted == "condition":
        raise _error(line, "a condition is needed here: compare a number with another")
    parts = list(children(node))
    for place, part in enumerate(parts):
        of_where = isinstance(node, Call) and node.function == "where" and place == 0
        below = "condition" if isinstance(node, Logic) or of_where else "number"
        _conditions(line, part, wanted=below)


def _scopes(formula: "StateFormula", line: "Line", tree: Node) -> None:
    """Refuse a finer number without total(), and a total of nothing finer."""
    own = formula.scopes.index(line.scope)
    for node, inside in _with_totals(tree):
        if isinstance(node, Total):
            finest = finest_scope(formula, node.inside)
            if inside:
                raise _error(line, "a total inside a total: give the inner one its own line")
            if finest is None or formula.scopes.index(finest) >= own:
                raise _error(line, f"total() sums what is finer than a {line.scope}; nothing is")
            if line.scope in ("county", "state") and line.scope not in formula.whole:
                raise _error(line, _unsaid(line.scope, "sums over"))
        elif not inside:
            for name in names(node) if not list(children(node)) else ():
                scope = scope_of(formula, name)
                if scope is not None and formula.scopes.index(scope) < own:
                    raise _error(
                        line, f"{name!r} is by {scope}, the line by {line.scope}: use total(…)"
                    )


def _pools(formula: "StateFormula", line: "Line") -> None:
    """Refuse a pool that could be shared among a part of those who have a claim to it."""
    if line.pool is None:
        return
    scope = finest_scope(formula, line.pool.amount) or "state"
    if formula.scopes.index(scope) <= formula.scopes.index(line.scope):
        raise _error(line, f"a pool is the amount of something coarser than a {line.scope}")
    if scope in ("county", "state") and scope not in formula.whole:
        raise _error(line, _unsaid(scope, "shares among"))


def _unsaid(scope: str, does: str) -> str:
    return (
        f"{does} a whole {scope}: say under 'whole' which parameter tells how many it has, so that "
        "it never runs on fewer"
    )


def _with_totals(node: Node, inside: bool = False) -> Iterator[tuple[Node, bool]]:
    yield node, inside
    for part in children(node):
        yield from _with_totals(part, inside or isinstance(node, Total))


def scope_of(formula: "StateFormula", name: str) -> str | None:
    """Return the scope of an input or line, none for a parameter."""
    found = formula.lines.get(name) or formula.inputs.get(name)
    if found is not None:
        return found.scope
    return name if name in formula.scopes else None


def finest_scope(formula: "StateFormula", node: Node) -> str | None:
    """Return the finest scope that a formula speaks of, none where it speaks of parameters."""
    found = [scope for name in spoken(formula, node) if (scope := scope_of(formula, name))]
    return min(found, key=formula.scopes.index, default=None)


def spoken(formula: "StateFormula", node: Node) -> set[str]:
    """Return the names a formula speaks of, with those that `weighted` stands for."""
    found = names(node)
    for one in walk(node):
        if isinstance(one, Weighted) and one.parameter in formula.parameters:
            for value in formula.parameters[one.parameter].values:
                found |= set(value.by_key or ())
    return found


def order(formula: "StateFormula") -> list[str]:
    """Return the lines so that each stands after those it needs; a circle is named."""
    needs = {
        name: {one for node in line.nodes for one in spoken(formula, node)} & set(formula.lines)
        for name, line in formula.lines.items()
    }
    done: list[str] = []
    ready: set[str] = set()
    while len(done) < len(needs):
        scope = formula.lines[done[-1]].scope if done else ""
        open_lines = [n for n in needs if n not in ready and needs[n] <= ready]
        if not open_lines:
            raise _circle(formula, {n: needs[n] - ready for n in needs if n not in ready})
        same = [n for n in open_lines if formula.lines[n].scope == scope] or open_lines[:1]
        done += same
        ready |= set(same)
    return done


def _circle(formula: "StateFormula", needs: dict[str, set[str]]) -> FormulaError:
    path = [next(iter(needs))]
    while path[-1] not in path[:-1]:
        path.append(min(needs[path[-1]]))
    path = path[path.index(path[-1]) :]
    line = formula.lines[path[0]]
    return _error(line, f"lines wait for each other in a circle: {' needs '.join(path)}")


def _near(formula: "StateFormula", name: str) -> str:
    from difflib import get_close_matches

    known = [*formula.inputs, *formula.lines, *formula.parameters]
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _error(line: "Line", what: str) -> FormulaError:
    return FormulaError(line.where, f"line {line.name!r}: {what}")
