"""Pages about rules. Anybody of the district may read them: the law is public.

What a rule stands in the way of is shown to who works for the district: it tells of plans.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from milepost.roster.access import Viewer
from milepost.roster.models import Organisation
from milepost.rulebook import commands, queries
from milepost.rulebook.forms import RulesForm
from milepost.rulebook.models import Rule, RuleValue
from milepost.rulebook.rules import RefusedError

Page = Callable[..., HttpResponse]
RULES_A_PAGE = 50
PUBLICATIONS_SHOWN = 20


def of_the_district(page: Page) -> Page:
    """Let a signed-in person in, and hand their relationships and district to the page."""

    @login_required
    @wraps(page)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        viewer: Viewer | None = getattr(request, "viewer", None)
        if viewer is None:
            raise Http404
        above = Organisation.objects.select_related("parent__parent")
        return page(request, viewer, above.get(pk=viewer.district), **kwargs)

    return view


@require_GET
@of_the_district
def rules(request: HttpRequest, viewer: Viewer, district: Organisation) -> HttpResponse:
    """List the rules that bind the district on a day, or what a search finds in them."""
    on, strange = _day(request.GET.get("on", ""), viewer.on)
    text = request.GET.get("q", "").strip()[:200]
    binds = request.GET.get("binds", "")
    if binds not in Rule.Binds.values:
        binds = ""
    found = queries.rules_in_force(district, on, binds=binds or None, text=text)
    context = {
        "district": district,
        "on": on,
        "asked": f"?on={on}" if on != viewer.on else "",
        "strange": strange,
        "q": text,
        "binds": binds,
        "choices": Rule.Binds.choices,
        "rules": Paginator(found, RULES_A_PAGE).get_page(request.GET.get("page")),
        "waived": sum(one.waived for one in found),
        "barriers": queries.barriers(district, on) if _keeps(viewer) else [],
        "keeps": _keeps(viewer),
    }
    return render(request, "rulebook/rules.html", context)


@require_GET
@of_the_district
def rule(request: HttpRequest, viewer: Viewer, district: Organisation, rule: UUID) -> HttpResponse:
    """Show one wording of a rule: what it says, its figures, waivers, barriers and history."""
    on, _strange = _day(request.GET.get("on", ""), viewer.on)
    mine = Q(organisation__in=queries.lineage(district)) | Q(organisation__district=district)
    rows = Rule.objects.filter(mine).select_related("organisation", "supersedes")
    row = get_object_or_404(rows, pk=rule)
    waivers = queries.waivers_of(row, district)
    reported = queries.barriers(district, on, resolved=True) if _keeps(viewer) else []
    context = {
        "rule": row,
        "on": on,
        "district": district,
        "standing": _standing(row, on),
        "freed": [one for one in waivers if _holds(one, on)],
        "waivers": waivers,
        "figures": [_figure(one) for one in row.values.all()],
        "barriers": [one for one in reported if one.barrier.citation == row.citation],
        "wordings": queries.history(row),
        "facts": _facts(row),
        "crumbs": [(_("Rules"), reverse("rulebook:rules")), (row.citation, "")],
    }
    return render(request, "rulebook/rule.html", context)


@require_http_methods(["GET", "POST"])
@of_the_district
def bring(request: HttpRequest, viewer: Viewer, district: Organisation) -> HttpResponse:
    """Show what a file of rules would change, or take it in; and the last files."""
    if not _keeps(viewer):
        raise Http404
    form = RulesForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "district": district}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            context["changes"] = _take(viewer, district, file, publish="publish" in request.POST)
            if "publish" in request.POST:
                return redirect("rulebook:import")
        except RefusedError as error:
            context["problems"] = error.problems
    shown = queries.publications(queries.lineage(district))[:PUBLICATIONS_SHOWN]
    context["publications"] = [(one, _counts(one.changes)) for one in shown]
    context["crumbs"] = [(_("Rules"), reverse("rulebook:rules")), (_("Import"), "")]
    bad = form.is_bound and "changes" not in context
    return render(request, "rulebook/import.html", context, status=400 if bad else 200)


def _take(
    viewer: Viewer, district: Organisation, file: UploadedFile[bytes], *, publish: bool
) -> commands.Changes:
    """Publish an uploaded file, or only say what it would change. Raises RefusedError."""
    name = PurePath(file.name or "rules.yaml").name
    text = commands.decoded(file.read(), name)
    if not publish:
        return commands.preview(organisation=district, text=text, file=name)
    return commands.publish_rules(
        by=viewer.person,
        organisation=district,
        text=text,
        on=viewer.on,
        now=timezone.now(),
        file=name,
    )


def _counts(changes: dict[str, Any]) -> str:
    counted = {name: len(some) for name, some in changes.items()}
    return _("%(added)s added, %(changed)s changed, %(retired)s retired") % counted


def _day(text: str, today: date) -> tuple[date, str]:
    """Return the day that was asked for, and the text where it is no day."""
    try:
        return (date.fromisoformat(text), "") if text else (today, "")
    except ValueError:
        return today, text[:40]


def _keeps(viewer: Viewer) -> bool:
    """Say whether a person works for the district as a whole."""
    return viewer.district in viewer.works_for


def _standing(rule: Rule, on: date) -> str:
    """Return why a wording does not bind on a day, in words, or nothing when it does."""
    if rule.retired_on and rule.retired_on <= on:
        return _("Its rulebook no longer has it since %(day)s.") % {
            "day": localize(rule.retired_on)
        }
    if rule.ends_on and rule.ends_on < on:
        return _("This wording bound until %(day)s.") % {"day": localize(rule.ends_on)}
    if rule.begins_on > on:
        return _("This wording binds from %(day)s.") % {"day": localize(rule.begins_on)}
    return ""


def _holds(one: Any, on: date) -> bool:
    return bool(one.begins_on <= on and (one.ends_on is None or one.ends_on >= on))


def _figure(value: RuleValue) -> dict[str, Any]:
    return {
        "name": value.name.replace("_", " "),
        "value": f"{value.decimal:,}",
        "unit": value.unit,
        "grades": ", ".join(value.grades) or _("all"),
        "begins_on": value.begins_on,
        "ends_on": value.ends_on,
        "source": value.source,
    }


def _facts(rule: Rule) -> list[tuple[str, ...]]:
    begins = localize(rule.begins_on)
    if rule.begins_earlier:
        begins = _("%(day)s at the latest") % {"day": begins}
    known: Iterable[tuple[str, str]] = (
        (_("Citation"), rule.citation),
        (_("Kind"), rule.get_kind_display()),
        (_("What it binds"), rule.get_binds_display()),
        (_("Condition of the framework"), rule.get_condition_display()),
        (_("Fund"), rule.fund),
        (_("It speaks of"), _terms(rule)),
        (_("Whose rule"), rule.authority),
        (_("In the rulebook of"), rule.organisation.name),
        (_("Binds from"), begins),
        (_("Binds until"), localize(rule.ends_on) if rule.ends_on else ""),
        (_("Text that was read"), rule.source),
        (_("Current to, or read on"), localize(rule.source_on)),
    )
    return [pair for pair in known if pair[1]]


def _terms(rule: Rule) -> str:
    return "; ".join(f"{name}: {', '.join(some)}" for name, some in rule.terms.items())
