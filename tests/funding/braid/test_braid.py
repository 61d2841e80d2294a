"""Who pays what: in order, within rules, to the cent, with the reasons."""

from datetime import date
from decimal import Decimal

import pytest

from milepost.funding.braid import Cap, Effort, Pin, braid
from milepost.funding.streams import Restriction, Window
from tests.funding.braid.money import ON, SOURCE, cost, stream

pytestmark = pytest.mark.pure


def test_restricted_money_pays_first_and_what_ends_first_before_the_others() -> None:
    found = braid(
        [cost("tutors", 100, "tutoring")],
        [
            stream("general", {2026: 100}, origin="local"),
            stream("late", {2026: 100}, "tutoring", ends=date(2028, 9, 30)),
            stream("soon", {2026: 30}, "tutoring", ends=date(2026, 6, 30)),
        ],
        on=ON,
    )
    assert found.cells == {("tutors", 2026, "soon"): 30, ("tutors", 2026, "late"): 70}
    assert "2026-06-30" in found.allocations[1].why
    assert "comes first" in found.why_not("tutors", "general", 2026).text


def test_of_money_that_does_not_lapse_yet_what_ends_first_pays() -> None:
    found = braid(
        [cost("tutors", 100, "tutoring")],
        [
            stream("a", {2026: 100}, "tutoring", ends=date(2028, 9, 30)),
            stream("b", {2026: 100}, "tutoring", ends=date(2027, 9, 30)),
            stream("c", {2026: 100}, "tutoring", ends=date(2029, 9, 30)),
        ],
        on=ON,
    )
    assert found.cells == {("tutors", 2026, "b"): 100}


def test_money_that_would_lapse_pays_before_restricted_money_that_moves_on() -> None:
    found = braid(
        [cost("tutors", 100, "tutoring")],
        [
            stream("general", {2026: 100}, origin="local", carry_over="0"),
            stream("grant", {2026: 100}, "tutoring", ends=date(2028, 9, 30)),
        ],
        on=ON,
    )
    assert found.cells == {("tutors", 2026, "general"): 100}
    assert "less is left to lapse" in found.why_not("tutors", "grant", 2026).text


def test_less_unrestricted_money_comes_before_an_earlier_end() -> None:
    found = braid(
        [cost("tutors", 100, "tutoring")],
        [
            stream("soon", {2026: 100}, ends=date(2027, 9, 30), match=Decimal(1)),
            stream("other", {2026: 100}, "bus", ends=date(2028, 9, 30)),
            stream("late", {2026: 100}, "tutoring", ends=date(2029, 9, 30)),
            stream("general", {2026: 100}, origin="local"),
        ],
        on=ON,
    )
    assert found.cells == {("tutors", 2026, "late"): 100}


def test_money_is_kept_for_the_year_in_which_only_it_may_pay() -> None:
    found = braid(
        [cost("tutors", 100, "tutoring"), cost("coach", 100, "tutoring", year=2027)],
        [
            stream("general", {2026: 100}, origin="local", ends=date(2026, 6, 30)),
            stream("grant", {2026: 100}, "tutoring", ends=date(2027, 6, 30)),
        ],
        on=ON,
    )
    assert found.cells == {("tutors", 2026, "general"): 100, ("coach", 2027, "grant"): 100}
    assert not found.left


def test_no_more_of_an_award_moves_to_the_next_year_than_may() -> None:
    found = braid(
        [cost("coach", 100, year=2027)], [stream("title", {2026: 200}, carry_over="0.15")], on=ON
    )
    assert found.cells == {("coach", 2027, "title"): 30}
    (left,) = found.left
    assert (left.year, left.cents, left.lapses) == (2026, 170, True)
    assert "15" in left.why
    assert found.unpaid[0].cents == 70


def test_money_pays_only_in_years_in_which_it_may_be_promised_as_known_on_the_day() -> None:
    moved = Window(date(2026, 2, 1), date(2025, 7, 1), date(2027, 9, 30), None, SOURCE)
    first = stream("esser", {2026: 100}, ends=date(2026, 6, 30))
    esser = stream("esser", {2026: 100}, ends=date(2026, 6, 30), windows=(first.windows[0], moved))
    costs = [cost("coach", 100, year=2027)]
    before, after = (braid(costs, [esser], on=day) for day in (ON, date(2026, 3, 1)))
    assert not before.cells
    assert before.left[0].on == date(2026, 6, 30)
    assert "2026-06-30" in before.why_not("coach", "esser", 2027).text
    assert after.cells == {("coach", 2027, "esser"): 100}


def test_a_cap_holds_and_says_so() -> None:
    cap = Cap(
        "20 U.S.C. 7119", "title-iv", share=Decimal("0.15"), categories=frozenset({"technology"})
    )
    found = braid(
        [cost("laptops", 100, category="technology")],
        [stream("title-iv", {2026: 200})],
        on=ON,
        caps=[cap],
    )
    assert found.cells == {("laptops", 2026, "title-iv"): 30}
    answer = found.why_not("laptops", "title-iv", 2026)
    assert answer.citations == ("20 U.S.C. 7119",)
    waived = braid(
        found.problem.costs, found.problem.streams, on=ON, caps=[cap], waived=["20 U.S.C. 7119"]
    )
    assert waived.cells == {("laptops", 2026, "title-iv"): 100}


