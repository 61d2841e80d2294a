"""Who is meant to pay each line, and what the streams can bear by the dates known on a day.

This is the plan's own view, by the portions people entered; the best braid of all streams over all
lines is solved elsewhere and reads the same costs. Where a stream is closed, runs short or may not
pay a line by its rules, the line falls on general money. Work of employees is obligated on the day
it is done, all else when it is ordered (34 CFR 76.707): of salaries and benefits a stream that is
open for a part of the year pays that part, by days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from milepost.funding.accounts import within
from milepost.funding.money import rounded, shares
from milepost.funding.plan.counts import Counts, shared
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Portion
from milepost.funding.plan.prices import factors, price
from milepost.funding.plan.results import Payment, StreamYear, Unpaid
from milepost.funding.streams import Cost, Stream
from milepost.funding.years import first_day, last_day, named


@dataclass(frozen=True)
class Paid:
    """What the streams pay of a plan's costs."""

    payments: tuple[Payment, ...]
    unpaid: tuple[Unpaid, ...]
    streams: tuple[StreamYear, ...]


def pay(plan: Plan, counts: Counts, costs: Sequence[Cost], on: date) -> Paid:
    """Return who pays what, year by year, in the order of the plan's lines."""
    portions = paid_by(plan)
    brought = awarded(plan, counts)
    streams = {one.key: one for one in plan.streams}
    carried = dict.fromkeys(streams, 0)
    payments: list[Payment] = []
    unpaid: list[Unpaid] = []
    years: list[StreamYear] = []
    by_year: dict[int, list[Cost]] = {year: [] for year in plan.span}
    for cost in costs:
        if cost.line in portions:
            by_year[cost.year].append(cost)
    for year in plan.span:
        opened = {key: _open(one, year, on) for key, one in streams.items()}
        purse = {
            key: brought[key, year] + carried[key] if opened[key] is None else 0 for key in streams
        }
        left = {key: _direct(streams[key], purse[key]) for key in streams}
        limit = dict(left)
        parts_open = {key: _part_open(one, year, on) for key, one in streams.items()}
        for cost in by_year[year]:
            for key, asked in _parts(cost, portions[cost.line]):
                why = opened[key] or streams[key].allowed(cost)
                may = rounded(asked * parts_open[key]) if employs(cost) else asked
                given = 0 if why else min(may, left[key])
                left[key] -= given
                if given:
                    payments.append(
                        Payment(
                            cost.line,
                            cost.school,
                            year,
                            key,
                            given,
                            cost.timing,
                            streams[key].ends,
                        )
                    )
                if given < asked:
                    short = "has no more" if given < may else "is open for a part of the year only"
                    why = why or f"{streams[key].name} {short} in {named(year)}"
                    unpaid.append(Unpaid(cost, key, asked - given, why))
        for key, one in streams.items():
            direct = limit[key] - left[key]
            years.append(_closed(one, year, on, (brought[key, year], carried[key], direct)))
            rest = brought[key, year] + carried[key] - direct - years[-1].indirect
            keeps = one.restricted or not years[-1].open
            carried[key] = rest - years[-1].lapsed if keeps else 0
    return Paid(tuple(payments), tuple(unpaid), tuple(years))


def paid_by(plan: Plan) -> dict[str, tuple[Portion, ...]]:
    """Return the portions of each line that names any; a benefit follows its position."""
    result = {one.key: one.paid_by for one in plan.bought if one.paid_by}
    for position in plan.positions:
        if position.paid_by:
            for one in position.benefits:
                result[f"{position.key}.{one.key}"] = position.paid_by
    return result


def awarded(plan: Plan, counts: Counts) -> dict[tuple[str, int], int]:
    """Return the cents that come into each stream in each year: awards and income by count."""
    result = {(one.key, year): 0 for one in plan.streams for year in plan.span}
    for one in plan.streams:
        for award in one.awards:
            if (one.key, award.year) in result:
                result[one.key, award.year] += award.cents
    levels = factors(plan)
    for income in plan.incomes:
        for year in plan.span:
            numbers = shared(counts.of[income.driver][year], income.schools, counts, year)
            unit = price(income.price, income.index, year, levels)
            result[income.stream, year] += sum(rounded(unit * one) for one in numbers.values())
    return result


def _open(stream: Stream, year: int, on: date) -> str | None:
    """Return why a stream pays nothing in a year, or None when it may."""
    window = stream.window(on)
    if window is None:
        return f"{stream.name} was not known on {on}"
    if window.open_in(year):
        return None
    if window.obligate_by is not None and window.obligate_by.year < year:
        return f"{stream.name} ended on {window.obligate_by}"
    return f"{stream.name} opens on {window.obligate_from}"


def employs(cost: Cost) -> bool:
    """Return whether a cost is pay of employees or a benefit beside it (objects 100 and 200)."""
    return within(cost.account.object, "100") or within(cost.account.object, "200")


def _part_open(stream: Stream, year: int, on: date) -> Decimal:
    """Return the share of a fiscal year's days on which money may be promised."""
    window = stream.window(on)
    if window is None:
        return Decimal(0)
    first, last = first_day(year), last_day(year)
    begin = max(first, window.obligate_from)
    end = min(last, window.obligate_by or last)
    return Decimal(max(0, (end - begin).days + 1)) / ((last - first).days + 1)


def _direct(stream: Stream, cents: int) -> int:
    """Return what may be spent on lines so that the indirect cost beside it is paid too."""
    return int((cents / (1 + stream.indirect_rate)).to_integral_value(ROUND_FLOOR))


def _parts(cost: Cost, portions: Sequence[Portion]) -> list[tuple[str, int]]:
    if cost.cents <= 0:
        return []
    portions = [one for one in portions if one.timing in (None, cost.timing)]
    if len(portions) == 1:  # what `shares` gives of two parts, without its work
        return [(portions[0].stream, rounded(cost.cents * portions[0].share))]
    rest = 1 - sum((one.share for one in portions), Decimal(0))
    parts = shares(cost.cents, [*(one.share for one in portions), rest])
    return [(one.stream, part) for one, part in zip(portions, parts, strict=False)]


def _closed(stream: Stream, year: int, on: date, moved: tuple[int, int, int]) -> StreamYear:
    """Return a stream's year when it is over, from what came in, was carried over and was spent.

    Money that is not restricted goes to the reserve; money of a stream that opens later waits.
    """
    brought, carried, direct = moved
    indirect = rounded(direct * stream.indirect_rate)
    rest = brought + carried - direct - indirect
    window = stream.window(on)
    opened = window is not None and window.open_in(year)
    lapsed = 0
    if opened and stream.restricted:
        lapsed = max(0, rest - rounded(brought * stream.carry_over))
    elif window is None or (not opened and window.obligate_from < first_day(year)):
        lapsed = rest
    return StreamYear(stream.key, year, opened, brought, carried, direct, indirect, lapsed)
