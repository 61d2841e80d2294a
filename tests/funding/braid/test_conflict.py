"""Terms that cannot all be met are named, and no more of them than it takes."""

from datetime import date
from decimal import Decimal

import pytest

from milepost.funding.braid import Cap, Effort, Infeasible, Pin, braid
from milepost.funding.streams import Restriction
from tests.funding.braid.money import ON, cost, stream

pytestmark = pytest.mark.pure


def test_the_conflict_names_what_is_needed_for_it_and_nothing_else() -> None:
    costs = [cost("bus", 100), cost("art", 10), cost("tutors", 10, "tutoring")]
    money = [
        stream("general", {2026: 60}, origin="local"),
        stream("gift", {2026: 500}, "tutoring", ends=date(2026, 6, 30)),
        stream("old", {2026: 500}, ends=date(2025, 8, 31)),
    ]
    with pytest.raises(Infeasible) as raised:
        braid(costs, money, on=ON, required=["bus", "tutors"])
    assert sorted(raised.value.conflict) == [
        "general has $0.60 in all, each award from its year on",
        "gift may not pay by rule of gift",
        "line 'bus' must be paid in 2025-26: $1.00",
        "old had to be promised by 2025-08-31, and today is 2025-09-01",
    ]
    assert raised.value.citations == {"rule of gift"}
    assert "cannot be made" in str(raised.value)
    assert braid(costs, money, on=ON, required=["bus"], waived=["rule of gift"]).cells


def test_each_kind_of_term_can_be_what_is_in_the_way() -> None:
    costs = [cost("laptops", 100, "it", category="technology")]
    title = stream("title", {2026: 200}, match=Decimal("0.5"))
    general = stream("general", {2026: 200}, origin="local")
    cap = Cap("the cap", "title", cents=30)
    pin = Pin("laptops", 2026, "title", 90, by="Ana")
    effort = Effort(Restriction("effort", tags=frozenset({"it"})), 2026, 95)

    def conflict(**terms: object) -> set[str]:
        with pytest.raises(Infeasible) as raised:
            braid(costs, [title, general], on=ON, **terms)  # type: ignore[arg-type]
        return {words.split()[0] + " " + words.split()[1] for words in raised.value.conflict}

    assert conflict(pins=[pin], caps=[cap]) == {"the pin:", "title may"}
    assert conflict(pins=[pin]) == {"the pin:", "title must"}
    assert conflict(efforts=[effort], pins=[Pin("laptops", 2026, "title", 20, "Ana")]) == {
        "the pin:",
        "local and",
    }


def test_carrying_over_can_be_what_is_in_the_way() -> None:
    with pytest.raises(Infeasible, match=r"title may move 0\.15 of a year's award"):
        braid(
            [cost("coach", 100, year=2027)],
            [stream("title", {2026: 200}, carry_over="0.15")],
            on=ON,
            required=["coach"],
        )


def test_a_pin_larger_than_its_cost_is_a_conflict_of_its_own() -> None:
    with pytest.raises(Infeasible) as raised:
        braid(
            [cost("art", 5)],
            [stream("general", {2026: 100})],
            on=ON,
            pins=[Pin("art", 2026, "general", 6, "Ana")],
        )
    assert raised.value.conflict == ("the pin: general pays $0.06 of line 'art' in 2025-26",)


def test_what_a_rule_blocks_cannot_be_pinned() -> None:
    with pytest.raises(Infeasible) as raised:
        braid(
            [cost("art", 5)],
            [stream("gift", {2026: 100}, "tutoring")],
            on=ON,
            pins=[Pin("art", 2026, "gift", 5, "Ana")],
        )
    assert raised.value.citations == {"rule of gift"}
    assert len(raised.value.conflict) == 2
