"""Home: the page of a person's role, or a choice where there are several learners or classes."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from milepost.roster.models import Person, Role
from milepost.roster.queries import visible_learners
from milepost.site.pages.access import PersonRequest, person_required
from milepost.site.shell import DATA_ROLES


@person_required
def home(request: PersonRequest) -> HttpResponse:
    """Send people where their day begins; family and community educators choose a learner."""
    viewer = request.viewer
    if Role.Kind.LEARNER in viewer.roles:
        return redirect("path", learner=viewer.person)
    if viewer.teaches:
        return redirect("classes")
    if viewer.roles & set(DATA_ROLES):
        return redirect("data_health")
    if viewer.leads:
        return redirect("schools")
    learners = list(_own_learners(request))
    if len(learners) == 1 and learners[0].pk in viewer.guardian_of:
        return redirect("story", learner=learners[0].pk)
    return render(request, "site/home.html", {"learners": learners})


def _own_learners(request: PersonRequest) -> list[Person]:
    """Return the learners that the reader is family of or was granted sight of."""
    ids = request.viewer.guardian_of | request.viewer.granted.keys()
    learners = visible_learners(request.viewer).filter(pk__in=ids)
    return list(learners.order_by("family_name", "given_name"))
