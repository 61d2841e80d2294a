"""Goals, choices and conferences: what is recorded, what is refused and in which words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from milepost.audit.models import Event
from milepost.ids import new_id
from milepost.learning import commands, queries
from milepost.learning.models import Conference, Goal, StepChoice
from milepost.learning.next_steps import Kind, Step
from milepost.purpose.models import Competency
from tests.cast import Cast
from tests.evidence.making import competencies

NOON = datetime(2026, 9, 1, 17, tzinfo=UTC)
EVENING = datetime(2026, 9, 2, 2, tzinfo=UTC)  # still 1 September in Cedar Valley
TODAY = date(2026, 9, 1)


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    ids = competencies(cast.district)
    found = Competency.objects.in_bulk(ids)
    return [found[id_] for id_ in ids]


def acts() -> list[str]:
    return list(
        Event.objects.filter(action__startswith="learning.").values_list("action", flat=True)
    )


def test_a_goal_keeps_the_learners_words_and_who_set_it(
    cast: Cast, skills: list[Competency]
) -> None:
    goal = commands.set_goal(
        by=cast.maya.pk, learner=cast.maya, competency=skills[0], why="For my project.",
        due_on=TODAY + timedelta(days=30), now=NOON,
    )  # fmt: skip
    assert (goal.why, goal.set_by, goal.set_at) == ("For my project.", cast.maya.pk, NOON)
    assert list(queries.open_goals(cast.maya)) == [goal]
    assert acts() == ["learning.set_goal"]


def test_setting_an_open_goal_again_changes_its_words_and_not_its_start(
    cast: Cast, skills: list[Competency]
) -> None:
    one = {"by": cast.maya.pk, "learner": cast.maya, "competency": skills[0]}
    commands.set_goal(**one, now=NOON)  # type: ignore[arg-type]
    later = NOON + timedelta(days=3)
    commands.set_goal(**one, now=later, why="I want to.", due_on=date(2026, 10, 1))  # type: ignore[arg-type]
    goal = Goal.objects.get()
    assert (goal.set_at, goal.why, goal.due_on) == (NOON, "I want to.", date(2026, 10, 1))


def test_an_ended_goal_stays_in_the_record_and_can_be_set_anew(
    cast: Cast, skills: list[Competency]
) -> None:
    first = commands.set_goal(by=cast.maya.pk, learner=cast.maya, competency=skills[0], now=NOON)
    commands.end_goal(by=cast.maya.pk, goal=first, now=NOON)
    commands.end_goal(by=cast.maya.pk, goal=first, now=NOON + timedelta(days=1))
    assert acts() == ["learning.set_goal", "learning.end_goal"]
    assert not queries.open_goals(cast.maya).exists()
    second = commands.set_goal(by=cast.maya.pk, learner=cast.maya, competency=skills[0], now=NOON)
    assert second.pk != first.pk
    assert Goal.objects.get(pk=first.pk).ended_at == NOON


def test_a_goal_is_one_of_the_learners_district(cast: Cast, skills: list[Competency]) -> None:
    with pytest.raises(ValueError, match="not one of the learner's district"):
        commands.set_goal(by=cast.zoe.pk, learner=cast.zoe, competency=skills[0], now=NOON)
    assert not Goal.objects.exists()
    assert acts() == []


def test_a_goals_day_is_still_to_come_where_the_learner_is(
    cast: Cast, skills: list[Competency]
) -> None:
    one = {"by": cast.maya.pk, "learner": cast.maya, "competency": skills[0], "now": EVENING}
    with pytest.raises(ValueError, match="still to come"):
        commands.set_goal(**one, due_on=TODAY - timedelta(days=1))  # type: ignore[arg-type]
    assert commands.set_goal(**one, due_on=TODAY).due_on == TODAY  # type: ignore[arg-type]


def test_a_choice_is_kept_with_all_that_was_offered(cast: Cast, skills: list[Competency]) -> None:
    offered = [Step(skills[0].pk, Kind.READY, 0.71234), Step(skills[1].pk, Kind.DUE, 0.8)]
    commands.choose_step(
        by=cast.maya.pk, learner=cast.maya, competency=skills[1], offered=offered, now=NOON
    )
    choice = StepChoice.objects.get()
    assert choice.competency == skills[1]
    assert choice.offered == [
        {"competency": str(skills[0].pk), "kind": "ready", "chance": 0.7123},
        {"competency": str(skills[1].pk), "kind": "due", "chance": 0.8},
    ]


def test_a_choice_beside_what_was_offered_is_kept_too(cast: Cast, skills: list[Competency]) -> None:
    commands.choose_step(
        by=cast.maya.pk, learner=cast.maya, competency=skills[2], offered=[], now=NOON
    )
    assert (StepChoice.objects.get().competency, StepChoice.objects.get().offered) == (
        skills[2], [],
    )  # fmt: skip


def test_a_conference_says_who_met_when_and_what_was_agreed(cast: Cast) -> None:
    held = commands.record_conference(
        by=cast.alba.pk, learner=cast.maya, people=[cast.alba, cast.maya, cast.rosa],
        held_on=TODAY, agreed="  Two worked examples first. ", now=NOON,
    )  # fmt: skip
    (found,) = queries.conferences(cast.maya)
    assert found == held
    assert (found.agreed, found.held_on) == ("Two worked examples first.", TODAY)
    assert set(found.people.all()) == {cast.alba, cast.maya, cast.rosa}
    assert acts() == ["learning.record_conference"]


@pytest.mark.parametrize(
    ("agreed", "held_on", "words"),
    [(" ", TODAY, "what was agreed"), ("Yes.", TODAY + timedelta(days=1), "on its day or after")],
)
def test_a_conference_that_did_not_happen_is_refused(
    agreed: str, held_on: date, words: str, cast: Cast
) -> None:
    with pytest.raises(ValueError, match=words):
        commands.record_conference(
            by=cast.alba.pk, learner=cast.maya, people=[], held_on=held_on, agreed=agreed,
            now=EVENING,
        )  # fmt: skip
    assert not Conference.objects.exists()


def test_a_conference_can_be_recorded_on_its_day_east_of_greenwich(cast: Cast) -> None:
    cast.district.time_zone = "Pacific/Guam"
    cast.district.save()
    morning = datetime(2026, 8, 31, 22, tzinfo=UTC)  # 1 September in Guam
    cast.maya.refresh_from_db()
    held = commands.record_conference(
        by=new_id(), learner=cast.maya, people=[], held_on=TODAY, agreed="Yes.", now=morning
    )
    assert held.held_on == TODAY
