"""Practice: a question shown, hints taken, an answer that becomes evidence at once."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.assessment import commands, items
from milepost.assessment.items.core import Bank, Draw
from milepost.assessment.models import Attempt
from milepost.evidence.models import Observation
from milepost.mastery import queries as mastery
from milepost.purpose.models import Competency
from milepost.roster.models import LearnerKey, Person
from tests.cast import Cast
from tests.site.schoolroom import framework

NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)


def double(rng: Random) -> Draw:
    """Ask for the double of a number."""
    n = rng.randrange(2, 1_000)
    return Draw(
        prompt=f"What is two times {n}?",
        answer=2 * n,
        hints=["Add it to itself.", f"{n} + {n} = ?", f"It is {2 * n}."],
        worked=f"{n} + {n} = {2 * n}",
        misses={n: "That is the number itself."},
    )


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """A small bank: two items of M.6.1, one of M.6.2, one that shows M.6.2 and M.6.3."""
    small = Bank()
    small.add("M.6.1", "double", double)
    small.add("M.6.1", "twice", double)
    small.add("M.6.2", "double", double)
    small.add(("M.6.3", "M.6.4"), "both", double)
    monkeypatch.setattr(items, "_bank", lambda: small)
    return small


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district, ["M.6.1", "M.6.2", "M.6.3", "M.6.4"])


def question(person: Person, one: Competency, at: datetime = NOW, seed: int = 1) -> Attempt:
    attempt = commands.show_question(learner=person, competency=one, rng=Random(seed), now=at)
    assert attempt
    return attempt


def right(attempt: Attempt) -> str:
    return str(items.item(attempt.item).draw(attempt.seed).answer)


def give(
    attempt: Attempt, said: str, skills: list[Competency], at: datetime = NOW
) -> commands.Answered:
    return commands.answer(
        by=attempt.learner_id,
        attempt=attempt,
        given={items.FIELD: said},
        competencies={c.code: c.pk for c in skills},
        now=at,
    )


def status(person: Person, one: Competency) -> mastery.Status:
    key = LearnerKey.objects.get(person=person).pk
    return mastery.statuses(person.district_id, learners=[key], at=NOW).of(key, one.pk)


def test_an_answer_becomes_evidence_with_all_that_is_known_of_it(
    cast: Cast, skills: list[Competency]
) -> None:
    attempt = question(cast.maya, skills[1])
    commands.take_hint(attempt=attempt)
    done = give(attempt, right(attempt), skills, NOW + timedelta(seconds=42))
    row = Observation.objects.get()
    assert (row.kind, row.source, row.item) == ("practice", "milepost", "milepost:M.6.2/double")
    assert (row.seconds, row.hints, row.by) == (42.0, 1, cast.maya.pk)
    assert row.scores == [[str(skills[1].pk), 1.0]]
    assert row.learner == LearnerKey.objects.get(person=cast.maya).pk
    assert done.result.correct
    attempt.refresh_from_db()
    assert (attempt.score, attempt.observation, attempt.answer) == (
        1.0, row, {"answer": right(attempt)},
    )  # fmt: skip


def test_the_status_has_moved_when_the_answer_returns(cast: Cast, skills: list[Competency]) -> None:
    assert status(cast.maya, skills[1]).code == "none"
    attempt = question(cast.maya, skills[1])
    give(attempt, right(attempt), skills)
    after = status(cast.maya, skills[1])
    assert (after.code, after.pieces) == ("working", 1)


@pytest.mark.parametrize("before", [(), (1,), (0,), (1, 0, 1), (1, 1, 1, 1, 1)])
@pytest.mark.parametrize("hints", [1, 2, 3])
def test_a_hinted_right_answer_never_gives_more_than_an_unaided_one(
    hints: int, before: tuple[int, ...], cast: Cast, skills: list[Competency]
) -> None:
    for person, taken in ((cast.maya, 0), (cast.dev, hints)):
        for k, score in enumerate(before):
            attempt = question(person, skills[1], NOW - timedelta(hours=9 - k), seed=k)
            said = right(attempt) if score else "1"
            give(attempt, said, skills, NOW - timedelta(hours=9 - k))
        attempt = question(person, skills[1], seed=50)
        for _ in range(taken):
            commands.take_hint(attempt=attempt)
        give(attempt, right(attempt), skills)
    unaided, hinted = (status(p, skills[1]) for p in (cast.maya, cast.dev))
    assert hinted.mean is not None
    assert unaided.mean is not None
    assert hinted.certainty is not None
    assert unaided.certainty is not None
    assert hinted.mean < unaided.mean
    assert hinted.certainty <= unaided.certainty
    assert hinted.pieces == unaided.pieces


@pytest.mark.parametrize("said", ["", "   ", "a lot", "1/0", "--", "12 or 13", "∞", "nan"])
def test_an_answer_that_cannot_be_read_is_not_counted_and_keeps_the_question(
    said: str, cast: Cast, skills: list[Competency]
) -> None:
    attempt = question(cast.maya, skills[1])
    commands.take_hint(attempt=attempt)
    done = give(attempt, said, skills)
    assert not done.result.readable
    assert done.result.feedback.startswith("Please")
    assert not Observation.objects.exists()
    again = question(cast.maya, skills[1], seed=99)
    assert (again.pk, again.seed, again.hints) == (attempt.pk, attempt.seed, 1)
    assert give(again, right(again), skills).result.correct


def test_a_wrong_answer_is_told_what_it_is(cast: Cast, skills: list[Competency]) -> None:
    attempt = question(cast.maya, skills[1])
    done = give(attempt, str(int(right(attempt)) // 2), skills)
    assert (done.result.correct, done.result.feedback) == (False, "That is the number itself.")
    assert Observation.objects.get().scores == [[str(skills[1].pk), 0.0]]


def test_a_question_is_answered_once(cast: Cast, skills: list[Competency]) -> None:
    attempt = question(cast.maya, skills[1])
    stale = Attempt.objects.get(pk=attempt.pk)
    give(attempt, "1", skills)
    with pytest.raises(ValueError, match="was answered"):
        give(stale, right(stale), skills)
    with pytest.raises(ValueError, match="was answered"):
        commands.take_hint(attempt=stale)
    assert Observation.objects.count() == 1


def test_leaving_and_coming_back_gives_the_same_question_with_its_hints(
    cast: Cast, skills: list[Competency]
) -> None:
    first = question(cast.maya, skills[0], seed=1)
    commands.take_hint(attempt=first)
    for seed in range(2, 8):
        back = question(cast.maya, skills[0], NOW + timedelta(days=1), seed=seed)
        assert (back.pk, back.item, back.seed, back.hints) == (
            first.pk, first.item, first.seed, 1,
        )  # fmt: skip
    assert Attempt.objects.count() == 1


def test_hints_end_where_the_question_has_no_more(cast: Cast, skills: list[Competency]) -> None:
    attempt = question(cast.maya, skills[1])
    assert [commands.take_hint(attempt=attempt) for _ in range(5)] == [1, 2, 3, 3, 3]


def test_the_next_question_is_another_item_where_there_is_one(
    cast: Cast, skills: list[Competency]
) -> None:
    seen = []
    for k in range(6):
        attempt = question(cast.maya, skills[0], NOW + timedelta(minutes=k), seed=k)
        seen.append(attempt.item)
        give(attempt, "1", skills, NOW + timedelta(minutes=k, seconds=30))
    assert seen[0] != seen[1]
    assert seen == seen[:2] * 3


def test_a_competency_without_items_has_no_practice(cast: Cast, skills: list[Competency]) -> None:
    (lonely,) = framework(cast.district, ["H.6.1"], "History")
    assert commands.show_question(
        learner=cast.maya, competency=lonely, rng=Random(1), now=NOW
    ) is None  # fmt: skip
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("is_right", [True, False])
def test_an_item_of_two_competencies_shares_one_outcome(
    is_right: bool, cast: Cast, skills: list[Competency]
) -> None:
    attempt = question(cast.maya, skills[3])
    give(attempt, right(attempt) if is_right else "1", skills)
    row = Observation.objects.get()
    score = float(is_right)
    assert row.scores == [[str(skills[2].pk), score], [str(skills[3].pk), score]]
    both = [status(cast.maya, one) for one in skills[2:]]
    assert [s.pieces for s in both] == [1, 1]
    assert both[0].mean == both[1].mean


def test_what_the_district_no_longer_works_by_is_left_out_of_the_evidence(
    cast: Cast, skills: list[Competency]
) -> None:
    attempt = question(cast.maya, skills[3])
    give(attempt, right(attempt), skills[:3])
    assert Observation.objects.get().scores == [[str(skills[2].pk), 1.0]]


def test_two_learners_have_questions_of_their_own(cast: Cast, skills: list[Competency]) -> None:
    first = question(cast.maya, skills[1])
    second = question(cast.dev, skills[1], seed=2)
    assert first.pk != second.pk
    give(first, "1", skills)
    second.refresh_from_db()
    assert second.answered_at is None


def test_an_answer_takes_the_same_number_of_questions_after_much_practice(
    cast: Cast, skills: list[Competency]
) -> None:
    taken = []
    for k in range(30):
        attempt = question(cast.maya, skills[1], NOW + timedelta(minutes=k), seed=k)
        with CaptureQueriesContext(connection) as asked:
            give(attempt, "1", skills, NOW + timedelta(minutes=k, seconds=9))
        taken.append(len(asked))
    assert len(set(taken[1:])) == 1
