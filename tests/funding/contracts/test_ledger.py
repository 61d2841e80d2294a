"""A ledger's rules one by one: who is in, what is asked, what is spread, what is refused."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.contracts.facts import Days, Duty, Learner, Received, Showing
from milepost.funding.contracts.ledger import Ledger, Line, ledger, payment
from milepost.funding.contracts.terms import Below, Exclusion, Obligation, Population, Terms, Tier
from tests.funding.contracts import duval

pytestmark = pytest.mark.pure

IN_TIME = [Duty("rooms", date(2024, 9, 10))]


def drawn(learners: list[Learner], **changes: object) -> Ledger:
    """Return the ledger of Duval's terms with some changed."""
    return ledger(duval.terms(**changes), learners, duties=IN_TIME, on=duval.ON)


def line(one: Learner, **changes: object) -> Line:
    """Return the line of a single learner."""
    (only,) = drawn([one], **changes).lines
    return only


def test_a_learner_of_another_grade_is_outside_and_nothing_is_paid() -> None:
    found = line(duval.learner(1, shown=True, grade="08"))
    assert (found.standing, found.total, found.lacks) == ("outside", 0, ())
    assert found.reason == "Grade 08; the contract is for 07."


@pytest.mark.parametrize(
    ("start", "standing"),
    [("none", "in"), ("working", "in"), ("proficient", "outside"), ("refresh", "outside")],
)
def test_who_starts_proficient_is_outside(start: str, standing: str) -> None:
    rule = Population(below=(Below(duval.SKILL, "proficient"),))
    one = replace(duval.learner(1, shown=True), start=((duval.SKILL, start),))
    assert line(one, population=rule).standing == standing


@pytest.mark.parametrize(
    ("roster", "exclusion"),
    [
        ({"joined_on": date(2024, 10, 3)}, Exclusion("joined late", "5.1", Decimal(30))),
        ({"left_on": date(2025, 4, 1)}, Exclusion("left early", "5.2", Decimal(10))),
        ({"present": 79, "counted": 100}, Exclusion("attendance", "5.3", Decimal("0.8"))),
        ({"agreed": "Moved to home schooling"}, Exclusion("agreed", "5.4")),
    ],
)
def test_an_exclusion_cites_its_clause(roster: dict[str, object], exclusion: Exclusion) -> None:
    one = duval.learner(1, shown=True, **roster)
    found = line(one, exclusions=(exclusion,))
    assert (found.standing, found.total) == ("excluded", 0)
    assert f"({exclusion.rule})" in found.reason
    kept = line(one, exclusions=(replace(exclusion, base=True),))
    assert kept.total == 670_00


def test_attendance_that_nobody_took_excludes_nobody() -> None:
    one = duval.learner(1, shown=True, present=0, counted=0)
    rule = Exclusion("attendance", "5.3", Decimal("0.8"))
    assert line(one, exclusions=(rule,)).standing == "in"


def test_the_limit_of_an_exclusion_is_not_yet_beyond_it() -> None:
    rule = Exclusion("joined late", "5.1", Decimal(30))
    on_the_day = duval.learner(1, shown=True, joined_on=date(2024, 10, 2))  # 30 days after
    assert line(on_the_day, exclusions=(rule,)).standing == "in"


def test_the_highest_tier_reached_is_paid_and_the_next_is_named() -> None:
    score = duval.outcome(
        measure="score",
        competencies=(),
        instrument="State test",
        tiers=(Tier(Decimal("0.5"), 300_00), Tier(Decimal("0.7"), 750_00)),
    )
    one = replace(duval.learner(1, shown=False), showings=(("ready", Showing(Decimal("0.6"))),))
    found = line(one, outcomes=(score,))
    assert found.bonus == 300_00
    assert found.lacks == (
        "Ready for grade-level mathematics: score on State test 60.0%, 70.0% is asked, "
        "for $450.00 more",
    )


def test_a_score_that_is_missing_is_said_and_is_not_zero() -> None:
    score = duval.outcome(measure="score", competencies=(), instrument="State test")
    one = replace(duval.learner(1, shown=False), showings=())
    found = line(one, outcomes=(score,))
    assert found.earned[0].value is None
    assert "no score on State test is recorded" in found.lacks[0]


def test_time_that_nobody_recorded_is_said() -> None:
    one = replace(duval.learner(1, shown=True), received=Received(30, untimed=4))
    assert line(one).lacks[0].endswith("on 4 days nobody recorded the time")


