"""Standard errors against the curvature of the likelihood and against repeated samples."""

import numpy as np
import pytest

from milepost.measurement.irt import Items, Responses, calibrate, probability
from tests.measurement.irt.answers import LSAT_7, bank, of_patterns, simulate

pytestmark = pytest.mark.pure

POINTS = np.linspace(-6.0, 6.0, 81)


def log_likelihood(answers: Responses, items: Items, mean: float = 0.0, sd: float = 1.0) -> float:
    """Return the marginal log-likelihood, written down anew with whole matrices."""
    weight = np.exp(-0.5 * ((POINTS - mean) / sd) ** 2)
    weight /= weight.sum()
    given = np.log(probability(POINTS, items))
    table = answers.score.reshape(answers.n_learners, len(items))
    logs = sum(given[:, j, table[:, j]] for j in range(len(items)))
    return float(np.log(weight @ np.exp(logs)).sum())


def hessian(answers: Responses, items: Items, step: float = 1e-3) -> np.ndarray:
    """Return minus the second differences of the log-likelihood by slopes and difficulties."""
    n = len(items)
    at = np.concatenate((items.discrimination, items.difficulty))

    def height(change: np.ndarray) -> float:
        moved = at + change
        return log_likelihood(answers, Items.of("2pl", moved[n:], moved[:n]))

    unit, found = step * np.eye(2 * n), np.zeros((2 * n, 2 * n))
    for i in range(2 * n):
        for j in range(i + 1):
            corners = [height(s * unit[i] + t * unit[j]) * s * t for s in (1, -1) for t in (1, -1)]
            found[i, j] = found[j, i] = -sum(corners) / (4 * step**2)
    return found


def test_errors_are_those_of_the_curvature() -> None:
    answers = of_patterns(LSAT_7)
    fit = calibrate(answers, "2pl", tolerance=1e-6)
    error = np.sqrt(np.diag(np.linalg.inv(hessian(answers, fit.items))))
    assert fit.log_likelihood == pytest.approx(log_likelihood(answers, fit.items), abs=1e-3)
    assert fit.errors.discrimination == pytest.approx(error[:5], rel=0.1)
    assert fit.errors.difficulty == pytest.approx(error[5:], rel=0.1)


def test_the_estimate_is_a_top() -> None:
    answers = of_patterns(LSAT_7)
    fit = calibrate(answers, "2pl", tolerance=1e-6)
    best = log_likelihood(answers, fit.items)
    for j in range(5):
        for change in (-0.02, 0.02):
            a, b = fit.items.discrimination.copy(), fit.items.difficulty.copy()
            a[j] += change
            assert log_likelihood(answers, Items.of("2pl", b, a)) < best
            a[j], b[j] = a[j] - change, b[j] + change
            assert log_likelihood(answers, Items.of("2pl", b, a)) < best


def test_estimates_scatter_as_much_as_their_errors_say() -> None:
    """Forty parameters from 250 learners: cross products alone would say nine percent too much."""
    truth = bank(20, seed=21)
    fits = [
        calibrate(simulate(truth, np.random.default_rng(seed).normal(size=250), seed), "2pl")
        for seed in range(60)
    ]
    for name in ("discrimination", "difficulty"):
        found = np.array([getattr(fit.items, name) for fit in fits])
        said = np.median([getattr(fit.errors, name) for fit in fits], axis=0)
        assert np.median(found.std(axis=0, ddof=1) / said) == pytest.approx(1.0, abs=0.07)


def test_items_alone_and_all_together_have_much_the_same_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = simulate(bank(30, seed=4), np.random.default_rng(6).normal(size=2000), seed=9)
    together = calibrate(answers, "2pl").errors
    monkeypatch.setattr("milepost.measurement.irt.errors.JOINTLY", 0)
    alone = calibrate(answers, "2pl").errors
    assert alone.discrimination == pytest.approx(together.discrimination, rel=0.25)
    assert alone.difficulty == pytest.approx(together.difficulty, rel=0.5)


def test_errors_that_nobody_asked_for_are_infinite() -> None:
    answers = simulate(bank(5, seed=4), np.random.default_rng(6).normal(size=200), seed=9)
    fit = calibrate(answers, "2pl", errors=False)
    assert np.all(np.isinf(fit.errors.difficulty))
    assert np.all(np.isinf(fit.errors.discrimination))
