"""Practice on its pages: a question, hints, an answer that moves the status at once."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from milepost.assessment import items
from milepost.assessment.items.core import Bank, Draw
from milepost.assessment.models import Attempt
from milepost.evidence.models import Observation
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
    read,
    send,
)


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


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
    Attempt.objects.update(item="M.6.2/dropped")
    for name in ("answer", "hint"):
        assert client_of(cast.maya).post(reverse(name, args=[attempt.pk])).status_code == 404
    read(client_of(cast.maya), "practice", cast.maya.pk, skills[1].pk)
    assert Attempt.objects.latest("shown_at").item != "M.6.2/dropped"


@pytest.mark.parametrize("practised", [0, 1])
def test_an_item_of_two_competencies_stays_with_the_one_that_is_practised(
    practised: int,
    cast: Cast,
    skills: list[Competency],
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = Bank()
    draw = Draw("What is 2 + 2?", 4, hints=["Count on from 2."], worked="2 + 2 = 4")
    both.add([skills[0].code, skills[1].code], "both", lambda rng: draw)
    monkeypatch.setattr(items, "_bank", lambda: both)
    one, client = skills[practised], client_of(cast.maya)
    attempt = open_question(cast.maya, one, client_of)
    form = {"competency": str(one.pk)}
    assert f"<h1>{one.name}</h1>" in client.get(
        reverse("practice", args=[cast.maya.pk, one.pk])
    ).content.decode()  # fmt: skip
    response = client.post(reverse("hint", args=[attempt.pk]), form)
    assert response["Location"] == reverse("practice", args=[cast.maya.pk, one.pk])
    response = client.post(reverse("answer", args=[attempt.pk]), form | {"answer": "4"})
    assert f"<h1>{one.name}</h1>" in response.content.decode()
    assert Observation.objects.get().scores == [[str(c.pk), 1.0] for c in skills[:2]]
