"""Sharing out an amount: the parts add up to the cent, nobody gets more than the limit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.pool import allocate
from tests.funding.formulas.lakeland import changed, computed

pytestmark = pytest.mark.pure


def test_who_is_full_leaves_the_rest_to_the_others() -> None:
    # of 100 by weights 1, 1, 8 the last would get 80 and may have 40: 60 are left for two
    assert allocate(100, [Fraction(1), Fraction(1), Fraction(8)], [None, None, 40]) == [30, 30, 40]


@given(
    st.integers(0, 10**9),
    st.lists(
        st.tuples(st.integers(0, 10**6), st.none() | st.integers(0, 10**8)), min_size=1, max_size=12
    ),
)
def test_parts_add_up_to_the_cent(total: int, entries: list[tuple[int, int | None]]) -> None:
    weights = [Fraction(weight) for weight, _ in entries]
    limits = [limit for _, limit in entries]
    parts = allocate(total, weights, limits)
    room = [
        (total if limit is None else limit) if weight else 0
        for weight, limit in zip(weights, limits, strict=True)
    ]
    assert sum(parts) == min(total, sum(room))
    assert all(0 <= part <= most for part, most in zip(parts, room, strict=True))


def test_the_bonus_of_lakeland_adds_up_to_its_appropriation() -> None:
    result = computed()
    cents = [result.exact("bonus", row) * 100 for row in range(4)]
    assert sum(cents) == 1_000_001
    assert max(cents) == 300_000


def test_a_pool_below_zero_is_refused() -> None:
    formula = changed("value: 10000.01", "value: -1", "parameters.yaml")
    with pytest.raises(FormulaError, match="below zero cannot be shared out"):
        computed(formula)
