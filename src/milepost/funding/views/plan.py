"""Model cost: what a plan costs, whether it lasts without grants, and where each number is from."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from milepost.funding.commands.plan import keep_version
from milepost.funding.models import Plan
from milepost.funding.money import cents, dollars
from milepost.funding.plan.model import Plan as Contents
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.parts import Bought, Device, Line, Position
from milepost.funding.plan.results import Outlook
from milepost.funding.queries import plan as queries
from milepost.funding.queries.contracts import contracts
from milepost.funding.sources import Source
from milepost.funding.streams import Category, Timing
from milepost.funding.templatetags.money import year as year_words
from milepost.funding.views.access import keeps_money, of_the_money, plan_or_404
from milepost.funding.years import named
from milepost.look.parts import Point
from milepost.roster.access import Viewer
from milepost.roster.models import Person

COLUMNS = ("fiscal_year", "school", "line", "timing", "category", "fund", "function", "object",
           "program", "dollars")  # fmt: skip
CATEGORIES: dict[Category, Any] = {
    "technology": gettext_lazy("technology"),
    "professional development": gettext_lazy("professional development"),
    "stipends and bonuses": gettext_lazy("stipends and bonuses"),
    "instructional support staff": gettext_lazy("instructional support staff"),
    "other": gettext_lazy("other"),
}
TIMINGS: dict[Timing, Any] = {
    "start-up": gettext_lazy("start-up"),
    "recurring": gettext_lazy("recurring"),
}


@require_GET
@of_the_money
def plans(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the plans that the reader may see, and the contracts for who keeps the money."""
    context = {
        "plans": list(queries.plans(viewer)),
        "contracts": contracts(viewer.district) if keeps_money(viewer) else [],
    }
    return render(request, "funding/plans.html", context)


