"""What if things go otherwise? Ranges that people enter, and where the reserve may end."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.funding.models import Plan as PlanRow
from milepost.funding.money import dollars
from milepost.funding.plan.difference import Moved, moved
from milepost.funding.plan.model import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.queries import plan as plans
from milepost.funding.sources import Source
from milepost.funding.stress.chance import Band, Bar, Chance, Range, chance, reserves, tornado
from milepost.funding.stress.shocks import Kind, Scenario, Shock
from milepost.funding.views.access import of_the_money, plan_or_404
from milepost.funding.views.plan import attachment, guarded
from milepost.funding.years import named
from milepost.look.parts import Point
from milepost.roster.access import Viewer

DRAWS = 500
SEED = 1
USUAL: dict[Kind, tuple[str, str, str]] = {
    "enrollment": ("-2", "0", "5"),
    "index": ("-1", "0", "1"),
    "benefit": ("0", "0", "2"),
}
"""Percent that the page tries before anybody enters others: wide enough to show what matters."""


@dataclass(frozen=True)
class Row:
    """A range as it stands in the form, in percent."""

    kind: Kind
    key: str
    label: str
    low: str
    likely: str
    high: str

    @property
    def field(self) -> str:
        """What the form calls it."""
        return f"{self.kind}-{self.key}" if self.key else self.kind

    def range(self, from_year: int, source: Source) -> Range | None:
        """Return the range; none where nothing is uncertain. Raises ValueError in words."""
        low, likely, high = (_share(self.label, one) for one in (self.low, self.likely, self.high))
        if low == likely == high == 0:
            return None
        if not low <= likely <= high or low == high:
            raise ValueError(
                _("%(label)s: write the lowest, the likely and the highest in this order.")
                % {"label": self.label}
            )
        return Range(self.label, Shock(self.kind, likely, from_year, source, self.key), low, high)


@dataclass(frozen=True)
class Swing:
    """A bar of the tornado, from 0 to 100 across the widest, and where the plan itself ends."""

    bar: Bar
    x: float
    width: float


@dataclass(frozen=True)
class Found:
    """All that the page and its file say."""

    planned: tuple[int, ...]
    chance: Chance | None
    bars: tuple[Bar, ...]
    moved: tuple[Moved, ...]
    likely: tuple[int, ...]
    """The reserve by year where every range is at its likely size."""


@require_GET
@of_the_money
def page(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Show where the reserve may end, what moves it most, and what the likely scenario costs."""
    row = plan_or_404(viewer, plan)
    contents = plans.plan(row.pk).contents
    rows, from_year = _rows(request, contents), _year(request, contents)
    context = {
        "plan": row,
        "rows": rows,
        "span": contents.span,
        "from_year": from_year,
        "draws": DRAWS,
        "seed": SEED,
        "on": viewer.on,
        "kept": request.GET.urlencode(),
        "crumbs": [
            (_("Money"), reverse("funding:plans")),
            (row.name, reverse("funding:plan", args=[row.pk])),
            (_("Chance"), ""),
        ],
    }
    try:
        found = _found(contents, _ranges(rows, from_year, viewer.on), viewer.on)
    except ValueError as refused:
        context |= {"refused": str(refused)}
        return render(request, "funding/chance.html", context, status=400)
    bands = found.chance.bands if found.chance else ()
    names = {one.key: one.name for one in contents.bought}
    context |= {
        "found": found,
        "years": list(zip(contents.span, found.planned, found.likely, bands, strict=False)),
        "points": [_point(one) for one in bands],
        "swings": _swings(found.bars, found.planned[-1]),
        "middle": _across(found.bars, found.planned[-1])(found.planned[-1]),
        "moved": [(names.get(one.line, one.line), one) for one in found.moved],
        "last": bands[-1] if bands else None,
    }
    return render(request, "funding/chance.html", context)


