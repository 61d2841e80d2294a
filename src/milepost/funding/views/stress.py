"""What if money is cut? A plan with a cut of a year, met by levers in the library's order."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.funding.money import rounded
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.results import Outlook
from milepost.funding.queries import plan as plans
from milepost.funding.stress.cuts import CutPlan, Lever, cut, library
from milepost.funding.views.access import of_the_money, plan_or_404
from milepost.roster.access import Viewer

USUAL = Decimal(5)
"""Percent of a year's recurring revenue that the page cuts before anybody asks for another."""


@dataclass(frozen=True)
class Year:
    """One year of a plan that was cut, in cents."""

    year: int
    before: int | None
    cut: int
    covered: int
    uncovered: int
    reserve: int
    asked: int | None


@require_GET
@of_the_money
def page(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Show what a cut of some percent of a year's recurring revenue does to the reserve."""
    row = plan_or_404(viewer, plan)
    found = outlook(plans.plan(row.pk).contents, on=viewer.on)
    share, strange = _share(request.GET.get("share", ""))
    year = _year(request.GET.get("year", ""), found)
    order = _order(request)
    context = {
        "plan": row,
        "share": share,
        "strange": strange,
        "year": year,
        "span": found.plan.span,
        "levers": [(one, one in order) for one in library()],
        "on": viewer.on,
        "crumbs": [
            (_("Money"), reverse("funding:plans")),
            (row.name, reverse("funding:plan", args=[row.pk])),
            (_("What if"), ""),
        ],
    }
    amount = rounded(share / 100 * found.year(year).recurring_revenue)
    try:
        met = cut(found.plan, {year: amount}, order, on=viewer.on)
    except ValueError as refused:
        context |= {"refused": str(refused)}
        return render(request, "funding/stress.html", context, status=400)
    at = found.plan.span.index(year)
    context |= {
        "amount": amount,
        "covered": met.covered[at],
        "uncovered": met.uncovered[at],
        "years": _years(found, met),
        "pulled": [(one.lever, one.gives[at]) for one in met.pulled],
        "low": [one.year for one in _years(found, met) if one.reserve < (one.asked or 0)],
    }
    return render(request, "funding/stress.html", context)


def _years(found: Outlook, met: CutPlan) -> list[Year]:
    rows = zip(found.years, met.cut, met.covered, met.uncovered, met.reserve, strict=True)
    return [
        Year(view.year, view.reserve, cut_, covered, left, held, view.reserve_asked)
        for view, cut_, covered, left, held in rows
    ]


def _order(request: HttpRequest) -> tuple[Lever, ...]:
    """Return the levers that were ticked; on a first visit all that go together."""
    if "share" in request.GET:
        ticked = set(request.GET.getlist("lever"))
        return tuple(one for one in library() if one.key in ticked)
    order: tuple[Lever, ...] = ()
    for lever in library():
        if not any(one.key in lever.conflicts for one in order):
            order += (lever,)
    return order


def _share(text: str) -> tuple[Decimal, str]:
    """Return the percent asked for; the usual one, and the words, where they are none."""
    try:
        share = Decimal(text) if text else USUAL
    except InvalidOperation:
        return USUAL, text
    return (share, "") if share.is_finite() and 0 <= share <= 100 else (USUAL, text)


def _year(text: str, found: Outlook) -> int:
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    return asked if asked in found.plan.span else found.plan.first_year + 1
