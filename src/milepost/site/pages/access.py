"""The one way in to every page: who asks, about whom, and why they may."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from milepost.audit.commands import record_read
from milepost.prepared import Prepared
from milepost.roster import queries as roster
from milepost.roster.access import Reason, Viewer
from milepost.roster.models import Organisation, Person, SchoolClass

_person = Prepared(
    lambda pk: Person.objects.filter(pk=pk).select_related("district", "learner_key"), UUID
)
_class = Prepared(
    lambda pk: SchoolClass.objects.filter(pk=pk, active=True).select_related("school", "district"),
    UUID,
)
_school = Prepared(
    lambda pk: Organisation.objects.filter(pk=pk, kind="school").select_related("district"), UUID
)


class PersonRequest(HttpRequest):
    """A request by a signed-in person of the roster."""

    viewer: Viewer
    person: Person


@dataclass(frozen=True)
class Subject:
    """The learner that a page is about, and why the reader may see it."""

    person: Person
    reason: Reason
    key: UUID

    @property
    def mine(self) -> bool:
        """Whether the reader is the learner."""
        return self.reason.rule == "self"


def person_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let in signed-in people of the roster; others go to sign-in, and bare accounts get 404."""

    @wraps(view)
    @login_required
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if getattr(request, "viewer", None) is None:
            raise Http404
        request.person = request.user.person  # type: ignore[attr-defined,union-attr]
        return view(request, *args, **kwargs)

    return wrapped


def roles_required(
    *kinds: str,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let in people with one of these roles; the page does not exist for anybody else."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @person_required
        def wrapped(request: PersonRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.viewer.roles & set(kinds):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def subject_or_404(request: PersonRequest, learner: UUID) -> Subject:
    """Return the learner, when the reader may see their record; a look is logged where it must be.

    Raises Http404 both for a learner that does not exist and for one that is none of the
    reader's: the two must not be told apart.
    """
    person = _person.first(learner)
    while person and person.merged_into_id:
        person = _person.first(person.merged_into_id)
    reason = person and roster.why_visible(request.viewer, person)
    if not person or not reason or not hasattr(person, "learner_key"):
        raise Http404
    if reason.logged:
        record_read(
            by=request.viewer.person,
            learner=person.pk,
            reason=reason.rule,
            page=request.resolver_match.view_name if request.resolver_match else "",
        )
    return Subject(person, reason, person.learner_key.pk)


def class_or_404(request: PersonRequest, school_class: UUID) -> SchoolClass:
    """Return a class that the reader teaches, or of a school or district that is theirs."""
    found = _class.first(school_class)
    viewer = request.viewer
    if not found or not (
        found.pk in viewer.teaches
        or found.school_id in viewer.leads
        or found.district_id in viewer.works_for
    ):
        raise Http404
    return found


def school_or_404(request: PersonRequest, school: UUID) -> Organisation:
    """Return a school that the reader leads or whose district they work for."""
    found = _school.first(school)
    viewer = request.viewer
    if not found or not (found.pk in viewer.leads or found.district_id in viewer.works_for):
        raise Http404
    return found


def may_teach(request: PersonRequest, subject: Subject) -> bool:
    """Return whether the reader may judge, correct and confer: own teachers and school leaders."""
    return subject.reason.rule in {"teaches", "leads"}
