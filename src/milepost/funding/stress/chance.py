"""Which shock moves the final reserve most, and where the reserve may end: tornado, Monte Carlo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from milepost.funding.plan.model import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.stress.shocks import Shock, shocked


@dataclass(frozen=True)
class Range:
    """How far a shock may go: its size at the low end, as most likely (the shock's), and high."""

    name: str
    shock: Shock
    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not self.low <= self.shock.size <= self.high or self.low == self.high:
            raise ValueError(f"range {self.name!r}: low, likely and high must rise in this order")


@dataclass(frozen=True)
class Bar:
    """Cents of the final reserve at both ends of a range, all else as the plan says."""

    name: str
    low: int
    high: int


@dataclass(frozen=True)
class Band:
    """The reserve at the end of a year: cents that a tenth, half, nine tenths of draws stay at or
    below."""

    year: int
    p10: int
    p50: int
    p90: int


@dataclass(frozen=True)
class Chance:
    """What a number of draws came to."""

    draws: int
    seed: int
    bands: tuple[Band, ...]
    sustained: Decimal
    """Share of the draws in which the sustain test holds."""


def tornado(plan: Plan, ranges: Sequence[Range], *, on: date) -> tuple[Bar, ...]:
    """Return a bar for each range, the widest first. Raises ValueError without a reserve."""
    bars = [
        Bar(one.name, *(_final(plan, one, size, on) for size in (one.low, one.high)))
        for one in ranges
    ]
    return tuple(sorted(bars, key=lambda bar: -abs(bar.high - bar.low)))


def _final(plan: Plan, one: Range, size: Decimal, on: date) -> int:
    return reserves(shocked(plan, replace(one.shock, size=size)), on=on)[-1]


def reserves(plan: Plan, *, on: date) -> list[int]:
    """Return cents of the reserve by year. Raises ValueError where the plan names none."""
    if plan.reserve is None:
        raise ValueError(f"plan {plan.name!r} names no reserve: enter it, then stress the plan")
    return [view.reserve or 0 for view in outlook(plan, on=on).years]


def chance(
    plan: Plan, ranges: Sequence[Range], *, on: date, seed: int, draws: int = 1000
) -> Chance:
    """Return the reserve by year over draws; the same seed draws the same.

    Each range is an independent triangular distribution (low, likely, high), drawn once for the
    whole plan and rounded to a ten-thousandth. Percentiles are order statistics (inverted
    distribution function), so each is the reserve of one draw. Raises ValueError for no draws.
    """
    if draws < 1:
        raise ValueError(f"draws must be 1 or more: {draws}")
    reserves(plan, on=on)
    rng = np.random.default_rng(seed)
    held, sustained = [], 0
    for _ in range(draws):
        drawn = plan
        for one in ranges:
            size = rng.triangular(float(one.low), float(one.shock.size), float(one.high))
            drawn = shocked(drawn, replace(one.shock, size=Decimal(f"{size:.4f}")))
        seen = outlook(drawn, on=on)
        held.append([view.reserve or 0 for view in seen.years])
        sustained += seen.sustain.holds
    cuts = np.percentile(np.array(held), (10, 50, 90), axis=0, method="inverted_cdf")
    bands = tuple(Band(year, *map(int, cuts[:, at])) for at, year in enumerate(plan.span))
    return Chance(draws, seed, bands, Decimal(sustained) / draws)
