"""The learner's pages: path, evidence, one competency as of any day, goals, and practice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from milepost.assessment import items
from milepost.assessment.models import Attempt
from milepost.evidence import commands as evidence
from milepost.evidence.models import Observation
from milepost.learning import commands as learning
from milepost.learning.models import Goal, StepChoice
from milepost.mastery import commands as mastery
from milepost.mastery import queries as statuses
from milepost.purpose import commands as purpose
from milepost.purpose.models import Competency
from milepost.roster.models import Person
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
    assert "You chose this goal, and you are ready for it." in page
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
    """Three answers ten days ago; one is taken back today; one more of then came in today."""
    first, *_ = show(cast.maya, skills[0], *[1.0] * 3, ago=timedelta(days=10))
    now = timezone.now()
    evidence.void(by=cast.alba.pk, observation=first, why="Dev's sheet.", now=now)
    show(cast.maya, skills[0], 0.0, occurred_at=now - timedelta(days=9))
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


# Practice


def open_question(person: Person, one: Competency, client_of: ClientOf) -> Attempt:
    read(client_of(person), "practice", person.pk, one.pk)
    return Attempt.objects.get(learner=person, answered_at=None)


def right(attempt: Attempt) -> str:
    answer = items.item(attempt.item).draw(attempt.seed).answer
    return answer if isinstance(answer, str) else str(answer)


def test_an_answer_moves_the_status_on_the_page_that_says_whether_it_is_right(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    page = send(client_of(cast.maya), "answer", attempt.pk, answer=right(attempt))
    assert "That is right." in page
    assert "You did this on your own." in page
    assert "Where this leaves you Working towards 1 piece of evidence" in page
    row = Observation.objects.get()
    assert (row.kind, row.source, row.item) == ("practice", "milepost", f"milepost:{attempt.item}")
    assert row.hints == 0
    assert row.seconds is not None
    assert 0 <= row.seconds < 60


def test_the_answer_is_never_on_the_page_before_it_is_given(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    page = client_of(cast.maya).get(reverse("practice", args=[cast.maya.pk, skills[1].pk]))
    question = items.render(attempt.item, attempt.seed)
    assert escape(question.worked) not in page.content.decode()
    for hint in question.hints:
        assert escape(hint) not in page.content.decode()


def test_leaving_and_coming_back_keeps_the_question_and_its_hints(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    page = send(client_of(cast.maya), "hint", attempt.pk)
    first_hint = " ".join(items.render(attempt.item, attempt.seed).hints[0].split())
    assert first_hint in page
    read(client_of(cast.maya), "path", cast.maya.pk)
    assert first_hint in read(client_of(cast.maya), "practice", cast.maya.pk, skills[1].pk)
    assert Attempt.objects.count() == 1


def test_a_hint_comes_alone_where_the_page_asks_for_it_alone(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    response = client_of(cast.maya).post(
        reverse("hint", args=[attempt.pk]), headers={"hx-request": "true"}
    )
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    attempt.refresh_from_db()
    assert attempt.hints == 1


def test_a_right_answer_with_hints_says_that_it_counts_less(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    send(client_of(cast.maya), "hint", attempt.pk)
    page = send(client_of(cast.maya), "answer", attempt.pk, answer=right(attempt))
    assert "With hints it counts a little less than without." in page
    assert Observation.objects.get().hints == 1


def test_a_hinted_learner_is_never_ahead_of_an_unaided_one(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    for person, hints in ((cast.maya, 0), (cast.dev, 1)):
        for _ in range(4):
            attempt = open_question(person, skills[1], client_of)
            for _ in range(hints):
                send(client_of(person), "hint", attempt.pk)
            send(client_of(person), "answer", attempt.pk, answer=right(attempt))
    table = statuses.statuses(cast.district.pk, learners=[key_of(cast.maya), key_of(cast.dev)])
    unaided, hinted = (table.of(key_of(p), skills[1].pk) for p in (cast.maya, cast.dev))
    assert unaided.code == "proficient"
    assert hinted.code == "working"
    assert hinted.mean is not None
    assert unaided.mean is not None
    assert hinted.mean < unaided.mean


@pytest.mark.parametrize("said", ["", "   ", "<script>"])
def test_an_answer_that_cannot_be_read_keeps_the_question(
    said: str, cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    response = client_of(cast.maya).post(reverse("answer", args=[attempt.pk]), {"answer": said})
    assert response.status_code == 422
    page = response.content.decode()
    assert "This could not be read" in page
    assert "Please" in page
    assert "<script>" not in page.split("<main")[1]
    assert not Observation.objects.exists()
    assert open_question(cast.maya, skills[1], client_of) == attempt


def test_a_question_answered_twice_leads_to_another(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    send(client_of(cast.maya), "answer", attempt.pk, answer=right(attempt))
    for name in ("answer", "hint"):
        page = send(client_of(cast.maya), name, attempt.pk, answer="7")
        assert "This question was answered" in page
        assert "Check my answer" in page
    assert Observation.objects.count() == 1


def test_an_attempt_of_somebody_else_is_not_there(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    for person in (cast.dev, cast.alba, cast.rosa, cast.zoe):
        for name in ("answer", "hint"):
            response = client_of(person).post(
                reverse(name, args=[attempt.pk]), {"answer": right(attempt)}
            )
            assert response.status_code == 404
    assert not Observation.objects.exists()
    assert open_question(cast.maya, skills[1], client_of).hints == 0


def test_nobody_practises_in_the_place_of_a_learner(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    for person in (cast.alba, cast.rosa, cast.dev):
        address = reverse("practice", args=[cast.maya.pk, skills[1].pk])
        assert client_of(person).get(address).status_code == 404
    assert not Attempt.objects.exists()


def test_a_competency_without_questions_says_who_can_help(cast: Cast, client_of: ClientOf) -> None:
    (lonely,) = framework(cast.district, ["Z.6.1"], "History")
    client = client_of(cast.maya)
    response = client.get(reverse("practice", args=[cast.maya.pk, lonely.pk]), follow=True)
    assert "There is no practice for this yet. Your teacher can help." in response.content.decode()
    assert "Practise" not in read(client, "learner_competency", cast.maya.pk, lonely.pk)


def test_what_was_retired_is_no_longer_practised(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    purpose.retire_competency(
        by=None, competency=skills[1], on=today(cast.district), why="It was two in one."
    )
    client = client_of(cast.maya)
    assert client.get(reverse("practice", args=[cast.maya.pk, skills[1].pk])).status_code == 404
    answer = client.post(reverse("answer", args=[attempt.pk]), {"answer": right(attempt)})
    assert answer.status_code == 404
    assert "Practise" not in read(client, "learner_competency", cast.maya.pk, skills[1].pk)
    assert not Observation.objects.exists()


def test_a_question_whose_item_is_gone_is_not_there(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    attempt = open_question(cast.maya, skills[1], client_of)
    Attempt.objects.update(item="M.6.2/was-dropped")
    for name in ("answer", "hint"):
        assert client_of(cast.maya).post(reverse(name, args=[attempt.pk])).status_code == 404
    assert open_question(cast.maya, skills[0], client_of).item.startswith("M.6.1/")


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