def test_each_matched_dollar_has_its_match_on_the_same_cost() -> None:
    found = braid(
        [cost("corps", 101, "tutoring"), cost("bus", 10)],
        [
            stream("corps-grant", {2026: 200}, "tutoring", match=Decimal("0.5")),
            stream("general", {2026: 200}, origin="local"),
        ],
        on=ON,
    )
    paid = found.cells
    assert paid["corps", 2026, "corps-grant"] == 67
    assert paid["corps", 2026, "general"] == 34
    assert paid["bus", 2026, "general"] == 10


def test_indirect_cost_is_charged_on_direct_cost_within_the_award() -> None:
    title = stream("title", {2026: 1_050}, indirect_rate=Decimal("0.05"))
    found = braid([cost("coach", 2_000)], [title], on=ON)
    assert found.cells == {("coach", 2026, "title"): 1_000}
    assert found.ledger.indirect == {("title", 2026): 50}
    free = braid([cost("bus", 2_000, "no-indirect")], [title], on=ON)
    assert free.cells == {("bus", 2026, "title"): 1_050}


def test_supplementing_money_pays_nothing_that_law_or_custom_puts_on_others() -> None:
    title = stream("title", {2026: 100}, supplements=True)
    costs = [cost("teacher", 50, "required-by-law"), cost("aide", 50, "paid-before")]
    found = braid(costs, [title], on=ON, supplement={"title": "34 CFR 300.202(a)(3)"})
    assert not found.cells
    assert [(b.line, b.stream, b.citation, b.cents, b.years) for b in found.barriers] == [
        ("aide", "title", "34 CFR 300.202(a)(3)", 50, (2026,)),
        ("teacher", "title", "34 CFR 300.202(a)(3)", 50, (2026,)),
    ]


def test_state_and_local_money_keeps_up_its_effort() -> None:
    effort = Effort(Restriction("34 CFR 300.203", tags=frozenset({"special-education"})), 2026, 60)
    found = braid(
        [cost("aides", 100, "special-education")],
        [
            stream("idea", {2026: 100}, "special-education", ends=date(2027, 9, 30)),
            stream("general", {2026: 100}, origin="local"),
        ],
        on=ON,
        efforts=[effort],
    )
    assert found.cells == {("aides", 2026, "idea"): 40, ("aides", 2026, "general"): 60}


def test_a_rule_that_blocks_a_line_is_a_barrier_and_a_waiver_lifts_it() -> None:
    rule = Restriction("State Code 14-2: class size", tags=frozenset({"small-group"}))
    costs, money = [cost("studio", 80, "small-group")], [stream("general", {2026: 100})]
    blocked = braid(costs, money, on=ON, rules=[rule])
    assert not blocked.cells
    (barrier,) = blocked.barriers
    assert (barrier.stream, barrier.citation, barrier.cents) == (None, rule.rule, 80)
    assert rule.rule in blocked.unpaid[0].why[0]
    assert braid(costs, money, on=ON, rules=[rule], waived=[rule.rule]).cells


def test_a_waiver_of_what_money_is_for_lets_it_pay() -> None:
    costs, money = [cost("bus", 80)], [stream("gift", {2026: 100}, "tutoring")]
    blocked = braid(costs, money, on=ON)
    assert [(b.stream, b.citation, b.cents) for b in blocked.barriers] == [
        ("gift", "rule of gift", 80)
    ]
    lifted = braid(costs, money, on=ON, waived=["rule of gift"])
    assert lifted.cells == {("bus", 2026, "gift"): 80}
    assert not lifted.barriers


def test_a_pin_holds_and_the_rest_is_solved_around_it() -> None:
    costs = [cost("tutors", 100, "tutoring")]
    money = [
        stream("general", {2026: 100}, origin="local"),
        stream("grant", {2026: 100}, "tutoring", ends=date(2026, 6, 30)),
    ]
    pin = Pin("tutors", 2026, "general", 25, by="Ana")
    found = braid(costs, money, on=ON, pins=[pin])
    assert found.cells == {("tutors", 2026, "general"): 25, ("tutors", 2026, "grant"): 75}
    assert "Ana" in found.why_not("tutors", "general", 2026).text


def test_required_lines_are_paid_before_dearer_ones() -> None:
    found = braid(
        [cost("art", 90), cost("safety", 60)],
        [stream("general", {2026: 100})],
        on=ON,
        required=["safety"],
    )
    assert found.cells == {("safety", 2026, "general"): 60, ("art", 2026, "general"): 40}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pins": [Pin("bus", 2026, "general", 1, "Ana")]}, "no such cost"),
        ({"pins": [Pin("art", 2026, "gift", 1, "Ana")]}, "there is none"),
        ({"pins": [Pin("art", 2026, "general", n, "Ana") for n in (1, 2)]}, "two pins"),
        ({"caps": [Cap("x", "gift", cents=1)]}, "there is none"),
        ({"required": ["bus"]}, "no line of the plan"),
    ],
)
def test_terms_that_name_what_is_not_there_are_refused(
    change: dict[str, list[object]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        braid([cost("art", 1)], [stream("general", {2026: 1})], on=ON, **change)  # type: ignore[arg-type]


def test_two_costs_of_one_line_and_two_streams_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="two costs in 2026"):
        braid([cost("art", 1), cost("art", 2)], [], on=ON)
    with pytest.raises(ValueError, match="two streams"):
        braid([], [stream("a", {}), stream("a", {})], on=ON)


def test_nothing_to_pay_and_nothing_to_pay_with_are_answers_too() -> None:
    assert braid([], [], on=ON).cells == {}
    (unpaid,) = braid([cost("art", 5)], [], on=ON).unpaid
    assert unpaid.cents == 5
