"""Cohort survival, and what states fund of the learners it brings."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.plan.enrollment import funded, learners, progression
from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.parts import AttendanceRule
from tests.funding.plan.small import SAID, counted, school

pytestmark = pytest.mark.pure


def rule(*options: tuple[int, ...], attendance: str = "1", hold: str = "0") -> AttendanceRule:
    return AttendanceRule("rule", SAID, options, Decimal(attendance), Decimal(hold))


def test_a_grade_is_the_share_of_the_grade_below_that_came_up_before() -> None:
    north = counted(y2025=(50, 40), y2026=(60, 45))
    assert progression(north) == (None, Decimal("0.9"))
    assert learners(north, 2027, 2028).by_grade[2027] == (55, 54)
    assert learners(north, 2027, 2028).by_grade[2028] == (55, 50)  # 55 x 0.9 = 49.5


def test_the_entry_grade_follows_births() -> None:
    north = replace(
        counted(y2025=(50, 40), y2026=(60, 45)), births=((2025, 500), (2026, 600), (2027, 700))
    )
    known = learners(north, 2027, 2028)
    assert known.by_grade[2027][0] == 70
    assert known.by_grade[2028][0] == 55  # births are not known: the average of the years before


def test_a_year_that_was_not_reported_gives_no_ratio() -> None:
    north = counted(y2024=(50, 40), y2025=(None, 45), y2026=(60, 48))
    assert progression(north)[1] == Decimal("0.9")
    assert 2025 not in learners(north, 2027, 2027).totals


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=2, max_size=6))
def test_a_projection_is_never_below_zero(history: list[tuple[int, int]]) -> None:
    north = counted(**{f"y{2026 - at}": counts for at, counts in enumerate(reversed(history))})
    if progression(north)[1] is None:
        with pytest.raises(PlanError, match="no two years in a row"):
            learners(north, 2027, 2031)
        return
    known = learners(north, 2027, 2031)
    assert min(min(counts) for counts in known.by_grade.values()) >= 0


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (rule((0,)), [90, 80]),
        (rule((1,)), [100, 90]),
        (rule((0,), (1,)), [100, 90]),
        (rule((0, 1, 2)), [100, 90]),
        (rule((0,), attendance="0.95"), ["85.5", "76"]),
        (rule((0,), hold="0.98"), [98, "96.04"]),
    ],
)
def test_a_state_funds_by_its_rule(state: AttendanceRule, expected: list[int | str]) -> None:
    given = ((2025, 110), (2026, 100), (2027, 90), (2028, 80))
    north = replace(school(), given=given)
    known = learners(north, 2027, 2028)
    assert funded(north, known, state, 2027, 2028) == {
        2027 + at: Decimal(count) for at, count in enumerate(expected)
    }


def test_a_rule_that_asks_for_a_year_nobody_entered_is_refused() -> None:
    north = replace(school(), given=((2027, 90),))
    with pytest.raises(PlanError, match="school 'North', 2026: attendance rule 'rule' counts"):
        funded(north, learners(north, 2027, 2027), rule((1,)), 2027, 2027)


def test_a_school_that_opens_had_no_learners_before() -> None:
    north = replace(school(), given=((2028, 90),), opens=2028)
    known = learners(north, 2027, 2028)
    assert known.totals == {2027: 0, 2028: 90}
    assert funded(north, known, rule((1,)), 2027, 2028) == {2027: 0, 2028: 0}