@require_GET
@of_the_money
def csv_file(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Give the reserve by year, the tornado, and the likely scenario line by line as a table."""
    row = plan_or_404(viewer, plan)
    contents = plans.plan(row.pk).contents
    try:
        ranges = _ranges(_rows(request, contents), _year(request, contents), viewer.on)
        found = _found(contents, ranges, viewer.on)
    except ValueError as refused:
        raise Http404(str(refused)) from refused
    response = attachment(f"{slugify(row.name)}-chance.csv")
    table = csv.writer(response)
    table.writerow(["what", "name", "fiscal_year", "planned", "low", "likely", "high", "source"])
    by = f"{viewer.on}, {_by(row)}"
    for year, planned, band in zip(
        contents.span, found.planned, found.chance.bands if found.chance else (), strict=False
    ):
        low, middle, high = (dollars(one) for one in (band.p10, band.p50, band.p90))
        table.writerow(["reserve", "P10, P50, P90", year, dollars(planned), low, middle, high, by])
    final = dollars(found.planned[-1])
    for bar in found.bars:
        ends = (dollars(bar.low), "", dollars(bar.high))
        table.writerow(["tornado", guarded(bar.name), contents.span[-1], final, *ends, by])
    for one in found.moved:
        costs = (dollars(one.before), "", dollars(one.after), "")
        table.writerow(["line", guarded(one.line), one.year, *costs, by])
    return response


def _by(row: PlanRow) -> str:
    return _("ranges entered on the page of %(plan)s") % {"plan": row.name}


@lru_cache(maxsize=64)
def _found(plan: Plan, ranges: tuple[Range, ...], on: date) -> Found:
    """Work a plan out under ranges; the same question again costs nothing."""
    planned = tuple(reserves(plan, on=on))
    if not ranges:
        return Found(planned, None, (), (), planned)
    likely = Scenario("likely", tuple(one.shock for one in ranges)).apply(plan)
    seen = outlook(likely, on=on)
    return Found(
        planned,
        chance(plan, ranges, on=on, seed=SEED, draws=DRAWS),
        tornado(plan, ranges, on=on),
        moved(outlook(plan, on=on), seen),
        tuple(view.reserve or 0 for view in seen.years),
    )


def _rows(request: HttpRequest, plan: Plan) -> list[Row]:
    """Return a range for everything in the plan that may go otherwise."""
    rows = []
    for kind, key, label, usual in _shocks(plan):
        row = Row(kind, key, label, *usual)
        given = [request.GET.get(f"{row.field}-{end}", "") for end in ("low", "likely", "high")]
        if any(given):
            low, likely, high = (one.strip() or "0" for one in given)
            row = replace(row, low=low, likely=likely, high=high)
        rows.append(row)
    return rows


def _shocks(plan: Plan) -> Iterator[tuple[Kind, str, str, tuple[str, str, str]]]:
    """Yield what may go otherwise; a benefit whose rate never moves is certain unless one asks."""
    yield "enrollment", "", _("Learners lost, percent"), USUAL["enrollment"]
    for one in plan.indexes:
        label = _("%(key)s: points a year more") % {"key": one.key.capitalize()}
        yield "index", one.key, label, USUAL["index"]
    moves: dict[str, bool] = {}
    for benefit in (one for position in plan.positions for one in position.benefits):
        if benefit.rates:
            moves[benefit.key] = moves.get(benefit.key, False) or len(benefit.rates) > 1
    for key, moving in moves.items():
        label = _("%(key)s: points of salary more") % {"key": key.capitalize()}
        yield "benefit", key, label, USUAL["benefit"] if moving else ("0", "0", "0")


def _ranges(rows: list[Row], from_year: int, on: date) -> tuple[Range, ...]:
    source = Source("an assumption on the page of chance", on, "reader of the page")
    found = (row.range(from_year, source) for row in rows)
    return tuple(one for one in found if one is not None)


def _share(label: str, text: str) -> Decimal:
    try:
        share = Decimal(text) / 100
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite() or abs(share) > 1:
        raise ValueError(
            _("%(label)s: “%(text)s” is no percentage from -100 to 100.")
            % {"label": label, "text": text}
        )
    return share


def _year(request: HttpRequest, plan: Plan) -> int:
    text = request.GET.get("from", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return asked if asked in plan.span else plan.span[1] if len(plan.span) > 1 else plan.span[0]


def _point(band: Band) -> Point:
    thousands = (round(one / 100_000) for one in (band.p50, band.p10, band.p90))
    return Point(named(band.year), *thousands)


def _across(bars: tuple[Bar, ...], planned: int) -> Callable[[int], float]:
    """Return where an amount lies from 0 to 100 across all bars."""
    ends = [planned, *(end for bar in bars for end in (bar.low, bar.high))]
    floor, span = min(ends), (max(ends) - min(ends)) or 1
    return lambda cents: round(100 * (cents - floor) / span, 1)


def _swings(bars: tuple[Bar, ...], planned: int) -> list[Swing]:
    x = _across(bars, planned)
    found = []
    for bar in bars:
        left, right = sorted((x(bar.low), x(bar.high)))
        found.append(Swing(bar, left, max(round(right - left, 1), 0.5)))
    return found