@require_GET
@of_the_money
def plan(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Show a plan by year: its cost, the cliff, the reserve, and the sustain test."""
    row = plan_or_404(viewer, plan)
    held = _held(row, request.GET.get("version", ""))
    on, strange = day(request.GET.get("on", ""), viewer.on)
    found = outlook(held.contents, on=on)
    views = zip(found.years, found.cliff, strict=True)
    context = {
        "plan": row,
        "version": held.version,
        "found": found,
        "years": [{"view": view, "cliff": cliff} for view, cliff in views],
        "cliff": any(one.resting or one.fallen for one in found.cliff),
        "categories": _categories(found),
        "lines": _lines(found),
        "reserve": [_reserve(one.year, one.reserve) for one in found.years],
        "on": on,
        "strange": strange,
        "keeps": keeps_money(viewer),
        "crumbs": [(_("Money"), reverse("funding:plans")), (row.name, "")],
    }
    return render(request, "funding/plan.html", context)


@require_http_methods(["GET", "POST"])
@of_the_money
def line(request: HttpRequest, viewer: Viewer, plan: UUID, key: str) -> HttpResponse:
    """Show what a line is made of; who keeps the money may change one of its numbers."""
    row = plan_or_404(viewer, plan)
    held = queries.plan(row.pk)
    part = next((one for one in held.contents.bought if one.key == key), None)
    if part is None or (request.method == "POST" and not keeps_money(viewer)):
        raise Http404
    wrong = ""
    if request.method == "POST":
        try:
            _change(row, held.contents, part, request.POST, viewer)
        except ValueError as refused:
            wrong = str(refused)
        else:
            return redirect("funding:plan_line", row.pk, key)
    found = outlook(held.contents, on=viewer.on)
    streams = {one.key: one.name for one in held.contents.streams}
    context = {
        "plan": row,
        "version": held.version,
        "part": part,
        "facts": _facts(part, held.contents),
        "figures": _figures(part),
        "payers": [
            (streams[one.stream], one.share, TIMINGS[one.timing] if one.timing else "")
            for one in part.paid_by
        ],
        "years": _by_year(found, _keys(part)),
        "typed": request.POST if wrong else {},
        "wrong": wrong,
        "keeps": keeps_money(viewer),
        "crumbs": [
            (_("Money"), reverse("funding:plans")),
            (row.name, reverse("funding:plan", args=[row.pk])),
            (part.name, ""),
        ],
    }
    return render(request, "funding/line.html", context, status=400 if wrong else 200)


@require_GET
@of_the_money
def versions(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """List a plan's versions, and what differs between one and the one before."""
    row = plan_or_404(viewer, plan)
    kept = list(row.versions.order_by("-number"))
    names = Person.objects.in_bulk({one.kept_by for one in kept})
    chosen = _number(request.GET.get("of", "")) or kept[0].number
    pair = {one.number: one for one in kept if one.number in (chosen - 1, chosen)}
    context = {
        "plan": row,
        "versions": [(one, names.get(one.kept_by)) for one in kept],
        "chosen": chosen,
        "difference": queries.difference(pair[chosen - 1], pair[chosen], on=viewer.on)
        if len(pair) == 2
        else None,
        "crumbs": [
            (_("Money"), reverse("funding:plans")),
            (row.name, reverse("funding:plan", args=[row.pk])),
            (_("Versions"), ""),
        ],
    }
    return render(request, "funding/versions.html", context)


@require_GET
@of_the_money
def costs_csv(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Give every cost of the plan, by line, school and year, with its account, as a table."""
    row = plan_or_404(viewer, plan)
    held = _held(row, request.GET.get("version", ""))
    on, _strange = day(request.GET.get("on", ""), viewer.on)
    response = attachment(f"{slugify(row.name)}-{held.version.number}.csv")
    table = csv.writer(response)
    table.writerow(COLUMNS)
    for cost in outlook(held.contents, on=on).costs:
        account = cost.account
        table.writerow(
            (
                cost.year,
                cost.school or "",
                guarded(cost.line),
                cost.timing,
                cost.category,
                account.fund,
                account.function,
                account.object,
                account.program,
                dollars(cost.cents),
            )
        )
    return response


def attachment(name: str) -> HttpResponse:
    """Return an empty table to download."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content_type="text/csv; charset=utf-8", headers=disposition)


def guarded(words: str) -> str:
    """Return words that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words


def day(text: str, today: date) -> tuple[date, str]:
    """Return the day asked for, or today and the words that are no day."""
    try:
        return (date.fromisoformat(text) if text else today), ""
    except ValueError:
        return today, text


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _held(row: Plan, version: str) -> queries.Held:
    number = _number(version) if version else None
    try:
        return queries.plan(row.pk, number)
    except row.versions.model.DoesNotExist as missing:
        raise Http404 from missing


def _reserve(year: int, held: int | None) -> Point:
    """Return the reserve of a year in whole thousands of dollars."""
    return Point(year_words(year), None if held is None else round(held / 100_000))


def _categories(found: Outlook) -> list[tuple[str, int, Decimal]]:
    start = found.start_up
    return [
        (CATEGORIES[one], amount, start.share(one)) for one, amount in start.by_category.items()
    ]


@dataclass(frozen=True)
class LineRow:
    """A line of the plan in every year."""

    part: Bought
    amounts: list[int]


def _lines(found: Outlook) -> list[LineRow]:
    rows = []
    for part in found.plan.bought:
        keys = _keys(part)
        rows.append(LineRow(part, [amount for _year, amount in _by_year(found, keys)]))
    return rows


def _keys(part: Bought) -> set[str]:
    """Return the lines of costs that a part makes: a position's benefits are lines apart."""
    benefits = part.benefits if isinstance(part, Position) else ()
    return {part.key, *(f"{part.key}.{one.key}" for one in benefits)}


def _by_year(found: Outlook, keys: set[str]) -> list[tuple[int, int]]:
    sums = dict.fromkeys(found.plan.span, 0)
    for cost in found.costs:
        if cost.line in keys:
            sums[cost.year] += cost.cents
    return list(sums.items())


def _facts(part: Bought, contents: Contents) -> list[tuple[str, str]]:
    account, source = part.account, part.source
    codes = f"{account.fund}.{account.function}.{account.object}.{account.program}"
    timing = _("start-up and recurring") if isinstance(part, Device) else TIMINGS[part.timing]
    years = f"{year_words(part.first_year or contents.first_year)} – {year_words(part.last_year)}"
    facts = [
        (_("Category"), CATEGORIES[part.category]),
        (_("Timing"), timing),
        (_("Account (fund, function, object, program)"), codes),
        (_("Counted by"), part.driver),
        (_("Years"), years),
        (_("Source"), source.cite),
        (_("Entered by"), f"{source.by}, {source.on:%Y-%m-%d}"),
    ]
    if isinstance(part, Line) and part.amounts:
        given = "; ".join(f"{named(year)}: ${dollars(amount):,}" for year, amount in part.amounts)
        facts.insert(4, (_("Amounts given"), given))
    return facts


def _figures(part: Bought) -> list[tuple[str, str, str]]:
    """Return the numbers of a part that can be changed: name of the field, words, value."""
    if isinstance(part, Position):
        pay = [] if part.schedule else [("salary", _("Salary, dollars a year"), part.salary)]
        return [
            *((name, words, f"{dollars(value)}") for name, words, value in pay),
            ("quantity", _("How many for each one counted"), f"{part.quantity:f}"),
            ("vacancy", _("Share that stands empty (0 to 1)"), f"{part.vacancy:f}"),
        ]
    found = [("quantity", _("How many for each one counted"), f"{part.quantity:f}")]
    if not (isinstance(part, Line) and part.amounts):
        found.insert(0, ("price", _("Price of one, dollars"), f"{dollars(part.price)}"))
    if isinstance(part, Device):
        found += [
            ("life", _("Years that one lasts"), str(part.life)),
            ("loss", _("Share lost in a year (0 to 1)"), f"{part.loss:f}"),
        ]
    return found


def _change(
    row: Plan, contents: Contents, part: Bought, typed: Mapping[str, str], viewer: Viewer
) -> None:
    """Keep a version in which numbers of a part are those that were typed.

    Raises ValueError in words: nothing is changed then.
    """
    cite, note = typed.get("cite", "").strip(), typed.get("note", "").strip()
    if not cite:
        raise ValueError(_("Say where the new number is taken from: every number has a source."))
    values: dict[str, Any] = {}
    for name, words, old in _figures(part):
        text = typed.get(name, old).strip().replace(",", "").removeprefix("$")
        try:
            values[name] = _read(name, text)
        except (ValueError, InvalidOperation) as wrong:
            raise ValueError(
                _("%(words)s: “%(text)s” is no number that fits here.")
                % {"words": words, "text": text}
            ) from wrong
    source = Source(cite, viewer.on, viewer.name)
    changed: Any = replace(part, **values, source=source)
    kind = {Line: "lines", Device: "devices", Position: "positions"}[type(part)]
    parts = tuple(changed if one is part else one for one in getattr(contents, kind))
    changes: dict[str, Any] = {kind: parts}
    new = replace(contents, **changes)
    outlook(new, on=viewer.on)  # what cannot be computed is not kept
    base = _number(typed.get("base", "")) or 0
    keep_version(
        by=viewer.person, plan=row, contents=new, base=base, now=timezone.now(), note=note or cite
    )


def _read(name: str, text: str) -> int | Decimal:
    if name in ("price", "salary"):
        return cents(text)
    if name == "life":
        return int(text)
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value
