"""The family's page: one sheet on how the child is doing and how to help, in their language."""

from datetime import timedelta

import pytest
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.learning import commands as learning
from milepost.mastery import commands as mastery
from milepost.purpose.models import Competency
from milepost.roster import commands as roster
from milepost.roster.models import Person
from milepost.roster.queries import today
from tests.cast import Cast
from tests.evidence.making import answer
from tests.site.schoolroom import (
    ClientOf,
    add_learners,
    framework,
    key_of,
    lead,
    questions,
    read,
    send,
    show,
)


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


@pytest.fixture
def rosa(cast: Cast) -> Person:
    """Rosa, who reads English here; her own language has its own test."""
    cast.rosa.language = "en"
    cast.rosa.save()
    return cast.rosa


def test_it_begins_with_how_far_the_child_is_and_where_they_are_strongest(
    cast: Cast, rosa: Person, skills: list[Competency], client_of: ClientOf
) -> None:
    framework(cast.district, ["H.6.1", "H.6.2"], "History")
    show(cast.maya, skills[0], *[1.0] * 8)
    show(cast.maya, skills[1], 0.0)
    assert lead(client_of(rosa), "story", cast.maya.pk) == (
        "Maya has shown 1 of the 5 competencies of this grade. "
        "The strongest subject is Mathematics."
    )
    page = read(client_of(rosa), "story", cast.maya.pk)
    assert "Mathematics: shown this grade 1 of 3" in page
    assert "History: no evidence yet" in page
    assert "You are family." in page


def test_a_child_without_evidence_has_not_shown_nothing(
    cast: Cast, rosa: Person, skills: list[Competency], client_of: ClientOf
) -> None:
    page = read(client_of(rosa), "story", cast.maya.pk)
    assert lead(client_of(rosa), "story", cast.maya.pk) == (
        "There is no evidence yet of what Maya can do in this grade."
    )
    assert "0 of" not in page
    assert "No practice time is known for this week." in page


def test_tried_and_not_shown_yet_is_said_with_its_number(
    cast: Cast, rosa: Person, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[1], 0.0)
    said = lead(client_of(rosa), "story", cast.maya.pk)
    assert said == "Maya has shown 0 of the 3 competencies of this grade."


def test_a_grade_without_competencies_says_so(
    cast: Cast, rosa: Person, client_of: ClientOf
) -> None:
    page = read(client_of(rosa), "story", cast.maya.pk)
    assert "The district has set no competencies for this grade yet." in page
    assert "No next step is known right now." in page


def test_who_helps_are_own_teachers_and_those_with_a_purpose(
    cast: Cast, rosa: Person, client_of: ClientOf
) -> None:
    page = read(client_of(rosa), "story", cast.maya.pk)
    assert "Ana Alba : Mathematics 6" in page
    assert "Efe Eze : tutoring in fractions" in page
    assert "Bell" not in page


def test_a_child_in_no_class_today_has_nobody_named(
    cast: Cast, rosa: Person, client_of: ClientOf
) -> None:
    lone = roster.add_person(
        by=None, district=cast.district, given_name="Noa", family_name="Reyes", grade="06"
    )
    roster.give_role(by=None, person=lone, organisation=cast.school, kind="learner")
    roster.add_guardian(by=None, guardian=rosa, learner=lone, relationship="mother")
    assert "Nobody is named in the roster today." in read(client_of(rosa), "story", lone.pk)


def test_what_was_agreed_and_the_goal_reach_the_dinner_table(
    cast: Cast, rosa: Person, skills: list[Competency], client_of: ClientOf
) -> None:
    now = timezone.now()
    learning.set_goal(by=rosa.pk, learner=cast.maya, competency=skills[2], now=now)
    learning.record_conference(
        by=cast.alba.pk, learner=cast.maya, people=[cast.alba, rosa],
        held_on=today(cast.district), agreed="Ten minutes on Tuesday.", now=now,
    )  # fmt: skip
    page = read(client_of(rosa), "story", cast.maya.pk)
    assert "How is your goal going: Skill M.6.3?" in page
    assert "Ten minutes on Tuesday." in page
    assert "Ana Alba, Rosa Reyes" in page


def test_time_given_stands_beside_the_target(
    cast: Cast, rosa: Person, skills: list[Competency], client_of: ClientOf
) -> None:
    now = timezone.now()
    rows = [answer(key_of(cast.maya), skills[0].pk, occurred_at=now, seconds=600) for _ in "ab"]
    evidence.record(by=None, district=cast.district.pk, shown=rows, now=now)
    page = read(client_of(rosa), "story", cast.maya.pk)
    assert "Practice time this week" in page
    assert "20" in page
    assert "0.3 hours this school year; the target is 18." in page


def test_it_speaks_the_familys_language_and_the_districts_words(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 8)
    mastery.set_word(
        by=None, district=cast.district.pk, code="proficient", label="Lo logró", language="es"
    )
    response = client_of(cast.rosa).get(f"/learners/{cast.maya.pk}/story/")
    assert '<html lang="es"' in response.content.decode()
    assert "Lo logró" in read(client_of(cast.rosa), "path", cast.maya.pk)
    assert "Lo logró" not in read(client_of(cast.alba), "path", cast.maya.pk)


def test_family_sets_a_goal_with_the_child(
    cast: Cast, rosa: Person, skills: list[Competency], client_of: ClientOf
) -> None:
    page = send(client_of(rosa), "set_goal", cast.maya.pk, competency=str(skills[0].pk))
    assert "Goal set: Skill M.6.1." in page


def test_the_story_takes_the_same_number_of_questions_however_much_was_shown(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.dev, skills[0], *[1.0] * 8)
    for one in skills:
        show(cast.maya, one, *[1.0] * 20, ago=timedelta(days=1))
    add_learners(cast.algebra, 10)
    client = client_of(cast.alba)
    assert questions(client, "story", cast.dev.pk) == questions(client, "story", cast.maya.pk)
