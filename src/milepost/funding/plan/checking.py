"""What must hold in a plan before anything is computed from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from milepost.funding.plan.drivers import order
from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.parts import (
    EDUCATOR,
    GIVEN_DRIVERS,
    Bought,
    ByYear,
    Device,
    Income,
    Line,
    Portion,
    Position,
    School,
)
from milepost.funding.streams import Stream

if TYPE_CHECKING:
    from milepost.funding.plan.model import Plan

MOST_YEARS = 30


class _Known:
    """The keys that parts of a plan may name."""

    def __init__(self, plan: Plan) -> None:
        self.first_year = plan.first_year
        self.schools = {one.key for one in plan.schools}
        self.indexes = {one.key for one in plan.indexes}
        self.streams = {one.key for one in plan.streams}
        self.countable = {
            *GIVEN_DRIVERS,
            *(one.key for one in plan.drivers),
            *(one.key for one in plan.positions),
        }


def check(plan: Plan) -> None:
    """Raise PlanError, naming the part in words, when parts of a plan contradict each other."""
    if not plan.name.strip():
        raise PlanError("plan, name", "give it one")
    if not 1 <= plan.years <= MOST_YEARS:
        raise PlanError("plan, years", f"{plan.years}: a plan runs 1 to {MOST_YEARS} years")
    for where, year in _years(plan):
        if not 1900 < year < 2200:
            raise PlanError(where, f"{year} is no fiscal year")
    _keys(plan)
    for school in plan.schools:
        _school(school)
    _rates(plan)
    known = _Known(plan)
    for one in plan.bought:
        _bought(known, one)
    for line in plan.lines:
        _line(plan, line)
    for device in plan.devices:
        _device(plan, device)
    for position in plan.positions:
        _position(plan, known, position)
    for income in plan.incomes:
        _income(known, income)
    _streams(plan.streams)
    if plan.reserve:
        _share("reserve, policy", plan.reserve.policy)
    order(plan.drivers, plan.positions)


def _years(plan: Plan) -> Iterator[tuple[str, int]]:
    yield "plan, first year", plan.first_year
    for school in plan.schools:
        for year in (
            *(head.year for head in school.history),
            *(year for year, _ in (*school.given, *school.births)),
        ):
            yield f"school {school.name!r}", year
    for one in plan.bought:
        for bound in (one.first_year, one.last_year):
            if bound is not None:
                yield f"{named(one)}, years", bound
        if isinstance(one, Line):
            yield from ((f"{named(one)}, amounts", year) for year, _ in one.amounts)
        if isinstance(one, Device):
            yield from ((f"{named(one)}, owned", year) for year, _ in one.owned)


def named(one: Bought | Income) -> str:
    """Return a part as people know it: line 'Laptops'."""
    kind = type(one).__name__.lower()
    return f"{kind} {one.key if isinstance(one, Income) else one.name!r}"


def _keys(plan: Plan) -> None:
    kinds: dict[str, Iterable[str]] = {
        "school": (one.key for one in plan.schools),
        "index": (one.key for one in plan.indexes),
        "driver": (one.key for one in plan.drivers),
        "schedule": (one.key for one in plan.schedules),
        "stream": (one.key for one in plan.streams),
        "income": (one.key for one in plan.incomes),
        "line, device or position": (
            key
            for one in plan.bought
            for key in (one.key, *(f"{one.key}.{b.key}" for b in getattr(one, "benefits", ())))
        ),
    }
    for kind, keys in kinds.items():
        for key, times in Counter(keys).items():
            if not key.strip():
                raise PlanError(kind, "it has no key: give it a short name of its own")
            if times > 1:
                raise PlanError(f"{kind} {key!r}", f"there are {times}: give each its own key")
    counted = {one.key for one in plan.positions}
    for driver in plan.drivers:
        if driver.key in counted or (driver.key in GIVEN_DRIVERS and driver.key != EDUCATOR):
            raise PlanError(
                f"driver {driver.key!r}", "the name is taken: choose another for this driver"
            )


def _school(school: School) -> None:
    where = f"school {school.name!r}"
    grades = set(school.grades)
    if len(grades) < len(school.grades):
        raise PlanError(f"{where}, grades", "a grade is named twice")
    seen: set[int] = set()
    for head in school.history:
        if head.year in seen:
            raise PlanError(f"{where}, history of {head.year}", "the year is there twice")
        seen.add(head.year)
        if len(head.by_grade) != len(school.grades):
            raise PlanError(
                f"{where}, history of {head.year}",
                f"{len(head.by_grade)} counts for {len(school.grades)} grades: give one each, "
                "nothing (null) where it was not reported",
            )
        for grade, count in zip(school.grades, head.by_grade, strict=True):
            if count is not None and count < 0:
                raise PlanError(
                    f"{where}, grade {grade} in {head.year}", f"{count} learners: not below zero"
                )
    for year, count in (*school.given, *school.births):
        if count < 0:
            raise PlanError(f"{where}, {year}", f"{count} learners: not below zero")


def _rates(plan: Plan) -> None:
    for index in plan.indexes:
        _in_order(f"index {index.key!r}", index.rates)
        for year, rate in index.rates:
            if not -1 < rate <= 1:
                raise PlanError(f"index {index.key!r}, {year}", f"{rate} a year: write 3 % as 0.03")
    for driver in plan.drivers:
        where = f"driver {driver.key!r}"
        _in_order(f"{where}, steps", driver.steps)
        for ratio in (driver.ratio, *(step[1] for step in driver.steps)):
            if ratio < 0:
                raise PlanError(f"{where}, ratio", f"{ratio}: not below zero")
    rule = plan.attendance
    if rule:
        _share(f"attendance rule {rule.key!r}, attendance", rule.attendance)
        _share(f"attendance rule {rule.key!r}, hold", rule.hold)
        if not rule.options or any(not lags or min(lags) < 0 for lags in rule.options):
            raise PlanError(
                f"attendance rule {rule.key!r}, options",
                "each names years that are past or present",
            )


def _bought(known: _Known, one: Bought) -> None:
    where = named(one)
    _refers(f"{where}, driver", one.driver, known.countable, "driver or position")
    _refers(f"{where}, index", one.index, known.indexes, "index")
    for school in one.schools:
        _refers(f"{where}, schools", school, known.schools, "school")
    if one.quantity < 0:
        raise PlanError(f"{where}, quantity", f"{one.quantity}: not below zero")
    for portion in one.paid_by:
        _refers(f"{where}, paid by", portion.stream, known.streams, "stream")
        _share(f"{where}, paid by {portion.stream!r}", portion.share)
    _portions(f"{where}, paid by", one.paid_by)
    first = one.first_year or known.first_year
    if one.last_year is not None and one.last_year < first:
        raise PlanError(f"{where}, years", f"it ends ({one.last_year}) before it starts ({first})")


def _portions(where: str, portions: Sequence[Portion]) -> None:
    if not portions:
        return
    for timing in ("start-up", "recurring"):
        mine = [one for one in portions if one.timing in (None, timing)]
        whole = sum((one.share for one in mine), Decimal(0))
        if whole > 1:
            raise PlanError(where, f"the shares add up to {whole:.2%}: lower them to 100 % or less")
        if len({one.stream for one in mine}) < len(mine):
            raise PlanError(where, "a stream is named twice: add its shares up")


def _line(plan: Plan, line: Line) -> None:
    where = named(line)
    if line.amounts and line.price:
        raise PlanError(where, "it has a price and amounts by year: keep one of them")
    if line.life is not None and line.life < 1:
        raise PlanError(f"{where}, life", f"{line.life} years: at least 1")
    if line.life is not None and line.timing == "recurring":
        raise PlanError(f"{where}, life", "a recurring line is bought every year: leave it out")
    _in_order(f"{where}, amounts", line.amounts)
    if line.amounts and line.amounts[-1][0] - line.amounts[0][0] >= len(line.amounts):
        raise PlanError(
            f"{where}, amounts", "a year between is missing: enter 0 if it costs nothing"
        )


def _device(plan: Plan, device: Device) -> None:
    where = named(device)
    _share(f"{where}, loss", device.loss)
    if device.price < 0 or device.spare < 0:
        raise PlanError(where, "price and spare share must not be below zero")
    if device.life < 1:
        raise PlanError(f"{where}, life", f"{device.life} years: at least 1")
    for year, count in device.owned:
        if count < 0:
            raise PlanError(f"{where}, owned since {year}", f"{count}: not below zero")
        if year >= plan.first_year:
            raise PlanError(
                f"{where}, owned since {year}", "what the plan buys itself is not owned before"
            )


def _position(plan: Plan, known: _Known, position: Position) -> None:
    where = named(position)
    _share(f"{where}, vacancy", position.vacancy)
    if position.salary < 0:
        raise PlanError(f"{where}, salary", "not below zero")
    for benefit in position.benefits:
        at = f"{where}, benefit {benefit.key!r}"
        _refers(f"{at}, index", benefit.index, known.indexes, "index")
        _in_order(at, benefit.rates)
        for year, rate in benefit.rates:
            _share(f"{at}, {year}", rate)
    schedules = {one.key: one for one in plan.schedules}
    if (position.schedule is None) != (not position.placed):
        raise PlanError(
            f"{where}, schedule", "name the schedule and who is placed on it, or neither"
        )
    if position.schedule is None:
        return
    _refers(f"{where}, schedule", position.schedule, schedules, "schedule")
    if position.salary or position.step or position.column:
        raise PlanError(where, "the schedule says the salary: leave salary, step and column out")
    columns = {one.key: one for one in schedules[position.schedule].columns}
    for placed in position.placed:
        _refers(f"{where}, placed", placed.column, columns, "column")
        if not 1 <= placed.step <= len(columns[placed.column].steps):
            raise PlanError(
                f"{where}, placed", f"column {placed.column!r} has no step {placed.step}"
            )
        if placed.count <= 0:
            raise PlanError(f"{where}, placed", f"{placed.count} at a step: more than none")


def _income(known: _Known, income: Income) -> None:
    where = named(income)
    _refers(f"{where}, stream", income.stream, known.streams, "stream")
    _refers(f"{where}, driver", income.driver, known.countable, "driver or position")
    _refers(f"{where}, index", income.index, known.indexes, "index")
    for school in income.schools:
        _refers(f"{where}, schools", school, known.schools, "school")


def _streams(streams: Sequence[Stream]) -> None:
    """Refuse one gift entered twice: the same name and origin, open on the same days."""
    for one, other in combinations(streams, 2):
        if (one.name.casefold(), one.origin) != (other.name.casefold(), other.origin):
            continue
        mine = max(one.windows, key=lambda window: window.known_on)
        theirs = max(other.windows, key=lambda window: window.known_on)
        first, last = sorted((mine, theirs), key=lambda window: window.obligate_from)
        if first.obligate_by is None or last.obligate_from <= first.obligate_by:
            raise PlanError(
                f"streams {one.key!r} and {other.key!r}",
                f"both are {one.name!r} and overlap from {last.obligate_from} on: "
                "make them one stream, or give them names and dates of their own",
            )


def _refers(where: str, key: str | None, known: Collection[str], kind: str) -> None:
    if key is not None and key not in known:
        there = ", ".join(sorted(known)) or "none"
        raise PlanError(where, f"there is no {kind} {key!r}; there are: {there}")


def _share(where: str, share: Decimal) -> None:
    if not 0 <= share <= 1:
        raise PlanError(where, f"{share} is no share: write 0 to 1 (5 % is 0.05)")


def _in_order(where: str, figures: ByYear | tuple[tuple[int, int], ...]) -> None:
    years = [year for year, _ in figures]
    if years != sorted(set(years)):
        raise PlanError(where, "the years must rise, each once")
