"""Shocks, tornado and chance on the example plan."""

from dataclasses import replace
from decimal import Decimal

import pytest

from milepost.funding.plan.example import ON, example
from milepost.funding.plan.outlook import outlook
from milepost.funding.sources import Source
from milepost.funding.stress.chance import Range, chance, reserves, tornado
from milepost.funding.stress.shocks import Scenario, Shock, shocked

pytestmark = pytest.mark.pure
SAID = Source("a test", ON, "finance lead")
PAY = Shock("index", Decimal(0), 2028, SAID, "pay")
LEAVE = Shock("enrollment", Decimal(0), 2028, SAID)
RANGES = (
    Range("pay", PAY, Decimal("-0.01"), Decimal("0.01")),
    Range("learners", LEAVE, Decimal("-0.02"), Decimal("0.05")),
)


def test_no_shock_is_the_same_outlook() -> None:
    calm = Scenario("calm", (PAY, LEAVE)).apply(example())
    assert outlook(calm, on=ON) == outlook(example(), on=ON)


def test_a_lower_cost_of_living_adjustment_leaves_more_reserve() -> None:
    lower = shocked(example(), replace(PAY, size=Decimal("-0.01")))
    assert reserves(lower, on=ON)[-1] > reserves(example(), on=ON)[-1]


def test_fewer_learners_are_counted_from_the_year_of_the_loss() -> None:
    before, after = (
        outlook(plan, on=ON).years
        for plan in (example(), shocked(example(), replace(LEAVE, size=Decimal("0.1"))))
    )
    assert after[0] == before[0]
    assert all(
        abs(new.learners - old.learners * 0.9) <= 0.5
        for old, new in zip(before[1:], after[1:], strict=True)
    )


def test_an_unknown_index_is_named() -> None:
    with pytest.raises(ValueError, match="no index 'rent'"):
        shocked(example(), replace(PAY, key="rent"))


def test_the_widest_bar_comes_first() -> None:
    widths = [abs(bar.high - bar.low) for bar in tornado(example(), RANGES, on=ON)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 0


def test_a_seed_draws_the_same_and_percentiles_rise() -> None:
    one, again, other = (
        chance(example(), RANGES, on=ON, seed=seed, draws=30) for seed in (1, 1, 2)
    )
    assert one == again
    assert one.bands != other.bands
    assert all(band.p10 <= band.p50 <= band.p90 for band in one.bands)
    assert one.bands[-1].p10 < one.bands[-1].p90
