"""Recording a judgement for many learners at once."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from milepost.evidence import commands as evidence
from milepost.mastery import commands as mastery_commands
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.purpose.queries import competencies_in_use
from milepost.roster.models import Person, SchoolClass
from milepost.roster.queries import class_learners, keys_of
from milepost.site.pages.access import PersonRequest, class_or_404, person_required

LEVELS = (
    ("0", 0.0, gettext_lazy("Not yet")),
    ("1", 1 / 3, gettext_lazy("Beginning")),
    ("2", 2 / 3, gettext_lazy("Nearly")),
    ("3", 1.0, gettext_lazy("Shown")),
)
"""Levels that a teacher can choose, with their scores."""

SOURCE = "milepost"


@dataclass(frozen=True)
class Line:
    """One learner in the form: what is known now and what was chosen."""

    learner: Person
    status: mastery.Status
    chosen: str
    note: str


@person_required
def judge(request: PersonRequest, school_class: UUID) -> HttpResponse:
    """Judge one competency for as many learners of a class as were seen; blank changes nothing."""
    one = class_or_404(request, school_class)
    if one.pk not in request.viewer.teaches:
        raise Http404
    choices = [
        c for c in competencies_in_use(one.district_id) if not one.subjects or _taught(one, c)
    ]
    competency = _chosen(request, choices)
    learners = list(class_learners(one))
    keys = keys_of(person.pk for person in learners)
    if request.method == "POST":
        shown = _drafts(request, learners, keys, competency) if competency else []
        if competency and shown:
            return _record(request, one, competency, shown)
        messages.error(
            request,
            _("Choose a level for at least one learner.")
            if competency
            else _("Choose what you looked at."),
        )
    table = mastery.statuses(
        one.district_id,
        learners=keys.values(),
        competencies=[competency.pk] if competency else [],
    )
    lines = [
        Line(
            person,
            table.of(keys.get(person.pk), competency.pk) if competency else mastery.Status(),
            request.POST.get(f"level-{person.pk}", ""),
            request.POST.get(f"note-{person.pk}", ""),
        )
        for person in learners
    ]
    return render(
        request,
        "site/teacher/judge.html",
        {
            "class": one,
            "choices": choices,
            "competency": competency,
            "lines": lines,
            "levels": LEVELS,
            "words": mastery.status_words(one.district_id, request.LANGUAGE_CODE),
        },
    )


def _taught(one: SchoolClass, competency: Competency) -> bool:
    subjects = competency.subject in one.subjects
    return subjects and (not one.grades or bool(set(one.grades) & set(competency.grades)))


def _chosen(request: PersonRequest, choices: list[Competency]) -> Competency | None:
    asked = request.POST.get("competency") or request.GET.get("competency", "")
    return next((c for c in choices if str(c.pk) == asked), None)


def _drafts(
    request: PersonRequest, learners: list[Person], keys: dict[UUID, UUID], one: Competency
) -> list[evidence.Shown]:
    """Return a draft for each learner with a level; what is not one of the levels is left out."""
    score_of = {code: score for code, score, _words in LEVELS}
    return [
        evidence.Shown(
            learner=keys[person.pk],
            kind="judgement",
            scores=[(one.pk, score_of[level])],
            occurred_at=timezone.now(),
            source=SOURCE,
            item=f"{SOURCE}:judgement/{one.code}",
            note=request.POST.get(f"note-{person.pk}", "")[:1_000],
        )
        for person in learners
        if (level := request.POST.get(f"level-{person.pk}", "")) in score_of and person.pk in keys
    ]


def _record(
    request: PersonRequest, one: SchoolClass, competency: Competency, shown: list[evidence.Shown]
) -> HttpResponse:
    evidence.record(
        by=request.viewer.person, district=one.district_id, shown=shown, now=timezone.now()
    )
    mastery_commands.fold_learners(
        district=one.district_id, learners=[draft.learner for draft in shown]
    )
    messages.success(
        request,
        ngettext(
            "Your judgement of %(count)d learner in %(name)s is recorded.",
            "Your judgement of %(count)d learners in %(name)s is recorded.",
            len(shown),
        )
        % {"count": len(shown), "name": competency.name},
    )
    return redirect("grid", school_class=one.pk)
