"""Simulated learners: does the belief find the truth, and is it as sure as it should be?"""

import numpy as np
import pytest

from milepost.measurement import fold
from tests.measurement.logs import Truth, simulate

pytestmark = pytest.mark.pure


def levels(truth: Truth) -> tuple[np.ndarray, np.ndarray]:
    """Return believed means and variances, learner x competency, in the truth's order."""
    beliefs, _ = fold(truth.log, truth.calibration)
    order = [int(name[1:]) for name in truth.log.competencies]
    mean, variance = np.empty_like(truth.level), np.empty_like(truth.level)
    learner = np.repeat(np.arange(len(truth.log.learners)), np.diff(beliefs.offsets))
    column = np.array(order)[beliefs.competency]
    mean[learner, column] = beliefs.level_mean
    variance[learner, column] = beliefs.level_variance
    return mean, variance


@pytest.mark.parametrize("responses", [1, 5, 20, 60])
def test_credible_intervals_hold_the_truth_as_often_as_they_say(responses: int) -> None:
    truth = simulate(np.random.default_rng(7), learners=400, competencies=6, responses=responses)
    mean, variance = levels(truth)
    inside = np.abs(mean - truth.level) <= 1.6449 * np.sqrt(variance)
    assert 0.86 <= inside.mean() <= 0.94
    assert abs((mean - truth.level).mean()) < 0.08


def test_the_belief_follows_the_truth_closer_with_more_evidence() -> None:
    found = []
    for responses in (2, 8, 20):
        truth = simulate(
            np.random.default_rng(11), learners=400, competencies=6, responses=responses
        )
        # Within a competency, so that its difficulty lends nothing to the correlation.
        mean, _ = levels(truth)
        found.append(np.mean([np.corrcoef(mean[:, k], truth.level[:, k])[0, 1] for k in range(6)]))
    assert found == sorted(found)
    assert found[-1] > 0.88


def test_the_overall_ability_is_found_too() -> None:
    truth = simulate(np.random.default_rng(3), learners=400, competencies=8, responses=10)
    beliefs, _ = fold(truth.log, truth.calibration)
    assert np.corrcoef(beliefs.mean, truth.ability)[0, 1] > 0.88
    inside = np.abs(beliefs.mean - truth.ability) <= 1.6449 * np.sqrt(beliefs.variance)
    assert 0.84 <= inside.mean() <= 0.94
