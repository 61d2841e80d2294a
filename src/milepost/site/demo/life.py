"""What a school year leaves beside practice: tasks, judgements, tutors, goals, conferences."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from milepost.evidence import commands as evidence
from milepost.learning import commands as learning
from milepost.mastery.queries import statuses
from milepost.purpose.models import Competency
from milepost.roster import commands as roster
from milepost.roster.models import Enrollment, LearnerKey, Organisation, Person, Role
from milepost.site.demo.names import FAMILY, GIVEN
from milepost.site.demo.simulate import Year

RUBRIC = (0.0, 1 / 3, 2 / 3, 1.0)
"""Scores of a rubric with four levels."""

TASKS_A_LEARNER = 4
PURPOSES = ("tutoring in mathematics", "tutoring in reading", "success coaching", "mentoring")
AGREEMENTS = (
    "We look at two worked examples together before the next task.",
    "A ten-minute practice on Tuesday and Thursday, then we talk again.",
    "The next piece of work may be a recording instead of a page.",
    "We keep a list of questions and bring it to the conference.",
)
GOAL_WORDS = (
    "I want to be ready for the next unit.",
    "My cousin can do this and I want to as well.",
    "I need it for my project.",
    "It was hard last time and I want to try again.",
)


def add_tasks_and_judgements(
    *,
    district: Organisation,
    year: Year,
    learners: Mapping[str, Person],
    codes: Mapping[str, UUID],
    rng: Random,
    now: datetime,
) -> None:
    """Score tasks over two competencies each and let teachers judge, true to the levels."""
    keys = dict(LearnerKey.objects.filter(district=district).values_list("person", "id"))
    teachers = _teachers(district)
    practised: dict[str, list[str]] = {}
    for id_, code in year.levels:
        practised.setdefault(id_, []).append(code)
    drafts: dict[UUID | None, list[evidence.Shown]] = {}
    for id_, own in sorted(practised.items()):
        person = learners[id_]
        for number in range(TASKS_A_LEARNER):
            kind = ("task", "task", "judgement", rng.choice(["portfolio", "outside"]))[number]
            chosen = rng.sample(own, min(len(own), 2 if kind == "task" else 1))
            scores = [(codes[c], _rubric(year.levels[id_, c], rng)) for c in chosen]
            shown = evidence.Shown(
                learner=keys[person.pk],
                kind=kind,
                scores=scores,
                occurred_at=now - timedelta(days=rng.randint(2, 120), minutes=rng.randint(0, 600)),
                source="milepost",
                item=f"milepost:{kind}/{chosen[0]}",
            )
            drafts.setdefault(teachers.get(person.pk), []).append(shown)
    for teacher, theirs in drafts.items():
        evidence.record(by=teacher, district=district.pk, shown=theirs, now=now)


def add_people_beside_the_roster(
    *, district: Organisation, learners: Mapping[str, Person], rng: Random, now: datetime
) -> None:
    """Add whom a student information system does not carry: the corps, finance, the state."""
    schools = list(Organisation.objects.filter(parent=district).order_by("name"))
    by_school = {
        school.pk: [p for id_, p in sorted(learners.items()) if _of(id_, school.name)]
        for school in schools
    }
    today = now.date()
    for number in range(10):
        school = schools[number % len(schools)]
        tutor = _add(district, school, Role.Kind.COMMUNITY_EDUCATOR, rng)
        for learner in rng.sample(by_school[school.pk], 6):
            roster.grant_access(
                by=None,
                person=tutor,
                learner=learner,
                purpose=PURPOSES[number % len(PURPOSES)],
                begins_on=today - timedelta(days=30),
                ends_on=today + timedelta(days=120),
            )
    _add(district, district, Role.Kind.FINANCE_LEAD, rng)
    _add(district, district, Role.Kind.STATE_OFFICIAL, rng)


def add_goals_and_conferences(
    *,
    district: Organisation,
    learners: Mapping[str, Person],
    codes: Mapping[str, UUID],
    rng: Random,
    now: datetime,
) -> None:
    """Give about a third of the learners a goal ahead of them, and some a conference."""
    keys = dict(LearnerKey.objects.filter(district=district).values_list("person", "id"))
    teachers = _teachers(district)
    everything = list(Competency.objects.filter(pk__in=codes.values()).order_by("position"))
    staff = Person.objects.in_bulk([t for t in teachers.values() if t])
    some = [p for _, p in sorted(learners.items()) if p.given_name == "Maya" or rng.random() < 0.35]
    table = statuses(district.pk, learners=[keys[p.pk] for p in some], at=now)
    for person in some:
        ahead = [
            c
            for c in everything
            if person.grade in c.grades and not table.of(keys[person.pk], c.pk).shown
        ]
        teacher = teachers.get(person.pk)
        if not ahead or teacher is None:
            continue
        learning.set_goal(
            by=person.pk,
            learner=person,
            competency=rng.choice(ahead),
            now=now - timedelta(days=rng.randint(1, 20)),
            why=rng.choice(GOAL_WORDS),
            due_on=now.date() + timedelta(days=rng.randint(7, 50)),
        )
        if rng.random() < 0.6:
            learning.record_conference(
                by=teacher,
                learner=person,
                people=[staff[teacher], person],
                held_on=now.date() - timedelta(days=rng.randint(1, 40)),
                agreed=rng.choice(AGREEMENTS),
                now=now,
            )


def _rubric(level: float, rng: Random) -> float:
    """Return a rubric level drawn around the chance that the true level gives."""
    chance = 1 / (1 + math.exp(-level - rng.gauss(0, 0.4)))
    return RUBRIC[min(int(chance * len(RUBRIC)), len(RUBRIC) - 1)]


def _teachers(district: Organisation) -> dict[UUID, UUID]:
    """Return learner → one of their teachers."""
    of_class = dict(
        Enrollment.objects.filter(district=district, role="teacher").values_list(
            "school_class", "person"
        )
    )
    rows = Enrollment.objects.filter(district=district, role="learner").order_by("id")
    return {
        person: of_class[school_class]
        for person, school_class in rows.values_list("person", "school_class")
        if school_class in of_class
    }


def _add(district: Organisation, place: Organisation, kind: str, rng: Random) -> Person:
    person = roster.add_person(
        by=None,
        district=district,
        given_name=rng.choice(GIVEN),
        family_name=rng.choice(FAMILY),
    )
    roster.give_role(by=None, person=person, organisation=place, kind=kind)
    return person


def _of(sourced_id: str, school: str) -> bool:
    return sourced_id.split("-")[1] in school.lower()
