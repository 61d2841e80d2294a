"""The fund braid: who pays which share of which line of a plan in which year, and why.

Solved as an optimisation (OR-Tools, loaded when a braid is made): every required line is paid; as
much of the others as can be; least money is left to lapse; restricted money pays first where it is
allowed to, the money that ends first before the others, unrestricted money last.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from milepost.funding.braid.answer import Allocation, Barrier, Braid, Left, Unpaid, WhyNot
from milepost.funding.braid.conflict import Infeasible, explained
from milepost.funding.braid.problem import Problem
from milepost.funding.braid.solve import Fractions, solved
from milepost.funding.braid.terms import (
    NO_INDIRECT,
    PAID_BEFORE,
    REQUIRED_BY_LAW,
    SUPPLEMENT,
    Cap,
    Effort,
    Pin,
    Terms,
)
from milepost.funding.streams import Cost, Restriction, Stream

__all__ = [
    "NO_INDIRECT",
    "PAID_BEFORE",
    "REQUIRED_BY_LAW",
    "SUPPLEMENT",
    "Allocation",
    "Barrier",
    "Braid",
    "Cap",
    "Effort",
    "Infeasible",
    "Left",
    "Pin",
    "Unpaid",
    "WhyNot",
    "braid",
]


def braid(
    costs: Iterable[Cost],
    streams: Iterable[Stream],
    *,
    on: date,
    pins: Iterable[Pin] = (),
    required: Iterable[str] = (),
    caps: Iterable[Cap] = (),
    efforts: Iterable[Effort] = (),
    rules: Iterable[Restriction] = (),
    supplement: Mapping[str, str] | None = None,
    waived: Iterable[str] = (),
) -> Braid:
    """Return who pays what of the costs, in cents that add up, as known on a day.

    ``required``: lines that must be paid whole; ``pins``: cells fixed by a person; ``caps``: the
    most that a stream may pay for something; ``efforts``: the least that state and local money
    pays; ``rules``: what forbids a line whoever pays; ``supplement``: the citation of supplement-
    not-supplant by stream; ``waived``: citations of rules that a waiver lifts. The same input gives
    the same answer, in whatever order it comes.

    Raises Infeasible (a ValueError) with a minimal conflict where the terms cannot all be met, and
    ValueError for input that contradicts itself (see `Problem`).
    """
    terms = Terms(
        on=on,
        pins=tuple(pins),
        required=frozenset(required),
        caps=tuple(caps),
        efforts=tuple(efforts),
        rules=tuple(rules),
        supplement=dict(supplement or {}),
        waived=frozenset(waived),
    )
    problem = Problem(costs, streams, terms)
    try:
        cells = solved(problem)
    except Fractions as wrong:
        raise Infeasible(
            ("what is asked can be met in fractions of a cent only: give a cent more",), frozenset()
        ) from wrong
    if cells is None:
        raise explained(problem)
    return Braid(problem, cells)
