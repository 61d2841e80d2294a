"""Money adds up to the cent, and years are named by their end."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding import accounts, money, years

pytestmark = pytest.mark.pure


@given(
    st.integers(-(10**13), 10**13),
    st.lists(st.fractions(0, 1000), min_size=1).filter(any),
)
def test_shares_add_up_to_the_cent_and_none_is_a_cent_off(
    total: int, weights: list[Fraction]
) -> None:
    parts = money.shares(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


def test_a_hundred_dollars_between_three_gives_the_first_the_cent() -> None:
    assert money.shares(10_000, [1, 1, 1]) == [3_334, 3_333, 3_333]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_nothing_is_split_between_nobody(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must"):
        money.shares(100, weights)


def test_halves_are_rounded_away_from_zero() -> None:
    assert [money.rounded(Decimal(x)) for x in ("0.5", "1.5", "-0.5", "-1.4")] == [1, 2, -1, -1]
    assert [money.rounded(Fraction(x, 2)) for x in (1, 3, -1, -3)] == [1, 2, -1, -2]


@pytest.mark.parametrize("amount", ["1.005", "ten", "NaN", "Infinity"])
def test_an_amount_that_is_not_whole_cents_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r"cent|no amount"):
        money.cents(amount)


def test_cents_and_dollars_are_each_others_opposite() -> None:
    assert money.dollars(money.cents("1234.50")) == Decimal("1234.50")


def test_a_fiscal_year_is_named_by_its_end() -> None:
    assert years.fiscal_year(date(2025, 6, 30)) == 2025
    assert years.fiscal_year(date(2025, 7, 1)) == 2026
    assert (years.first_day(2026), years.last_day(2026)) == (date(2025, 7, 1), date(2026, 6, 30))
    assert years.named(2026) == "2025-26"
    assert years.named(2100) == "2099-00"


def test_a_code_belongs_to_the_groups_above_it() -> None:
    assert accounts.within("2213", "2200")
    assert accounts.within("2213", "2210")
    assert not accounts.within("2213", "2220")
    assert accounts.within("113", "100")
    with pytest.raises(ValueError, match="function '22'"):
        accounts.Account("1", "22", "113", "100")
