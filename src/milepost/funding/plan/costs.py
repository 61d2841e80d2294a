"""What each line costs, by school and fiscal year, to the cent.

The rule of rounding: a price, salary or benefit is whole cents a unit in each year; times the units
of a place it is rounded once more, halves away from zero. Totals are sums of these rows and of
nothing else, so that lines, categories and schools add up to the same cent.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from milepost.funding.money import rounded, shares
from milepost.funding.plan.counts import Counts, Place, held, shared
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Device, Line, Position
from milepost.funding.plan.prices import Factors, benefit, factors, price, salary
from milepost.funding.streams import Cost, Timing

_ONE = Decimal(1)
DeviceCounts = dict[tuple[str, Place, int], int]


def costs(plan: Plan, counts: Counts) -> tuple[tuple[Cost, ...], DeviceCounts]:
    """Return a row for each line, school and year that costs anything, and the devices bought."""
    levels = factors(plan)
    bought: DeviceCounts = {}
    rows: list[Cost] = []
    for line in plan.lines:
        rows += _line(plan, line, counts, levels)
    for device in plan.devices:
        rows += _device(plan, device, counts, levels, bought)
    schedules = {one.key: one for one in plan.schedules}
    for position in plan.positions:
        pay = {
            year: salary(position, plan, year, levels, schedules) for year in held(position, plan)
        }
        rows += _position(position, pay, counts, levels)
    return tuple(rows), bought


def purchases(line: Line, plan: Plan) -> Iterator[tuple[int, Timing]]:
    """Yield the fiscal years in which a line is bought, and whether it is then start-up."""
    first = line.first_year or plan.first_year
    if line.timing == "recurring" or line.amounts:
        for year in range(max(first, plan.first_year), (line.last_year or plan.last_year) + 1):
            if year <= plan.last_year:
                yield year, line.timing
        return
    starts = range(first, (line.last_year or first) + 1)
    for year in plan.span:
        if year in starts:
            yield year, "start-up"
        for start in starts:
            if line.life and year > start and (year - start) % line.life == 0:
                yield year, "recurring"


def _line(plan: Plan, line: Line, counts: Counts, levels: Factors) -> Iterator[Cost]:
    for year, timing in purchases(line, plan):
        if line.amounts:
            parts = _spread(_amount(line, year, levels), _ONE, {None: _ONE}, line, counts, year)
        else:
            unit = price(line.price, line.index, year, levels)
            numbers = counts.of[line.driver][year]
            parts = _spread(unit, line.quantity, numbers, line, counts, year)
        for place, cents in parts:
            if cents:
                yield Cost(
                    line.key, year, cents, line.account, line.category, timing, place, line.tags
                )


def _amount(line: Line, year: int, levels: Factors) -> int:
    """Return the amount of a year: as given, or a recurring line's last one grown by its index."""
    given = dict(line.amounts)
    last, cents = line.amounts[-1]
    if year <= last or line.timing == "start-up":
        return given.get(year, 0)
    level = levels[line.index]
    return rounded(cents * level[year] / level.get(last, _ONE))


def _spread(
    unit: int,
    quantity: Decimal,
    numbers: Mapping[Place, Decimal],
    one: Line,
    counts: Counts,
    year: int,
) -> Iterator[tuple[Place, int]]:
    """Yield the cents of each place: units at a price, and what is the district's shared out."""
    if not one.schools:
        for place, number in numbers.items():
            yield place, rounded(unit * (number * quantity))
        return
    common = rounded(unit * (numbers[None] * quantity)) if None in numbers else 0
    parts = _divided(common, one.schools, counts, year)
    for school, part in zip(one.schools, parts, strict=True):
        own = numbers.get(school)
        yield school, part + (rounded(unit * (own * quantity)) if own else 0)


def _divided(cents: int, schools: Sequence[str], counts: Counts, year: int) -> list[int]:
    """Return what each school bears of an amount, by its learners."""
    if len(schools) == 1:
        return [cents]
    return shares(cents, counts.weights(schools, year)) if cents else [0] * len(schools)


def _position(
    position: Position, pay: Mapping[int, int], counts: Counts, levels: Factors
) -> Iterator[Cost]:
    for year, salary_of_one in pay.items():
        units = [(position.key, position.account, salary_of_one)]
        for one in position.benefits:
            cents = benefit(one, salary_of_one, year, levels)
            units.append((f"{position.key}.{one.key}", one.account, cents))
        numbers = counts.of[position.key][year]
        for key, account, unit in units:
            whole = rounded(unit * sum(numbers.values(), Decimal(0))) if position.schools else 0
            parts = (
                shares(whole, list(numbers.values()))
                if whole and len(numbers) > 1
                else [rounded(unit * number) for number in numbers.values()]
            )
            for place, cents in zip(numbers, parts, strict=True):
                if cents:
                    yield Cost(
                        key,
                        year,
                        cents,
                        account,
                        position.category,
                        position.timing,
                        place,
                        position.tags,
                    )


def _device(
    plan: Plan, device: Device, counts: Counts, levels: Factors, bought: DeviceCounts
) -> Iterator[Cost]:
    first = device.first_year or plan.first_year
    last = min(device.last_year or plan.last_year, plan.last_year)
    places = {place for year in plan.span for place in counts.of[device.driver][year]}
    numbers = {
        year: shared(counts.of[device.driver][year], device.schools, counts, year)
        for year in plan.span
    }
    for place in sorted(device.schools or places, key=str):
        needed = {
            year: _needed(device, numbers[year].get(place, Decimal(0)))
            for year in range(max(first, plan.first_year), last + 1)
        }
        for year, new, again in cohorts(device, needed):
            unit = price(device.price, device.index, year, levels)
            if new + again:
                bought[device.key, place, year] = new + again
            timings: tuple[tuple[Timing, int], ...] = (("start-up", new), ("recurring", again))
            for timing, number in timings:
                if number * unit:
                    yield Cost(
                        device.key,
                        year,
                        number * unit,
                        device.account,
                        device.category,
                        timing,
                        place,
                        device.tags,
                    )


def _needed(device: Device, number: Decimal) -> int:
    asked = number * device.quantity * (1 + device.spare)
    return int(asked.to_integral_value(ROUND_CEILING))


def cohorts(device: Device, needed: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    """Yield by fiscal year how many devices are bought because more are needed than ever before,
    and how many because others were lost or grew old.

    A cohort loses its share at the end of each year (whole devices, halves up) and goes when it has
    served its life.
    """
    alive = dict(device.owned)
    most = 0
    for at, year in enumerate(sorted(needed)):
        for made in list(alive):
            age = year - made
            lost = range(age if at == 0 else min(age, 1))
            for _ in lost:
                alive[made] -= rounded(alive[made] * device.loss)
            if age >= device.life:
                del alive[made]
        if at == 0:
            most = sum(alive.values())
        buy = max(0, needed[year] - sum(alive.values()))
        new = min(buy, max(0, needed[year] - most))
        most = max(most, needed[year])
        if buy:
            alive[year] = alive.get(year, 0) + buy
        yield year, new, buy - new
