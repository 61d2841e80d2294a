"""Projections: where growth leads, and how much of it a standard takes."""

import numpy as np
import pytest

from milepost.measurement.growth import (
    Norms,
    Panel,
    fit_norms,
    growth_to_standard,
    percentiles,
    trajectories,
)
from tests.measurement.cohorts import LEAN, cohorts, mean_of

pytestmark = pytest.mark.pure

STANDARDS = {grade: mean_of(grade) + 10 for grade in range(3, 7)}


@pytest.fixture(scope="module")
def panel() -> Panel:
    return cohorts(11)


@pytest.fixture(scope="module")
def norms(panel: Panel) -> Norms:
    return fit_norms(panel)


def test_futures_never_cross_and_stay_obtainable(panel: Panel, norms: Norms) -> None:
    futures = trajectories(panel, norms)
    assert np.all(np.diff(futures.scores, axis=1) >= 0)
    for grade, (low, high) in norms.bounds.items():
        of_grade = futures.scores[futures.grades == grade]
        assert np.all((of_grade >= low) & (of_grade <= high))
    assert np.array_equal(futures.grades, panel.grades[futures.rows, -1] + futures.years)
    assert set(futures.grades) == {4, 5, 6}


def test_middling_growth_leads_where_the_model_leads(panel: Panel, norms: Norms) -> None:
    futures = trajectories(panel, norms)
    start = panel.grades[futures.rows, -1]
    distance = panel.scores[futures.rows, -1] - mean_of(start)
    expected = mean_of(futures.grades) + LEAN**futures.years * distance
    typical = np.abs(distance) < 80
    error = futures.scores[:, 49:51].mean(axis=1) - expected
    assert np.mean(np.abs(error[typical])) < 6
    assert abs(np.mean(error[typical])) < 3


def test_next_years_future_is_what_the_percentile_is_counted_against(
    panel: Panel, norms: Norms
) -> None:
    """A learner who last year would have been projected with this year's norms."""
    before = trajectories(panel.before(), norms, years=1)
    growth = percentiles(panel, norms)
    rows, ours, theirs = np.intersect1d(growth.rows, before.rows, return_indices=True)
    score = panel.scores[rows, -1]
    counted = np.count_nonzero(before.scores[theirs] < score[:, None], axis=1)
    within = (before.scores[theirs][:, 0] > 350) & (before.scores[theirs][:, -1] < score.max())
    assert np.count_nonzero(within) > 500
    same = np.clip(counted, 1, 99) == growth.percentile[ours]
    assert np.mean(same[within]) > 0.99


def test_the_needed_percentile_is_the_least_that_does(panel: Panel, norms: Norms) -> None:
    targets = growth_to_standard(panel, norms, STANDARDS)
    futures = trajectories(panel, norms)
    cut = np.array([STANDARDS[int(grade)] for grade in futures.grades])
    for place in range(0, len(targets.rows), 37):
        mine = futures.rows == targets.rows[place]
        met = futures.scores[mine] >= cut[mine, None]
        enough = met.all(axis=0) if targets.proficient[place] else met.any(axis=0)
        assert targets.within_reach[place] == enough[:99].any()
        if targets.within_reach[place]:
            assert targets.percentile[place] == 1 + int(np.argmax(enough))
        assert targets.years[place] == np.count_nonzero(mine)


def test_who_is_further_below_needs_more_and_more_years_ask_less(
    panel: Panel, norms: Norms
) -> None:
    near = growth_to_standard(panel, norms, STANDARDS)
    far = growth_to_standard(panel, norms, {g: cut + 30 for g, cut in STANDARDS.items()})
    below = ~near.proficient
    assert np.all(far.percentile[below] >= near.percentile[below])
    soon = growth_to_standard(panel, norms, STANDARDS, years=1)
    assert np.all(soon.percentile[below] >= near.percentile[below])
    assert np.all(soon.percentile[~below] <= near.percentile[~below])


def test_what_is_out_of_reach_is_said(panel: Panel, norms: Norms) -> None:
    targets = growth_to_standard(panel, norms, dict.fromkeys(range(3, 7), 10_000.0))
    assert not targets.within_reach.any()
    assert np.all(targets.percentile == 99)


def test_a_future_that_nobody_knows_is_refused(panel: Panel, norms: Norms) -> None:
    oldest = panel.grades[:, -1] == 6
    last = Panel(panel.grades[oldest], panel.scores[oldest])
    with pytest.raises(ValueError, match="no learner has a current score in a grade below"):
        trajectories(last, norms)
    with pytest.raises(ValueError, match="standards: none for a grade"):
        growth_to_standard(panel, norms, {9: 600.0})
    with pytest.raises(ValueError, match="years: look at least one year ahead"):
        trajectories(panel, norms, years=0)
    with pytest.raises(ValueError, match="years: 3 ago this panel had fewer than two years"):
        panel.before(3)
