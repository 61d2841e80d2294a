"""The learner's pages: path, goals, evidence, and one competency as of any day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.learning import commands as learning
from milepost.learning.models import Goal, StepChoice
from milepost.mastery import commands as mastery
from milepost.purpose.models import Competency
from milepost.roster.queries import today
from tests.cast import Cast
from tests.site.schoolroom import (
    ClientOf,
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


# My path


def test_the_path_begins_with_what_was_shown_last_and_what_is_next(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 8)
    said = lead(client_of(cast.maya), "path", cast.maya.pk)
    assert said.startswith("“Skill M.6.1” was shown on ")
    assert said.endswith("2 things are ready to do next.")


def test_a_learner_without_evidence_is_not_shown_zeros(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.maya)
    page = read(client, "path", cast.maya.pk)
    assert lead(client, "path", cast.maya.pk) == "3 things are ready to do next."
    assert "There is no evidence yet." in page
    assert "0 Proficient" not in page
    assert "No practice time is known for this week." in page
    assert lead(client, "evidence", cast.maya.pk) == "There is no evidence yet."
    page = read(client, "learner_competency", cast.maya.pk, skills[0].pk)
    assert "Maya Reyes: No evidence yet." in page
    assert "There is no evidence." in page
    assert "%" not in page


def test_a_learner_of_a_district_without_competencies_has_no_next_step(
    cast: Cast, client_of: ClientOf
) -> None:
    assert lead(client_of(cast.maya), "path", cast.maya.pk) == "No next step is known right now."


def test_the_districts_words_stand_on_the_path(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 8)
    district = cast.district.pk
    mastery.set_word(by=None, district=district, code="proficient", label="Got it")
    mastery.set_word(by=None, district=district, code="proficient", label="Logrado", language="es")
    assert "1 Got it" in read(client_of(cast.maya), "path", cast.maya.pk)
    assert "1 Logrado" in read(client_of(cast.rosa), "path", cast.maya.pk)


def test_the_choice_of_a_step_is_recorded_with_what_was_offered(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    response = client_of(cast.maya).post(
        reverse("choose_step", args=[cast.maya.pk]), {"competency": str(skills[1].pk)}
    )
    assert response["Location"] == reverse("practice", args=[cast.maya.pk, skills[1].pk])
    choice = StepChoice.objects.get()
    assert choice.competency == skills[1]
    assert [o["competency"] for o in choice.offered] == [str(c.pk) for c in skills]
    assert {o["kind"] for o in choice.offered} == {"ready"}


@pytest.mark.parametrize("competency", ["", "x", "01990000-0000-7000-8000-000000000000"])
def test_a_step_to_nowhere_is_no_choice(
    competency: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    for name in ("choose_step", "set_goal"):
        response = client_of(cast.maya).post(
            reverse(name, args=[cast.maya.pk]), {"competency": competency}
        )
        assert response.status_code == 404
    assert not StepChoice.objects.exists()
    assert not Goal.objects.exists()


# Goals


def test_a_goal_is_set_in_the_learners_words_and_ended(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client, day = client_of(cast.maya), today(cast.district) + timedelta(days=40)
    page = send(
        client, "set_goal", cast.maya.pk, competency=str(skills[2].pk), why="For my project.",
        due_on=str(day),
    )  # fmt: skip
    assert "Goal set: Skill M.6.3." in page
    assert "For my project." in page
    assert "Chosen as a goal, and ready to begin." in page
    goal = Goal.objects.get()
    assert (goal.set_by, goal.due_on) == (cast.maya.pk, day)
    page = send(client, "end_goal", cast.maya.pk, goal.pk)
    assert "The goal has ended. It stays in the record." in page
    assert "No goal is set." in page


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        ("31/05/2026", "Give a day such as 2026-05-31."),
        ("2026-02-30", "Give a day such as 2026-05-31."),
        ("2020-01-01", "Choose a day that is still to come."),
    ],
)
def test_a_goal_for_a_day_that_cannot_be_is_refused_in_words(
    due_on: str, words: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    form = {"competency": str(skills[2].pk), "due_on": due_on}
    page = send(client_of(cast.maya), "set_goal", cast.maya.pk, **form)
    assert words in page
    assert not Goal.objects.exists()


def test_a_goal_of_somebody_else_cannot_be_ended(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    goal = learning.set_goal(
        by=cast.dev.pk, learner=cast.dev, competency=skills[0], now=timezone.now()
    )
    address = reverse("end_goal", args=[cast.maya.pk, goal.pk])
    assert client_of(cast.maya).post(address).status_code == 404
    goal.refresh_from_db()
    assert goal.ended_at is None


# Evidence


def test_evidence_shows_each_competency_with_its_own_score_and_where_it_came_from(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    task = evidence.Shown(
        learner=key_of(cast.maya), kind="task",
        scores=[(skills[0].pk, 1.0), (skills[1].pk, 0.5)],
        occurred_at=timezone.now() - timedelta(days=40), source="museum", hints=2, seconds=600,
        note="She drew it.",
    )  # fmt: skip
    evidence.record(by=None, district=cast.district.pk, shown=[task], now=timezone.now())
    page = read(client_of(cast.maya), "evidence", cast.maya.pk)
    assert "0 pieces of evidence in the last 30 days, 1 in all." in page
    assert "Skill M.6.1 : 100 %" in page
    assert "Skill M.6.2 : 50 %" in page
    assert "2 hints · 600 seconds" in page
    assert "From museum. Recorded " in page
    assert "She drew it." in page


def test_evidence_without_its_time_says_nothing_of_seconds(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], 1.0)
    for name in ("evidence", "path", "learner", "story"):
        page = read(client_of(cast.alba), name, cast.maya.pk)
        assert "No practice time is known for this week." in page
        assert "0 seconds" not in page
        assert "0 hours" not in page


# One competency, as of any day


def test_the_number_opens_what_it_is_made_of(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 4)
    page = read(client_of(cast.maya), "learner_competency", cast.maya.pk, skills[0].pk)
    assert "Maya Reyes: Proficient." in page
    assert "4 pieces of evidence" in page
    assert page.count("Skill M.6.1 : 100 %") == 4
    assert "The district's rule was first met on" in page


def test_a_past_day_is_shown_in_both_senses(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    """Three answers ten days ago; one is taken back today; three wrong ones came in late."""
    first, *_ = show(cast.maya, skills[0], *[1.0] * 3, ago=timedelta(days=10))
    now = timezone.now()
    evidence.void(by=cast.alba.pk, observation=first, why="Dev's sheet.", now=now)
    show(cast.maya, skills[0], 0.0, 0.0, 0.0, occurred_at=now - timedelta(days=9))
    client, day = client_of(cast.alba), str(today(cast.district) - timedelta(days=5))

    def asked(sense: str) -> str:
        return read(client, "learner_competency", cast.maya.pk, skills[0].pk, on=day, sense=sense)

    known, true = asked("known"), asked("true")
    assert "Maya Reyes: Proficient." in known
    assert "Dev's sheet." not in known
    assert "Skill M.6.1 : 0 %" not in known
    assert "Maya Reyes: Working towards." in true
    assert "Taken back on" in true
    assert "Skill M.6.1 : 0 %" in true
    assert "Take this evidence back" not in known + true
    assert "Take this evidence back" in read(
        client, "learner_competency", cast.maya.pk, skills[0].pk
    )


@pytest.mark.parametrize("on", ["", "soon", "2999-01-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_looked_at_is_today_or_empty(
    on: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.maya, skills[0], *[1.0] * 4)
    page = read(
        client_of(cast.maya), "learner_competency", cast.maya.pk, skills[0].pk, on=on, sense="x"
    )
    assert ("No evidence yet" if on == "0001-01-01" else "Proficient") in page


# Constant number of questions


def test_pages_take_the_same_number_of_questions_however_much_was_shown(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    show(cast.dev, skills[0], 1.0, 0.0)
    for one in skills:
        show(cast.maya, one, *[1.0, 0.0] * 15)
    for person, some in ((cast.dev, skills[:1]), (cast.maya, skills)):
        for one in some:
            learning.set_goal(by=person.pk, learner=person, competency=one, now=timezone.now())
    little, much = client_of(cast.dev), client_of(cast.maya)
    for name in ("path", "evidence"):
        assert questions(little, name, cast.dev.pk) == questions(much, name, cast.maya.pk)
    assert questions(little, "learner_competency", cast.dev.pk, skills[0].pk) == questions(
        much, "learner_competency", cast.maya.pk, skills[0].pk
    )
