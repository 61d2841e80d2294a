"""What a plan comes to: prices, people, streams, and sums that agree to the cent."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.accounts import Account
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.parts import (
    Benefit,
    Column,
    Device,
    Driver,
    Income,
    Index,
    Placement,
    Portion,
    Reserve,
    Schedule,
)
from milepost.funding.streams import Restriction
from tests.funding.plan.small import BOOKS, ON, SAID, line, plan, position, school, stream

pytestmark = pytest.mark.pure

shares = st.decimals(0, 3, places=3)
lines = st.lists(
    st.builds(
        line,
        st.uuids().map(str),
        price=st.integers(-(10**6), 10**8),
        driver=st.sampled_from(["fixed", "learner", "school", "rooms", "aide"]),
        quantity=shares,
        timing=st.sampled_from(["start-up", "recurring"]),
        category=st.sampled_from(["technology", "stipends and bonuses", "other"]),
        schools=st.sampled_from([(), ("north",), ("north", "south")]),
        index=st.sampled_from([None, "prices"]),
        paid_by=st.sampled_from(
            [(), (Portion("gift", Decimal("0.333")),), (Portion("gift", Decimal(1)),)]
        ),
    ),
    max_size=6,
)


@given(lines, st.integers(0, 999), st.integers(0, 10**9), shares)
def test_lines_categories_and_schools_add_up_to_the_same_cent(
    some: list[object], learners: int, award: int, fte: Decimal
) -> None:
    seen = outlook(
        plan(
            *some,  # type: ignore[arg-type]
            schools=(school("north", learners), school("south", 77)),
            indexes=(Index("prices", ((2028, Decimal("0.031")),), SAID),),
            drivers=(Driver("rooms", "learner", 1 / Decimal(23), SAID, rounding="up"),),
            positions=(position(quantity=fte, schools=("north", "south")),),
            streams=(stream("gift", award, until=date(2028, 9, 30)),),
        ),
        on=ON,
    )
    for view in seen.years:
        rows = [cost for cost in seen.costs if cost.year == view.year]
        for part in ("line", "category", "school", "timing", "account"):
            sums: Counter[object] = Counter()
            for cost in rows:
                sums[getattr(cost, part)] += cost.cents
            assert sum(sums.values()) == view.cost
    bill = {(one.line, one.school, one.year): one.cents for one in seen.costs}
    for paid in seen.payments:
        assert 0 < paid.cents <= bill[paid.line, paid.school, paid.year]
    for moved in seen.streams:
        rest = moved.awarded + moved.carried - moved.direct - moved.indirect - moved.lapsed
        assert rest >= 0
    used = sum(one.direct + one.indirect + one.lapsed for one in seen.streams)
    assert used <= award


def test_prices_grow_by_their_index_and_are_whole_cents_a_unit() -> None:
    seen = outlook(
        plan(
            line(price=9_99, driver="learner", index="prices"),
            indexes=(Index("prices", ((2028, Decimal("0.03")), (2030, Decimal(0))), SAID),),
        ),
        on=ON,
    )
    units = [999, 1029, 1060, 1060, 1060]
    assert [view.recurring for view in seen.years] == [unit * 100 for unit in units]


def test_what_is_fixed_is_shared_between_schools_by_learners() -> None:
    seen = outlook(
        plan(
            line(price=100_00, schools=("north", "south")),
            schools=(school("north", 100), school("south", 200)),
        ),
        on=ON,
    )
    assert [seen.total(year=2027, school=key) for key in ("north", "south")] == [33_33, 66_67]
    assert seen.per_pupil("north", 2027) == seen.per_pupil("south", 2027) == Decimal("0.33")


def test_a_start_up_line_is_bought_again_when_its_life_is_over() -> None:
    seen = outlook(plan(line(timing="start-up", life=2)), on=ON)
    assert [(view.start_up, view.recurring) for view in seen.years] == [
        (10_00, 0), (0, 0), (0, 10_00), (0, 0), (0, 10_00),
    ]  # fmt: skip


def test_pay_rises_by_step_column_and_cost_of_living_and_benefits_stand_apart() -> None:
    rate = ((2027, Decimal("0.10")), (2028, Decimal("0.12")))
    pension = Benefit("pension", Account("1", "1000", "230", "100"), SAID, rates=rate)
    health = Benefit("health", Account("1", "1000", "210", "100"), SAID, amount=9_000_00)
    seen = outlook(
        plan(
            positions=(
                position(
                    quantity=Decimal(4),
                    vacancy=Decimal("0.25"),
                    step=Decimal("0.02"),
                    column=Decimal("0.01"),
                    index="pay",
                    benefits=(pension, health),
                ),
            ),
            indexes=(Index("pay", ((2028, Decimal("0.03")),), SAID),),
        ),
        on=ON,
    )
    assert seen.positions["aide", None, 2027] == 3
    assert seen.total(line="aide", year=2027) == 3 * 40_000_00
    second = 42_444_24  # 40,000 x 1.02 x 1.01 x 1.03 = 42,444.24
    assert seen.total(line="aide", year=2028) == 3 * second
    assert seen.total(line="aide.pension", year=2028) == 3 * 5_093_31
    assert seen.total(line="aide.health", year=2028) == 3 * 9_000_00


def test_those_placed_on_a_schedule_rise_a_step_a_year_up_to_the_last() -> None:
    bachelor = Column("BA", (50_000_00, 52_000_00, 54_000_00))
    seen = outlook(
        plan(
            schedules=(Schedule("teachers", (bachelor,), SAID),),
            positions=(
                position(
                    salary=0,
                    schedule="teachers",
                    placed=(Placement("BA", 1), Placement("BA", 3)),
                    quantity=Decimal(2),
                ),
            ),
        ),
        on=ON,
    )
    assert [view.recurring for view in seen.years][:4] == [
        104_000_00, 106_000_00, 108_000_00, 108_000_00,
    ]  # fmt: skip


def test_devices_owned_before_are_used_first_and_go_when_they_are_old() -> None:
    laptops = Device(
        "laptops", "Laptops", BOOKS, SAID, price=100_00, life=3, owned=((2025, 40), (2026, 30))
    )
    seen = outlook(plan(devices=(laptops,)), on=ON)
    bought = [seen.devices.get(("laptops", "north", year), 0) for year in range(2027, 2032)]
    assert bought == [30, 40, 30, 30, 40]
    assert seen.start_up.cents == 30 * 100_00


def test_educators_are_the_positions_that_are_or_what_the_plan_says() -> None:
    coaches = position("coach", driver="learner", quantity=Decimal("0.02"), educator=True)
    seen = outlook(plan(line(driver="educator"), positions=(coaches,)), on=ON)
    assert seen.total(line="books", year=2027) == 2 * 10_00
    said = Driver("educator", "school", Decimal(31), SAID)
    seen = outlook(plan(line(driver="educator"), drivers=(said,), positions=(coaches,)), on=ON)
    assert seen.total(line="books", year=2027) == 31 * 10_00


def test_indirect_cost_comes_out_of_the_award_and_reaches_general_money() -> None:
    gift = stream("gift", 1_000_00, until=date(2030, 6, 30), indirect_rate=Decimal("0.25"))
    seen = outlook(
        plan(
            line(price=5_000_00, paid_by=(Portion("gift", Decimal(1)),)),
            streams=(gift,),
            reserve=Reserve(10_000_00, Decimal(0), SAID),
        ),
        on=ON,
    )
    first = seen.streams[0]
    assert (first.direct, first.indirect, first.lapsed) == (800_00, 200_00, 0)
    assert seen.years[0].reserve == 10_000_00 - 5_000_00 + 1_000_00
    assert next(one.why for one in seen.unpaid) == "Gift has no more in 2026-27"


def test_carry_over_is_limited_and_the_rest_lapses() -> None:
    gift = stream("gift", 1_000_00, 0, until=date(2030, 6, 30), carry_over=Decimal("0.15"))
    seen = outlook(plan(streams=(gift,)), on=ON)
    assert [(one.carried, one.lapsed) for one in seen.streams[:3]] == [
        (0, 850_00), (150_00, 150_00), (0, 0),
    ]  # fmt: skip


def test_a_stream_pays_nothing_that_its_rules_forbid_and_names_the_rule() -> None:
    rule = Restriction("34 CFR 75.533", objects=frozenset({"600"}))
    gift = stream("gift", 10_000_00, forbids=(rule,))
    seen = outlook(plan(line(paid_by=(Portion("gift", Decimal(1)),)), streams=(gift,)), on=ON)
    assert not seen.payments
    assert {one.why for one in seen.unpaid} == {"34 CFR 75.533"}


def test_a_stream_that_nobody_knew_of_on_the_day_pays_nothing() -> None:
    gift = stream("gift", 10_000_00)
    seen = outlook(
        plan(line(paid_by=(Portion("gift", Decimal(1)),)), streams=(gift,)), on=date(2025, 1, 1)
    )
    assert {one.why for one in seen.unpaid} == {"Gift was not known on 2025-01-01"}


def test_break_even_is_the_first_year_from_which_revenue_covers_cost_to_the_end() -> None:
    seen = outlook(
        plan(
            line(price=100_00),
            streams=(stream("aid"),),
            incomes=(Income("aid", "aid", 94_00, SAID, driver="fixed", index="aid"),),
            indexes=(Index("aid", ((2028, Decimal("0.03")),), SAID),),
        ),
        on=ON,
    )
    assert seen.break_even == 2030
    assert seen.sustain.covered
    assert not seen.sustain.holds
    assert "names no reserve" in seen.sustain.reasons[0]


def test_a_districts_whole_budget_stands_by_object_in_given_amounts() -> None:
    """San Juan Unified, form MYP 2025-26 (unrestricted), objects 4000-4999 and 7300-7399."""
    supplies = ((2026, 12_641_627_00), (2027, 8_957_607_00), (2028, 11_533_624_00))
    indirect = ((2026, -13_763_393_00), (2027, -13_255_084_00), (2028, -13_349_049_00))
    seen = outlook(
        plan(
            line("supplies", price=0, amounts=supplies, base=True, index="prices"),
            line("indirect", price=0, amounts=indirect, base=True),
            schools=(),
            first_year=2026,
            indexes=(Index("prices", ((2027, Decimal("0.03")),), SAID),),
        ),
        on=ON,
    )
    assert [view.base for view in seen.years[:3]] == [-1_121_766_00, -4_297_477_00, -1_815_425_00]
    assert seen.total(line="supplies", year=2029) == 11_879_632_72
    assert seen.years[0].per_pupil is None
