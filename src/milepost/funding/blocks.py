"""Which lines of a plan a rule blocks: class sizes, staffing, procurement, use of a fund. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from milepost.funding.money import dollars
from milepost.funding.streams import Cost, Restriction

Purchase = Literal["no competition", "quotes", "sealed bids", "proposals"]
FORMAL: frozenset[str] = frozenset({"sealed bids", "proposals"})
"""Formal procurement methods of 2 CFR 200.320(b)."""


@dataclass(frozen=True)
class Limit:
    """One figure (or ban) of a rule in force, as a check reads it."""

    citation: str
    name: str
    """What it limits: one of `CHECKS`."""
    value: Decimal = Decimal(0)
    grades: frozenset[str] = frozenset()
    """Grades it holds for; none: all."""
    restriction: Restriction | None = None
    """The lines it speaks of; None: all."""
    fund: str = ""
    """The fund it speaks of; blank: whoever pays."""


@dataclass(frozen=True)
class PlanLine:
    """A cost of a plan with what the rules ask about it. None: the rule does not concern it."""

    cost: Cost
    grades: frozenset[str] = frozenset()
    pupils: int | None = None
    classes: int | None = None
    positions: Decimal | None = None
    bought_by: Purchase | None = None
    fund: str = ""


@dataclass(frozen=True)
class Blocked:
    """A line that a rule blocks; the fields of the braid's barrier, and why in words."""

    line: str
    stream: str | None
    citation: str
    cents: int
    years: tuple[int, ...]
    why: str


def blocked(lines: Iterable[PlanLine], limits: Iterable[Limit]) -> tuple[Blocked, ...]:
    """Return the lines that rules in force block, one an entry of line and citation, in order.

    Pupils are spread evenly over classes and positions: what does not fit so fits in no way.
    Raises ValueError for a line with classes or positions and no pupils (missing is not zero), and
    for numbers that cannot be.
    """
    rules = tuple(limits)
    found: dict[tuple[str, str], list[tuple[PlanLine, str]]] = {}
    for line in lines:
        _check(line)
        for limit in rules:
            why = _why(line, limit)
            if why:
                found.setdefault((line.cost.line, limit.citation), []).append((line, why))
    return tuple(
        Blocked(
            line=name,
            stream=None,
            citation=citation,
            cents=sum({one.cost.year: one.cost.cents for one, _ in hits}.values()),
            years=tuple(sorted({one.cost.year for one, _ in hits})),
            why=hits[0][1],
        )
        for (name, citation), hits in sorted(found.items())
    )


def _why(line: PlanLine, limit: Limit) -> str:
    """Return why a limit blocks a line, or nothing."""
    if limit.fund and limit.fund != line.fund:
        return ""
    if limit.grades and not limit.grades & line.grades:
        return ""
    if limit.restriction and not limit.restriction.covers(line.cost):
        return ""
    check = CHECKS.get(limit.name)
    return check(line, limit) if check else ""


def _largest_class(line: PlanLine, limit: Limit) -> str:
    if line.classes is None or line.pupils is None or line.pupils <= limit.value * line.classes:
        return ""
    return (
        f"{line.pupils} pupils in {line.classes} classes is more than {limit.value} pupils a class"
    )


def _smallest_class(line: PlanLine, limit: Limit) -> str:
    if line.classes is None or line.pupils is None or line.pupils >= limit.value * line.classes:
        return ""
    return (
        f"{line.pupils} pupils in {line.classes} classes is fewer than {limit.value} pupils a class"
    )


def _staffing(line: PlanLine, limit: Limit) -> str:
    if line.positions is None or line.pupils is None:
        return ""
    if line.pupils <= limit.value * line.positions:
        return ""
    return (
        f"{line.positions} positions for {line.pupils} pupils: one is needed "
        f"for each {limit.value} pupils"
    )


def _needs_quotes(line: PlanLine, limit: Limit) -> str:
    if line.bought_by != "no competition" or not _above(line, limit):
        return ""
    return f"{_price(line)} is above {limit.value} dollars, and nobody was asked for a price"


def _needs_bids(line: PlanLine, limit: Limit) -> str:
    if line.bought_by is None or line.bought_by in FORMAL or not _above(line, limit):
        return ""
    return f"{_price(line)} is above {limit.value} dollars, without sealed bids or proposals"


def _may_not(line: PlanLine, limit: Limit) -> str:
    return "the rule does not let this money pay it" if limit.restriction else ""


CHECKS: dict[str, Callable[[PlanLine, Limit], str]] = {
    "maximum_pupils": _largest_class,
    "minimum_pupils": _smallest_class,
    "maximum_pupils_per_position": _staffing,
    "micro_purchase": _needs_quotes,
    "simplified_acquisition": _needs_bids,
    "may_not_pay": _may_not,
}
"""What a limit's name makes of it; figures of other names (shares, days) are the braid's."""


def _above(line: PlanLine, limit: Limit) -> bool:
    return line.cost.cents > limit.value * 100


def _price(line: PlanLine) -> str:
    return f"{dollars(line.cost.cents):,} dollars"


def _check(line: PlanLine) -> None:
    name, counted = line.cost.line, (line.classes is not None or line.positions is not None)
    if counted and line.pupils is None:
        raise ValueError(
            f"line {name!r} has classes or positions and no number of pupils: say how many"
        )
    if line.pupils and line.classes == 0:
        raise ValueError(f"line {name!r} has {line.pupils} pupils and no class to put them in")
    for what, number in (("pupils", line.pupils), ("classes", line.classes),
                         ("positions", line.positions)):  # fmt: skip
        if number is not None and number < 0:
            raise ValueError(f"line {name!r} has {number} {what}: a number from 0 up is needed")
