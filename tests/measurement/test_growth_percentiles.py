"""Growth percentiles: where a score lies among learners with the same past."""

import os
import statistics
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from milepost.measurement.growth import Norms, Panel, fit_norms, percentiles, spread
from milepost.measurement.growth.splines import Knots, basis
from tests.measurement.cohorts import CHANCE, LEAN, cohorts, mean_of

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("MILEPOST_DATA", ROOT.parent / "shared" / "data")) / "growth"
YEARS = range(2020, 2025)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return cohorts(1)


@pytest.fixture(scope="module")
def norms(panel: Panel) -> Norms:
    return fit_norms(panel)


def test_percentiles_are_those_of_the_model_that_made_the_scores(
    panel: Panel, norms: Norms
) -> None:
    growth = percentiles(panel, norms)
    last, before = panel.scores[growth.rows, -1], panel.scores[growth.rows, -2]
    grades = panel.grades[growth.rows, -1]
    surprise = (last - mean_of(grades) - LEAN * (before - mean_of(grades - 1))) / CHANCE
    true = 100 * np.array([statistics.NormalDist().cdf(z) for z in surprise])
    assert np.corrcoef(growth.percentile, true)[0, 1] > 0.985
    assert np.mean(np.abs(growth.percentile - true)) < 4.5


