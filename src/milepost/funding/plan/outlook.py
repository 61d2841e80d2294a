"""Everything by year that follows from a plan: cost, who pays, cliff, reserve, sustain test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from milepost.funding.money import rounded
from milepost.funding.plan.costs import costs as cost_rows
from milepost.funding.plan.counts import Counts, Place, count
from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.model import Plan
from milepost.funding.plan.payments import Paid, pay
from milepost.funding.plan.results import CliffYear, Outlook, StartUp, YearView, per_pupil
from milepost.funding.plan.sustain import break_even, sustain
from milepost.funding.streams import Category, Cost

_NONE = Decimal(0)


def outlook(plan: Plan, *, on: date) -> Outlook:
    """Return everything that is computed from a plan, by the stream dates known on a day.

    Raises PlanError where a number is missing that something rests on.
    """
    try:
        counts = count(plan)
        rows, devices = cost_rows(plan, counts)
        paid = pay(plan, counts, rows, on)
    except InvalidOperation as wrong:
        raise PlanError("plan", "an amount has more than 28 digits: look for a slip") from wrong
    base = base_lines(plan)
    years = _years(plan, counts, rows, paid, base)
    cliff = _cliff(plan, counts, rows, paid)
    return Outlook(
        plan=plan,
        on=on,
        learners=counts.learners,
        funded=counts.funded,
        costs=rows,
        positions=_positions(plan, counts),
        devices=devices,
        payments=paid.payments,
        unpaid=paid.unpaid,
        streams=paid.streams,
        years=years,
        start_up=_start_up(rows, base, years[0]),
        cliff=cliff,
        break_even=break_even(years),
        sustain=sustain(plan, years, cliff),
        base_lines=base,
    )


def base_lines(plan: Plan) -> frozenset[str]:
    """Return the keys of cost rows that are spent without the model too."""
    benefits = (
        f"{position.key}.{one.key}"
        for position in plan.positions
        if position.base
        for one in position.benefits
    )
    return frozenset([*(one.key for one in plan.bought if one.base), *benefits])


def _positions(plan: Plan, counts: Counts) -> dict[tuple[str, Place, int], Decimal]:
    return {
        (position.key, place, year): number
        for position in plan.positions
        for year, numbers in counts.of[position.key].items()
        for place, number in numbers.items()
        if number
    }


@dataclass
class _Sums:
    """Cents of one year while they are added up."""

    start_up: int = 0
    recurring: int = 0
    base: int = 0
    general: int = 0
    lasting: int = 0
    """Of restricted money that does not end."""
    lasting_start_up: int = 0
    ending: int = 0


def _years(
    plan: Plan, counts: Counts, rows: Sequence[Cost], paid: Paid, base: frozenset[str]
) -> tuple[YearView, ...]:
    sums = {year: _Sums() for year in plan.span}
    for row in rows:
        one = sums[row.year]
        if row.line in base:
            one.base += row.cents
        elif row.timing == "start-up":
            one.start_up += row.cents
        else:
            one.recurring += row.cents
    streams = {stream.key: stream for stream in plan.streams}
    for moved in paid.streams:
        one, stream = sums[moved.year], streams[moved.stream]
        if stream.ends:
            one.ending += moved.direct + moved.indirect
        elif stream.restricted:
            one.lasting += moved.direct + moved.indirect
        elif moved.open:
            one.general += moved.awarded + moved.carried
    for payment in paid.payments:
        stream = streams[payment.stream]
        if payment.timing == "start-up" and stream.restricted and not stream.ends:
            sums[payment.year].lasting_start_up += payment.cents
    learners = dict.fromkeys(plan.span, 0)
    for (_, year), number in counts.learners.items():
        learners[year] += number
    held = plan.reserve.opening if plan.reserve else 0
    views = []
    for year, one in sums.items():
        cost = one.start_up + one.recurring + one.base
        held += one.general + one.lasting + one.ending - cost
        views.append(_view(plan, year, learners[year], one, held))
    return tuple(views)


def _view(plan: Plan, year: int, learners: int, one: _Sums, held: int) -> YearView:
    model = one.start_up + one.recurring
    asked = rounded(plan.reserve.policy * (model + one.base)) if plan.reserve else None
    return YearView(
        year=year,
        learners=learners,
        start_up=one.start_up,
        recurring=one.recurring,
        base=one.base,
        recurring_revenue=one.general + one.lasting - one.lasting_start_up,
        ending_revenue=one.ending,
        reserve=held if plan.reserve else None,
        reserve_asked=asked,
        per_pupil=per_pupil(model, learners),
    )


def _start_up(rows: Sequence[Cost], base: frozenset[str], first: YearView) -> StartUp:
    by_category: dict[Category, int] = {}
    for row in rows:
        if row.timing == "start-up" and row.line not in base:
            by_category[row.category] = by_category.get(row.category, 0) + row.cents
    total = sum(by_category.values())
    revenue = first.recurring_revenue
    share = Decimal(total) / revenue if revenue > 0 else None
    return StartUp(total, per_pupil(total, first.learners), share, by_category)


def _cliff(plan: Plan, counts: Counts, rows: Sequence[Cost], paid: Paid) -> tuple[CliffYear, ...]:
    ends = {stream.key for stream in plan.streams if stream.ends}
    cents: dict[tuple[str, Place, int], int] = {
        (row.line, row.school, row.year): row.cents for row in rows if row.timing == "recurring"
    }
    resting = [
        (one.line, one.school, one.year, one.cents)
        for one in paid.payments
        if one.ends and one.timing == "recurring"
    ]
    fallen = [
        (one.cost.line, one.cost.school, one.cost.year, one.cents)
        for one in paid.unpaid
        if one.stream in ends and one.cost.timing == "recurring"
    ]
    result = []
    for year in plan.span:
        mine = [one for one in resting if one[2] == year]
        gone = [one for one in fallen if one[2] == year]
        result.append(
            CliffYear(
                year,
                sum(one[3] for one in mine),
                _people(mine, counts, cents),
                sum(one[3] for one in gone),
                _people(gone, counts, cents),
                tuple(dict.fromkeys(one[0] for one in (*mine, *gone))),
            )
        )
    return tuple(result)


def _people(
    parts: Sequence[tuple[str, Place, int, int]],
    counts: Counts,
    cents: Mapping[tuple[str, Place, int], int],
) -> Decimal:
    """Return full-time equivalents whose salary the parts are of, to a hundredth."""
    total = _NONE
    for line, place, year, part in parts:
        number = counts.of.get(line, {}).get(year, {}).get(place)
        if number:
            total += number * part / cents[line, place, year]
    return total.quantize(Decimal("0.01"))
