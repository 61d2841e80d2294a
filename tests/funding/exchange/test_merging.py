"""A plan's budget goes out and comes back the same; what a file says otherwise is told in words."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.accounts import Account
from milepost.funding.exchange import edfi_budget
from milepost.funding.exchange.files import BudgetFileError, Format, exported, taken
from milepost.funding.exchange.merging import merge
from milepost.funding.money import dollars
from milepost.funding.plan.example import ON, example
from milepost.funding.plan.model import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.sources import Source
from milepost.funding.streams import Cost

pytestmark = pytest.mark.pure

SOURCE = Source("budget.csv", date(2026, 9, 1), "Finn Fox")
PLAN = example()
FOUND = outlook(PLAN, on=ON)
BARE = Plan("Bare", 2026, (), years=3)


@pytest.mark.parametrize("form", ["nces", "edfi"])
def test_a_plan_goes_out_and_comes_back_the_same(form: Format) -> None:
    text = exported(FOUND, form, organization="100001")
    back = taken(text.encode(), form, file="budget")
    assert set(back.costs) == set(FOUND.costs)
    found = merge(PLAN, back.costs, source=SOURCE, on=ON, names=back.names)
    assert found.plan == PLAN
    assert found.sentences() == ["The file says what the plan says: nothing changes."]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
ACCOUNTS = st.builds(
    Account,
    fund=st.from_regex(r"[0-9]{1,4}", fullmatch=True),
    function=st.from_regex(r"[0-9]{4}", fullmatch=True),
    object=st.from_regex(r"[0-9]{3,4}", fullmatch=True),
    program=st.from_regex(r"[0-9]{3,4}", fullmatch=True),
)
COSTS = st.lists(
    st.builds(
        Cost,
        line=NAMES,
        year=st.integers(2026, 2028),
        cents=st.integers(-(10**12), 10**12),
        account=ACCOUNTS,
        category=st.just("other"),
        timing=st.sampled_from(["start-up", "recurring"]),
        school=st.none(),
        tags=st.sampled_from([frozenset(), frozenset({"tutoring", "title-i-school"})]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda cost: (cost.line, cost.year, cost.account, cost.timing),
).map(lambda costs: [replace(cost, tags=_tags_of(costs, cost)) for cost in costs])


def _tags_of(costs: list[Cost], one: Cost) -> frozenset[str]:
    """The tags of the first cost of the same line: a line is for one purpose."""
    return next(cost.tags for cost in costs if cost.line == one.line)


@given(COSTS, st.sampled_from(["nces", "edfi"]))
def test_any_budget_is_taken_to_the_cent_and_a_second_time_changes_nothing(
    costs: list[Cost], form: Format
) -> None:
    once = merge(BARE, costs, source=SOURCE, on=ON)
    assert sum(cost.cents for cost in once.after.costs) == sum(cost.cents for cost in costs)
    assert sorted(map(_where, once.after.costs)) == sorted(map(_where, filter(_costs, costs)))
    assert not merge(once.plan, costs, source=SOURCE, on=ON).changes
    back = taken(exported(once.after, form, organization="7").encode(), form, file="f").costs
    assert set(back) == set(once.after.costs)


def _where(cost: Cost) -> tuple[object, ...]:
    return cost.year, cost.account, cost.timing, cost.cents, sorted(cost.tags)


def _costs(cost: Cost) -> bool:
    return bool(cost.cents)


def test_a_changed_line_is_told_in_words_and_all_else_stays_worked_out() -> None:
    first = next(cost for cost in FOUND.costs if cost.line == "laptops")
    costs = [
        replace(cost, cents=cost.cents + 5_00) if cost is first else cost for cost in FOUND.costs
    ]
    found = merge(PLAN, costs, source=SOURCE, on=ON)
    assert found.given == ("laptops",)
    assert (found.plan.devices, found.plan.positions) == ((), PLAN.positions)
    assert found.after.total() - FOUND.total() == 5_00
    assert found.sentences() == [
        "laptops: the file's amounts replace what was worked out.",
        "laptops, 2026-27: 92,728.00 becomes 92,733.00 (+5.00 dollars).",
        "In all years together: +5.00 dollars.",
    ]
    again = merge(found.plan, costs, source=SOURCE, on=ON)
    assert again.sentences() == ["The file says what the plan says: nothing changes."]


def test_what_the_file_leaves_out_stays_and_is_named() -> None:
    costs = [cost for cost in FOUND.costs if cost.line == "laptops"]
    found = merge(PLAN, costs, source=SOURCE, on=ON)
    assert not found.changes
    assert found.sentences()[-1].startswith("Not in the file, so left as it is: ")


@pytest.mark.parametrize("key", ["coaching-visits", "base-technology"])
def test_a_line_keeps_who_pays_and_the_years_of_which_the_file_does_not_speak(key: str) -> None:
    costs = [
        replace(cost, cents=cost.cents + 1_00)
        for cost in FOUND.costs
        if (cost.line, cost.year) == (key, 2028)
    ]
    found = merge(PLAN, costs, source=SOURCE, on=ON)
    (was,) = [one for one in PLAN.lines if one.key == key]
    (now,) = [one for one in found.plan.lines if one.key == key]
    assert was.paid_by or was.base
    assert (now.name, now.paid_by, now.base, now.index) == (was.name, was.paid_by, was.base, None)
    assert [(one.line, one.year, one.cents) for one in found.moved] == [(key, 2028, 1_00)]


def test_a_line_of_two_purposes_is_refused() -> None:
    account = Account("1", "1000", "610", "100")
    paper = Cost("paper", 2027, 12_50, account, "other", "recurring")
    with pytest.raises(ValueError, match="line 'paper' has two categories or purposes"):
        merge(PLAN, [paper, replace(paper, year=2028, category="technology")], source=SOURCE, on=ON)


def test_a_new_line_is_new() -> None:
    account = Account("1", "1000", "610", "100")
    cost = Cost("paper", 2027, 12_50, account, "other", "recurring")
    found = merge(PLAN, [cost], source=SOURCE, on=ON, names={"paper": "Paper"})
    assert found.sentences()[:2] == [
        "paper: new in the plan.",
        f"paper, 2026-27: nothing becomes {dollars(12_50)} (+12.50 dollars).",
    ]
    assert next(one.name for one in found.plan.lines if one.key == "paper") == "Paper"


def test_a_position_is_taken_with_its_benefits_and_its_people_are_counted_no_more() -> None:
    costs = [
        replace(cost, cents=cost.cents + 1_00)
        for cost in FOUND.costs
        if cost.line.split(".")[0] == "coach" and cost.year == 2028
    ]
    found = merge(PLAN, costs, source=SOURCE, on=ON)
    assert "coach" not in {one.key for one in found.plan.positions}
    assert found.sentences()[1].endswith("so its people are no longer counted.")
    assert {one.cents for one in found.moved} == {1_00}
    assert {one.line for one in found.moved} == {cost.line for cost in costs}


COACH = next(one for one in PLAN.positions if one.benefits)


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([], "holds no cost"),
        ([replace(FOUND.costs[0], year=2024)], "the file speaks of 2023-24; the plan runs from"),
        ([replace(FOUND.costs[0], line="x", school="nowhere")], "there is no school 'nowhere'"),
        (
            [replace(cost, cents=1) for cost in FOUND.costs if cost.line == COACH.key],
            "the file changes a part of it without",
        ),
    ],
)
def test_a_budget_that_the_plan_cannot_hold_is_refused(costs: list[Cost], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        merge(PLAN, costs, source=SOURCE, on=ON)


def test_a_bad_file_is_named_with_line_and_column() -> None:
    text = exported(FOUND, "nces", organization="1").replace("technology", "hardware", 1)
    with pytest.raises(BudgetFileError, match=r"^b\.csv, line [0-9]+, column category: 'hardware'"):
        taken(text.encode(), "nces", file="b.csv")
    with pytest.raises(BudgetFileError, match=r"^b\.xml, line 1: no XML"):
        taken(b"{}", "edfi", file="b.xml")


def test_the_standard_s_own_sample_becomes_a_plan_and_goes_out_again(real_data: Path) -> None:
    data = (real_data / "finance/edfi/Finance.xml").read_bytes()
    budget = edfi_budget.read_budget(BytesIO(data))
    plan = Plan("Sample", 2022, (), years=1)
    found = merge(plan, budget.costs, source=SOURCE, on=ON, names=budget.names)
    assert sum(cost.cents for cost in budget.costs) == found.after.total()
    text = exported(found.after, "edfi", organization="255901")
    again = edfi_budget.read_budget(BytesIO(text.encode()))
    assert set(again.costs) == set(found.after.costs)
    assert budget.remarks[0].startswith("Accounts of the type Revenue and no cost: ")
