"""Formulas as finance officers write them: arithmetic and a few functions, parsed, never run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction


@dataclass(frozen=True)
class Number:
    """A number written in a formula."""

    value: Fraction


@dataclass(frozen=True)
class Name:
    """An input, a line or a parameter."""

    name: str


@dataclass(frozen=True)
class Item:
    """One value of a parameter that has several by key: `grade_weight.middle`."""

    name: str
    key: str


@dataclass(frozen=True)
class TextIs:
    """Whether a text input is a given word: `type == 'vocational'`."""

    name: str
    text: str
    same: bool


@dataclass(frozen=True)
class Arithmetic:
    """Two numbers added, subtracted, multiplied or divided."""

    op: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Comparison:
    """Two numbers compared."""

    op: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Logic:
    """Conditions joined by `and` or `or`, or one turned round by `not`."""

    op: str
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """`min`, `max`, `abs` or `where`."""

    function: str
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Total:
    """The sum over all finer entities that belong to one entity of the line's scope."""

    inside: "Node"


@dataclass(frozen=True)
class Lookup:
    """A parameter's value for a text: `lookup(cost_adjustment, county)`."""

    parameter: str
    by: str


@dataclass(frozen=True)
class Band:
    """A parameter's value for the band in which a number lies: `band(rate, share)`."""

    parameter: str
    at: "Node"


@dataclass(frozen=True)
class Weighted:
    """The sum over a parameter's keys of its value times the input or line of that name."""

    parameter: str


Node = (
    Number
    | Name
    | Item
    | TextIs
    | Arithmetic
    | Comparison
    | Logic
    | Call
    | Total
    | Lookup
    | Band
    | Weighted
)

_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
PARTS = {"min": (2, 20), "max": (2, 20), "abs": (1, 1), "where": (3, 3), "clip": (3, 3)}
FUNCTIONS = (*PARTS, "total", "lookup", "band", "weighted")
LONGEST = 2000
DEEPEST = 100


def parse(text: str) -> Node:
    """Return a formula's tree. Raises ValueError, saying what may not be written."""
    if len(text) > LONGEST:
        raise ValueError(f"formula of {len(text)} characters: give its parts lines of their own")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as wrong:
        raise ValueError(f"formula {text!r} cannot be read: {wrong}") from wrong
    return _Reader(text).node(tree, 0)


class _Reader:
    """Turns Python's tree of one formula into ours."""

    def __init__(self, text: str) -> None:
        self.text = text

    def node(self, tree: ast.AST, depth: int) -> Node:
        if depth > DEEPEST:
            raise ValueError("a formula this long has no reader: give its parts lines of their own")
        below = depth + 1
        match tree:
            case ast.Constant(value=value) if type(value) in (int, float):
                return Number(Fraction(ast.get_source_segment(self.text, tree) or ""))
            case ast.Name(id=name):
                return Name(name)
            case ast.Attribute(value=ast.Name(id=name), attr=key):
                return Item(name, key)
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return Arithmetic("-", Number(Fraction(0)), self.node(inside, below))
            case ast.UnaryOp(op=ast.Not(), operand=inside):
                return Logic("not", (self.node(inside, below),))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
                return Arithmetic(
                    _ARITHMETIC[type(op)], self.node(left, below), self.node(right, below)
                )
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return Logic(word, tuple(self.node(value, below) for value in values))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(left, op, right, below)
            case ast.Compare():
                raise ValueError("compare two numbers at a time, and join conditions by 'and'")
            case ast.Call(func=ast.Name(id=function), args=parts, keywords=[]):
                return self.call(function, parts, below)
        shown = ast.get_source_segment(self.text, tree) or self.text
        raise ValueError(f"{shown!r} may not be written in a formula")

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, below: int) -> Node:
        match left, op, right:
            case ast.Name(id=name), ast.Eq() | ast.NotEq(), ast.Constant(value=str(word)):
                return TextIs(name, word, isinstance(op, ast.Eq))
        if type(op) not in _COMPARISONS:
            raise ValueError("numbers are compared by <, <=, >, >=, == and !=")
        return Comparison(_COMPARISONS[type(op)], self.node(left, below), self.node(right, below))

    def call(self, function: str, parts: list[ast.expr], below: int) -> Node:
        if function in PARTS:
            least, most = PARTS[function]
            if not least <= len(parts) <= most:
                raise ValueError(f"{function}() takes {least} parts here, not {len(parts)}")
            inside = tuple(self.node(part, below) for part in parts)
            if function == "clip":
                return Call("min", (Call("max", (inside[0], inside[1])), inside[2]))
            return Call(function, inside)
        match function, parts:
            case "total", [inside_total]:
                return Total(self.node(inside_total, below))
            case "weighted", [ast.Name(id=parameter)]:
                return Weighted(parameter)
            case "lookup", [ast.Name(id=parameter), ast.Name(id=by)]:
                return Lookup(parameter, by)
            case "band", [ast.Name(id=parameter), at]:
                return Band(parameter, self.node(at, below))
        if function in FUNCTIONS:
            raise ValueError(f"{function}() is not written this way; see docs/formulas.md")
        raise ValueError(f"there is no function {function}(); there are {', '.join(FUNCTIONS)}")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all beneath it."""
    yield node
    for inside in children(node):
        yield from walk(inside)


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right beneath one."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            yield from value
        elif not isinstance(value, str | bool | Fraction):
            yield value


def names(node: Node) -> set[str]:
    """Return every name that a formula speaks of."""
    found: set[str] = set()
    for one in walk(node):
        if isinstance(one, Name | Item | TextIs):
            found.add(one.name)
        elif isinstance(one, Lookup):
            found |= {one.parameter, one.by}
        elif isinstance(one, Band | Weighted):
            found.add(one.parameter)
    return found
