"""Files of others: a plan's budget out, a budget in, and the plan beside California's form."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from milepost.funding.ca_myp.form import LINES
from milepost.funding.commands.budget import keep_budget
from milepost.funding.exchange.files import ENDINGS, FORMATS, Format
from milepost.funding.models import Plan
from milepost.funding.queries import budget as queries
from milepost.funding.views.access import keeps_money, of_the_money, plan_or_404
from milepost.roster.access import Viewer

LARGEST = 1_000_000
"""Bytes of a file on the page, which carries it on until somebody keeps it."""
KINDS = {"nces": "text/csv; charset=utf-8", "edfi": "application/xml"}


@dataclass(frozen=True)
class Given:
    """A budget file that somebody brought, carried on until it is kept or left."""

    name: str
    form: Format
    text: str


@require_http_methods(["GET", "POST"])
@of_the_money
def page(request: HttpRequest, viewer: Viewer, plan: UUID) -> HttpResponse:
    """Offer the plan's budget as files; say what a budget would change, and keep it; compare."""
    row = plan_or_404(viewer, plan)
    act = request.POST.get("act", "")
    keeps = keeps_money(viewer)
    if act in ("look", "keep") and not keeps:
        raise Http404
    context: dict[str, Any] = {}
    try:
        if act == "look":
            context = _look(row, _upload(request), viewer)
        elif act == "keep":
            return _keep(request, row, viewer)
        elif act == "compare":
            context = _compare(request, row, viewer)
    except ValueError as refused:
        context = {"wrong": str(refused).splitlines()}
    context |= {
        "plan": row,
        "keeps": keeps,
        "crumbs": [
            (_("Money"), reverse("funding:plans")),
            (row.name, reverse("funding:plan", args=[row.pk])),
            (_("Files of others"), ""),
        ],
    }
    status = 400 if "wrong" in context else 200
    return render(request, "funding/files.html", context, status=status)


@require_GET
@of_the_money
def download(request: HttpRequest, viewer: Viewer, plan: UUID, form: str) -> HttpResponse:
    """Give a plan's budget in a format of others."""
    row = plan_or_404(viewer, plan)
    known = _format(form)
    try:
        text = queries.budget_file(row, known, on=viewer.on)
    except ValueError as refused:
        messages.error(request, str(refused))
        return redirect("funding:plan_files", row.pk)
    name = f"{slugify(row.name)}-{known}.{ENDINGS[known]}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=KINDS[known], headers=disposition)


def _format(name: str) -> Format:
    found = next((one for one in FORMATS if one == name), None)
    if found is None:
        raise Http404
    return found


def _read(request: HttpRequest) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.name:
        raise ValueError(_("No file came: choose one."))
    if (file.size or 0) > LARGEST:
        raise ValueError(
            _(
                "%(name)s is larger than a page takes (1 MB): "
                "take it in at a terminal, with milepost budget."
            )
            % {"name": file.name}
        )
    return file.name, file.read()


def _upload(request: HttpRequest) -> Given:
    name, data = _read(request)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        raise ValueError(
            _("%(name)s, line %(line)s: the text is not UTF-8; save it as UTF-8.")
            % {"name": name, "line": line}
        ) from wrong
    return Given(name, _format(request.POST.get("form", "")), text)


def _look(row: Plan, given: Given, viewer: Viewer) -> dict[str, Any]:
    found = _taken(row, given, viewer)
    return {
        "given": given,
        "found": found,
        "sentences": found.sentences(),
        "base": found.held.version.number,
    }


def _taken(row: Plan, given: Given, viewer: Viewer) -> queries.Taken:
    data = given.text.encode()
    return queries.merged(row, data, given.form, file=given.name, on=viewer.on, by=viewer.name)


def _keep(request: HttpRequest, row: Plan, viewer: Viewer) -> HttpResponse:
    """Keep what was looked at. Raises ValueError in words: nothing is changed then."""
    base = request.POST.get("base", "")
    given = Given(
        request.POST.get("name", "")[:200] or _("a file"),
        _format(request.POST.get("form", "")),
        request.POST.get("text", ""),
    )
    kept = keep_budget(
        by=viewer.person,
        plan=row,
        merge=_taken(row, given, viewer).merge,
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
        file=given.name,
        now=timezone.now(),
    )
    messages.success(request, _("Version %(number)s is kept.") % {"number": kept.number})
    return redirect("funding:plan", row.pk)


def _compare(request: HttpRequest, row: Plan, viewer: Viewer) -> dict[str, Any]:
    name, data = _read(request)
    found = queries.compared(row, data, file=name, on=viewer.on)
    names = [(gap, LINES.get(gap.line, _("on no line of the form"))) for gap in found.differing]
    return {"compared": found, "differing": names, "same": len(found.gaps) - len(found.differing)}
