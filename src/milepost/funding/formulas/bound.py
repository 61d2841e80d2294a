"""A formula on one day: the parameters of that day, and the steps in the order they are taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from milepost.funding.formulas.checking import finest_scope, order
from milepost.funding.formulas.expressions import (
    Arithmetic,
    Band,
    Call,
    Comparison,
    Item,
    Logic,
    Name,
    Node,
    Total,
    Weighted,
    names,
)
from milepost.funding.formulas.formula import Line, Pool, StateFormula
from milepost.funding.formulas.parameters import Value


@dataclass(frozen=True)
class Step:
    """One number for every entity of a scope."""

    name: str
    scope: str
    line: Line
    """The line that it is, or is a part of."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The trees that the step reads."""
        return ()


@dataclass(frozen=True)
class LineStep(Step):
    """A line computed from its formula."""

    node: Node

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True)
class SumStep(Step):
    """A total over finer entities, taken for one line."""

    node: Node
    over: str

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True)
class PoolStep(Step):
    """An amount shared out."""

    pool: Pool
    among: str
    """The scope whose amount it is: its entities share it, each with all that belong to it."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.pool.nodes


@dataclass(frozen=True)
class Bound:
    """A state's formula on one day."""

    formula: StateFormula
    day: date
    parameters: Mapping[str, Value]
    """Those that the formula uses."""
    steps: tuple[Step, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        """The steps by name."""
        return {step.name: step for step in self.steps}

    @cached_property
    def scopes(self) -> Mapping[str, str]:
        """The scope of every step's number."""
        return {step.name: step.scope for step in self.steps}


def bind(formula: StateFormula, day: date) -> Bound:
    """Return a formula with the parameters of a day.

    Raises FormulaError, naming file and line, for a parameter without a value on that day.
    """
    used = set().union(*(names(node) for line in formula.lines.values() for node in line.nodes))
    for solver in formula.solvers.values():
        for find in solver.finds:
            used |= {*find.sets, *names(find.start), *names(solver.target)}
            used |= set().union(*(names(node) for node in find.sets.values()))
    used |= {parameter for _, parameter in formula.whole.values()}
    parameters = {
        name: parameter.on(day) for name, parameter in formula.parameters.items() if name in used
    }
    return Bound(formula, day, parameters, steps(formula, parameters))


def steps(formula: StateFormula, parameters: Mapping[str, Value]) -> tuple[Step, ...]:
    """Return the steps of all lines, totals taken apart, in an order in which they can be taken."""
    found: list[Step] = []
    for name in order(formula):
        line = formula.lines[name]
        sums: list[Step] = []

        def apart(node: Node, line: Line = line, sums: list[Step] = sums) -> Node:
            return _apart(node, formula, parameters, line, sums)

        if line.pool is not None:
            limit = line.pool.at_most
            pool = Pool(
                apart(line.pool.amount),
                apart(line.pool.by),
                None if limit is None else apart(limit),
            )
            found += [*sums, PoolStep(name, line.scope, line, pool, among(formula, line.pool))]
        elif line.formula is not None:
            node = apart(line.formula)
            found += [*sums, LineStep(name, line.scope, line, node)]
    return tuple(found)


def among(formula: StateFormula, pool: Pool) -> str:
    """Return the scope whose amount a pool shares out: the state's where it is a parameter."""
    return finest_scope(formula, pool.amount) or "state"


def _apart(
    node: Node,
    formula: StateFormula,
    parameters: Mapping[str, Value],
    line: Line,
    sums: list[Step],
) -> Node:
    """Return a tree in which weighted sums are written out and each total has its own name."""

    def again(part: Node) -> Node:
        return _apart(part, formula, parameters, line, sums)

    match node:
        case Weighted(parameter=parameter):
            keys = parameters[parameter].by_key or {}
            parts: list[Node] = [Arithmetic("*", Item(parameter, key), Name(key)) for key in keys]
            return _added(parts)
        case Total(inside=inside):
            over = finest_scope(formula, inside) or formula.entity
            name = f"total {len(sums) + 1} of {line.name}"
            sums.append(SumStep(name, line.scope, line, again(inside), over))
            return Name(name)
    return rebuilt(node, again)


def _added(parts: list[Node]) -> Node:
    """Return a sum whose tree is as flat as can be: a parameter may have hundreds of keys."""
    while len(parts) > 1:
        pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
        parts = [Arithmetic("+", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return parts[0]


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return a node with a change made to those right beneath it."""
    match node:
        case Arithmetic() | Comparison():
            return replace(node, left=change(node.left), right=change(node.right))
        case Logic() | Call():
            return replace(node, parts=tuple(change(part) for part in node.parts))
        case Band():
            return replace(node, at=change(node.at))
    return node
