"""Lines of a formula, worked by hand."""

from datetime import date

import pytest

from tests.funding.formulas.lakeland import changed, computed, line

pytestmark = pytest.mark.pure


def test_weights_prices_and_bands_are_those_of_the_day() -> None:
    result = computed()
    # 100 + 33 × 1.16 = 138.28; 200; 50 + 25 × 1.16 = 79; 400 + 155.5 × 1.16 = 580.38
    assert line(result, "weighted_pupils") == ["138.3", "200.0", "79.0", "580.4"]
    # 138.3 × 1,010.50 × 0.97 = 135,559.5855
    assert line(result, "cost")[0] == "135559.59"
    # 40 of 133 poor pupils lie in the band from 20 %: 0.25 × 40 × 1,010.50 = 10,105;
    # exactly 20 % lies in it too, and 15 × 0.25 × 1,010.50 = 3,789.375 is cut to dollars
    assert line(result, "poverty_cost") == ["10105", "10105", "3789", "50525"]


def test_another_year_has_another_base() -> None:
    result = computed(day=date(2024, 9, 1))
    assert line(result, "cost")[1] == "194000.00"


def test_totals_go_to_the_county_and_the_state() -> None:
    result = computed()
    assert line(result, "county_tax_base") == ["21000000", "3500000"]
    assert line(result, "state_cost") == ["1092434.01"]


def test_a_word_decides_and_an_empty_one_means_what_the_formula_says() -> None:
    assert line(computed(), "local_share") == ["10000.00", "200000.00", "0.00", "30000.00"]


def test_layers_phase_in_first_and_hold_harmless_last() -> None:
    result = computed()
    # 135,664.59 is half-way from 100,000 at 117,832.295; Birch falls to 98 % of 50,000 at most
    assert line(result, "aid") == ["117832.30", "49000.00", "78006.70", "512307.02"]
    assert line(result, "aid__0")[1] == "6142.00"
    assert line(result, "aid__1")[1] == "28071.00"


def test_a_cap_is_a_layer_too() -> None:
    formula = changed("- hold_harmless: 0.98 * aid_last_year", "- cap: 1.1 * aid_last_year")
    assert line(computed(formula), "aid")[0] == "110000.00"


def test_learners_are_summed_to_their_school_and_district() -> None:
    from milepost.funding.formulas.bound import bind
    from milepost.funding.formulas.entities import population
    from milepost.funding.formulas.formula import understand
    from milepost.funding.formulas.reading import parse
    from milepost.funding.formulas.run import run
    from tests.funding.formulas.lakeland import DAY

    text = """
state: Lakeland
name: By learner
scopes: [learner, school, district]
inputs:
  need: {label: Weight of need, scope: learner}
  rent: {label: Rent, scope: school, unit: dollars}
lines:
  grant: {label: Grant, scope: learner, formula: 1000 * need, round: half up to dollars, cite: x}
  school: {label: School, scope: school, formula: total(grant) + rent, round: none, cite: x}
  aid: {label: Aid, scope: district, formula: total(grant) + total(rent), round: none, cite: x}
"""
    formula = understand(parse(text.replace("  school: {", "  cost: {"), "f.yaml"), {})
    given = {
        "learner": {
            "learner": ["a", "b", "c"],
            "school": ["Oak", "Elm", "Oak"],
            "need": [1.5, 0.25, 1],
        },
        "school": {"school": ["Elm", "Oak"], "district": ["Ash", "Ash"], "rent": [10, 20]},
    }
    result = run(bind(formula, DAY), population(formula, given))
    assert line(result, "cost") == ["260", "2520"]
    assert line(result, "aid") == ["2780"]


def test_a_line_that_is_not_kept_is_computed_when_it_is_asked_for() -> None:
    from milepost.funding.formulas.run import run

    whole = computed()
    few = run(whole.bound, whole.population, keep={"aid"})
    assert line(few, "aid") == line(whole, "aid")
    assert line(few, "poverty_cost") == line(whole, "poverty_cost")
    with pytest.raises(KeyError):
        few["aid__0"]
