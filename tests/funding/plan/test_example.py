"""The worked example lands where six Chicago schools did, and moves with its inputs.

Published figures: LEAP Innovations and Afton Partners, *Sustaining Innovation & Preparing for
Scale* (2018), as reported by D. Schaffhauser, "Paying for Personalized Learning", THE Journal.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from milepost.funding.money import cents
from milepost.funding.plan.example import ON, SCHOOL, example
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.results import Outlook
from milepost.funding.streams import Category

pytestmark = pytest.mark.pure

SHARES: dict[Category, str] = {
    "technology": "0.41",
    "professional development": "0.21",
    "stipends and bonuses": "0.11",
    "instructional support staff": "0.10",
    "other": "0.17",
}


@pytest.fixture(scope="module")
def seen() -> Outlook:
    return outlook(example(), on=ON)


def test_the_start_lies_within_the_published_ranges(seen: Outlook) -> None:
    assert cents(338_000) <= seen.start_up.cents <= cents(780_000)
    assert seen.start_up.per_pupil is not None
    assert 233 <= seen.start_up.per_pupil <= 1_135
    assert seen.start_up.share_of_funding is not None
    assert seen.start_up.share_of_funding <= Decimal("0.07")


@pytest.mark.parametrize("category", SHARES)
def test_the_shares_of_the_start_lie_near_the_published_ones(
    seen: Outlook, category: Category
) -> None:
    assert abs(seen.start_up.share(category) - Decimal(SHARES[category])) < Decimal("0.02")


def test_technology_is_about_two_per_cent_of_the_budget_in_year_five(seen: Outlook) -> None:
    last = seen.years[-1]
    share = Decimal(seen.total(year=last.year, category="technology")) / last.cost
    assert Decimal("0.015") < share < Decimal("0.025")


def test_the_model_lasts_without_grants_and_says_why(seen: Outlook) -> None:
    assert seen.sustain.holds
    assert seen.break_even == 2027
    assert seen.sustain.reasons[0].startswith("The reserve is held in every year: $1,119,239.93")
    assert "with $23,741.68 to spare" in seen.sustain.reasons[1]


def test_each_start_up_line_is_what_a_reader_multiplies(seen: Outlook) -> None:
    """548 learners; 25 classrooms of 22; 29 teachers: 25 x 1.15, rounded."""
    expected: dict[str, int | Decimal] = {
        "wireless": 25 * 640,
        "summer-training": 29 * 8 * 255,
        "coaching-visits": 2 * 10 * 1_750,
        "design-stipends": 2 * 6 * 3_900,
        "furniture": 25 * 2_200,
        "planning": 15_000,
        "resident": 31_000,
        "resident.pension": 2_790,
        "resident.medicare": Decimal("449.50"),
        "resident.health": 11_400,
    }
    for line, dollars in expected.items():
        assert seen.total(line=line, timing="start-up") == cents(dollars), line


def test_laptops_are_bought_in_cohorts_and_replaced_by_the_formula(seen: Outlook) -> None:
    """329 learners x 1.05 is 346. A year later 14 are lost and 550 x 1.05 is 578: 246 more, at
    $274.70 each. Those of the first year are old in the fifth."""
    bought = [seen.devices[("laptops", SCHOOL, year)] for year in range(2027, 2032)]
    assert bought == [346, 246, 23, 24, 317]
    assert seen.total(line="laptops", year=2027) == cents(346 * 268)
    assert seen.total(line="laptops", year=2028) == 246 * 274_70
    assert seen.total(line="laptops", year=2028, timing="start-up") == 232 * 274_70


def test_a_dearer_laptop_moves_the_start_by_that_much(seen: Outlook) -> None:
    """346 at $100 more, 232 at $102.50, and one in 2029-30, for the 551st learner."""
    plan = example()
    dearer = replace(plan, devices=(replace(plan.devices[0], price=368_00),))
    moved = outlook(dearer, on=ON)
    assert moved.start_up.cents - seen.start_up.cents == (346 * 100_00 + 232 * 102_50 + 107_69)
    assert moved.start_up.share("technology") > Decimal("0.45")


def test_fewer_days_of_training_move_the_start_and_their_category_alone(seen: Outlook) -> None:
    plan = example()
    lines = tuple(
        replace(line, quantity=Decimal(4)) if line.key == "summer-training" else line
        for line in plan.lines
    )
    moved = outlook(replace(plan, lines=lines), on=ON)
    less = cents(29 * 4 * 255)
    assert seen.start_up.cents - moved.start_up.cents == less
    for category in SHARES:
        change = seen.total(category=category) - moved.total(category=category)
        assert change == (less if category == "professional development" else 0)


def test_a_cut_of_state_aid_fails_the_test_and_the_words_say_by_how_much() -> None:
    plan = example()
    aid, title = plan.incomes
    cut = replace(plan, incomes=(replace(aid, price=int(aid.price * 0.95)), title))
    seen = outlook(cut, on=ON)
    assert not seen.sustain.holds
    assert seen.break_even is None
    assert seen.sustain.reserve_held is False
    assert any("below the" in one and "policy asks (5 %" in one for one in seen.sustain.reasons)
    assert any("does not cover" in one and "is missing" in one for one in seen.sustain.reasons)


def test_the_day_on_which_a_grant_was_shortened_moves_the_cliff(seen: Outlook) -> None:
    later = outlook(example(), on=date(2027, 4, 1))
    assert [one.resting for one in later.cliff[:2]] == [one.resting for one in seen.cliff[:2]]
    rests = {one.year: one.resting_positions for one in seen.cliff}
    assert rests[2029] == Decimal("1.15")
    assert {one.year: one.resting_positions for one in later.cliff}[2029] == Decimal("0.29")
    assert seen.cliff[2].fallen == 0 < later.cliff[2].fallen
    assert later.cliff[3].resting == 0 < seen.cliff[3].resting