def test_in_its_own_cohort_every_percentile_is_as_frequent(panel: Panel, norms: Norms) -> None:
    growth = percentiles(panel, norms)
    tenths = np.bincount((growth.percentile - 1) // 10, minlength=10) / len(growth.rows)
    assert np.all(np.abs(tenths - 0.1) < 0.015)
    assert np.mean(growth.percentile) == pytest.approx(50, abs=1)


def test_a_learner_is_compared_by_as_many_priors_as_there_are(panel: Panel, norms: Norms) -> None:
    scores = panel.scores.copy()
    sixth = np.flatnonzero(panel.grades[:, -1] == 6)
    scores[sixth[0], -3] = np.nan  # what lies before the gap is not looked at
    scores[sixth[1], -2] = np.nan  # nothing to grow from
    scores[sixth[2], -1] = np.nan  # not tested
    growth = percentiles(Panel.of(panel.grades, scores), norms)
    used = dict(zip(growth.rows.tolist(), growth.priors.tolist(), strict=True))
    assert used[sixth[0]] == 1
    assert sixth[1] not in used
    assert sixth[2] not in used
    assert used[sixth[3]] == 3
    assert set(panel.grades[growth.rows, -1]) == {4, 5, 6}
    assert percentiles(panel, norms, most_priors=2).priors.max() == 2


def test_a_higher_score_is_never_a_lower_percentile(panel: Panel, norms: Norms) -> None:
    before = percentiles(panel, norms).percentile
    for more in (1.0, 10.0, 200.0):
        scores = panel.scores + np.array([0, 0, 0, more])
        after = percentiles(Panel(panel.grades, scores), norms).percentile
        assert np.all(after >= before)
    assert after.mean() > 98.9


def test_percentiles_do_not_depend_on_the_scale_or_on_who_stands_where(panel: Panel) -> None:
    growth = percentiles(panel, fit_norms(panel))
    scaled = Panel(panel.grades, panel.scores * 10 - 2000)
    other = percentiles(scaled, fit_norms(scaled))
    assert np.mean(other.percentile == growth.percentile) > 0.999
    order = np.random.default_rng(2).permutation(len(panel.scores))
    mixed = Panel(panel.grades[order], panel.scores[order])
    again = percentiles(mixed, fit_norms(mixed))
    back = np.argsort(order[again.rows])
    assert np.mean(again.percentile[back] == growth.percentile) > 0.999


def test_a_baseline_shows_that_a_later_cohort_grew_more(norms: Norms) -> None:
    later = cohorts(4)
    boosted = Panel(later.grades, later.scores + np.array([0, 0, 0, CHANCE]))
    assert np.mean(percentiles(later, norms).percentile) == pytest.approx(50, abs=2)
    above = np.mean(percentiles(boosted, norms).percentile)
    expected = 100 * statistics.NormalDist().cdf(1 / 2**0.5)
    assert above == pytest.approx(expected, abs=2.5)
    assert np.mean(percentiles(boosted, fit_norms(boosted)).percentile) == pytest.approx(50, abs=1)


def test_a_past_that_the_norm_never_saw_is_pointed_out(panel: Panel, norms: Norms) -> None:
    scores = panel.scores.copy()
    row = int(np.flatnonzero(panel.grades[:, -1] == 5)[0])
    scores[row, -2] = 5000.0
    growth = percentiles(Panel.of(panel.grades, scores), norms)
    assert growth.rows[growth.beyond].tolist() == [row]


def test_the_highest_obtainable_score_can_be_favoured(panel: Panel, norms: Norms) -> None:
    top = 560.0
    scores = np.minimum(panel.scores, top)
    capped = Panel(panel.grades, scores)
    norms = fit_norms(capped, bounds=dict.fromkeys(range(3, 7), (0.0, top)))
    plain = percentiles(capped, norms)
    favoured = percentiles(capped, norms, favour_highest=True)
    at_top = scores[plain.rows, -1] == top
    assert np.all(favoured.percentile[~at_top] == plain.percentile[~at_top])
    assert np.all(favoured.percentile[at_top] >= plain.percentile[at_top])
    assert np.mean(favoured.percentile[at_top]) > np.mean(plain.percentile[at_top]) + 10


def test_an_uncertain_score_is_an_uncertain_percentile(panel: Panel, norms: Norms) -> None:
    growth = percentiles(panel, norms)
    sure = spread(panel, norms, np.zeros(len(panel.scores)))
    assert np.all(sure.standard_error == 0)
    assert np.array_equal(sure.low, growth.percentile)
    unsure = spread(panel, norms, np.full(len(panel.scores), 10.0))
    assert np.array_equal(unsure.rows, growth.rows)
    assert np.all((unsure.low <= growth.percentile) & (growth.percentile <= unsure.high))
    drawn = np.random.default_rng(3).normal(0, 10, (100, len(panel.scores)))
    sat_again = [
        percentiles(Panel(panel.grades, panel.scores + [0, 0, 0, 1] * d[:, None]), norms).percentile
        for d in drawn
    ]
    error = np.std(sat_again, axis=0) - unsure.standard_error
    assert abs(np.mean(error)) < 0.2
    assert np.quantile(np.abs(error), 0.99) < 4


def test_splines_add_up_to_one_and_go_on_as_cubics() -> None:
    knots = Knots((2.0, 3.0, 4.0, 5.0), 1.0, 6.0)
    inside = basis(np.linspace(2.5, 6.0, 30), knots)  # the first spline, left out, ends at 2
    np.testing.assert_allclose(inside.sum(axis=1), 1.0)
    # Uniform cubic B-spline at its knots: 1/6, 4/6, 1/6 (de Boor 1978, chapter X).
    np.testing.assert_allclose(basis(np.array([4.0]), knots)[0, 2:5], [1 / 6, 4 / 6, 1 / 6])
    beyond = basis(np.array([5.5, 6.0, 6.5, 7.0, 7.5, 8.0]), knots)
    np.testing.assert_allclose(np.diff(beyond, n=4, axis=0), 0.0, atol=1e-9)


def test_knots_that_fall_together_still_give_percentiles() -> None:
    panel = cohorts(6)
    coarse = Panel(panel.grades, np.round(panel.scores / 80) * 80)
    growth = percentiles(coarse, fit_norms(coarse))
    assert len(growth.rows) == 4500
    assert growth.percentile.min() >= 1
    assert growth.percentile.max() <= 99


GRADES, SCORES = np.array([[3.0, 4.0]]), np.array([[500.0, 520.0]])


@pytest.mark.parametrize(
    ("grades", "scores", "message"),
    [
        (GRADES, SCORES[:, :1], "grades and scores: shapes"),
        (GRADES[:, :1], SCORES[:, :1], "scores: growth needs at least one learner and two years"),
        (GRADES[:0], SCORES[:0], "scores: growth needs at least one learner"),
        (np.array([[3.5, 4.0]]), SCORES, "grades: row 0, year 0 is not a whole number"),
        (np.array([[np.nan, 4.0]]), SCORES, "scores: row 0, year 0 has a score but no grade"),
        (GRADES, np.array([[500.0, np.inf]]), "scores: row 0, year 1 is infinite"),
    ],
)
def test_a_bad_panel_is_named(grades: np.ndarray, scores: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Panel.of(grades, scores)


def test_what_cannot_be_compared_is_said(panel: Panel, norms: Norms) -> None:
    with pytest.raises(ValueError, match="no grade has 250 learners"):
        fit_norms(Panel.of(GRADES, SCORES))
    with pytest.raises(ValueError, match="all in grade 4 are 500; they tell nobody apart"):
        fit_norms(Panel(panel.grades, np.where(panel.grades == 4, 500.0, panel.scores)))
    with pytest.raises(ValueError, match="panel: no learner has a score this year and the year"):
        percentiles(Panel.of(GRADES + 6, SCORES), norms)
    with pytest.raises(ValueError, match="most_priors"):
        percentiles(panel, norms, most_priors=0)
    errors = np.ones(len(panel.scores))
    errors[4000] = -1
    with pytest.raises(ValueError, match="standard_error: row 4000 is not 0 or more"):
        spread(panel, norms, errors)


def test_one_learner_alone_is_compared_with_a_baseline(norms: Norms) -> None:
    alone = percentiles(Panel.of(GRADES, np.array([[500.0, mean_of(4.0)]])), norms)
    assert alone.rows.tolist() == [0]
    assert 40 <= alone.percentile[0] <= 60


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no real input in {DATA} (set MILEPOST_DATA)")
def test_learners_with_one_prior_have_the_percentile_that_sgp_gives_them() -> None:
    """R SGP 2.2, one prior, 6,977 fourth graders of whom its output is known for 1,057."""
    table = pl.read_csv(DATA / "sgpData.csv")
    grades, scores = (
        table.select(pl.col(f"{name}_{year}").cast(float) for year in YEARS)
        .fill_null(float("nan"))
        .to_numpy()
        for name in ("GRADE", "SS")
    )
    fourth = (grades[:, -1] == 4) | (grades[:, -2] == 3)
    panel = Panel.of(grades[fourth], scores[fourth])
    growth = percentiles(panel, fit_norms(panel, most_priors=1))
    ours = pl.DataFrame(
        {"ID": table["ID"].to_numpy()[fourth][growth.rows], "ours": growth.percentile}
    )
    theirs = pl.read_csv(DATA / "sgp_reference_5000.csv").filter(pl.col("GRADE_CURRENT") == 4)
    both = theirs.join(ours, on="ID")
    assert len(both) == len(theirs) == 1057
    assert (both["ours"] == both["SGP"]).all()


def test_norms_are_frozen(norms: Norms) -> None:
    with pytest.raises(AttributeError):
        norms.table = {}  # type: ignore[misc]
    assert replace(norms, bounds={}).bounds == {}
