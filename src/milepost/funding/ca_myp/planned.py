"""Lay a projection beside a plan: a plan of the form's amounts, and what differs line by line."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from milepost.funding.accounts import Account
from milepost.funding.ca_myp.form import EXPENDITURES, LINES, REVENUES, Part, Projection
from milepost.funding.money import dollars
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Line, Reserve
from milepost.funding.plan.results import Outlook
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Cost, Origin, Stream, Window
from milepost.funding.years import first_day, named

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
_RANGES = (
    ("B1e", "1000", "1999"),
    ("B2e", "2000", "2999"),
    ("B3", "3000", "3999"),
    ("B4", "4000", "4999"),
    ("B5", "5000", "5999"),
    ("B6", "6000", "6999"),
    ("B7", "7100", "7299"),
    ("B8", "7300", "7399"),
    ("B7", "7400", "7499"),
    ("B9a", "7600", "7629"),
    ("B9b", "7630", "7699"),
)
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

    A cost stands on the form's line that is its key, or else on the one that its object belongs to
    (`place`); revenue, awarded or by count, on the line that is its stream's key. What stands on no
    line of the form is in the result by its own key, with nothing on the form's side: nothing of
    the plan is left out for the form's years.
    """
    planned: Counter[tuple[str, int]] = Counter()
    for cost in outlook.costs:
        planned[place(cost), cost.year] += cost.cents
    for row in outlook.streams:
        planned[row.stream, row.year] += row.awarded
    table = form.table(part)
    keys = [*REVENUES, *EXPENDITURES]
    keys += sorted({key for key, _ in planned} - set(keys))
    return tuple(
        Gap(key, year, table.get((key, year), 0) if key in LINES else 0, planned[key, year])
        for key in keys
        for year in form.years
    )


def place(cost: Cost) -> str:
    """Return the form's line of a cost: its key, or the line of its object; else its own key.

    Objects are California's, of four digits, as the form itself bounds its lines (1000-1999 is
    B1e); one of NCES's three digits says nothing about certificated and classified.
    """
    code = cost.account.object
    if cost.line in EXPENDITURES or len(code) != 4:
        return cost.line
    return next((line for line, first, last in _RANGES if first <= code <= last), cost.line)


def sentence(gap: Gap) -> str:
    """Return a line of the form beside the plan in words."""
    where = f"{gap.line} ({LINES[gap.line]})" if gap.line in LINES else f"{gap.line}, of no line"
    form, plan = f"{dollars(gap.form):,}", f"{dollars(gap.plan):,}"
    more = f"{dollars(abs(gap.cents)):,}"
    says = "the same" if not gap.cents else f"{more} {'more' if gap.cents > 0 else 'less'}"
    return f"{where}, {named(gap.year)}: form {form}, plan {plan}: {says}"


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
