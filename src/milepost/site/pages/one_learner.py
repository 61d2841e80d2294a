"""The teacher's view of one learner: standing, steps, goals, conferences; correcting evidence."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.evidence import commands as evidence_commands
from milepost.evidence.models import Observation
from milepost.learning import commands as learning
from milepost.learning import queries as plans
from milepost.learning.next_steps import competencies_of
from milepost.mastery import commands as mastery_commands
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.roster.models import Person
from milepost.roster.queries import person_of, today
from milepost.site.pages import reading
from milepost.site.pages.access import (
    PersonRequest,
    may_teach,
    person_required,
    subject_or_404,
)
from milepost.site.pages.competencies import by_id
from milepost.site.pages.steps import known_of
from milepost.site.pages.wording import cards


@person_required
def one_learner(request: PersonRequest, learner: UUID) -> HttpResponse:
    """Everything about one learner that helps tomorrow, for those who may see it."""
    subject = subject_or_404(request, learner)
    person, now = subject.person, timezone.now()
    known = known_of(subject, at=now)
    day = today(person.district)
    shown = {"subject": subject, "words": known.words}
    next_ = cards(known.offered, by_id(competencies_of(known.offered), known.in_use), day)
    rows = partial(standing, known.in_use.competencies, known.statuses, subject.key)
    return render(
        request,
        "site/teacher/learner.html",
        shown
        | {
            "cards": next_,
            "cards_drawn": known.fragment("site/_cards.html", shown | {"cards": next_}),
            "standing": known.fragment("site/teacher/_standing.html", shown | {"standing": rows}),
            "goals": known.goals,
            "conferences": list(plans.conferences(person)),
            "dosage": known.dosage,
            "may_teach": may_teach(request, subject),
            "today": day,
            "at": now,
        },
    )


@require_POST
@person_required
def conferences(request: PersonRequest, learner: UUID) -> HttpResponse:
    """Record a conference about the learner."""
    subject = subject_or_404(request, learner)
    if not may_teach(request, subject):
        raise Http404
    people: list[Person] = [request.person]
    if request.POST.get("with_learner"):
        people.append(subject.person)
    if request.POST.get("with_family"):
        people += [tie.guardian for tie in subject.person.guardians.select_related("guardian")]
    try:
        learning.record_conference(
            by=request.viewer.person,
            learner=subject.person,
            people=people,
            held_on=reading.day(request.POST.get("held_on", "")),
            agreed=request.POST.get("agreed", "")[:2_000],
            now=timezone.now(),
        )
        messages.success(request, _("The conference is recorded."))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("learner", learner=learner)


@require_POST
@person_required
def void(request: PersonRequest, observation: UUID) -> HttpResponse:
    """Take a piece of evidence back, with a reason; the learner is folded anew."""
    row = Observation.objects.filter(pk=observation).first()
    person = person_of(row.learner) if row else None
    if row is None or person is None:
        raise Http404
    subject = subject_or_404(request, person.pk)
    if not may_teach(request, subject):
        raise Http404
    try:
        evidence_commands.void(
            by=request.viewer.person,
            observation=row,
            why=request.POST.get("why", "")[:500],
            now=timezone.now(),
        )
        mastery_commands.fold_learners(district=row.district_id, learners=[row.learner])
        messages.success(request, _("The evidence no longer counts. It stays in the record."))
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("evidence", learner=person.pk)


def standing(
    in_use: Sequence[Competency], table: mastery.StatusTable, key: UUID
) -> list[tuple[str, list[tuple[Competency, mastery.Status, str]]]]:
    """Return by subject the competencies with evidence, each with its reason why not yet."""
    by_subject: dict[str, list[tuple[Competency, mastery.Status, str]]] = {}
    for one in in_use:
        status = table.of(key, one.pk)
        if status.pieces:
            row = (one, status, mastery.explain(status.not_yet))
            by_subject.setdefault(one.subject, []).append(row)
    return list(by_subject.items())
