"""Lay a projection beside a plan: a plan of the form's amounts, and what differs line by line."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from milepost.funding.accounts import Account
from milepost.funding.ca_myp.form import EXPENDITURES, LINES, REVENUES, Part, Projection
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Line, Reserve
from milepost.funding.plan.results import Outlook
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Origin, Stream, Window
from milepost.funding.years import first_day

_OBJECTS = {
    "B1e": "1000",
    "B2e": "2000",
    "B3": "3000",
    "B4": "4000",
    "B5": "5000",
    "B6": "6000",
    "B7": "7100",
    "B8": "7300",
    "B9a": "7600",
    "B9b": "7630",
    "B10": "7999",
}
_ORIGINS: dict[str, Origin] = {"A1": "state", "A2": "federal", "A3": "state"}


@dataclass(frozen=True)
class Gap:
    """One line of the form in one fiscal year: cents of the form and cents of the plan."""

    line: str
    year: int
    form: int
    plan: int

    @property
    def cents(self) -> int:
        """How much more the plan holds than the form."""
        return self.plan - self.form


def plan_of(
    form: Projection,
    *,
    source: Source,
    policy: Reserve | None = None,
    part: Part = "Unrestricted/Restricted",
) -> Plan:
    """Return a plan of given amounts: a line for each expenditure, a stream for each revenue.

    Keys are the form's places ('B1e', 'A2'); accounts are California's: fund 01, the first object
    of the line, function and goal 0000 because the form is by object alone. Everything is base
    budget. Raises ValueError where revenue is negative, which no stream can be: the unrestricted
    page gives contributions away, and the page of both parts shows them as zero.
    """
    table = form.table(part)
    lines = tuple(
        Line(
            key=key,
            name=name,
            timing="recurring",
            category="other",
            account=Account("01", "0000", _OBJECTS[key], "0000"),
            source=source,
            amounts=tuple((year, table.get((key, year), 0)) for year in form.years),
            base=True,
        )
        for key, name in EXPENDITURES.items()
    )
    return Plan(
        name=f"{form.district}, {part.lower()}",
        first_year=form.first_year,
        schools=(),
        years=3,
        lines=lines,
        streams=tuple(_stream(form, table, key, source) for key in REVENUES),
        reserve=policy,
    )


def reconcile(
    form: Projection, outlook: Outlook, *, part: Part = "Unrestricted/Restricted"
) -> tuple[Gap, ...]:
    """Return every expenditure and revenue of the form beside the plan's, line by line and year.

    Costs are taken from the outlook's lines and revenue from its streams' awards, each by the
    form's place as its key. A cost or stream of a key that the form has not stands in the result
    with nothing on the form's side: nothing of the plan is left out for the form's years.
    """
    planned: Counter[tuple[str, int]] = Counter()
    for cost in outlook.costs:
        planned[cost.line, cost.year] += cost.cents
    for stream in outlook.plan.streams:
        for award in stream.awards:
            planned[stream.key, award.year] += award.cents
    table = form.table(part)
    keys = [*REVENUES, *EXPENDITURES]
    keys += sorted({key for key, _ in planned} - set(keys))
    return tuple(
        Gap(key, year, table.get((key, year), 0) if key in LINES else 0, planned[key, year])
        for key in keys
        for year in form.years
    )


def _stream(
    form: Projection, table: dict[tuple[str, int], int], key: str, source: Source
) -> Stream:
    for year in form.years:
        if table.get((key, year), 0) < 0:
            raise ValueError(
                f"line {key} ({LINES[key]}) of {year} is negative: take the page of both parts"
            )
    start: date = first_day(form.first_year)
    return Stream(
        key=key,
        name=LINES[key],
        origin=_ORIGINS.get(key, "local"),
        awards=tuple(Award(year, table.get((key, year), 0), source) for year in form.years),
        windows=(Window(start, start, None, None, source),),
    )
