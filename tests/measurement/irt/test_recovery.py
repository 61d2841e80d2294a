"""Calibration of answers whose truth is known: published ones and simulated ones."""

import numpy as np
import pytest

from milepost.measurement.irt import Items, Priors, Responses, calibrate
from tests.measurement.irt.answers import LSAT_6, LSAT_7, bank, of_patterns, simulate

pytestmark = pytest.mark.pure


def rmse(found: np.ndarray, truth: np.ndarray) -> float:
    """Return the root of the mean squared difference."""
    return float(np.sqrt(np.mean((found - truth) ** 2)))


def test_the_law_school_test_is_calibrated_as_published() -> None:
    """Section 6 by the R package ltm (Rizopoulos 2006, section 4); errors there from the Hessian,
    here from cross products, hence the width."""
    fit = calibrate(of_patterns(LSAT_6), "2pl", tolerance=1e-5)
    assert fit.log_likelihood == pytest.approx(-2466.653, abs=2e-3)
    slope = [0.8254, 0.7229, 0.8905, 0.6886, 0.6575]
    difficulty = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236]
    assert fit.items.discrimination == pytest.approx(slope, abs=2e-3)
    assert fit.items.difficulty == pytest.approx(difficulty, rel=2e-3)
    slope_error = [0.2581, 0.1867, 0.2326, 0.1852, 0.2100]
    difficulty_error = [0.8669, 0.3073, 0.0997, 0.4341, 0.8700]
    assert fit.errors.discrimination == pytest.approx(slope_error, rel=0.04)
    assert fit.errors.difficulty == pytest.approx(difficulty_error, rel=0.04)


def test_one_slope_for_all_is_the_deviation_of_ability() -> None:
    """Section 6 by ltm's `rasch`: one slope .7551, log-likelihood -2466.938."""
    fit = calibrate(of_patterns(LSAT_6), "rasch", tolerance=1e-5)
    assert fit.log_likelihood == pytest.approx(-2466.938, abs=2e-3)
    assert fit.sd[0] == pytest.approx(0.7551, abs=1e-3)
    assert fit.sd_error[0] == pytest.approx(0.0694, rel=0.04)
    published = np.array([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802])
    assert fit.items.difficulty / fit.sd[0] == pytest.approx(published, rel=2e-3)
    assert fit.parameters == 6
    assert fit.aic == pytest.approx(2 * 6 + 2 * 2466.938, abs=0.01)


def test_the_other_section_agrees_with_mirt() -> None:
    """Section 7 by the R package mirt (Chalmers 2012): slopes, intercepts, log-likelihood."""
    fit = calibrate(of_patterns(LSAT_7), "2pl", tolerance=1e-5)
    a = fit.items.discrimination
    assert fit.log_likelihood == pytest.approx(-2658.805, abs=2e-3)
    assert a == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=3e-3)
    assert -a * fit.items.difficulty == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=3e-3)


@pytest.mark.parametrize(
    ("model", "slope", "difficulty"),
    [("rasch", 1e-12, 0.08), ("2pl", 0.1, 0.1), ("3pl", 0.4, 0.3), ("grm", 0.08, 0.08),
     ("gpcm", 0.08, 0.08)],
)  # fmt: skip
def test_every_model_finds_the_items_that_answers_were_drawn_from(
    model: str, slope: float, difficulty: float
) -> None:
    truth = bank(20, seed=3, model=model)
    answers = simulate(truth, np.random.default_rng(5).normal(size=2500), seed=8)
    fit = calibrate(answers, model)
    assert fit.converged
    assert not np.any(fit.at_bound)
    assert rmse(fit.items.discrimination, truth.discrimination) < slope
    kept = np.abs(truth.difficulty) < 2.0
    assert rmse(fit.items.difficulty[kept], truth.difficulty[kept]) < difficulty
    if model in ("grm", "gpcm"):
        assert rmse(fit.items.thresholds, truth.thresholds) < 0.2
    off = (fit.items.difficulty - truth.difficulty) / fit.errors.difficulty
    assert 0.6 < rmse(off, np.zeros(20)) < 1.5


def test_models_can_stand_beside_each_other_in_one_test() -> None:
    parts = [bank(8, seed=1), bank(8, seed=2, model="grm"), bank(8, seed=3, model="gpcm")]
    model = np.concatenate([part.model for part in parts])
    steps = np.full((24, 3), np.inf)
    steps[:8, 0] = 0.0
    steps[8:16], steps[16:] = parts[1].steps, parts[2].steps
    a = np.concatenate([part.discrimination for part in parts])
    truth = Items.of(model, np.concatenate([part.difficulty for part in parts]), a, steps=steps)
    answers = simulate(truth, np.random.default_rng(1).normal(size=2500), seed=2)
    fit = calibrate(answers, list(model))
    assert rmse(fit.items.discrimination, a) < 0.12
    assert fit.items.top_score.tolist() == truth.top_score.tolist()


def test_answers_to_some_items_find_them_as_well() -> None:
    """The sums over answers and the products of matrices are two roads to one place."""
    truth = bank(40, seed=4)
    ability = np.random.default_rng(6).normal(size=1500)
    sparse = calibrate(simulate(truth, ability, seed=9, share=0.25), "2pl")
    assert sparse.converged
    assert rmse(sparse.items.difficulty, truth.difficulty) < 0.4
    off = (sparse.items.discrimination - truth.discrimination) / sparse.errors.discrimination
    assert 0.7 < rmse(off, np.zeros(40)) < 1.3


def test_both_roads_of_the_expectation_end_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = simulate(bank(12, seed=4), np.random.default_rng(6).normal(size=900), 9, share=0.7)
    full = calibrate(answers, "2pl", tolerance=1e-6)
    monkeypatch.setattr("milepost.measurement.irt.cells.FULL_FROM", 2.0)
    sparse = calibrate(answers, "2pl", tolerance=1e-6)
    assert full.items.discrimination == pytest.approx(sparse.items.discrimination, abs=2e-3)
    assert full.log_likelihood == pytest.approx(sparse.log_likelihood, abs=1e-3)


def test_a_calibration_is_the_same_every_time_and_in_any_order_of_rows() -> None:
    answers = simulate(bank(10, seed=4), np.random.default_rng(6).normal(size=500), seed=9)
    order = np.random.default_rng(0).permutation(len(answers))
    mixed = Responses.of(answers.learner[order], answers.item[order], answers.score[order])
    first, again = calibrate(answers), calibrate(mixed)
    assert np.array_equal(first.items.difficulty, again.items.difficulty)
    assert np.array_equal(first.errors.difficulty, again.errors.difficulty)


def test_a_prior_draws_items_of_few_answers_to_itself() -> None:
    answers = simulate(bank(10, seed=4), np.random.default_rng(6).normal(size=60), seed=9)
    free = calibrate(answers, "2pl", priors=Priors(intercept=3.0))
    drawn = calibrate(answers, "2pl", priors=Priors(slope=(0.0, 0.1), intercept=3.0))
    assert np.abs(np.log(drawn.items.discrimination)).max() < 0.15
    assert np.ptp(free.items.discrimination) > 3 * np.ptp(drawn.items.discrimination)
