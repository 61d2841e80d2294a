"""Shocks to a plan, each with its source, and scenarios of them: a plan goes in, a plan comes out.

Nothing is computed a second time here: a shock changes entries, and `outlook` does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from milepost.funding.plan.counts import count
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import ByYear
from milepost.funding.sources import Source

Kind = Literal["enrollment", "index", "benefit"]


@dataclass(frozen=True)
class Shock:
    """Something that goes otherwise than the plan says, from a fiscal year to the end.

    enrollment: the share of learners that is lost or, below zero, won. index, benefit: points
    added to each year's rate of the index or benefit that ``key`` names (-0.01 is a cost-of-living
    adjustment one point lower; 0.02 on a pension is two points of salary more).
    """

    kind: Kind
    size: Decimal
    from_year: int
    source: Source
    key: str = ""


@dataclass(frozen=True)
class Scenario:
    """A named set of shocks, met in their order."""

    name: str
    shocks: tuple[Shock, ...]

    def apply(self, plan: Plan) -> Plan:
        """Return the plan under the shocks. Raises ValueError for one that meets nothing."""
        for shock in self.shocks:
            plan = shocked(plan, shock)
        return plan


def shocked(plan: Plan, shock: Shock) -> Plan:
    """Return the plan under one shock; of size zero it is the same plan.

    Raises ValueError for a year outside the plan, an unknown index or benefit, or a loss of more
    than every learner.
    """
    if shock.from_year not in plan.span:
        raise ValueError(
            f"shock {shock.kind!r}: {shock.from_year} is outside the plan's years "
            f"{plan.first_year} to {plan.last_year}"
        )
    change = _CHANGES[shock.kind](plan, shock)
    return change if shock.size else plan


def _enrollment(plan: Plan, shock: Shock) -> Plan:
    if shock.size > 1:
        raise ValueError(f"shock 'enrollment': a loss of {shock.size} is over every learner")
    learners = count(plan).learners
    schools = []
    for school in plan.schools:
        given = dict(school.given)
        for year in plan.span:
            if year >= shock.from_year and (school.opens is None or year >= school.opens):
                given[year] = round(learners[school.key, year] * (1 - shock.size))
        schools.append(replace(school, given=tuple(sorted(given.items()))))
    return replace(plan, schools=tuple(schools))


def raised(rates: ByYear, size: Decimal, first: int) -> ByYear:
    """Return rates with points added from a year on."""
    before = [rate for year, rate in rates if year <= first]
    held = before[-1] if before else Decimal(0)
    kept = tuple(one for one in rates if one[0] < first)
    later = tuple((year, rate + size) for year, rate in rates if year > first)
    return (*kept, (first, held + size), *later)


def _index(plan: Plan, shock: Shock) -> Plan:
    _known(shock, {one.key for one in plan.indexes})
    # prices are those of the first year: no rate is paid before the second
    first = max(shock.from_year, plan.first_year + 1)
    indexes = tuple(
        replace(one, rates=raised(one.rates, shock.size, first)) if one.key == shock.key else one
        for one in plan.indexes
    )
    return replace(plan, indexes=indexes)


def _benefit(plan: Plan, shock: Shock) -> Plan:
    _known(shock, {one.key for position in plan.positions for one in position.benefits})
    positions = tuple(
        replace(
            position,
            benefits=tuple(
                replace(one, rates=raised(one.rates, shock.size, shock.from_year))
                if one.key == shock.key
                else one
                for one in position.benefits
            ),
        )
        for position in plan.positions
    )
    return replace(plan, positions=positions)


def _known(shock: Shock, keys: set[str]) -> None:
    if shock.key not in keys:
        raise ValueError(
            f"shock {shock.kind!r}: the plan has no {shock.kind} {shock.key!r}; "
            f"it has {', '.join(sorted(keys)) or 'none'}"
        )


_CHANGES: dict[Kind, Callable[[Plan, Shock], Plan]] = {
    "enrollment": _enrollment,
    "index": _index,
    "benefit": _benefit,
}
