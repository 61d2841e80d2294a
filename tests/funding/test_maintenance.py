"""Maintenance of effort as the regulations work it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding import maintenance
from milepost.funding.maintenance import Level, Year

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("actual", "required"),
    [
        ([100, 90, None], [100, 100, 100]),
        ([100, 90, 90, None], [100, 100, 100, 100]),
    ],
    ids=["34 CFR 300 Appendix E, table 1", "34 CFR 300 Appendix E, table 2"],
)
def test_a_failing_year_does_not_lower_the_level(
    actual: list[int | None], required: list[int]
) -> None:
    levels = maintenance.idea_levels([Year(spent) for spent in actual])
    assert [level.required for level in levels] == required
    met = [None if spent is None else spent >= 100 for spent in actual]
    assert [level.met for level in levels] == met


def test_a_year_that_spends_more_raises_the_level() -> None:
    levels = maintenance.idea_levels([Year(100), Year(110), Year(100), Year(None)])
    assert [level.required for level in levels] == [100, 100, 110, 110]


def test_exceptions_and_adjustment_lower_the_level_that_is_then_spent() -> None:
    levels = maintenance.idea_levels([Year(100), Year(88, exceptions=10, adjustment=3), Year(88)])
    assert levels == [Level(100, True), Level(87, True), Level(88, True)]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_without_exceptions_the_level_never_falls(actual: list[int]) -> None:
    required = [level.required for level in maintenance.idea_levels(list(map(Year, actual)))]
    assert required == sorted(required)
    assert required == [actual[0], *[max(actual[:at]) for at in range(1, len(actual))]]


def test_one_of_four_methods_is_enough() -> None:
    assert maintenance.idea_met({"local": Level(5, False), "state and local": Level(9, True)})
    assert maintenance.idea_met({"local": Level(5, False)}) is False
    assert (
        maintenance.idea_met({"local": Level(5, False), "state and local": Level(9, None)}) is None
    )


def test_the_smallest_shortfall_is_repaid_and_no_more_than_the_grant() -> None:
    local = (Level(100, False), Year(90))
    both = (Level(300, False), Year(294))
    assert maintenance.idea_repayment({"local": local, "state and local": both}, 50) == 6
    assert maintenance.idea_repayment({"local": local}, 4) == 4


def test_fewer_pupils_can_keep_esea_effort_by_the_amount_per_pupil() -> None:
    found = maintenance.esea_effort(
        88, 100, pupils_preceding=900, pupils_second=1000, failed_before=True
    )
    assert found.met
    assert found.aggregate == Fraction(88, 100)
    assert found.per_pupil == Fraction(880, 900)
    assert found.reduction == 0


def test_ninety_percent_is_enough_and_a_cent_less_is_not() -> None:
    def effort(preceding: int) -> maintenance.EseaEffort:
        return maintenance.esea_effort(
            preceding, 1000, pupils_preceding=10, pupils_second=10, failed_before=True
        )

    assert effort(900).met
    assert not effort(899).met
    assert effort(810).reduction == Fraction(1, 10)


def test_a_first_failure_in_five_years_costs_nothing() -> None:
    found = maintenance.esea_effort(
        80, 100, pupils_preceding=10, pupils_second=10, failed_before=False
    )
    assert (found.met, found.reduction) == (False, 0)


def test_missing_is_not_zero() -> None:
    with pytest.raises(ValueError, match="the base"):
        maintenance.idea_levels([Year(None), Year(90)])
    with pytest.raises(ValueError, match="pupils of both years"):
        maintenance.esea_effort(90, 100, pupils_preceding=0, pupils_second=10, failed_before=False)
    with pytest.raises(ValueError, match="asks for children"):
        maintenance.per_child(100, 0)
