"""What cannot be is refused in words that name the part, and nothing is computed from it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.plan.difference import difference
from milepost.funding.plan.document import plan_from_json
from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.example import ON, example
from milepost.funding.plan.model import Plan
from milepost.funding.plan.outlook import outlook
from milepost.funding.plan.parts import Driver, Portion
from milepost.funding.streams import Stream, Window
from tests.funding.plan.small import HALF, SAID, counted, line, plan, position, school, stream

pytestmark = pytest.mark.pure


def test_drivers_in_a_circle_are_refused_and_the_circle_is_named() -> None:
    rooms = Driver("rooms", "teams", Decimal(2), SAID)
    teams = Driver("teams", "rooms", HALF, SAID)
    with pytest.raises(PlanError, match="rooms → teams → rooms"):
        plan(drivers=(rooms, teams))


def test_educators_counted_by_educators_are_a_circle() -> None:
    coach = position("coach", driver="educator", educator=True)
    with pytest.raises(PlanError, match="coach → educator → coach"):
        plan(positions=(coach,))


def test_shares_over_a_hundred_per_cent_are_refused() -> None:
    portions = (Portion("gift", Decimal("0.7")), Portion("grant", Decimal("0.5")))
    with pytest.raises(PlanError, match=r"line 'Books', paid by: the shares add up to 120\.00%"):
        plan(line(paid_by=portions), streams=(stream("gift"), stream("grant")))


def test_portions_of_start_up_and_of_recurring_cost_do_not_add_up() -> None:
    portions = (
        Portion("gift", Decimal(1), "start-up"),
        Portion("grant", Decimal(1), "recurring"),
    )
    seen = plan(line(paid_by=portions), streams=(stream("gift"), stream("grant")))
    assert seen.lines[0].paid_by == portions


def test_a_stream_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ends \(2026-06-30\) before it starts \(2026-07-01\)"):
        stream("gift", 100, until=date(2026, 6, 30))


def test_one_gift_entered_twice_is_refused_and_one_that_follows_it_is_not() -> None:
    first = stream("first", 100, until=date(2028, 6, 30))
    again = replace(first, key="again")
    with pytest.raises(PlanError, match="'first' and 'again': both are 'First' and overlap from"):
        plan(streams=(first, again))
    window = Window(date(2026, 1, 1), date(2028, 7, 1), date(2029, 6, 30), None, SAID)
    after: Stream = replace(again, windows=(window,))
    assert plan(streams=(first, after)).streams[1] == after


def test_negative_enrollment_is_refused() -> None:
    with pytest.raises(PlanError, match="school 'North', grade 01 in 2026: -3 learners"):
        plan(schools=(counted(y2026=(30, -3)),))
    with pytest.raises(PlanError, match="school 'North', 2026: -1 learners"):
        plan(schools=(school("north", -1),))


def test_missing_learners_are_missing_and_not_zero() -> None:
    seen = plan(schools=(counted(y2025=(30, 30), y2026=(30, None)),))
    with pytest.raises(PlanError, match=r"grade 01 in 2026: not reported.*missing is not zero"):
        outlook(seen, on=ON)
    seen = plan(schools=(replace(school(), given=((2027, 100),)),))
    with pytest.raises(PlanError, match="school 'North', 2028: its learners are not known"):
        outlook(seen, on=ON)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p["devices"][0].update(driver="desks"), "device 'Laptops', driver: there is no"),
        (lambda p: p["devices"][0].update(price="268"), "'Laptops', price: a whole number"),
        (lambda p: p["devices"][0].update(price=268.5), "'Laptops', price: a whole number"),
        (lambda p: p["devices"][0].update(loss="4"), "'Laptops', loss: 4 is no share"),
        (lambda p: p["devices"][0].update(life=0), "'Laptops', life: 0 years"),
        (lambda p: p["devices"][0].pop("source"), "device 'Laptops', source: missing"),
        (lambda p: p["devices"][0].update(colour="red"), "'Laptops', colour: no such entry"),
        (lambda p: p["devices"].append(p["devices"][0]), "'laptops': there are 2"),
        (lambda p: p["lines"][0].update(category="desks"), "category: 'desks' is not one of"),
        (lambda p: p["lines"][0].update(quantity="NaN"), "quantity: a number"),
        (lambda p: p["lines"][0].update(last_year=2026), r"ends \(2026\) before it starts"),
        (lambda p: p["lines"][0].update(first_year=9), "years: 9 is no fiscal year"),
        (lambda p: p["lines"][0]["source"].update(cite=" "), "source: a number needs a source"),
        (lambda p: p["lines"][0]["source"].update(on="soon"), "source, on: a day"),
        (lambda p: p["indexes"][0].update(rates=[[2028, "3"]]), "index 'pay', 2028: 3 a year"),
        (lambda p: p["attendance"].update(options=[[-1]]), "options"),
        (lambda p: p["reserve"].update(policy="1.5"), "reserve, policy: 1.5 is no share"),
        (lambda p: p.update(years=0), "plan, years"),
        (lambda p: p.update(name=""), "plan, name"),
    ],
)
def test_a_slip_in_a_document_is_named_in_words(
    change: Callable[[dict[str, Any]], None], words: str
) -> None:
    document = json.loads(example().to_json())
    change(document["plan"])
    with pytest.raises(PlanError, match=words):
        plan_from_json(json.dumps(document))


def test_a_document_comes_back_as_the_same_plan_and_the_same_text() -> None:
    text = example().to_json()
    assert plan_from_json(text) == example()
    assert plan_from_json(text).to_json() == text


@given(
    st.text(max_size=60)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps({"form": "milepost-plan", "version": 1, "plan": value})
    )
)
def test_no_text_does_worse_than_a_plan_error(text: str) -> None:
    with pytest.raises(PlanError):
        plan_from_json(text)


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', "[" * 100_000, "1" * 5_000, '{"form": "milepost-plan"}', "[]"]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="document"):
        plan_from_json(text)


def test_half_a_character_is_refused() -> None:
    text = example().to_json().replace("Laptops", "Lap\\ud800tops")
    with pytest.raises(PlanError, match="half a character"):
        plan_from_json(text)


def test_amounts_beyond_all_measure_are_refused_and_do_not_crash() -> None:
    with pytest.raises(PlanError, match="more than 28 digits"):
        outlook(plan(line(price=10**30)), on=ON)


def test_difference_names_what_came_and_went() -> None:
    before, after = plan(line("books"), line("pens")), plan(line("books", price=11_00), line("ink"))
    found = difference(before, after, on=ON)
    assert [(one.part, one.entry) for one in found.entries] == [
        ("line 'Books'", "price"), ("line 'Pens'", ""), ("line 'Ink'", ""),
    ]  # fmt: skip
    assert found.cents == 5 * 1_00
    assert {(one.line, one.cents) for one in found.lines} == {
        ("books", 1_00), ("pens", -10_00), ("ink", 10_00),
    }  # fmt: skip
    assert isinstance(found.after.plan, Plan)
