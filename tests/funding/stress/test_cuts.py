"""Cuts met by levers, on the example plan."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.funding.plan.example import ON, example
from milepost.funding.stress.chance import reserves
from milepost.funding.stress.cuts import cut, library

pytestmark = pytest.mark.pure
ORDER = tuple(lever for lever in library() if lever.key != "fewer-devices")
CUTS = st.dictionaries(st.integers(2027, 2031), st.integers(0, 500_000_00), max_size=5)


@settings(max_examples=10)
@given(CUTS)
def test_covered_and_uncovered_are_the_cut_to_the_cent(cuts: dict[int, int]) -> None:
    met = cut(example(), cuts, ORDER, on=ON)
    for at, year in enumerate(met.years):
        assert met.covered[at] + met.uncovered[at] == cuts.get(year, 0)
        given = sum(max(0, one.gives[at]) for one in met.pulled)
        assert 0 <= met.covered[at] <= given


@settings(max_examples=10)
@given(CUTS, st.integers(2027, 2031), st.integers(1, 100_000_00))
def test_more_cut_without_levers_leaves_that_much_less_reserve(
    cuts: dict[int, int], year: int, more: int
) -> None:
    less = cut(example(), cuts, (), on=ON).reserve
    deeper = cut(example(), {**cuts, year: cuts.get(year, 0) + more}, (), on=ON).reserve
    assert all(new <= old for old, new in zip(less, deeper, strict=True))
    assert deeper[-1] == less[-1] - more


def test_no_cut_pulls_no_lever() -> None:
    met = cut(example(), {}, ORDER, on=ON)
    assert not met.pulled
    assert list(met.reserve) == reserves(example(), on=ON)


def test_what_levers_give_reaches_the_reserve() -> None:
    met = cut(example(), {2029: 900_000_00}, ORDER, on=ON)
    gives = sum(sum(one.gives) for one in met.pulled)
    assert met.reserve[-1] == reserves(example(), on=ON)[-1] + gives - 900_000_00
    assert met.uncovered[2] > 0 < met.covered[2]


def test_conflicting_levers_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"Keep devices one year longer.*share.*conflict"):
        cut(example(), {2029: 1}, library(), on=ON)
