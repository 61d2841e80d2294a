"""Formulas on one row, in fractions: what the floats are checked against where they are in doubt.

Here stand also the words for what no number can answer: a division by zero, a key without value.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from milepost.funding.formulas.expressions import (
    Arithmetic,
    Band,
    Call,
    Comparison,
    Item,
    Logic,
    Lookup,
    Name,
    Node,
    Number,
    TextIs,
)
from milepost.funding.formulas.parameters import Value


class Unanswered(ArithmeticError):
    """A formula has no answer on a row; the message says why, in words."""


@dataclass(frozen=True)
class Row:
    """What a formula may read on one row."""

    read: Callable[[str], Fraction]
    text: Callable[[str], str]
    parameters: Mapping[str, Value]

    def number(self, node: Node) -> Fraction:
        """Return a formula's number. Raises Unanswered where it has none."""
        match node:
            case Number(value=value):
                return value
            case Name(name=name):
                found = self.parameters.get(name)
                return self.read(name) if found is None else found.number or Fraction(0)
            case Item(name=name, key=key):
                return (self.parameters[name].by_key or {})[key]
            case Arithmetic():
                return self._arithmetic(node)
            case Call(function="where", parts=(condition, then, otherwise)):
                return self.number(then if self.condition(condition) else otherwise)
            case Call(function=function, parts=parts):
                numbers = [self.number(part) for part in parts]
                return _FUNCTIONS[function](numbers)
            case Lookup(parameter=parameter, by=by):
                return self._lookup(parameter, by)
            case Band(parameter=parameter, at=at):
                return self._band(parameter, self.number(at))
        raise AssertionError(f"{type(node).__name__} is no number")

    def condition(self, node: Node) -> bool:
        """Return whether a condition holds."""
        match node:
            case Comparison(op=op, left=left, right=right):
                return bool(_COMPARE[op](self.number(left), self.number(right)))
            case Logic(op="not", parts=(inside,)):
                return not self.condition(inside)
            case Logic(op="and", parts=parts):
                return all(self.condition(part) for part in parts)
            case Logic(parts=parts):
                return any(self.condition(part) for part in parts)
            case TextIs(name=name, text=text, same=same):
                return (self.text(name) == text) is same
        raise AssertionError(f"{type(node).__name__} is no condition")

    def _arithmetic(self, node: Arithmetic) -> Fraction:
        left, right = self.number(node.left), self.number(node.right)
        if node.op == "/" and not right:
            raise Unanswered(f"divides by {spelled(node.right)}, which is zero")
        return _ARITHMETIC[node.op](left, right)

    def _lookup(self, parameter: str, by: str) -> Fraction:
        value, word = self.parameters[parameter], self.text(by)
        found = (value.by_key or {}).get(word)
        if found is None:
            raise Unanswered(f"parameter {parameter!r} has no value for {word!r} ({value.where})")
        return found

    def _band(self, parameter: str, at: Fraction) -> Fraction:
        value = self.parameters[parameter]
        found = value.band(at)
        if found is None:
            raise Unanswered(f"{float(at)} lies below the first band of {parameter!r}")
        return found


_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_FUNCTIONS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "min": min,
    "max": max,
    "abs": lambda numbers: abs(numbers[0]),
}


def spelled(node: Node) -> str:
    """Return a short formula as people write it."""
    match node:
        case Name(name=name):
            return name
        case Item(name=name, key=key):
            return f"{name}.{key}"
        case Number(value=value):
            return str(value)
        case Arithmetic(op=op, left=left, right=right):
            return f"{spelled(left)} {op} {spelled(right)}"
        case Call(function=function, parts=parts):
            return f"{function}({', '.join(spelled(part) for part in parts)})"
        case Lookup(parameter=parameter, by=by):
            return f"lookup({parameter}, {by})"
        case Band(parameter=parameter, at=at):
            return f"band({parameter}, {spelled(at)})"
        case Comparison(op=op, left=left, right=right):
            return f"{spelled(left)} {op} {spelled(right)}"
    return type(node).__name__.lower()
