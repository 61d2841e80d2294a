"""What cannot be computed is refused in words that say where."""

from datetime import date

import pytest

from milepost.funding.formulas.bound import bind
from milepost.funding.formulas.entities import read_csv
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.formula import understand
from milepost.funding.formulas.parameters import read_parameters
from milepost.funding.formulas.reading import parse
from tests.funding.formulas.lakeland import DAY, DISTRICTS, FOLDER, changed, computed, one_line

pytestmark = pytest.mark.pure

SLIPS = [
    # file, what stands there, what is written instead, where, what is said
    ("formula", "poor / (elem", "pooor / (elem", "line 30", "'pooor' is no input, line or param"),
    ("formula", "poor / (elem", "pooor / (elem", "line 30", "did you mean 'poor'?"),
    ("formula", "    round: none\n", "", "line 28", "'poor_share' does not say how it is rounded"),
    ("formula", "round: down to dollars", "round: bankers", "line 37", "'bankers' is not known"),
    ("formula", "scope: county\n", "scope: planet\n", "line 41", "'planet' is none of district"),
    ("formula", "formula: total(tax_base)", "formula: tax_base", "line 42", "use total(…)"),
    ("formula", "max(0, cost", "max(aid, cost", "line 60", "in a circle: aid__0 needs aid"),
    ("formula", "band(poverty_rate", "band(base", "line 36", "'base' is used as bands"),
    ("formula", "lookup(price_level", "lookup(base", "line 24", "used as values by key"),
    ("formula", "poor / (elem", "poor ** (elem", "line 30", "may not be written"),
    ("formula", "poor / (elem", "__import__('os').x / (elem", "line 30", "may not be written"),
    ("formula", "poor / (elem", "open('x') / (elem", "line 30", "there is no function open()"),
    ("formula", "kind == 'vocational'", "poor", "line 54", "a condition is needed"),
    ("formula", "total(tax_base)", "total(total(tax_base))", "line 42", "inside a total"),
    ("formula", "label: Basic cost", "lable: Basic cost", "line 22", "'lable' is not known here"),
    ("formula", "    cite: Lakeland Code 5\n  st", "  st", "line 40", "'cite' is missing"),
    ("formula", "whole:\n  state:", "whole:\n  learner:", "line 5", "no scope of this formula"),
    ("parameters", "until: 2025-06-30", "until: 2025-07-15", "line 8", "two values on 2025-07-01"),
    (
        "parameters",
        "until: 2025-06-30",
        "until: 2024-06-30",
        "line 7",
        "ends on 2024-06-30, before",
    ),
    ("parameters", "at_least: 0.4", "at_least: 0.1", "line 25", "bands must rise"),
    ("parameters", "value: 1000,", "value: about 1000,", "line 7", "must be a number"),
    ("parameters", "from: 2024-07-01, until", "from: summer, until", "line 7", "must be a date"),
    ("parameters", "cite: Lakeland Code 1}", "site: Lakeland Code 1}", "line 7", "'site' is not"),
    ("parameters", "  grade_weight:", "  base:", "line 9", "'base' stands here twice"),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "what"), SLIPS)
def test_a_slip_is_named_by_file_and_line(
    file: str, old: str, new: str, where: str, what: str
) -> None:
    with pytest.raises(FormulaError) as refused:
        changed(old, new, f"{file}.yaml")
    assert refused.value.where == f"lakeland/{file}.yaml, {where}"
    assert what in refused.value.what


def test_no_yaml_is_said_with_its_line() -> None:
    with pytest.raises(FormulaError, match=r"formula.yaml, line \d+: is no YAML"):
        changed("scopes: [district, county]", "scopes: [district, county")


def test_a_day_without_parameter_is_refused() -> None:
    with pytest.raises(FormulaError, match=r"parameters.yaml, line 4.*'base' has no value on 2027"):
        bind(changed(), date(2027, 1, 1))


def test_missing_is_not_zero() -> None:
    poor = [40, float("nan"), 15, 200]
    with pytest.raises(FormulaError, match=r"district Birch, column 'poor'.*missing is not zero"):
        computed(poor=poor)


def test_a_column_that_is_not_there_is_named() -> None:
    formula = changed(
        "  high: {label", "  taught: {label: Taught, scope: district}\n  high: {label"
    )
    with pytest.raises(FormulaError, match="no column 'taught'"):
        computed(formula)


