"""Pages about frameworks. Anybody of the district may read them: they are public documents."""

import tempfile
import zlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.audit.queries import latest_runs, run_detail
from milepost.purpose import commands, queries
from milepost.purpose.forms import ImportForm
from milepost.purpose.models import Framework
from milepost.roster.access import Viewer
from milepost.roster.models import Organisation

Page = Callable[..., HttpResponse]
RESULTS_A_PAGE = 50
KINDS = ("case", "crosswalk")
"""Imports that this room takes."""


def of_the_district(page: Page) -> Page:
    """Let a signed-in person in, and hand their relationships to the page."""

    @login_required
    @wraps(page)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        viewer: Viewer | None = getattr(request, "viewer", None)
        if viewer is None:
            raise Http404
        return page(request, viewer, **kwargs)

    return view


def of_district_staff(page: Page) -> Page:
    """Let in who works for the district; the page is not there for anybody else."""

    @wraps(page)
    def staffed(request: HttpRequest, viewer: Viewer, **kwargs: Any) -> HttpResponse:
        if not _keeps(viewer):
            raise Http404
        return page(request, viewer, **kwargs)

    return of_the_district(staffed)


@require_GET
@of_the_district
def frameworks(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the district's frameworks, or what a search finds in all of them."""
    text = request.GET.get("q", "").strip()
    found = queries.search(viewer.district, text, on=viewer.on)
    context = {
        "frameworks": list(queries.frameworks(viewer.district, viewer.on)),
        "q": text,
        "results": Paginator(found, RESULTS_A_PAGE).get_page(request.GET.get("page")),
        "keeps": _keeps(viewer),
        "on": viewer.on,
    }
    return render(request, "purpose/frameworks.html", context)


@require_GET
@of_the_district
def framework(request: HttpRequest, viewer: Viewer, framework: UUID) -> HttpResponse:
    """Show one framework as an outline, or what a search finds in it."""
    row = _framework(viewer, framework)
    text = request.GET.get("q", "").strip()
    retired = "retired" in request.GET
    found = queries.search(viewer.district, text, framework=row.pk, on=viewer.on, retired=retired)
    branches = [] if text else queries.tree(row, on=viewer.on, retired=retired)
    context = {
        "framework": row,
        "q": text,
        "retired": retired,
        "results": Paginator(found, RESULTS_A_PAGE).get_page(request.GET.get("page")),
        "branches": branches,
        "leaves": sum(branch.leaves for branch in branches),
        "versions": list(queries.versions(row.pk)),
        "facts": _about_framework(row),
        "crumbs": _crumbs(row.title),
        "keeps": _keeps(viewer),
        "on": viewer.on,
    }
    return render(request, "purpose/framework.html", context)


@require_GET
@of_the_district
def competency(request: HttpRequest, viewer: Viewer, competency: UUID) -> HttpResponse:
    """Show one competency: what it says, what it builds on, where it leads."""
    found = queries.competence(viewer.district, competency, viewer.on)
    if found is None:
        raise Http404
    row = found.competency
    context = {
        "found": found,
        "competency": row,
        "framework": row.framework,
        "ended": row.retired_on is not None and row.retired_on <= viewer.on,
        "versions": list(queries.versions(row.framework_id)),
        "facts": _about_competency(found),
        "crumbs": _crumbs(row.code or row.name, row.framework),
        "on": viewer.on,
    }
    return render(request, "purpose/competency.html", context)


@require_GET
@of_district_staff
def export(request: HttpRequest, viewer: Viewer, framework: UUID) -> HttpResponse:
    """Say what a CASE 1.1 package of the framework carries and cannot carry, and offer it."""
    row = _framework(viewer, framework)
    content, losses = commands.export_case(framework=row)
    context = {
        "framework": row,
        "size": len(content),
        "losses": losses.lines(),
        "crumbs": _crumbs(_("Export"), row),
    }
    return render(request, "purpose/export.html", context)


@require_GET
@of_district_staff
def package(request: HttpRequest, viewer: Viewer, framework: UUID) -> HttpResponse:
    """Send the framework as a CASE 1.1 package."""
    row = _framework(viewer, framework)
    content, _losses = commands.export_case(framework=row)
    return _download(content, f"{slugify(row.title)[:60] or 'framework'}.json")


@require_GET
@of_district_staff
def received(request: HttpRequest, viewer: Viewer, framework: UUID, number: int) -> HttpResponse:
    """Send the bytes of one version as they came."""
    row = _framework(viewer, framework)
    version = get_object_or_404(row.versions, number=number)
    name = f"{slugify(row.title)[:60] or 'framework'}-version-{number}.txt"
    return _download(zlib.decompress(bytes(version.received)), name, "application/octet-stream")


@require_POST
@of_district_staff
def use(request: HttpRequest, viewer: Viewer, framework: UUID) -> HttpResponse:
    """Begin or stop working by a framework."""
    row = _framework(viewer, framework)
    commands.use_framework(
        by=viewer.person, framework=row, in_use=request.POST.get("in_use") == "yes"
    )
    return redirect("purpose:framework", framework=row.pk)


@require_http_methods(["GET", "POST"])
@of_district_staff
def bring(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a CASE package or a crosswalk in, and show the last ones."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = _take(viewer, form.cleaned_data["file"], form.cleaned_data["kind"])
        return redirect("purpose:report", run=run)
    runs = [run for kind in KINDS for run in latest_runs(viewer.district, kind=kind, limit=10)]
    context = {
        "form": form,
        "runs": sorted(runs, key=lambda run: run.started_at, reverse=True),
        "crumbs": _crumbs(_("Import")),
    }
    status = 400 if form.is_bound else 200
    return render(request, "purpose/import.html", context, status=status)


@require_GET
@of_district_staff
def report(request: HttpRequest, viewer: Viewer, run: UUID) -> HttpResponse:
    """Show what became of one import, with every row that was refused."""
    detail = run_detail(viewer.district, run)
    if detail is None or detail.run.kind not in KINDS:
        raise Http404
    lead, _rest, notes = detail.run.message.partition("\n")
    made = Framework.objects.filter(district=viewer.district, versions__run=run).order_by("pk")
    context = {
        "detail": detail,
        "run": detail.run,
        "lead": lead or detail.run.get_status_display(),
        "notes": [line.removeprefix("- ") for line in notes.splitlines() if line],
        "framework": made.first(),
        "facts": [
            (_("File"), detail.run.source),
            (_("Outcome"), detail.run.get_status_display()),
            (_("When"), localize(timezone.localtime(detail.run.started_at))),
            *detail.run.counts.items(),
        ],
        "crumbs": _crumbs(detail.run.source),
    }
    return render(request, "purpose/report.html", context)


def _take(viewer: Viewer, upload: UploadedFile[bytes], kind: str) -> UUID:
    """Import an upload and return its run. The file's name is used for words only."""
    district = Organisation.objects.get(pk=viewer.district)
    with tempfile.TemporaryDirectory() as folder:
        # A folder of its own lets the file keep its name, which the report speaks of.
        path = Path(folder) / (Path(upload.name or "").name or "upload")
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        work = commands.import_crosswalk if kind == "crosswalk" else commands.import_case
        return work(by=viewer.person, district=district, path=path, now=timezone.now()).pk


def _crumbs(here: str, framework: Framework | None = None) -> list[tuple[str, str]]:
    """Return the way from the list of frameworks to a page."""
    way = [(_("Frameworks"), reverse("purpose:frameworks"))]
    if framework:
        way.append((framework.title, reverse("purpose:framework", args=[framework.pk])))
    return [*way, (here, "")]


def _about_framework(row: Framework) -> list[tuple[str, ...]]:
    known = [
        (_("Kind"), row.get_kind_display()),
        (_("Published by"), row.creator),
        (_("Subjects"), ", ".join(row.subjects)),
        (_("Status"), row.adoption_status),
        (_("Identifier"), row.identifier),
    ]
    return [pair for pair in known if pair[1]]


def _about_competency(found: queries.Competence) -> list[tuple[str, ...]]:
    row = found.competency
    licence = found.licence.title if found.licence else found.licence_uri
    known: list[tuple[str, ...]] = [
        (
            _("Framework"),
            row.framework.title,
            reverse("purpose:framework", args=[row.framework_id]),
        ),
        (_("Kind"), row.kind),
        (_("Subject"), row.subject),
        (_("Grades"), ", ".join(row.grades)),
        (_("Keywords"), ", ".join(found.keywords)),
        *((_("Concept"), concept.title) for concept in found.concepts),
        (_("Licence"), licence, found.licence_uri),
        (_("Identifier"), row.identifier),
    ]
    return [fact if len(fact) < 3 or fact[2] else fact[:2] for fact in known if fact[1]]


def _framework(viewer: Viewer, framework: UUID) -> Framework:
    return get_object_or_404(Framework, pk=framework, district=viewer.district)


def _keeps(viewer: Viewer) -> bool:
    """Say whether a person keeps the district's frameworks."""
    return viewer.district in viewer.works_for


def _download(content: bytes, name: str, kind: str = "application/json") -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
