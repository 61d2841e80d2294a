"""The fund braid of a plan: who pays which line, what is left, and why not."""

import csv
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.funding import braided
from milepost.funding.braid import Braid, Infeasible, Left, WhyNot, braid
from milepost.funding.models import Plan
from milepost.funding.money import dollars
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.results import Outlook
from milepost.funding.queries import plan as plans
from milepost.funding.queries.barriers import forbidden, waived
from milepost.funding.streams import Stream
from milepost.funding.views.access import of_the_money, plan_or_404
from milepost.funding.views.plan import attachment, day, guarded
from milepost.roster.access import Viewer


@dataclass(frozen=True)
class Row:
    """A line of one year: what each stream pays, and what nobody pays."""

    line: str
    cents: int
    cells: list[tuple[Stream, int]]
    unpaid: int


@require_GET
@of_the_money
def page(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Show who pays for what in one year of a plan, and answer why a stream does not pay a line."""
    row = plan_or_404(viewer, plan)
    on, strange = day(request.GET.get("on", ""), viewer.on)
    found = outlook(plans.plan(row.pk).contents, on=on)
    context = {
        "plan": row,
        "on": on,
        "strange": strange,
        "crumbs": [
            (_("Money"), reverse("funding:plans")),
            (row.name, reverse("funding:plan", args=[row.pk])),
            (_("Who pays"), ""),
        ],
    }
    try:
        solved = _braid(row, found, on)
    except Infeasible as conflict:
        context |= {"conflict": conflict.conflict}
        return render(request, "funding/braid.html", context)
    year = _year(request.GET.get("year", ""), found)
    context |= {
        "year": year,
        "years": found.plan.span,
        "streams": solved.problem.streams,
        "rows": _rows(solved, found, year),
        "left": [(one, _name(solved, one)) for one in solved.left if one.year == year],
        "soonest": _soonest(solved),
        "unpaid": [one for one in solved.unpaid if one.year == year],
        "barriers": solved.barriers,
        "why": _why(request, solved, year),
        "asked": (request.GET.get("line", ""), request.GET.get("stream", "")),
    }
    return render(request, "funding/braid.html", context)


@require_GET
@of_the_money
def csv_file(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Give all allocations of a plan's braid as a table."""
    row = plan_or_404(viewer, plan)
    on, _strange = day(request.GET.get("on", ""), viewer.on)
    found = outlook(plans.plan(row.pk).contents, on=on)
    response = attachment(f"{slugify(row.name)}-who-pays.csv")
    table = csv.writer(response)
    table.writerow(["fiscal_year", "line", "stream", "dollars", "because"])
    try:
        solved = _braid(row, found, on)
    except Infeasible as conflict:
        table.writerow(("", "", "", "", "; ".join(conflict.conflict)))
        return response
    for one in solved.allocations:
        cells = (one.year, guarded(one.line), guarded(one.stream), dollars(one.cents), one.why)
        table.writerow(cells)
    return response


def _braid(row: Plan, found: Outlook, on: date) -> Braid:
    place = row.school or row.district
    return braid(
        braided.costs(found),
        braided.streams(found),
        on=on,
        rules=forbidden(place, on),
        waived=waived(place, on),
    )


def _year(text: str, found: Outlook) -> int:
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return asked if asked in found.plan.span else found.plan.first_year


def _rows(solved: Braid, found: Outlook, year: int) -> list[Row]:
    streams = solved.problem.streams
    rows = []
    for cost in braided.costs(found):
        if cost.year == year:
            cells = [(one, solved.cells.get((cost.line, year, one.key), 0)) for one in streams]
            unpaid = cost.cents - sum(paid for _stream, paid in cells)
            rows.append(Row(cost.line, cost.cents, cells, unpaid))
    return rows


def _name(solved: Braid, left: Left) -> str:
    return solved.problem.stream[left.stream].name


def _soonest(solved: Braid) -> tuple[Left, str] | None:
    """Return the money that lapses first, with the name of its stream."""
    lapsing = [one for one in solved.left if one.lapses and one.on]
    first = min(lapsing, key=lambda one: one.on or date.max, default=None)
    return (first, _name(solved, first)) if first else None


def _why(request: HttpRequest, solved: Braid, year: int) -> WhyNot | None:
    line, stream = request.GET.get("line", ""), request.GET.get("stream", "")
    try:
        return solved.why_not(line, stream, year) if line and stream else None
    except ValueError:
        return None
