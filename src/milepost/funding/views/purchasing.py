"""Buying together: who needs how many, what vendors offer, and what each district then pays."""

import csv
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.funding.money import dollars
from milepost.funding.purchasing.pool import Part, Pool, pooled
from milepost.funding.purchasing.tables import read_needs, read_offers
from milepost.funding.sources import Source
from milepost.funding.views.access import of_the_state
from milepost.funding.views.plan import attachment, guarded
from milepost.roster.access import Viewer

EXAMPLE = {
    "item": "Laptops",
    "needs": "Alder, 60\nBeech, 30\nCedar, 10",
    "offers": "Ash, all-units, 1, 300.00\nAsh, all-units, 100, 250.00\n"
    "Birch, incremental, 1, 290.00\nBirch, incremental, 51, 240.00",
    "cite": "Invented: the guide's example",
}
"""The pool of docs/funding/purchasing.md."""


@require_http_methods(["GET", "POST"])
@of_the_state
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Work out a pool that somebody types; nothing of it is kept."""
    typed = _typed(request)
    context: dict[str, Any] = {"typed": typed}
    if typed["needs"] or request.method == "POST":
        try:
            pool = _pool(typed, viewer)
        except (ValueError, RuntimeError) as refused:
            context["wrong"] = str(refused).splitlines()
        else:
            if request.POST.get("act") == "csv":
                return _csv(pool, typed["item"])
            context |= _said(pool)
    return render(
        request, "funding/purchasing.html", context, status=400 if "wrong" in context else 200
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    if request.method == "POST":
        return {name: request.POST.get(name, "")[:100_000].strip() for name in EXAMPLE}
    return dict(EXAMPLE) if "example" in request.GET else dict.fromkeys(EXAMPLE, "")


def _pool(typed: dict[str, str], viewer: Viewer) -> Pool:
    """Return the pool that is typed. Raises ValueError in words, a line for each fault."""
    if not typed["cite"]:
        raise ValueError(_("Say where the prices are from: every number has a source."))
    source = Source(typed["cite"], viewer.on, viewer.name)
    needs = read_needs(typed["needs"])
    return pooled(read_offers(typed["offers"], source), needs)


def _said(pool: Pool) -> dict[str, Any]:
    alone = sum(one.alone for one in pool.parts)
    return {
        "pool": pool,
        "rows": [(one, _share(one), _each(one)) for one in pool.parts],
        "units": sum(one.units for one in pool.parts),
        "alone": alone,
        "saved": alone - pool.order.cents,
    }


def _share(one: Part) -> Decimal:
    """Return the share of its own bill that a district saves."""
    return Decimal(one.saved) / one.alone


def _each(one: Part) -> str:
    """Return the price of one in the pool, in dollars to a tenth of a cent: a quotient."""
    return f"${dollars(one.cents) / one.units:,.3f}"


def _csv(pool: Pool, item: str) -> HttpResponse:
    response = attachment("buying-together.csv")
    out = csv.writer(response)
    out.writerow(["item", "district", "units", "alone", "in_the_pool", "saved"])
    for one in pool.parts:
        amounts = (dollars(cents) for cents in (one.alone, one.cents, one.saved))
        out.writerow([guarded(item), guarded(one.district), one.units, *amounts])
    return response
