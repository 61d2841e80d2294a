"""The learner's pages: my path, my evidence, and one competency with all that lies behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.assessment import items
from milepost.evidence import queries as evidence
from milepost.evidence.models import Observation
from milepost.learning import commands as learning
from milepost.learning import queries as plans
from milepost.learning.models import Goal
from milepost.learning.next_steps import competencies_of
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.purpose.queries import competencies_in_use
from milepost.roster.queries import today
from milepost.site.pages import competencies as competences
from milepost.site.pages import reading
from milepost.site.pages.access import (
    PersonRequest,
    Subject,
    may_teach,
    person_required,
    subject_or_404,
)
from milepost.site.pages.asof import AsOf, as_of
from milepost.site.pages.steps import Known, known_of
from milepost.site.pages.wording import cards

RECENT = timedelta(days=30)
GOALS_OFFERED = 12


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as a reader sees it: each competency with its own score."""

    observation: Observation
    kind: str
    scores: list[tuple[Competency, float]]
    void: Observation | None


@person_required
def path(request: PersonRequest, learner: UUID) -> HttpResponse:
    """What is next, and why: three cards, the goals, and the time given."""
    subject = subject_or_404(request, learner)
    now = timezone.now()
    record = known_of(subject, at=now)
    table, offered = record.statuses, record.offered
    known = competences.by_id(
        competencies_of(offered) | {c for _key, c in table.found}, record.in_use
    )
    day = today(subject.person.district)
    choices = {"goal_choices": partial(_goal_choices, subject, record)}
    return render(
        request,
        "site/learner/path.html",
        {
            "subject": subject,
            "cards": cards(offered, known, day),
            "latest": _latest_shown(table, known),
            "goals": [(goal, table.of(subject.key, goal.competency_id)) for goal in record.goals],
            "goal_choices": record.fragment("site/learner/_goal_choices.html", choices),
            "counts": _counts(table),
            "words": record.words,
            "dosage": record.dosage,
            "at": now,
        },
    )


@person_required
def evidence_page(request: PersonRequest, learner: UUID) -> HttpResponse:
    """What was shown and what counted, newest first."""
    subject = subject_or_404(request, learner)
    rows = evidence.observations(subject.key)
    now = timezone.now()
    month = now - RECENT
    return render(
        request,
        "site/learner/evidence.html",
        {
            "subject": subject,
            "pieces": pieces(rows[:PIECES_ON_PAGE]),
            "more": max(len(rows) - PIECES_ON_PAGE, 0),
            "recent": sum(1 for row in rows if row.occurred_at >= month),
            "total": len(rows),
            "may_void": may_teach(request, subject),
            "dosage": evidence.dosage(subject.person.district, [subject.key], now=now),
            "at": now,
        },
    )


PIECES_ON_PAGE = 200


@person_required
def competency(request: PersonRequest, learner: UUID, competency: UUID) -> HttpResponse:
    """One number opened: the status, the reason, and every piece of evidence behind it.

    With `on` in the query, as of that day; `sense` chooses what was true or what was known then.
    """
    subject = subject_or_404(request, learner)
    one = _competency_or_404(subject, competency)
    asked = as_of(request, subject.person.district)
    status = _status(subject, one, asked)
    rows = [
        row for row in evidence.observations(subject.key, competency=one.pk) if asked.covers(row)
    ]
    return render(
        request,
        "site/learner/competency.html",
        {
            "subject": subject,
            "competency": one,
            "status": status,
            "why_not_yet": mastery.explain(status.not_yet),
            "words": _words(request, subject),
            "pieces": pieces(rows, asked),
            "asked": asked,
            "practisable": _practisable(one),
            "may_void": may_teach(request, subject) and not asked.past,
            "levels": list(one.levels.all()),
        },
    )


@require_POST
@person_required
def choose_step(request: PersonRequest, learner: UUID) -> HttpResponse:
    """Record the learner's choice among the offered steps, and go to it."""
    subject = subject_or_404(request, learner)
    if not subject.mine:
        raise Http404
    one = _competency_or_404(subject, reading.uuid(request.POST.get("competency")))
    offered = plans.steps_for([subject.person]).by_learner[subject.person.pk]
    learning.choose_step(
        by=request.viewer.person,
        learner=subject.person,
        competency=one,
        offered=offered,
        now=timezone.now(),
    )
    if _practisable(one):
        return redirect("practice", learner=learner, competency=one.pk)
    return redirect("learner_competency", learner=learner, competency=one.pk)


