"""Wisconsin 2009-10: tier by tier to the cent, negative tertiary aid included.

Figures: Wisconsin Department of Public Instruction, October 15, 2009 certification of 2009-2010
general aid, lines PRIMARY, SECONDARY, TERTIARY and TOTAL (H:1).
"""

import pytest

from milepost.funding.formulas import asking, states
from milepost.funding.formulas.entities import population
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.reform import reform
from milepost.funding.years import first_day

pytestmark = pytest.mark.pure

TIERS = ("primary", "secondary", "tertiary")
CERTIFIED = {
    "Abbotsford": ("0007", ("578810.18", "4334320.39", "198116.23"), "5111246.80"),
    "Adams-Friendship": ("0014", ("1064161.81", "5164420.85", "-912425.24"), "5316157.42"),
    "Albany": ("0063", ("353576.10", "2388312.52", "78018.94"), "2819907.56"),
}


@pytest.mark.parametrize("district", CERTIFIED)
def test_every_tier_is_what_was_certified(district: str) -> None:
    code, tiers, total = CERTIFIED[district]
    result = asking.answer_for("wi", 2010).result
    assert tuple(str(result.value(f"{tier}_aid", code)) for tier in TIERS) == tiers
    assert str(result.value("aid", code)) == total


def test_costs_are_cut_at_the_ceilings() -> None:
    result = asking.answer_for("wi", 2010).result
    costs = [result.value(f"{tier}_cost", "0014") for tier in TIERS]
    assert costs == [1_874_000, 15_376_170, 2_114_090]


def one(value: float, *, grades: str = "PK-12") -> asking.Answer:
    """Return the aid of a district of 100 members that spends $12,000 a member."""
    formula = states.state("wi")
    table = {
        "district": ["9"],
        "members": [100],
        "grades": [grades],
        "shared_cost": [1_200_000],
        "equalized_value": [value],
    }
    return asking.answer(formula, first_day(2010), population(formula, {"district": table}))


def test_primary_aid_is_never_reduced() -> None:
    result = one(130_000_000).result  # above the secondary guarantee, below the primary
    assert result.value("secondary_aid", "9") < 0
    assert result.value("tertiary_aid", "9") < 0
    assert result.value("aid", "9") == result.value("primary_aid", "9") > 0
    assert one(200_000_000).result.value("aid", "9") == 0


def test_a_high_school_district_is_guaranteed_three_times_the_value() -> None:
    assert one(1, grades="UHS").result.value("secondary_value_each", "9") == 3 * 1_255_824
    assert one(1, grades="K-8").result.value("secondary_value_each", "9") == 1_883_736
    with pytest.raises(FormulaError, match=r"district 9: .*'grade_multiple' has no value for 'PK'"):
        one(1, grades="PK")


def test_a_higher_tertiary_guarantee_lifts_who_is_negative_there() -> None:
    entries = {"parameters": {"tertiary_guarantee": "+10%"}}
    lines = {x.name: x for x in asking.answer_for("wi", 2010, reform=reform(entries)).comparison()}
    assert (lines["aid"].gain, lines["aid"].lose) == (3, 0)
