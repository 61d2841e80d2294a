"""The family's page: how the child is doing, and how to help, on one sheet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from milepost.learning import queries as plans
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.roster.models import Enrollment, Person
from milepost.roster.queries import open_enrollments, today
from milepost.site.pages.access import PersonRequest, person_required, subject_or_404
from milepost.site.pages.steps import known_of
from milepost.site.pages.wording import cards

RECENT_SHOWN = 5


@dataclass(frozen=True)
class SubjectPace:
    """How far a learner is in the competencies of their grade, in one subject."""

    subject: str
    shown: int
    working: int
    total: int

    @property
    def known(self) -> int:
        """How many of the grade's competencies there is evidence of; 0 is not "none shown"."""
        return self.shown + self.working

    @property
    def share(self) -> float:
        """Share of the grade's competencies that are shown."""
        return self.shown / self.total if self.total else 0.0


@person_required
def story(request: PersonRequest, learner: UUID) -> HttpResponse:
    """Pace, strengths, what is next, who helps, and what to ask at dinner."""
    subject = subject_or_404(request, learner)
    person, now = subject.person, timezone.now()
    record = known_of(subject, at=now)
    known = record.in_use.by_id
    paces = _paces(person, record.in_use.competencies, record.statuses, subject.key)
    strongest = max(paces, key=lambda p: p.share, default=None)
    return render(
        request,
        "site/family/story.html",
        {
            "subject": subject,
            "paces": paces,
            "known": sum(p.known for p in paces),
            "shown": sum(p.shown for p in paces),
            "total": sum(p.total for p in paces),
            "strongest": strongest if strongest and strongest.shown else None,
            "recent": _recent(record.statuses, known),
            "cards": cards(record.offered, known, today(person.district)),
            "helpers": _helpers(person),
            "goals": record.goals,
            "conferences": list(plans.conferences(person)[:3]),
            "dosage": record.dosage,
            "words": record.words,
            "at": now,
        },
    )


def _paces(
    person: Person, in_use: Sequence[Competency], table: mastery.StatusTable, key: UUID
) -> list[SubjectPace]:
    """Return each subject's count of competencies of the learner's own grade."""
    own = [c for c in in_use if person.grade in c.grades]
    codes: dict[str, Counter[str]] = {}
    for c in own:
        codes.setdefault(c.subject, Counter())[table.of(key, c.pk).code] += 1
    return [
        SubjectPace(
            subject=name,
            shown=sum(count[code] for code in mastery.SHOWN),
            working=count[mastery.WORKING],
            total=count.total(),
        )
        for name, count in codes.items()
    ]


def _recent(
    table: mastery.StatusTable, known: Mapping[UUID, Competency]
) -> list[tuple[Competency, mastery.Status]]:
    shown = [(known[c], s) for (_, c), s in table.found.items() if s.shown and c in known]
    shown.sort(key=lambda pair: pair[1].met_at or pair[1].last_at, reverse=True)  # type: ignore[arg-type,return-value]
    return shown[:RECENT_SHOWN]


def _helpers(person: Person) -> list[tuple[Person, str]]:
    """Return the adults who teach the learner or were granted sight, each with why."""
    classes = open_enrollments().filter(person=person, role="learner").values("school_class")
    teaching: list[Enrollment] = list(
        open_enrollments()
        .filter(school_class__in=classes, role="teacher")
        .select_related("person", "school_class")
        .order_by("school_class__title")
    )
    found: dict[UUID, tuple[Person, str]] = {}
    for enrollment in teaching:
        found.setdefault(enrollment.person_id, (enrollment.person, enrollment.school_class.title))
    now = today(person.district)
    for grant in person.granted_to.filter(begins_on__lte=now, ends_on__gte=now).select_related(
        "person"
    ):
        found.setdefault(grant.person_id, (grant.person, grant.purpose))
    return list(found.values())
