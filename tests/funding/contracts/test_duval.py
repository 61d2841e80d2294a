"""Duval's tutoring contract, as a finance officer would check it with a pocket calculator."""

from datetime import date

import pytest

from milepost.funding.contracts.facts import Duty
from milepost.funding.contracts.ledger import ledger
from milepost.funding.money import cents
from tests.funding.contracts import duval

pytestmark = pytest.mark.pure

ROOMS_IN_TIME = [Duty("rooms", date(2024, 9, 10))]
ROOMS_LATE = [Duty("rooms", date(2024, 10, 1))]


def test_225_of_450_at_the_full_bonus_and_all_at_base_cost_470_250_dollars() -> None:
    found = ledger(duval.terms(), duval.cohort(450, 225), duties=ROOMS_IN_TIME, on=duval.ON)

    assert found.learners == 450
    assert found.base == cents("301500.00")  # 450 x $670
    assert found.bonus == cents("168750.00")  # 225 x $750
    assert found.total == cents("470250.00")


def test_nobody_costs_less_than_670_or_more_than_1420_dollars() -> None:
    found = ledger(duval.terms(), duval.cohort(), duties=ROOMS_IN_TIME, on=duval.ON)

    assert {line.total for line in found.lines} == {cents("670.00"), cents("1420.00")}


def test_all_at_the_full_bonus_cost_639_000_dollars_which_is_no_reported_total() -> None:
    found = ledger(duval.terms(), duval.cohort(450, 450), duties=ROOMS_IN_TIME, on=duval.ON)

    assert found.total == cents("639000.00")  # 450 x $1,420
    assert found.total not in (cents("1200000.00"), cents("2000000.00"))  # as reported


def test_528_dollars_of_a_thousand_hang_on_outcomes_at_most_and_400_must() -> None:
    assert f"{duval.terms().contingent_share:.3f}" == "0.528"


def test_a_district_that_misses_its_own_part_pays_the_full_price() -> None:
    found = ledger(duval.terms(), duval.cohort(450, 0), duties=ROOMS_LATE, on=duval.ON)

    assert found.total == cents("639000.00")
    assert [one.key for one in found.missed] == ["rooms"]
    assert "section 4.2" in found.lines[0].reason


def test_a_learner_who_missed_the_sessions_earns_the_base_alone() -> None:
    one = duval.learner(1, shown=True, sessions=32)
    (line,) = ledger(duval.terms(), [one], duties=ROOMS_IN_TIME, on=duval.ON).lines

    assert line.total == cents("670.00")
    assert line.lacks == ("1 more session (received 32 of 36 due; 33 are asked)",)


def test_a_learner_who_has_not_shown_it_reads_what_is_missing() -> None:
    one = duval.learner(1, shown=False)
    (line,) = ledger(duval.terms(), [one], duties=ROOMS_IN_TIME, on=duval.ON).lines

    assert line.lacks == (
        "Ready for grade-level mathematics: 0 of 1 competencies proficient, for $750.00 more",
    )
