"""New Jersey, fiscal year 2021: every line of all 592 official notices, to the dollar.

The notices are those of the New Jersey Department of Education of 10 July 2020, as transcribed in
gavinrozzi/nj-school-funding (d83d8ab); three of 595 are of county special services districts, which
get no aid by this formula.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from milepost.funding.formulas import states
from milepost.funding.formulas.bound import bind
from milepost.funding.formulas.entities import read_csv
from milepost.funding.formulas.errors import FormulaError
from milepost.funding.formulas.result import Result
from milepost.funding.formulas.run import run
from milepost.funding.years import first_day

pytestmark = pytest.mark.pure

NOTICES = Path(__file__).parent / "nj_fy2021_notices.csv"
LINES = [name for name in NOTICES.read_text().partition("\n")[0].split(",") if name != "district"]


@cache
def new_jersey() -> Result:
    return run(bind(states.state("nj"), first_day(2021)), states.population("nj", 2021))


@cache
def notices() -> list[dict[str, str]]:
    with NOTICES.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_there_are_592_notices() -> None:
    assert len(notices()) == len(new_jersey().population["district"]) == 592


@pytest.mark.parametrize("line", LINES)
def test_every_notice_prints_what_the_formula_gives(line: str) -> None:
    result = new_jersey()
    ids = result.population["district"].ids
    printed = {one["district"]: one[line] for one in notices() if one[line]}
    ours = {code: str(result.value(line, code)) for code in printed}
    assert ours == printed
    assert set(printed) <= set(ids)
    assert len(printed) == (558 if line == "transportation_aid" else 592)


def test_the_state_takes_and_gives_what_its_notices_print() -> None:
    result = new_jersey()
    assert result.value("shortfalls") == 2_139_242_873
    assert result.value("reductions") == 156_359_118
    # the shares are rounded to eight decimals before they are multiplied, so $12 stay behind
    assert result["increase"].sum() == 156_359_106


def test_newark_line_by_line() -> None:
    result = new_jersey()
    lines = {
        "weighted_pupils": 56_926,
        "base_cost": 697_844_876,
        "adequacy_budget": 1_154_547_544,
        "property_share": 103_963_243,
        "income_share": 96_295_252,
        "local_share": 200_258_495,
        "equalization_aid": 954_289_049,
        "special_education_aid": 53_937_978,
        "security_aid": 28_021_046,
        "transportation_aid": 7_887_431,
        "increase": 16_938_361,
        "aid": 829_329_985,
    }
    assert {name: result.value(name, "3570") for name in lines} == lines


def test_a_vocational_district_pays_its_countys_share() -> None:
    result = new_jersey()
    assert str(result.value("county_ratio", "Atlantic")) == "0.5382"
    assert result.value("local_share", "0120") == 21_609_601
    assert result.value("equalization_aid", "0120") == 18_542_018


def test_tax_shelters_and_sda_districts_keep_what_the_law_says() -> None:
    result = new_jersey()
    kept = {"East Orange": "1210", "Fairfield": "1460"}
    assert {result.value("change", code) for code in kept.values()} == {0}
    # Pemberton, an SDA district above adequacy, falls by 23 % of what it spends above it
    assert result.value("change", "4050") == -2_404_730


def test_one_notice_less_is_refused(tmp_path: Path) -> None:
    lines = states.input_file("nj", 2021).read_text().splitlines()
    fewer = tmp_path / "fewer.csv"
    fewer.write_text("\n".join(lines[:-1]) + "\n")
    formula = states.state("nj")
    with pytest.raises(FormulaError, match=r"is for the whole .*needs \d+ of scope district"):
        run(bind(formula, first_day(2021)), read_csv(formula, {"district": fewer}))


def test_another_year_has_no_parameters_and_says_so() -> None:
    with pytest.raises(FormulaError, match=r"nj/parameters.yaml, line \d+: parameter 'base' has"):
        bind(states.state("nj"), first_day(2030))


def test_every_number_says_where_it_is_written() -> None:
    formula = states.state("nj")
    for parameter in formula.parameters.values():
        assert all(len(value.cite) > 8 for value in parameter.values), parameter.name
    assert np.isfinite(new_jersey()["aid"]).all()
