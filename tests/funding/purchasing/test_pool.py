"""Districts that buy together pay least, share fairly, and add up to the cent."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.funding.purchasing.offers import Break, Discount, Offer
from milepost.funding.purchasing.pool import cheapest, pooled
from milepost.funding.sources import Source

pytestmark = pytest.mark.pure

SOURCE = Source("Price list", date(2026, 1, 5), "buyer")
ALL = Offer("Ash", "all-units", (Break(1, 300_00), Break(100, 250_00)), SOURCE)
STEP = Offer("Birch", "incremental", (Break(1, 290_00), Break(51, 240_00)), SOURCE)


def test_a_break_holds_for_all_units_or_for_those_beyond_it() -> None:
    assert (ALL.cost(99), ALL.cost(100)) == (99 * 300_00, 100 * 250_00)
    assert STEP.cost(60) == 50 * 290_00 + 10 * 240_00


def test_it_pays_to_reach_a_break() -> None:
    order = cheapest([ALL], 95)
    assert (order.units, order.cents, order.spare) == ((("Ash", 100),), 25_000_00, 5)


def test_three_districts_worked_by_hand() -> None:
    # Alone: 60 at Birch 14,500 + 2,400; 30 at Birch 8,700; 10 at Birch 2,900. Together 100:
    # Ash 25,000, Birch 14,500 + 12,000 = 26,500. Everybody pays 25,000 / 28,500 of the own bill.
    pool = pooled([ALL, STEP], {"Alder": 60, "Beech": 30, "Cedar": 10})
    assert pool.order.units == (("Ash", 100),)
    assert [part.alone for part in pool.parts] == [16_900_00, 8_700_00, 2_900_00]
    assert [part.cents for part in pool.parts] == [14_824_56, 7_631_58, 2_543_86]
    guide = (Path(__file__).parents[3] / "docs/funding/purchasing.md").read_text()
    for part in pool.parts:
        amounts = " | ".join(
            f"${cents / 100:,.2f}" for cents in (part.alone, part.cents, part.saved)
        )
        assert f"| {part.district} | {part.units} | {amounts} |" in guide


@st.composite
def offers(draw: st.DrawFn) -> list[Offer]:
    found = []
    for vendor in range(draw(st.integers(1, 3))):
        units = sorted(draw(st.sets(st.integers(1, 15), min_size=1, max_size=3)))
        prices = sorted((draw(st.integers(1, 50)) for _ in units), reverse=True)
        discount: Discount = draw(st.sampled_from(["all-units", "incremental"]))
        breaks = tuple(Break(*pair) for pair in zip(units, prices, strict=True))
        found.append(Offer(str(vendor), discount, breaks, SOURCE))
    return found


def by_trying_everything(some: list[Offer], units: int) -> int:
    """The least cents, by every split over the vendors."""
    if not some:
        return 0 if units <= 0 else 10**9
    first, rest = some[0], some[1:]
    counts = [0, *range(first.breaks[0].units, max(units, first.breaks[-1].units) + 1)]
    return min(first.cost(one) + by_trying_everything(rest, units - one) for one in counts)


@settings(max_examples=25)
@given(offers(), st.integers(1, 12))
def test_no_order_is_cheaper(some: list[Offer], units: int) -> None:
    assert cheapest(some, units).cents == by_trying_everything(some, units)


@settings(max_examples=25)
@given(offers(), st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_nobody_pays_more_than_alone_and_it_adds_up(some: list[Offer], needs: list[int]) -> None:
    pool = pooled(some, {str(at): units for at, units in enumerate(needs)})
    assert sum(part.cents for part in pool.parts) == pool.order.cents
    assert all(part.saved >= 0 for part in pool.parts)
    assert sum(units for _, units in pool.order.units) == sum(needs) + pool.order.spare


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        ((), "needs a break"),
        ((Break(0, 5),), "needs a break"),
        ((Break(5, 5), Break(5, 4)), "out of order"),
        ((Break(1, 5), Break(5, 6)), "the price rises at 5 units"),
        ((Break(1, 0),), "above zero"),
    ],
)
def test_an_offer_that_is_none_is_refused(breaks: tuple[Break, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Offer("Ash", "all-units", breaks, SOURCE)


def test_a_pool_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="needs is empty"):
        pooled([ALL], {})
    with pytest.raises(ValueError, match="'Alder' needs 0 units"):
        pooled([ALL], {"Alder": 0})
    with pytest.raises(ValueError, match="vendor twice"):
        cheapest([ALL, ALL], 5)
    with pytest.raises(ValueError, match="offers is empty"):
        cheapest([], 5)
    with pytest.raises(ValueError, match="too great"):
        cheapest([ALL], 10**12)


def test_the_solver_is_imported_only_by_who_buys() -> None:
    code = "import sys, milepost.funding.purchasing.pool as _; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_thousands_of_units_and_many_breaks_are_proved() -> None:
    some = [
        Offer(
            str(vendor),
            "incremental" if vendor % 2 else "all-units",
            tuple(
                Break(1 + k * (3000 + 97 * vendor), 30_000 - 1500 * k - 37 * vendor)
                for k in range(6)
            ),
            SOURCE,
        )
        for vendor in range(6)
    ]
    order = cheapest(some, 1000)
    assert (order.units, order.cents) == ((("5", 1000),), 29_815_000)
