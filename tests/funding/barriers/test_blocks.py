"""Which lines a rule blocks, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.accounts import Account
from milepost.funding.blocks import Limit, PlanLine, Purchase, blocked
from milepost.funding.streams import Cost, Restriction

pytestmark = pytest.mark.pure
LOCAL = Account(fund="01", function="1000", object="300", program="100")


def cost(line: str = "studio", year: int = 2027, cents: int = 4_000_000) -> Cost:
    return Cost(line, year, cents, LOCAL, "other", "recurring", tags=frozenset({"tutoring"}))


def studio(pupils: int | None, classes: int, grade: str = "01", year: int = 2027) -> PlanLine:
    return PlanLine(cost(year=year), grades=frozenset({grade}), pupils=pupils, classes=classes)


SIZE = Limit("Tex. Educ. Code 25.112", "maximum_pupils", Decimal(22), frozenset({"KG", "01"}))


def test_a_class_that_is_too_large_is_blocked_with_its_citation_and_years() -> None:
    lines = [studio(44, 2, year=2026), studio(45, 2, year=2027), studio(50, 2, year=2028)]
    (one,) = blocked(lines, [SIZE])
    assert (one.line, one.citation, one.stream) == ("studio", "Tex. Educ. Code 25.112", None)
    assert (one.cents, one.years) == (8_000_000, (2027, 2028))
    assert one.why == "45 pupils in 2 classes is more than 22 pupils a class"


def test_a_limit_of_other_grades_blocks_nothing() -> None:
    assert blocked([studio(50, 2, grade="09")], [SIZE]) == ()


def test_a_class_that_is_too_small_is_blocked() -> None:
    least = Limit("Policy 5", "minimum_pupils", Decimal(15))
    assert blocked([studio(30, 2)], [least]) == ()
    (one,) = blocked([studio(29, 2)], [least])
    assert "fewer than 15" in one.why


def test_too_few_positions_for_the_pupils_are_blocked() -> None:
    ratio = Limit("Tex. Educ. Code 25.111", "maximum_pupils_per_position", Decimal(20))
    enough = PlanLine(cost(), pupils=250, positions=Decimal("12.5"))
    assert blocked([enough], [ratio]) == ()
    (one,) = blocked([PlanLine(cost(), pupils=251, positions=Decimal("12.5"))], [ratio])
    assert one.why == "12.5 positions for 251 pupils: one is needed for each 20 pupils"


@pytest.mark.parametrize(
    ("cents", "bought_by", "rules"),
    [
        (1_500_000, "no competition", []),
        (1_500_001, "no competition", ["quotes"]),
        (35_000_000, "quotes", []),
        (35_000_001, "quotes", ["bids"]),
        (35_000_001, "no competition", ["bids", "quotes"]),
        (35_000_001, "sealed bids", []),
        (99_000_000, None, []),
    ],
)
def test_a_purchase_above_a_threshold_needs_its_competition(
    cents: int, bought_by: Purchase | None, rules: list[str]
) -> None:
    limits = [
        Limit("quotes", "micro_purchase", Decimal(15_000)),
        Limit("bids", "simplified_acquisition", Decimal(350_000)),
    ]
    found = blocked([PlanLine(cost(cents=cents), bought_by=bought_by)], limits)
    assert [one.citation for one in found] == rules


def test_a_fund_may_not_pay_what_its_rule_names() -> None:
    ban = Limit(
        "Policy 9",
        "may_not_pay",
        restriction=Restriction("Policy 9", tags=frozenset({"tutoring"})),
        fund="84.010",
    )
    (one,) = blocked([PlanLine(cost(), fund="84.010")], [ban])
    assert one.citation == "Policy 9"
    assert blocked([PlanLine(cost(), fund="84.027")], [ban]) == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (studio(None, 2), "no number of pupils"),
        (studio(10, 0), "no class to put them in"),
        (studio(-1, 2), "-1 pupils"),
        (PlanLine(cost(), pupils=3, positions=Decimal(-1)), "-1 positions"),
    ],
)
def test_missing_pupils_are_not_no_pupils(line: PlanLine, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        blocked([line], [SIZE])


@given(st.integers(0, 500), st.integers(1, 30), st.integers(1, 40))
def test_a_line_is_blocked_exactly_when_pupils_do_not_fit(
    pupils: int, classes: int, most: int
) -> None:
    limit = Limit("c", "maximum_pupils", Decimal(most))
    assert bool(blocked([studio(pupils, classes)], [limit])) == (-(-pupils // classes) > most)
