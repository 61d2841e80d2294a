"""Who may see a learner's record: each rule as a reason and as a filter, proved equal."""

from datetime import timedelta
from itertools import product

import pytest

from milepost.roster import commands, queries
from milepost.roster.access import RULES
from milepost.roster.models import Person
from tests.cast import Cast

EXPECTED = {
    "maya": {"maya": "self", "rosa": "guardian", "alba": "teaches", "chen": "leads",
             "diaz": "district", "eze": "granted"},
    "dev": {"dev": "self", "alba": "teaches", "chen": "leads", "diaz": "district"},
    "omar": {"omar": "self", "bell": "teaches", "chen": "leads", "diaz": "district"},
    "zoe": {"zoe": "self", "young": "teaches"},
}  # fmt: skip


@pytest.mark.parametrize("learner", EXPECTED)
def test_only_these_people_may_see_a_record_and_for_this_reason(cast: Cast, learner: str) -> None:
    seen = {
        name: found.rule
        for name, person in cast.people.items()
        if (found := queries.why_visible(queries.viewer(person), getattr(cast, learner)))
    }
    assert seen == EXPECTED[learner]


def test_every_rule_agrees_with_its_twin(cast: Cast) -> None:
    learners = [cast.maya, cast.dev, cast.omar, cast.zoe]
    for person, learner in product(cast.people.values(), learners):
        viewer = queries.viewer(person)
        ties = queries.ties(learner, viewer.on)
        for rule in RULES:
            kept = Person.objects.filter(rule.twin(viewer), pk=learner.pk).exists()
            assert kept == bool(rule.reason(viewer, ties)), (person.name, learner.name, rule.name)


def test_the_twin_of_all_rules_shows_just_the_learners_with_a_reason(cast: Cast) -> None:
    visible = {
        name: {p.given_name.lower() for p in queries.visible_learners(queries.viewer(person))}
        for name, person in cast.people.items()
    }
    for name in cast.people:
        assert visible[name] == {learner for learner, who in EXPECTED.items() if name in who}


def test_a_grant_ends_with_its_last_day(cast: Cast) -> None:
    on = queries.today(cast.district)
    before, after = on + timedelta(days=60), on + timedelta(days=61)
    assert queries.why_visible(queries.viewer(cast.eze, before), cast.maya)
    assert queries.why_visible(queries.viewer(cast.eze, after), cast.maya) is None


def test_a_teacher_of_last_year_sees_nothing_today(cast: Cast) -> None:
    cast.maya.enrollments.update(ends_on=queries.today(cast.district) - timedelta(days=1))
    assert queries.why_visible(queries.viewer(cast.alba), cast.maya) is None
    assert queries.why_visible(queries.viewer(cast.alba), cast.dev)


def test_a_grant_says_what_it_is_for(cast: Cast) -> None:
    with pytest.raises(ValueError, match="what the access is for"):
        commands.grant_access(
            by=None, person=cast.fox, learner=cast.dev, purpose=" ",
            begins_on=queries.today(), ends_on=queries.today(),
        )  # fmt: skip
