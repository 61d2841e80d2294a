"""Proficient is a district's decision: a rule as data, and the nearest reason why not yet."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.evidence import commands as evidence
from milepost.mastery import commands, queries
from milepost.mastery.models import ProficiencyRule
from milepost.mastery.rules import STATUSES, Need, Rule, decide, not_yet
from milepost.mastery.words import explain
from milepost.roster import commands as roster
from milepost.roster.models import Organisation
from tests.evidence.making import START, answer, competencies, learner

NOW = START + timedelta(days=1)


@pytest.fixture
def district(db: None) -> Organisation:
    return roster.add_organisation(by=None, kind="district", name="Cedar Valley")


def one(rule: Rule, pieces: int, needs: list[int], now: float, then: float, met: bool) -> str:
    return str(
        decide(
            rule,
            pieces=np.array([pieces]),
            needs=np.array([needs]),
            certainty=np.array([now]),
            certainty_then=np.array([then]),
            met=np.array([met]),
        )[0]
    )


@pytest.mark.parametrize(
    ("pieces", "certainty", "then", "met", "status"),
    [
        (0, 0.0, 0.0, False, "none"),
        (1, 0.95, 0.95, False, "working"),  # sure, but too little evidence
        (5, 0.60, 0.60, False, "working"),  # enough evidence, not sure
        (5, 0.80, 0.80, True, "proficient"),  # exactly at the bar
        (5, 0.70, 0.85, True, "proficient"),  # a little less sure with time
        (5, 0.60, 0.85, True, "refresh"),  # unsure through time alone
        (5, 0.55, 0.60, True, "working"),  # unsure through evidence
    ],
)
def test_the_status_function(
    pieces: int, certainty: float, then: float, met: bool, status: str
) -> None:
    assert one(Rule(), pieces, [pieces], certainty, then, met) == status


@given(st.integers(0, 9), st.floats(0, 1), st.floats(0, 1), st.booleans(), st.floats(0.05, 0.5))
def test_more_certainty_never_lowers_a_status(
    pieces: int, low: float, high: float, met: bool, bar: float
) -> None:
    low, high = sorted((low, high))
    rule = Rule(certainty=bar + 0.4, keep=bar)
    order = ["none", "working", "refresh", "proficient"]
    less, more = (one(rule, pieces, [pieces], c, high, met) for c in (low, high))
    assert order.index(less) <= order.index(more)
    assert set(order) == set(STATUSES)


def test_a_rule_survives_as_data() -> None:
    rule = Rule(0.75, 0.9, 0.7, (Need(3), Need(1, ("judgement",), 0.75)))
    assert Rule.from_data(rule.to_data()) == rule


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"chance": 1.0}, "chance is between"),
        ({"certainty": 0.0}, "certainty is between"),
        ({"certainty": 0.6, "keep": 0.7}, "Keeping cannot"),
        ({"needs": ()}, "at least one"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(bad: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Rule(**bad)  # type: ignore[arg-type]


def test_the_nearest_reason_is_named() -> None:
    rule = Rule(needs=(Need(4), Need(1, ("judgement",))))
    assert explain(not_yet(rule, [3, 0], 0.3)) == ("1 more piece of evidence is needed (3 of 4).")
    assert explain(not_yet(rule, [4, 0], 0.9)) == "1 more is needed of: teacher's judgement."
    assert "71 % certain; the district asks for 80 %" in explain(not_yet(rule, [4, 1], 0.719))
    assert not_yet(rule, [4, 1], 0.9) is None


def test_a_teachers_confirmation_can_be_required(district: Organisation) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    rule = Rule(needs=(Need(3), Need(1, ("judgement",), 0.75)))
    commands.publish_rule(by=None, district=district.pk, rule=rule, now=START)
    right = [answer(maya, skill, minutes=k) for k in range(12)]
    evidence.record(by=None, district=district.pk, shown=right, now=NOW)
    commands.catch_up(district=district.pk)
    status = queries.statuses(district.pk, learners=[maya], at=NOW).of(maya, skill)
    assert status.code == "working"
    assert status.not_yet
    assert status.not_yet.need == rule.needs[1]

    judged = answer(maya, skill, minutes=20, kind="judgement")
    evidence.record(by=None, district=district.pk, shown=[judged], now=NOW)
    commands.catch_up(district=district.pk)
    status = queries.statuses(district.pk, learners=[maya], at=NOW).of(maya, skill)
    assert status.code == "proficient"
    assert status.met_at == judged.occurred_at


def test_time_makes_a_proficiency_due_for_a_refresher_and_evidence_restores_it(
    district: Organisation,
) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    commands.publish_rule(by=None, district=district.pk, rule=Rule(chance=0.8, keep=0.8), now=START)
    right = [answer(maya, skill, minutes=k) for k in range(6)]
    evidence.record(by=None, district=district.pk, shown=right, now=NOW)
    commands.catch_up(district=district.pk)

    def code(days: int) -> str:
        at = START + timedelta(days=days)
        return queries.statuses(district.pk, learners=[maya], at=at).of(maya, skill).code

    assert code(1) == "proficient"
    assert code(900) == "refresh"


def test_a_new_rule_is_a_new_version_and_is_replayed_over_all_evidence(
    district: Organisation,
) -> None:
    (skill,) = competencies(district, 1)
    maya = learner(district)
    right = [answer(maya, skill, minutes=k) for k in range(5)]
    evidence.record(by=None, district=district.pk, shown=right, now=NOW)
    commands.catch_up(district=district.pk)
    assert queries.statuses(district.pk, learners=[maya], at=NOW).of(maya, skill).shown

    strict = Rule(needs=(Need(6),))
    effect = queries.rule_effect(district.pk, strict, at=NOW)
    assert (effect.shown_now, effect.shown_then, effect.lost) == (1, 0, 1)
    commands.publish_rule(by=None, district=district.pk, rule=strict, now=NOW)
    commands.catch_up(district=district.pk)
    assert not queries.statuses(district.pk, learners=[maya], at=NOW).of(maya, skill).shown

    commands.publish_rule(by=None, district=district.pk, rule=Rule(), now=NOW)
    commands.catch_up(district=district.pk)
    assert queries.statuses(district.pk, learners=[maya], at=NOW).of(maya, skill).shown
    assert ProficiencyRule.objects.count() == 2


def test_a_district_names_its_statuses_in_its_own_words(district: Organisation) -> None:
    commands.set_word(by=None, district=district.pk, code="proficient", label="Got it")
    words = queries.status_words(district.pk)
    assert words["proficient"] == "Got it"
    assert set(words) == set(STATUSES)
    with pytest.raises(ValueError, match="not a status"):
        commands.set_word(by=None, district=district.pk, code="mastered", label="X")
