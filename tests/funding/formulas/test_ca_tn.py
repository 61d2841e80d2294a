"""California's LCFF 2022-23 to 2025-26, and Tennessee's TISA by student.

Figures: California Department of Education, base grant tables of 2023-24 to 2025-26, rows A to E;
San Juan Unified School District, adopted budget 2025-26, planning factors (LCFF revenues);
Tenn. Comp. R. & Regs. 0520-12-05-.04 and the amounts it gives.
"""

from fractions import Fraction

import pytest

from milepost.funding.formulas import asking, states
from milepost.funding.formulas.entities import population
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.reform import reform
from milepost.funding.formulas.rounding import rounding
from milepost.funding.years import first_day

pytestmark = pytest.mark.pure

SPANS = ("tk_3", "g4_6", "g7_8", "g9_12")
AGES = ("now", "before", "before_2", "before_3")
COLA = {2024: "0.0822", 2025: "0.0107", 2026: "0.023"}
ADJUSTED = {2024: (10951, 12327), 2025: (11068, 12460), 2026: (11323, 12746)}


def california(year: int, lines: dict[str, str] | None = None, **columns: float) -> asking.Answer:
    """Return LCFF of a district with 1,000 in each span, half of 4,000 pupils unduplicated."""
    formula = states.state("ca")
    table = {f"{span}_{age}": [1000.0] for span in SPANS for age in AGES}
    for age in AGES[:3]:
        table |= {f"unduplicated_{age}": [2000.0], f"enrolled_{age}": [4000.0]}
    table |= {"tk_now": [100.0], "other_add_ons": [0.0]}
    table |= {name: [value] for name, value in columns.items()}
    people = population(formula, {"district": {"district": ["1"], **table}})
    change = reform({"lines": lines}) if lines else None
    return asking.answer(formula, first_day(year), people, change)


@pytest.mark.parametrize("year", COLA)
def test_each_base_is_last_years_and_its_cost_of_living(year: int) -> None:
    base = states.state("ca").parameters["base"]
    before, now = base.on(first_day(year - 1)).by_key, base.on(first_day(year)).by_key
    assert before is not None
    dollars = rounding("half up to dollars")
    grown = {span: old + dollars.exact(old * Fraction(COLA[year])) for span, old in before.items()}
    assert grown == now


@pytest.mark.parametrize("year", ADJUSTED)
def test_grade_spans_are_adjusted_as_the_table_prints(year: int) -> None:
    result = california(year).result
    young, high = ADJUSTED[year]
    assert result.value("tk_3_grant", "1") == 1000 * young
    assert result.value("g9_12_grant", "1") == 1000 * high


@pytest.mark.parametrize(
    ("year", "base", "share", "tk", "other", "printed"),
    [
        (2025, 408_582_883, 0.6173, 715.15, 8_071_582, (50_443_644, 17_873_458, 487_172_084)),
        (2026, 419_952_321, 0.631, 0, 8_203_172, (52_997_983, 22_110_490, 503_263_966)),
    ],
)
def test_san_juan_unified(  # the budget prints the base grant as one sum: it takes the line's place
    year: int, base: int, share: float, tk: float, other: int, printed: tuple[int, int, int]
) -> None:
    people = {f"enrolled_{age}": 10_000.0 for age in AGES[:3]}
    people |= {f"unduplicated_{age}": share * 10_000 for age in AGES[:3]}
    lines = {"base_grant": str(base)}
    result = california(year, lines, tk_now=tk, other_add_ons=other, **people).result
    names = ("supplemental_grant", "concentration_grant", "total")
    ours = [int(result.value(name, "1")) for name in names]
    # in 2024-25 the district's supplemental grant, and with it the total, is a dollar higher: it
    # rounds by grade span, which the budget does not print. The 2025-26 add-on for transitional
    # kindergarten ($2,776,473) is of no attendance with two decimals, and is left out here.
    apart = [theirs - mine for theirs, mine in zip(printed, ours, strict=True)]
    assert apart == ([1, 0, 1] if year == 2025 else [0, 0, 0])


def test_attendance_is_the_greatest_of_three() -> None:
    shrinking = {f"g4_6_{age}": float(1000 + 90 * at) for at, age in enumerate(AGES)}
    result = california(2026, **shrinking).result  # 1000, 1090, 1180, 1270
    assert str(result.value("g4_6_funded", "1")) == "1180.00"
    growing = california(2026, g4_6_now=1001.5).result
    assert str(growing.value("g4_6_funded", "1")) == "1001.50"


def test_below_55_percent_there_is_no_concentration_grant() -> None:
    assert california(2023).result.value("concentration_grant", "1") == 0
    many = {f"unduplicated_{age}": 2201.0 for age in AGES[:3]}
    assert california(2023, **many).result.value("concentration_grant", "1") > 0


def tennessee(year: int, **flags: int) -> asking.Answer:
    formula = states.state("tn")
    table: dict[str, list[object]] = {name: [0, 0] for name in formula.inputs}
    table |= {name: [flag, 0] for name, flag in flags.items()}
    table |= {"learner": ["a", "b"], "district": ["Giles", "Giles"]}
    people = population(formula, {"learner": table})  # type: ignore[dict-item]
    return asking.answer(formula, first_day(year), people)


def test_a_students_weights_are_of_the_base_to_the_dollar() -> None:
    result = tennessee(2026, economic=1, poverty=1, uln_2=2).result
    assert result.value("economic_part", "a") == 1824  # 1,823.75
    assert result.value("poverty_part", "a") == 365  # 364.75
    assert result.value("uln_2_part", "a") == 2918  # dyslexia and English learner, tier I
    assert result.value("allocation", "a") == 7295 + 1824 + 365 + 2918
    assert result.value("generated", "Giles") == 7295 + 7295 + 1824 + 365 + 2918


def test_a_year_whose_base_is_not_known_is_refused() -> None:
    assert tennessee(2024).result.value("generated", "Giles") == 13_720
    with pytest.raises(FormulaError, match=r"'base' has no value on 2024-07-01"):
        tennessee(2025)


def test_a_notice_is_of_the_district_where_input_is_by_learner() -> None:
    notice = tennessee(2026).notice("Giles")
    assert [entry.name for entry in notice.entries] == ["generated"]
