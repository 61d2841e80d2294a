"""Search: learners, classes and competencies that the reader may see, by a few letters."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from milepost.purpose import queries as purpose
from milepost.roster.models import SchoolClass
from milepost.roster.queries import visible_learners
from milepost.site.pages.access import PersonRequest, person_required

MOST = 30
"""Results of one kind on the page."""


@person_required
def search(request: PersonRequest) -> HttpResponse:
    """Show what matches; nothing that the reader may not see is hinted at by a count."""
    text = request.GET.get("q", "").strip()[:80]
    found = _find(request, text) if len(text) >= 2 else {}
    total = sum(len(rows) for rows in found.values())
    return render(request, "site/search.html", {"text": text, "total": total, **found})


def _find(request: PersonRequest, text: str) -> dict[str, list[object]]:
    viewer = request.viewer
    learners = visible_learners(viewer)
    for word in text.split():
        learners = learners.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(preferred_name__icontains=word)
        )
    classes = SchoolClass.objects.filter(
        Q(pk__in=viewer.teaches) | Q(school__in=viewer.leads) | Q(district__in=viewer.works_for),
        title__icontains=text,
        active=True,
    )
    district = request.person.district_id
    return {
        "learners": list(learners.order_by("family_name", "given_name")[:MOST]),
        "classes": list(classes.select_related("school").order_by("title")[:MOST]),
        "competencies": list(purpose.search(district, text)[:MOST]),
    }
