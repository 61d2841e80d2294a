"""Next steps, goals and groups as the database has them; in a constant number of questions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.learning import commands, queries
from milepost.learning.next_steps import Kind
from milepost.mastery import commands as mastery
from milepost.mastery.queries import PROFICIENT, WORKING, Status
from milepost.mastery.rules import Rule
from milepost.purpose.models import Association, Competency, Framework
from milepost.roster import commands as roster
from milepost.roster.models import LearnerKey, Person, Role
from tests.cast import Cast
from tests.evidence.making import answer

NOW = timezone.now()


@pytest.fixture
def ladder(cast: Cast) -> list[Competency]:
    """Three competencies of grade 6 that build on each other, and one of history."""
    framework = Framework.objects.create(
        district=cast.district, identifier="f", title="Cedar", in_use=True
    )
    rows = [
        Competency.objects.create(
            district=cast.district, framework=framework, identifier=code, code=code,
            title=f"Skill {code}", statement=".", grades=["06"], position=k,
            subject="History" if code == "H.1" else "Mathematics",
        )
        for k, code in enumerate(["M.1", "M.2", "M.3", "H.1"])
    ]  # fmt: skip
    for earlier, later in ((rows[0], rows[1]), (rows[1], rows[2])):
        Association.objects.create(
            district=cast.district, framework=framework, kind="precedes",
            identifier=f"{earlier.code}-{later.code}", origin=earlier, destination=later,
            origin_identifier=earlier.identifier, destination_identifier=later.identifier,
        )  # fmt: skip
    return rows


@pytest.fixture
def show(cast: Cast) -> Callable[..., None]:
    """Let a learner answer questions on a competency, an hour apart, until an hour ago."""

    def act(person: Person, one: Competency, *scores: float, ago: timedelta = timedelta()) -> None:
        key = LearnerKey.objects.get(person=person).pk
        rows = [
            answer(key, one.pk, score=s, occurred_at=NOW - ago - timedelta(hours=len(scores) - k))
            for k, s in enumerate(scores)
        ]
        evidence.record(by=None, district=cast.district.pk, shown=rows, now=NOW)
        mastery.fold_learners(district=cast.district.pk, learners=[key])

    return act


def codes(person: Person, **more: object) -> list[tuple[str, str]]:
    steps = queries.steps_for([person], at=NOW, **more).by_learner[person.pk]  # type: ignore[arg-type]
    names = {c.pk: c.code for c in Competency.objects.all()}
    return [(step.kind, names[step.competency]) for step in steps]


def test_without_evidence_a_learner_begins_where_nothing_is_built_upon(
    cast: Cast, ladder: list[Competency]
) -> None:
    assert codes(cast.maya) == [("ready", "M.1"), ("ready", "H.1")]


def test_what_was_shown_opens_what_builds_on_it(
    cast: Cast, ladder: list[Competency], show: Callable[..., None]
) -> None:
    show(cast.maya, ladder[0], *[1.0] * 12)
    assert ("ready", "M.2") in codes(cast.maya)
    (step,) = (
        s
        for s in queries.steps_for([cast.maya], at=NOW).by_learner[cast.maya.pk]
        if s.competency == ladder[1].pk
    )
    assert step.builds_on == (ladder[0].pk,)
    assert codes(cast.dev)[0] == ("ready", "M.1")


def test_only_the_subjects_and_frameworks_that_are_asked_for(
    cast: Cast, ladder: list[Competency]
) -> None:
    assert codes(cast.maya, subjects=["History"]) == [("ready", "H.1")]
    assert codes(cast.maya, frameworks=[]) == []


def test_a_goal_far_ahead_offers_the_first_step_towards_it(
    cast: Cast, ladder: list[Competency]
) -> None:
    commands.set_goal(by=cast.maya.pk, learner=cast.maya, competency=ladder[2], now=NOW)
    steps = queries.steps_for([cast.maya], at=NOW).by_learner[cast.maya.pk]
    (chosen,) = (s for s in steps if s.kind is Kind.CHOSEN)
    assert (chosen.competency, chosen.goal) == (ladder[0].pk, ladder[2].pk)


def test_what_was_forgotten_is_due(
    cast: Cast, ladder: list[Competency], show: Callable[..., None]
) -> None:
    strict = Rule(certainty=0.9, keep=0.88)
    mastery.publish_rule(by=None, district=cast.district.pk, rule=strict, now=NOW)
    show(cast.maya, ladder[0], *[1.0] * 4, ago=timedelta(days=900))
    assert ("due", "M.1") in codes(cast.maya)


def test_a_retired_competency_and_an_unused_framework_offer_nothing(
    cast: Cast, ladder: list[Competency]
) -> None:
    Competency.objects.filter(code="H.1").update(retired_on="2020-01-01")
    assert codes(cast.maya) == [("ready", "M.1")]
    Framework.objects.update(in_use=False)
    assert codes(cast.maya) == []


def test_nobody_and_a_learner_without_a_key_get_no_steps(
    cast: Cast, ladder: list[Competency]
) -> None:
    assert queries.steps_for([]).by_learner == {}
    assert queries.steps_for([cast.alba]).by_learner == {cast.alba.pk: []}


def test_goals_come_by_their_day_and_only_while_open(cast: Cast, ladder: list[Competency]) -> None:
    for k, one in enumerate(ladder[:3]):
        commands.set_goal(
            by=cast.maya.pk, learner=cast.maya, competency=one,
            due_on=NOW.date() + timedelta(days=30 - k), now=NOW,
        )  # fmt: skip
    commands.end_goal(by=cast.maya.pk, goal=queries.open_goals(cast.maya)[0], now=NOW)
    assert [g.competency.code for g in queries.open_goals(cast.maya)] == ["M.2", "M.1"]


def test_a_class_is_grouped_by_a_step_that_its_learners_share(
    cast: Cast, ladder: list[Competency], show: Callable[..., None]
) -> None:
    show(cast.maya, ladder[0], *[1.0] * 12)
    learners = [cast.maya, cast.dev]
    grouping, steps = queries.groups_for_class(learners, size=4, subjects=["Mathematics"])
    assert grouping.groups == ()
    assert set(grouping.alone) == {cast.maya.pk, cast.dev.pk}
    grouping, steps = queries.groups_for_class(learners, size=4)
    (group,) = grouping.groups
    assert group.competency == ladder[3].pk
    assert {s.competency for s in steps.by_learner[cast.dev.pk]} >= {ladder[3].pk}


@pytest.mark.parametrize(
    ("status", "stuck"),
    [
        (Status(WORKING, pieces=6, first_at=datetime(2026, 8, 1, tzinfo=UTC)), True),
        (Status(WORKING, pieces=5, first_at=datetime(2026, 8, 1, tzinfo=UTC)), False),
        (Status(WORKING, pieces=6, first_at=datetime(2026, 8, 20, tzinfo=UTC)), False),
        (Status(PROFICIENT, pieces=6, first_at=datetime(2026, 8, 1, tzinfo=UTC)), False),
        (Status(), False),
    ],
)
def test_stuck_is_much_evidence_over_two_weeks_and_still_working(
    status: Status, stuck: bool
) -> None:
    assert queries.is_stuck(status, datetime(2026, 9, 1, tzinfo=UTC)) is stuck


def test_steps_take_the_same_number_of_questions_for_one_and_for_thirty(
    cast: Cast, ladder: list[Competency], show: Callable[..., None]
) -> None:
    more = []
    for k in range(30):
        person = roster.add_person(
            by=None, district=cast.district, given_name=f"L{k}", family_name="X", grade="06"
        )
        roster.give_role(by=None, person=person, organisation=cast.school, kind=Role.Kind.LEARNER)
        show(person, ladder[k % 4], 1.0, 0.0)
        commands.set_goal(by=person.pk, learner=person, competency=ladder[2], now=NOW)
        more.append(Person.objects.select_related("district").get(pk=person.pk))
    queries.steps_for(more)  # warm the graph of prerequisites
    with CaptureQueriesContext(
        connection,
    ) as one:
        queries.steps_for(more[:1])
    with CaptureQueriesContext(connection) as thirty:
        queries.steps_for(more)
    assert len(one) == len(thirty)
