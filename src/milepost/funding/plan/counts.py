"""How many there are of everything that lines hang on, by place and fiscal year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from milepost.funding.plan.drivers import at, order, whole
from milepost.funding.plan.enrollment import Learners, funded, in_grades, learners
from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import EDUCATOR, FIXED, FUNDED, LEARNER, SCHOOL, Driver, Position

Place = str | None
"""A school's key; None: the district as a whole."""
_NONE = Decimal(0)


@dataclass(frozen=True)
class Counts:
    """Counts of a plan: of each driver and position by fiscal year and place."""

    learners: dict[tuple[str, int], int]
    funded: dict[tuple[str, int], Decimal]
    of: dict[str, dict[int, dict[Place, Decimal]]]
    """Driver or position → year → place; a place without any is not there."""

    def weights(self, schools: Sequence[str], year: int) -> list[int]:
        """Return learners of schools, by which they share what is fixed (evenly, without any)."""
        known = [self.learners[school, year] for school in schools]
        return known if any(known) else [1] * len(known)


def count(plan: Plan) -> Counts:
    """Return the counts of a plan. Raises PlanError where one rests on a number nobody entered."""
    first, last = plan.first_year, plan.last_year
    known = {one.key: learners(one, first, last) for one in plan.schools}
    paid = {
        one.key: funded(one, known[one.key], plan.attendance, first, last) for one in plan.schools
    }
    result = Counts(
        {(key, year): known[key].totals[year] for key in known for year in plan.span},
        {(key, year): paid[key][year] for key in paid for year in plan.span},
        _given(plan, known, paid),
    )
    for one in order(plan.drivers, plan.positions):
        if isinstance(one, Driver):
            result.of[one.key] = _driver(plan, one, result, known)
        elif isinstance(one, Position):
            result.of[one.key] = _position(plan, one, result)
        else:
            result.of[EDUCATOR] = _educators(plan, result)
    return result


def held(position: Position, plan: Plan) -> range:
    """Return the fiscal years in which a position is held."""
    first = position.first_year or plan.first_year
    alone = first if position.timing == "start-up" else plan.last_year
    last = min(position.last_year or alone, plan.last_year)
    return range(max(first, plan.first_year), last + 1)


def _given(
    plan: Plan, known: Mapping[str, Learners], paid: Mapping[str, Mapping[int, Decimal]]
) -> dict[str, dict[int, dict[Place, Decimal]]]:
    one = Decimal(1)
    return {
        FIXED: {year: {None: one} for year in plan.span},
        LEARNER: {
            year: {key: Decimal(known[key].totals[year]) for key in known} for year in plan.span
        },
        FUNDED: {year: {key: paid[key][year] for key in paid} for year in plan.span},
        SCHOOL: {
            year: {
                school.key: one
                for school in plan.schools
                if school.opens is None or school.opens <= year
            }
            for year in plan.span
        },
    }


def _driver(
    plan: Plan, driver: Driver, counts: Counts, known: Mapping[str, Learners]
) -> dict[int, dict[Place, Decimal]]:
    if driver.grades and driver.per != LEARNER:
        raise PlanError(f"driver {driver.key!r}, grades", "only learners are counted by grade")
    result: dict[int, dict[Place, Decimal]] = {}
    for year in plan.span:
        ratio = at(driver.steps, year, driver.ratio)
        source = counts.of[driver.per][year]
        if driver.grades:
            source = {
                one.key: Decimal(in_grades(one, known[one.key], year, driver.grades))
                for one in plan.schools
            }
        result[year] = {
            place: whole(number * ratio, driver.rounding) for place, number in source.items()
        }
    return result


def _position(plan: Plan, position: Position, counts: Counts) -> dict[int, dict[Place, Decimal]]:
    """Return the full-time equivalents that are filled."""
    filled = 1 - position.vacancy
    years = held(position, plan)
    result: dict[int, dict[Place, Decimal]] = {}
    for year in plan.span:
        if year not in years:
            result[year] = {}
            continue
        result[year] = {
            place: whole(number * position.quantity, position.rounding) * filled
            for place, number in shared(
                counts.of[position.driver][year], position.schools, counts, year
            ).items()
        }
    return result


def shared(
    numbers: Mapping[Place, Decimal], schools: Sequence[str], counts: Counts, year: int
) -> Mapping[Place, Decimal]:
    """Return counts in the schools named; what the district has as a whole is shared by learners.

    No schools named: the counts as they are.
    """
    if not schools:
        return numbers
    whole_district = numbers.get(None, _NONE)
    weights = counts.weights(schools, year)
    return {
        school: numbers.get(school, _NONE) + whole_district * weight / sum(weights)
        for school, weight in zip(schools, weights, strict=True)
    }


def _educators(plan: Plan, counts: Counts) -> dict[int, dict[Place, Decimal]]:
    result: dict[int, dict[Place, Decimal]] = {}
    for year in plan.span:
        total: dict[Place, Decimal] = {}
        for position in plan.positions:
            if position.educator:
                for place, number in counts.of[position.key][year].items():
                    total[place] = total.get(place, _NONE) + number
        result[year] = total
    return result
