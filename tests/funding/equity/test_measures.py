"""Measures of equity: tables worked by hand, one state, and what holds for any districts."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.equity import neutrality, spread
from milepost.funding.equity.districts import checked
from milepost.funding.equity.report import report

pytestmark = pytest.mark.pure

PUPILS = np.array([100.0, 200.0, 100.0])
DOLLARS = np.array([8000.0, 10000.0, 14000.0])
WEALTH = np.array([100.0, 200.0, 300.0])
NEED = np.array([0.5, 0.25, 0.0])


def test_three_districts_worked_by_hand() -> None:
    # mean (0.8 + 2 + 1.4) M / 400 = 10500; variance (6.25 + 2 x 0.25 + 12.25) M / 4 = 4.75 M
    assert spread.mean(DOLLARS, PUPILS) == 10500
    cv = spread.coefficient_of_variation(DOLLARS, PUPILS)
    assert cv == pytest.approx(4.75e6**0.5 / 10500)
    # Pairs: 2 x (1 x 2 x 2000 + 1 x 1 x 6000 + 2 x 1 x 4000) / (2 x 16 x 10500)
    assert spread.gini(DOLLARS, PUPILS) == pytest.approx(36000 / 336000)
    assert spread.mcloone(DOLLARS, PUPILS) == pytest.approx(2.8 / 3)
    assert spread.verstegen(DOLLARS, PUPILS) == pytest.approx(3.4 / 3)
    assert spread.restricted_range(DOLLARS, PUPILS) == 6000
    assert spread.federal_range_ratio(DOLLARS, PUPILS) == 0.75


def test_wealth_and_need_worked_by_hand() -> None:
    # cov = (-2500 x -100 + 3500 x 100) / 4 = 150,000; var(w) = 20,000 / 4 = 5,000
    assert neutrality.wealth_slope(DOLLARS, WEALTH, PUPILS) == pytest.approx(30)
    elasticity = neutrality.wealth_elasticity(DOLLARS, WEALTH, PUPILS)
    assert elasticity == pytest.approx(30 * 200 / 10500)
    correlation = neutrality.wealth_correlation(DOLLARS, WEALTH, PUPILS)
    assert correlation == pytest.approx(150000 / (5000 * 4.75e6) ** 0.5)
    # In need 50, 50, 0: 9,000. Others 50, 150, 100: (0.4 + 1.5 + 1.4) M / 300 = 11,000.
    need = neutrality.need_weighted_progressivity(DOLLARS, NEED, PUPILS)
    assert need == pytest.approx(9 / 11)


def test_progressivity_by_regression_recovers_an_exponential_line() -> None:
    dollars = 9000 * np.exp(0.5 * NEED)
    ratio = neutrality.regression_progressivity(dollars, NEED, PUPILS)
    assert ratio == pytest.approx(np.exp(0.15))


def test_a_percentile_met_exactly_is_the_lower_district() -> None:
    assert spread.percentile(DOLLARS, PUPILS, 0.25) == 8000
    assert spread.percentile(DOLLARS, PUPILS, 0.2501) == 10000
    assert spread.percentile(DOLLARS, PUPILS, 1) == 14000
    with pytest.raises(ValueError, match="share must be above 0"):
        spread.percentile(DOLLARS, PUPILS, 0)


def test_missing_is_refused_or_dropped_with_a_count_never_zero() -> None:
    pupils = [100, np.nan, 200, 100]
    dollars = [8000, 9000, np.nan, 9000]
    with pytest.raises(ValueError, match="pupils is missing in row 1"):
        checked(pupils, dollars)
    found = report(pupils, dollars, missing="drop")
    assert (found.districts, found.dropped.pupils, found.dropped.dollars) == (2, 1, 1)
    assert "2 (1 for want of pupils, 1 for want of dollars)" in found.dropped.sentence()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"pupils": [1, 0], "dollars": [1, 1]}, "pupils in row 1 is 0.0"),
        ({"pupils": [1, 1], "dollars": [1, np.inf]}, "dollars in row 1 is inf"),
        ({"pupils": [1, 1], "dollars": [1]}, "dollars has 1 rows"),
        ({"pupils": [1], "dollars": [1]}, "at least two"),
        ({"pupils": ["many", 1], "dollars": [1, 1]}, "pupils must hold numbers"),
        ({"pupils": [1, 1], "dollars": [1, 2], "need": [0, 2]}, "share from 0 to 1"),
        ({"pupils": [1, 1], "dollars": [1, 2], "wealth": [3, 3]}, "same in every district"),
    ],
)
def test_bad_districts_are_named(columns: dict[str, list[float]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        report(**columns)


def test_every_finding_has_a_sentence() -> None:
    found = report(PUPILS, DOLLARS, wealth=WEALTH, need=NEED)
    assert len(found.findings) == 11
    assert next(found.sentences()).startswith("3 districts with 400 pupils")
    assert all(finding.sentence for finding in found.findings)
    with pytest.raises(KeyError):
        report(PUPILS, DOLLARS)["wealth_slope"]


TABLES = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(1000, 40000)), min_size=2, max_size=30
)


@given(TABLES)
def test_each_pupil_counts_once_however_districts_are_cut(table: list[tuple[int, int]]) -> None:
    whole = report(*np.array(table, float).T)
    halves = np.array([(p / 2, x) for p, x in table for _ in range(2)])
    cut = report(*halves.T)
    for one, other in zip(whole.findings, cut.findings, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-9)


@given(TABLES)
def test_measures_keep_to_their_bounds_and_to_no_currency(table: list[tuple[int, int]]) -> None:
    pupils, dollars = np.array(table, float).T
    found, dearer = report(pupils, dollars), report(pupils, dollars * 3)
    assert 0 <= found["gini"] < 1
    assert found["mcloone"] <= 1 + 1e-12
    assert found["verstegen"] >= 1 - 1e-12
    assert found["gini"] == pytest.approx(dearer["gini"], abs=1e-9)
    pairs = np.abs(dollars[:, None] - dollars) * pupils[:, None] * pupils
    by_pairs = pairs.sum() / (2 * pupils.sum() ** 2 * found.mean)
    assert found["gini"] == pytest.approx(by_pairs, abs=1e-9)


def test_texas_2016(real_data: Path) -> None:
    path = real_data / "finance/tx/yearly-fiscal-data-by-district.csv"
    rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    names = (
        "Reported Enrollment",
        "Total Operating Expenditures (TOP)",
        "Property Value Per Pupil",
    )
    found = [[_number(row[name]) for name in names] for row in rows if row["Year"] == "2016"]
    pupils, spent, wealth = np.array(found).T
    large = pupils >= 100
    texas = report(
        pupils[large], spent[large] / pupils[large], wealth=wealth[large], missing="drop"
    )
    assert texas.districts == 999
    assert round(texas["coefficient_of_variation"], 4) == 0.1059
    assert round(texas["gini"], 4) == 0.0536
    assert round(texas["mcloone"], 4) == 0.9444
    assert round(texas["verstegen"], 4) == 1.0952
    assert round(texas["wealth_elasticity"], 4) == 0.0301


def _number(text: str) -> float:
    return float(text.replace("$", "").replace(",", "").strip() or "nan")


def test_the_guide_s_table_is_what_is_computed() -> None:
    guide = Path(__file__).parents[3] / "docs/funding/equity.md"
    found = report(PUPILS, DOLLARS, wealth=WEALTH, need=NEED)
    rows = [line.split("|") for line in guide.read_text().splitlines() if line.startswith("| ")]
    printed = {row[1].strip(): row[2].strip() for row in rows[1:]}
    names = {"elasticity to wealth": "wealth_elasticity"}
    for label, value in printed.items():
        name = names.get(label, label.lower().replace(" ", "_").replace("-", "_"))
        form = f"${found[name]:,.0f}" if value.startswith("$") else f"{found[name]:.4f}"
        assert form == value, label