@require_POST
@person_required
def set_goal(request: PersonRequest, learner: UUID) -> HttpResponse:
    """Set a goal: the learner for themselves, a teacher or family with them."""
    subject = subject_or_404(request, learner)
    if subject.reason.rule not in {"self", "guardian", "teaches", "leads"}:
        raise Http404
    one = _competency_or_404(subject, reading.uuid(request.POST.get("competency")))
    due = request.POST.get("due_on", "")
    try:
        learning.set_goal(
            by=request.viewer.person,
            learner=subject.person,
            competency=one,
            why=request.POST.get("why", "")[:500],
            due_on=reading.day(due) if due else None,
            now=timezone.now(),
        )
        messages.success(request, _("Goal set: %(name)s.") % {"name": one.name})
    except ValueError as error:
        messages.error(request, str(error))
    return redirect("path", learner=learner)


@require_POST
@person_required
def end_goal(request: PersonRequest, learner: UUID, goal: UUID) -> HttpResponse:
    """End a goal of the learner's."""
    subject = subject_or_404(request, learner)
    found = Goal.objects.filter(pk=goal, learner=subject.person).first()
    if not found or subject.reason.rule not in {"self", "guardian", "teaches", "leads"}:
        raise Http404
    learning.end_goal(by=request.viewer.person, goal=found, now=timezone.now())
    messages.success(request, _("The goal has ended. It stays in the record."))
    return redirect("path", learner=learner)


def pieces(rows: list[Observation], asked: AsOf | None = None) -> list[Piece]:
    """Return evidence with its competencies named; two queries however many rows.

    `asked`: leave out the corrections that were not known then.
    """
    known = competences.by_id({UUID(c) for row in rows for c, _score in row.scores})
    kinds = mastery.kind_words()
    return [
        Piece(
            observation=row,
            kind=kinds[row.kind],
            scores=[(known[UUID(c)], score) for c, score in row.scores if UUID(c) in known],
            void=next((v for v in row.voided_by.all() if not asked or asked.knows(v)), None),
        )
        for row in rows
    ]


def _status(subject: Subject, one: Competency, asked: AsOf) -> mastery.Status:
    district = subject.person.district_id
    if asked.past:
        table = mastery.statuses_as_of(
            district, learners=[subject.key], true_at=asked.true_at, known_at=asked.known_at
        )
    else:
        table = mastery.statuses(district, learners=[subject.key], competencies=[one.pk])
    return table.of(subject.key, one.pk)


def _practisable(one: Competency) -> bool:
    """Return whether there are questions on a competency and the district works by it."""
    return bool(items.items_for(one.code)) and (
        competencies_in_use(one.district_id).filter(pk=one.pk).exists()
    )


def _words(request: PersonRequest, subject: Subject) -> dict[str, str]:
    return mastery.status_words(subject.person.district_id, request.LANGUAGE_CODE)


def _counts(table: mastery.StatusTable) -> dict[str, int]:
    """Return competencies by status; empty when there is no evidence, which is not zero of each."""
    if not table.found:
        return {}
    counts = dict.fromkeys((mastery.PROFICIENT, mastery.REFRESH, mastery.WORKING), 0)
    for status in table.found.values():
        counts[status.code] = counts.get(status.code, 0) + 1
    return counts


def _latest_shown(
    table: mastery.StatusTable, known: dict[UUID, Competency]
) -> tuple[Competency, datetime] | None:
    """Return what was shown last, and when."""
    shown = [
        (status.met_at, known[c])
        for (_key, c), status in table.found.items()
        if status.shown and status.met_at and c in known
    ]
    if not shown:
        return None
    met_at, one = max(shown, key=lambda pair: pair[0])
    return one, met_at


def _goal_choices(subject: Subject, known: Known) -> list[Competency]:
    """Return competencies of the learner's grade that are not shown yet, to choose a goal from."""
    return [
        one
        for one in known.in_use.competencies
        if subject.person.grade in one.grades and not known.statuses.of(subject.key, one.pk).shown
    ]


def _competency_or_404(subject: Subject, id_: UUID | None) -> Competency:
    rows = Competency.objects.filter(district=subject.person.district_id)
    one = rows.select_related("framework").filter(pk=id_).first() if id_ else None
    if one is None:
        raise Http404
    return one
