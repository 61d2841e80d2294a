"""What a belief says: chances, certainty, later dates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.measurement import (
    Calibration,
    Parameters,
    certainty_above,
    chance,
    first_level,
    fold,
    project,
)
from tests.measurement.logs import practice

pytestmark = pytest.mark.pure

means = st.floats(-6, 6)
variances = st.floats(0, 5)


@given(means, variances)
def test_the_chance_is_near_the_integral_over_the_belief(mean: float, variance: float) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    logits = mean + np.sqrt(variance) * nodes
    integral = np.sum(weights / (1 + np.exp(-logits))) / np.sum(weights)
    assert float(chance(mean, variance)) == pytest.approx(integral, abs=0.02)


def test_without_uncertainty_the_chance_is_the_logistic_curve() -> None:
    assert chance([0.0, 2.0], 0.0, [0.0, 1.0]).tolist() == pytest.approx(
        [0.5, 1 / (1 + np.exp(-1.0))]
    )


def test_certainty_follows_the_normal_table() -> None:
    # Standard normal table: 0.8413 below one deviation, 0.9750 below 1.96.
    got = certainty_above([1.0, 1.96, -1.0, 0.3], [1.0, 1.0, 1.0, 0.0], 0.0)
    assert got.tolist() == pytest.approx([0.8413, 0.9750, 0.1587, 1.0], abs=1e-4)


@given(means, variances, st.floats(0, 4000), st.floats(0, 4000))
def test_more_days_away_never_raise_the_mean_nor_the_certainty_of_it(
    mean: float, variance: float, some: float, more: float
) -> None:
    p = Parameters()
    early, late = sorted((some, more))
    (m0, v0), (m1, v1) = project(mean, variance, early, p), project(mean, variance, late, p)
    assert m1 <= m0 <= mean
    assert v1 >= v0 >= variance
    assert v1 <= max(variance, p.level_variance)


def test_no_days_away_change_nothing_and_much_evidence_fades_less() -> None:
    p = Parameters()
    mean, variance = project([1.0, 1.0], [0.1, 0.8], 0.0, p)
    assert (mean.tolist(), variance.tolist()) == ([1.0, 1.0], [0.1, 0.8])
    mean, _ = project([1.0, 1.0], [0.1, 0.8], 30.0, p)
    assert mean[0] > mean[1]


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=8), st.floats(0.01, 300))
def test_the_fold_expects_of_a_later_day_what_project_says(scores: list[float], gap: float) -> None:
    # Without gain and form nothing else happens between two rows; the row at the end is untaught.
    p = Parameters(gain=0.0, form_pull=0.0)
    beliefs, _ = fold(practice(scores), Calibration(p))
    later = practice([*scores, 1.0], days=[0.0] * len(scores) + [gap])
    mean, variance = project(beliefs.level_mean[0], beliefs.level_variance[0], gap, p)
    expected = chance(mean, variance)
    assert fold(later, Calibration(p))[1].chance[-1] == pytest.approx(float(expected), rel=1e-9)


def test_a_competency_without_evidence_leans_on_the_ability_and_its_difficulty() -> None:
    mean, variance = first_level([0.5, 0.5], [0.2, 0.2], [0.0, 2.0], Parameters())
    assert mean.tolist() == [0.5, -1.5]
    assert variance.tolist() == pytest.approx([0.2 + Parameters().competency_variance] * 2)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: chance([0.0, 0.0], [1.0, -1.0]), "variance, row 1"),
        (lambda: chance(0.0, 1.0, spread=np.nan), "spread, row 0"),
        (lambda: certainty_above(0.0, -0.1, 0.0), "variance, row 0"),
        (lambda: project(0.0, 1.0, [1.0, -1.0], Parameters()), "elapsed_days, row 1"),
    ],
)
def test_impossible_numbers_are_refused_by_argument_and_row(call, argument: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=argument):
        call()
