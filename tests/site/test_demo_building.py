"""The demonstration, built small: everything that a page shows is there, and comes from a truth."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from milepost.audit.models import ImportRun
from milepost.evidence.models import Observation
from milepost.learning.models import Conference, Goal
from milepost.learning.queries import steps_for
from milepost.mastery.queries import STATUSES, status_frame
from milepost.purpose.models import Association, Competency, Framework
from milepost.purpose.ties import PRECEDES
from milepost.roster.models import (
    Account,
    AttendanceDay,
    Enrollment,
    Guardianship,
    Organisation,
    OutsideIdentifier,
    Person,
    Role,
)
from milepost.roster.queries import keys_of
from milepost.site import demo
from milepost.site.demo import framework, people, simulate
from milepost.site.sign_in import demonstration_people

SEED, SCALE = 7, 0.1


class _UndoError(Exception):
    """Takes the whole demonstration back."""


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[simulate.Year]:
    """Build a small demonstration once for all tests here, and take it back afterwards."""
    mode, settings.DEMO = settings.DEMO, True
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield demo.build(seed=SEED, scale=SCALE, progress=lambda *_: None)
                raise _UndoError
        except _UndoError:
            pass
        finally:
            settings.DEMO = mode


@pytest.fixture
def learners(year: simulate.Year) -> list[Person]:
    found = Person.objects.filter(roles__kind=Role.Kind.LEARNER).distinct()
    return list(found.select_related("district"))


def test_there_are_three_schools_with_all_grades_between_them(
    year: simulate.Year, learners: list[Person]
) -> None:
    assert Organisation.objects.filter(kind="school", demonstration=True).count() == 3
    grades = {"KG", *(f"{grade:02d}" for grade in range(1, 13))}
    assert {learner.grade for learner in learners} == grades
    assert len(learners) == len(people.invent(Random(SEED), SCALE).children)


def test_about_ninety_adults_fill_every_role(year: simulate.Year) -> None:
    adults = Role.objects.exclude(kind__in=[Role.Kind.LEARNER, Role.Kind.GUARDIAN])
    assert 85 <= adults.values("person").distinct().count() <= 95
    assert set(Role.objects.values_list("kind", flat=True)) == set(Role.Kind.values)


def test_every_learner_has_a_guardian_and_classes_with_a_teacher(
    year: simulate.Year, learners: list[Person]
) -> None:
    ids = {learner.pk for learner in learners}
    assert set(Guardianship.objects.values_list("learner", flat=True)) == ids
    enrolled = Enrollment.objects.filter(role="learner")
    assert set(enrolled.values_list("person", flat=True)) == ids
    taught = Enrollment.objects.filter(role="teacher").values("school_class")
    assert not enrolled.exclude(school_class__in=taught).exists()
    assert set(AttendanceDay.objects.values_list("learner", flat=True)) == ids


def test_the_framework_has_at_least_120_competencies_over_four_subjects_and_a_portrait(
    year: simulate.Year,
) -> None:
    ours = Competency.objects.filter(framework__identifier=framework.IDENTIFIER, assessable=True)
    assert ours.count() >= 120
    assert ours.values("subject").distinct().count() == 4
    assert Association.objects.filter(kind=PRECEDES, origin__in=ours).count() >= 100
    portrait = Framework.objects.get(identifier=framework.PORTRAIT)
    assert portrait.kind == Framework.Kind.PORTRAIT
    skills = list(portrait.competencies.filter(assessable=True))
    assert skills
    assert all(skill.levels.count() >= 3 for skill in skills)


def test_every_kind_of_evidence_and_every_status_is_there(
    year: simulate.Year, learners: list[Person]
) -> None:
    kinds = set(Observation.objects.values_list("kind", flat=True))
    assert {"practice", "task", "judgement", "portfolio", "outside"} <= kinds
    assert not Observation.objects.filter(occurred_at__gt=timezone.now()).exists()
    found = status_frame(learners[0].district_id)
    assert set(found["code"]) == set(STATUSES) - {"none"}
    possible = len(learners) * Competency.objects.filter(assessable=True).count()
    assert found.height < possible, "a learner without evidence in a competency is everywhere"


def test_states_recover_the_truth_that_the_year_was_made_from(
    year: simulate.Year, learners: list[Person]
) -> None:
    names = dict(
        OutsideIdentifier.objects.filter(system=people.SYSTEM, kind="person").values_list(
            "target", "value"
        )
    )
    sourced = {str(key): names[person] for person, key in keys_of(names).items()}
    codes = {str(pk): code for pk, code in Competency.objects.values_list("pk", "code")}
    pairs = [
        (row["mean"], year.levels[sourced[row["learner"]], codes[row["competency"]]])
        for row in status_frame(learners[0].district_id).iter_rows(named=True)
        if row["pieces"] >= 10
    ]
    assert len(pairs) > 300
    believed, true = np.array(pairs).T
    assert np.corrcoef(believed, true)[0, 1] > 0.65


def test_learners_have_goals_conferences_and_steps(
    year: simulate.Year, learners: list[Person]
) -> None:
    assert Goal.objects.count() >= len(learners) * 0.2
    assert Conference.objects.count() >= len(learners) * 0.1
    steps = steps_for(learners).by_learner
    some = [person for person in learners if len(steps[person.pk]) == 3]
    assert len(some) >= len(learners) * 0.8
    assert {step.kind for person in some for step in steps[person.pk]} >= {"ready", "due", "chosen"}


def test_maya_and_rosa_and_one_of_every_role_can_be_signed_in_as(year: simulate.Year) -> None:
    assert demo.is_built()
    maya, rosa = (Account.objects.get(username=name).person for name in ("maya", "rosa"))
    assert maya
    assert rosa
    assert (maya.name, rosa.given_name, rosa.language) == ("Maya Reyes", "Rosa", "es")
    assert Guardianship.objects.get(learner=maya).guardian == rosa
    offered = demonstration_people()
    assert {one.role for one in offered} == {str(label) for label in Role.Kind.labels}
    said = demo.welcome("http://127.0.0.1:8000")
    assert all(one.name in said and one.role in said for one in offered)


def test_all_came_in_by_the_doors_that_every_district_uses(year: simulate.Year) -> None:
    runs = ImportRun.objects.all()
    assert {run.kind for run in runs} == {"oneroster", "attendance", "responses"}
    assert {run.status for run in runs} == {"applied"}
    assert demo.why_not() == ""
