"""Who sees money: the finance lead and the district's staff all of it, a leader the school's."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from milepost.funding.models import Plan
from milepost.funding.queries import plan as plans
from milepost.roster.access import Viewer
from milepost.roster.models import Role

View = Callable[..., HttpResponse]


def keeps_money(viewer: Viewer) -> bool:
    """Return whether somebody keeps the district's money: its finance lead and its staff."""
    return Role.Kind.FINANCE_LEAD in viewer.roles or viewer.district in viewer.works_for


def sees_money(viewer: Viewer) -> bool:
    """Return whether somebody may see plans: who keeps the money, or leads a school."""
    return keeps_money(viewer) or bool(viewer.leads)


def sees_the_state(viewer: Viewer) -> bool:
    """Return whether somebody compares districts: a state's official, and who keeps the money."""
    return Role.Kind.STATE_OFFICIAL in viewer.roles or keeps_money(viewer)


def of_the_money(page: View) -> View:
    """Let in who sees money, and hand their relationships on; nobody else learns of the page."""
    return _of(sees_money, page)


def of_the_state(page: View) -> View:
    """Let in who compares districts, and hand their relationships on, as `of_the_money` does."""
    return _of(sees_the_state, page)


def _of(may: Callable[[Viewer], bool], page: View) -> View:
    @login_required
    @wraps(page)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        viewer: Viewer | None = getattr(request, "viewer", None)
        if viewer is None or not may(viewer):
            raise Http404
        return page(request, viewer, **kwargs)

    return view


def plan_or_404(viewer: Viewer, pk: UUID) -> Plan:
    """Return a plan that the reader may see."""
    found = plans.plans(viewer).filter(pk=pk).select_related("school", "district").first()
    if found is None:
        raise Http404
    return found
