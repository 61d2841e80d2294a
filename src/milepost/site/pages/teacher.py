"""The teacher's pages: classes, the growth grid, and groups for tomorrow."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from milepost.learning import queries as plans
from milepost.learning.next_steps import Step, competencies_of
from milepost.mastery import queries as mastery
from milepost.prepared import Prepared
from milepost.purpose.models import Competency
from milepost.roster.models import Person, SchoolClass
from milepost.roster.queries import class_learners, setting, today
from milepost.site.pages import competencies as competences
from milepost.site.pages.access import PersonRequest, class_or_404, person_required
from milepost.site.pages.asof import as_of
from milepost.site.pages.grid import growth_grid, of_grid
from milepost.site.pages.wording import cards

_learners = Prepared(lambda one, on: of_grid(class_learners(SchoolClass(pk=one), on)), UUID, date)

SIZES = (2, 3, 4, 5, 6)


@dataclass(frozen=True)
class GroupShown:
    """A group for tomorrow with what it works on and what each learner brings."""

    competency: Competency
    members: list[tuple[Person, Step, mastery.Status]]
    lines: tuple[str, ...]


@person_required
def classes(request: PersonRequest) -> HttpResponse:
    """The reader's classes."""
    own = list(
        SchoolClass.objects.filter(pk__in=request.viewer.teaches, active=True)
        .select_related("school", "course")
        .order_by("title")
    )
    return render(request, "site/teacher/classes.html", {"classes": own})


@person_required
def grid(request: PersonRequest, school_class: UUID) -> HttpResponse:
    """Who is ready, who is stuck, on what: learner by competency."""
    one = class_or_404(request, school_class)
    asked = as_of(request, one.district)
    shown = growth_grid(
        one.district_id,
        _learners(one.pk, timezone.localdate()),
        asked,
        subjects_first=[request.GET.get("subject", ""), *one.subjects],
        grades_first=[request.GET.get("grade", ""), *one.grades],
    )
    return render(
        request,
        "site/teacher/grid.html",
        {"class": one, "grid": shown, "asked": asked, "words": shown.words},
    )


@person_required
def groups(request: PersonRequest, school_class: UUID) -> HttpResponse:
    """Learners who share a next step, sized as asked, with the reason for each group."""
    one = class_or_404(request, school_class)
    size = _size(request, one)
    learners = list(class_learners(one).select_related("district"))
    grouping, steps = plans.groups_for_class(learners, size=size, subjects=one.subjects)
    people = {person.pk: person for person in learners}
    known = competences.by_id(
        {g.competency for g in grouping.groups}
        | {c for some in steps.by_learner.values() for c in competencies_of(some)}
    )
    day = today(one.district)
    shown = []
    for group in grouping.groups:
        members = [
            (
                people[id_],
                next(s for s in steps.by_learner[id_] if s.competency == group.competency),
                steps.statuses.of(steps.keys.get(id_), group.competency),
            )
            for id_ in group.learners
        ]
        shown.append(GroupShown(known[group.competency], members, _shared(members, known, day)))
    return render(
        request,
        "site/teacher/groups.html",
        {
            "class": one,
            "groups": shown,
            "alone": [
                (people[id_], cards(steps.by_learner[id_], known, day)) for id_ in grouping.alone
            ],
            "size": size,
            "sizes": SIZES,
            "words": mastery.status_words(one.district_id, request.LANGUAGE_CODE),
            "at": timezone.now(),
        },
    )


def _shared(
    members: list[tuple[Person, Step, mastery.Status]],
    known: dict[UUID, Competency],
    day: date,
) -> tuple[str, ...]:
    """Return the reasons that hold for every member; the chance is each learner's own."""
    first, *others = (card.lines[:-1] for card in cards([m[1] for m in members], known, day))
    return tuple(line for line in first if all(line in lines for lines in others))


def _size(request: PersonRequest, one: SchoolClass) -> int:
    asked = request.GET.get("size", "")
    default = max(SIZES[0], int(setting(one.district_id, "groups.size")))
    return int(asked) if asked in map(str, SIZES) else default
