"""What every page needs: who is signed in, where they can go, and whether this is a show."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from milepost.funding.views.access import sees_money, sees_the_state
from milepost.roster.access import Viewer
from milepost.roster.models import Role
from milepost.site import sign_in

DATA_ROLES = (Role.Kind.DATA_LEAD, Role.Kind.DISTRICT_LEADER)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool


def context(request: HttpRequest) -> dict[str, object]:
    """Return the template context of the shell."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    role = _role_words(viewer) if viewer else ""
    return {
        "demo_mode": settings.DEMO,
        "demo_people": [] if viewer else sign_in.demonstration_people(),
        "viewer": viewer,
        "viewer_role": role,
        "nav": _places(request, viewer) if viewer else [],
        "search_url": reverse("search") if viewer else "",
    }


def _role_words(viewer: Viewer) -> str:
    return ", ".join(str(kind.label) for kind in Role.Kind if kind in viewer.roles)


def _places(request: HttpRequest, viewer: Viewer) -> list[Place]:
    """Return where this person can go, by what they are to others rather than by one role."""
    places = _labelled(
        get_language(),
        viewer.person if Role.Kind.LEARNER in viewer.roles else None,
        bool(viewer.guardian_of or viewer.granted),
        bool(viewer.teaches),
        bool(viewer.leads or viewer.works_for),
        bool(viewer.roles & set(DATA_ROLES)),
        sees_money(viewer),
        sees_the_state(viewer),
    )
    return [Place(label, url, request.path == url) for label, url in places]


@lru_cache(maxsize=1_024)
def _labelled(
    language: str | None,
    myself: UUID | None,
    learners: bool,
    classes: bool,
    schools: bool,
    data: bool,
    money: bool,
    state: bool,
) -> list[tuple[str, str]]:
    del language  # a part of the key, nothing more
    places: list[tuple[str, str]] = []
    if myself:
        places += [
            (_("My path"), reverse("path", args=[myself])),
            (_("My evidence"), reverse("evidence", args=[myself])),
        ]
    if learners:
        places.append((_("Learners"), reverse("home")))
    if classes:
        places.append((_("Classes"), reverse("classes")))
    if schools:
        places.append((_("Schools"), reverse("schools")))
    if data:
        places.append((_("Data health"), reverse("data_health")))
    if money:
        places.append((_("Money"), reverse("funding:plans")))
    if state:
        places += [
            (_("Formulas"), reverse("funding:formulas")),
            (_("Equity"), reverse("funding:equity")),
            (_("Buying together"), reverse("funding:purchasing")),
        ]
    places.append((_("Frameworks"), reverse("purpose:frameworks")))
    if schools or money:
        places.append((_("Rules"), reverse("rulebook:rules")))
    return places
