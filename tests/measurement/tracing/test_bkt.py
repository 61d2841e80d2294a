"""Bayesian knowledge tracing finds what made the data and refuses bad input."""

import numpy as np
import pytest

from milepost.measurement.tracing import fit_bkt
from milepost.measurement.tracing.kernels import expectation

pytestmark = pytest.mark.pure


def test_two_answers_have_the_likelihood_worked_by_hand() -> None:
    p = np.array([0.4, 0.15, 0.0, 0.2, 0.1])
    got = expectation(np.array([True, False]), np.array([0, 2]), p, np.empty(11), np.empty(2))
    known = 0.75 + 0.25 * 0.15  # .36 / (.36 + .12), then learning
    assert got == pytest.approx(np.log(0.48) + np.log(known * 0.1 + (1 - known) * 0.8))


def test_parameters_of_simulated_learners_are_recovered() -> None:
    rng, n, t = np.random.default_rng(4), 4000, 12
    known, rows = rng.random(n) < 0.3, []
    for _ in range(t):
        rows.append(rng.random(n) < np.where(known, 0.9, 0.2))
        known = known | (rng.random(n) < 0.2)
    fit = fit_bkt(np.tile(np.arange(n), t), np.zeros(n * t), np.concatenate(rows), tolerance=1e-8)
    assert fit.converged.all()
    np.testing.assert_allclose(fit.parameters[0], [0.3, 0.2, 0, 0.2, 0.1], atol=0.03)


def test_more_iterations_never_lower_the_likelihood() -> None:
    right = np.random.default_rng(1).random(300) < 0.6
    who, what = np.repeat(np.arange(30), 10), np.zeros(300)
    seen = [
        fit_bkt(who, what, right, forgetting=True, limit=k, tolerance=-1.0).log_likelihood[0]
        for k in range(1, 20)
    ]
    assert np.all(np.diff(seen) >= -1e-9)


def test_a_bad_answer_is_named_by_row() -> None:
    with pytest.raises(ValueError, match="correct: row 1"):
        fit_bkt([1, 1], [1, 1], [1, np.nan])