def test_an_obligation_met_on_its_day_is_met_and_one_day_later_is_missed() -> None:
    one = [duval.learner(1, shown=False)]
    for day, total in ((16, 670_00), (17, 1_420_00)):
        duties = [Duty("rooms", date(2024, 9, day))]
        assert ledger(duval.terms(), one, duties=duties, on=duval.ON).total == total
    never = [Duty("rooms", None)]
    assert ledger(duval.terms(), one, duties=never, on=duval.ON).total == 1_420_00


def test_an_obligation_of_which_nobody_said_anything_stops_the_ledger() -> None:
    with pytest.raises(ValueError, match=r"'rooms'.*say whether"):
        ledger(duval.terms(), [duval.learner(1, shown=False)], on=duval.ON)


def test_an_obligation_that_is_not_due_yet_is_asked_of_nobody() -> None:
    later = (Obligation("data", "Scores sent", date(2025, 7, 1), "4.3"),)
    one = [duval.learner(1, shown=False)]
    assert ledger(duval.terms(obligations=later), one, on=duval.ON).missed == ()


def test_a_duty_of_no_obligation_and_a_learner_named_twice_are_refused() -> None:
    one = duval.learner(1, shown=False)
    with pytest.raises(ValueError, match="no obligation 'bus'"):
        ledger(duval.terms(), [one], duties=[Duty("bus", None)], on=duval.ON)
    with pytest.raises(ValueError, match="comes twice"):
        drawn([one, one])


def test_a_floor_with_nobody_to_share_it_is_refused() -> None:
    with pytest.raises(ValueError, match="floor"):
        drawn([duval.learner(1, shown=True, grade="08")], floor=100_00)


@given(
    st.lists(st.booleans(), min_size=1, max_size=40),
    st.integers(0, 30_000_00),
    st.integers(0, 30_000_00),
)
def test_cap_and_floor_are_spread_to_the_cent(shown: list[bool], one: int, other: int) -> None:
    floor, cap = sorted((one, other))
    learners = [duval.learner(k, shown=yes) for k, yes in enumerate(shown)]
    free = drawn(learners).total
    found = drawn(learners, floor=floor, cap=cap)
    assert found.total == sum(a.total for a in found.lines) == min(max(free, floor), cap)
    assert found.base + found.bonus + found.adjustment == found.total
    assert all(each.total >= 0 for each in found.lines)


def test_order_changes_nothing_and_a_fact_changes_the_digest() -> None:
    learners = duval.cohort(20, 7)
    found = drawn(learners)
    assert drawn(learners[::-1]) == found
    fewer = replace(learners[3], received=Received(35))  # the same sum, but not the same facts
    other = drawn([*learners[:3], fewer, *learners[4:]])
    assert (other.total, other.digest == found.digest) == (found.total, False)


def test_words_do_not_touch_the_digest() -> None:
    one = duval.learner(1, shown=False)
    said = replace(one, showings=(("ready", Showing(Decimal(0), lacking=("Faltan dos piezas.",))),))
    assert drawn([one]).digest == drawn([said]).digest


def test_attendance_and_dosage_are_counted_in_the_contingent_share() -> None:
    present = duval.outcome(
        measure="attendance", competencies=(), tiers=(Tier(Decimal("0.9"), 750_00),)
    )
    one = duval.learner(1, shown=True, outcome_days=(Days("ready", 9, 10),))
    found = drawn(
        [replace(one, showings=(("ready", Showing(Decimal("0.9"))),))], outcomes=(present,)
    )
    assert found.contingent_share == Decimal(750) / 1420


def test_disputed_lines_are_held_back_and_what_was_paid_is_not_paid_again() -> None:
    found = payment(
        [("a", 1_000), ("b", 2_000), ("c", 500)], disputed={"b"}, paid={"a": 400, "c": 700}
    )
    assert found.due == (("a", 600), ("c", -200))
    assert (found.pays, found.held, found.disputed) == (400, 2_000, 1)


def test_base_hangs_on_the_sessions_only_where_the_terms_say_so() -> None:
    signed: Terms = duval.terms()
    assert signed.gate
    one = duval.learner(1, shown=True, sessions=3)
    assert line(one).total == 670_00
    assert line(one, gate=replace(signed.gate, base_too=True)).total == 0
