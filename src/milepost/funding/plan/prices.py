"""Prices and pay in the years to come."""

from collections.abc import Mapping
from decimal import Decimal

from milepost.funding.money import rounded
from milepost.funding.plan.drivers import at
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Benefit, Position, Schedule

Factors = Mapping[str | None, Mapping[int, Decimal]]
"""Index → fiscal year → how many times the first year's price; None grows not at all."""
_ONE = Decimal(1)


def factors(plan: Plan) -> Factors:
    """Return the price level of each index, 1 in the plan's first year."""
    result: dict[str | None, dict[int, Decimal]] = {None: dict.fromkeys(plan.span, _ONE)}
    for index in plan.indexes:
        level = _ONE
        levels = {plan.first_year: level}
        for year in plan.span[1:]:
            level *= 1 + at(index.rates, year, Decimal(0))
            levels[year] = level
        result[index.key] = levels
    return result


def price(cents: int, index: str | None, year: int, levels: Factors) -> int:
    """Return a first year's price in a year, in whole cents (halves up)."""
    return cents if index is None else rounded(cents * levels[index][year])


def salary(
    position: Position, plan: Plan, year: int, levels: Factors, schedules: Mapping[str, Schedule]
) -> int:
    """Return the average full-time salary of a position in a year, in cents.

    Step, column and cost-of-living adjustment each multiply; on a schedule everybody placed stands
    a step higher each year, up to the last step, in cells that the schedule's index has raised.
    """
    years = year - plan.first_year
    if position.schedule is None:
        drift = ((1 + position.step) * (1 + position.column)) ** years
        return rounded(position.salary * drift * levels[position.index][year])
    schedule = schedules[position.schedule]
    columns = {column.key: column.steps for column in schedule.columns}
    pay, people = Decimal(0), Decimal(0)
    for placed in position.placed:
        steps = columns[placed.column]
        pay += placed.count * steps[min(placed.step - 1 + years, len(steps) - 1)]
        people += placed.count
    return rounded(pay / people * levels[schedule.index][year])


def benefit(one: Benefit, pay: int, year: int, levels: Factors) -> int:
    """Return what a benefit of one full-time position costs in a year, in cents."""
    share = at(one.rates, year, Decimal(0))
    return rounded(pay * share) + price(one.amount, one.index, year, levels)
