"""What is known of one learner, and what is next: kept until something of it changes."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from milepost.evidence import queries as evidence
from milepost.evidence.dosage import Dosage
from milepost.learning import queries as plans
from milepost.learning.models import Goal
from milepost.learning.next_steps import Step
from milepost.mastery import queries as mastery
from milepost.prepared import Prepared
from milepost.purpose import queries as purpose
from milepost.roster.models import Person
from milepost.roster.queries import today
from milepost.site.pages.access import Subject
from milepost.site.pages.district import works
from milepost.site.pages.grid import AGED_EVERY
from milepost.site.pages.kept import Kept

_goals = Prepared(lambda learner: plans.open_goals(Person(pk=learner)), UUID)
_known = Kept[tuple[plans.Steps, Dosage]](most=2_000)
_fragments = Kept[SafeString](most=2_000)


@dataclass(frozen=True)
class Known:
    """A learner's statuses, time given, next steps and goals, and what the district works by.

    ``made_from``: all that they rest on, for what else is made of them and kept.
    """

    in_use: purpose.InUse
    words: Mapping[str, str]
    statuses: mastery.StatusTable
    dosage: Dosage
    offered: list[Step]
    goals: list[Goal]
    made_from: Hashable

    def fragment(self, template: str, context: Mapping[str, object], *rest: Hashable) -> SafeString:
        """Render a part of a page that depends on nothing but what is known and ``rest``.

        It holds no form: a form's token is of one visit.
        """
        key = (template, self.made_from, rest)
        return _fragments.get(key, lambda: render_to_string(template, dict(context)))


def known_of(subject: Subject, *, at: datetime) -> Known:
    """Return what is known of a learner, worked out anew when it may have changed.

    That is: evidence was folded, a rule, setting, goal or framework changed, or the hour is over.
    """
    person = subject.person
    district = works(person.district_id)
    goals = _goals(person.pk)
    made_from = (
        district,
        (person.pk, person.name, person.grade, subject.key, today(person.district)),
        tuple((goal.pk, goal.competency_id) for goal in goals),
        mastery.fold_stamp([subject.key]),
        int(at.timestamp() / AGED_EVERY.total_seconds()),
    )

    def make() -> tuple[plans.Steps, Dosage]:
        dosage = evidence.dosage(person.district, [subject.key], now=at)
        return plans.steps_for([person], at=at), dosage

    steps, dosage = _known.get(made_from, make)
    return Known(
        in_use=district.in_use,
        words=district.words,
        statuses=steps.statuses,
        dosage=dosage,
        offered=steps.by_learner[person.pk],
        goals=goals,
        made_from=made_from,
    )