def test_less_than_the_whole_state_is_refused() -> None:
    three = {name: column[:3] for name, column in DISTRICTS.items()}
    with pytest.raises(FormulaError, match=r"it needs (4|2) of scope district.*, and (3|1) are"):
        computed(**three)


def test_a_division_by_zero_names_the_district_and_what_is_zero() -> None:
    with pytest.raises(FormulaError, match=r"district Birch: line 'poor_share' divides by elem"):
        computed(elementary=[100, 0, 50, 400], high=[1, 0, 1, 1])


def test_a_division_by_zero_that_nobody_asks_for_is_none() -> None:
    result = one_line("where(y == 0, 0, x / y)", x=[6, 5], y=[3, 0])
    assert result["answer"].tolist() == [2.0, 0.0]


def test_a_comparison_with_a_division_by_zero_is_refused_too() -> None:
    with pytest.raises(FormulaError, match=r"district D1: line 'answer' divides by y, which is"):
        one_line("where(x / y > 1, 1, 0)", x=[6, 5], y=[3, 0])


def test_a_county_without_price_level_is_named() -> None:
    formula = changed("{North: 0.97, South: 1.03}", "{North: 0.97}", "parameters.yaml")
    with pytest.raises(FormulaError, match=r"Cedar.*'price_level' has no value for 'South'"):
        computed(formula)


def test_a_number_below_the_first_band_is_refused() -> None:
    with pytest.raises(FormulaError, match="below the first band of 'poverty_rate'"):
        computed(poor=[-1, 40, 15, 200])


def test_a_district_that_stands_twice_is_refused() -> None:
    with pytest.raises(FormulaError, match="district Ash stands twice"):
        computed(district=["Ash", "Ash", "Cedar", "Dogwood"])


def test_a_cell_that_is_no_number_is_named_by_file_line_and_column(tmp_path) -> None:  # type: ignore[no-untyped-def]
    table = tmp_path / "districts.csv"
    table.write_text("district,county,elementary\nAsh,North,100\nBirch,North,many\n")
    with pytest.raises(FormulaError, match=r"districts.csv, line 3, column 'elementary': 'many'"):
        read_csv(changed(), {"district": table})


def test_the_day_is_one_that_has_parameters() -> None:
    assert bind(changed(), DAY).day == DAY


def test_a_pool_is_not_shared_among_a_part_of_the_state() -> None:
    text = (FOLDER / "formula.yaml").read_text()
    head, _, lines = text.partition("lines:\n")
    pool = lines[lines.index("  bonus:") :]
    parameters = read_parameters(parse((FOLDER / "parameters.yaml").read_text(), "p.yaml"))
    formula = understand(parse(f"{head}lines:\n{pool}", "f.yaml"), parameters)
    assert computed(formula)["bonus"].sum() == pytest.approx(10_000.01)
    three = {name: column[:3] for name, column in DISTRICTS.items()}
    with pytest.raises(FormulaError, match=r"is for the whole state: it needs 4 of scope"):
        computed(formula, **three)
    head = head.replace("  state: {count: district, parameter: districts}\n", "")
    with pytest.raises(FormulaError, match="shares among a whole state: say under 'whole'"):
        understand(parse(f"{head}lines:\n{pool}", "f.yaml"), parameters)


@pytest.mark.parametrize("text", ["-" * 1500 + "poor", "+".join(["poor"] * 300)])
def test_a_formula_that_nobody_could_read_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="give its parts lines of their own"):
        changed("poor / (elementary + high)", text)


def test_a_weighted_sum_may_have_hundreds_of_keys() -> None:
    from milepost.funding.formulas.entities import population
    from milepost.funding.formulas.run import run

    names = [f"kind_{at}" for at in range(400)]
    weights = ", ".join(f"{name}: 1.5" for name in names)
    values = f"      - {{from: 2020-07-01, value: {{{weights}}}, cite: none}}\n"
    parameters = f"parameters:\n  weight:\n    label: Weight\n    values:\n{values}"
    inputs = "".join(f"  {name}: {{label: Kind, scope: district}}\n" for name in names)
    line = "{label: Sum, scope: district, formula: weighted(weight), round: none, cite: none}"
    text = f"state: Wide\nname: Wide\nscopes: [district]\ninputs:\n{inputs}lines:\n  sum: {line}\n"
    formula = understand(parse(text, "f.yaml"), read_parameters(parse(parameters, "p.yaml")))
    table = {"district": ["1"], **{name: [2] for name in names}}
    result = run(bind(formula, DAY), population(formula, {"district": table}))
    assert result.value("sum", "1") == 1200
