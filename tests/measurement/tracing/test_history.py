"""Logistic models of history find what made the data, from earlier rows alone."""

import numpy as np
import pytest

from milepost.measurement import auc
from milepost.measurement.tracing import MODELS, Term, fit_history
from milepost.measurement.tracing.newton import logistic

pytestmark = pytest.mark.pure

LEARNERS, PRACTICE = 1500, 12


def practice(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Simulate performance factors: two competencies, each practised in turn."""
    rng = np.random.default_rng(seed)
    easiness = np.array([-0.5, 0.5])
    for_right, for_wrong = np.array([0.3, 0.1]), np.array([0.05, 0.2])
    who, what, out = [], [], []
    right, wrong = np.zeros((LEARNERS, 2)), np.zeros((LEARNERS, 2))
    for step in range(2 * PRACTICE):
        k = step % 2
        logit = easiness[k] + for_right[k] * right[:, k] + for_wrong[k] * wrong[:, k]
        answer = rng.random(LEARNERS) < logistic(logit)
        right[:, k] += answer
        wrong[:, k] += ~answer
        who.append(np.arange(LEARNERS))
        what.append(np.full(LEARNERS, k))
        out.append(answer)
    return np.concatenate(who), np.concatenate(what), np.concatenate(out).astype(int)


def test_performance_factors_are_recovered() -> None:
    model = fit_history("pfa", *practice(), penalty=1e-3)
    assert model.converged
    intercept, easiness, right, wrong = model.weights
    np.testing.assert_allclose(intercept + easiness, [-0.5, 0.5], atol=0.08)
    np.testing.assert_allclose(right, [0.3, 0.1], atol=0.03)
    np.testing.assert_allclose(wrong, [0.05, 0.2], atol=0.04)


def test_additive_factors_find_learners_and_learning() -> None:
    rng = np.random.default_rng(2)
    ability = rng.normal(0, 1, 800)
    who, tried = np.repeat(np.arange(800), 20), np.tile(np.arange(20), 800)
    right = (rng.random(16_000) < logistic(ability[who] + 0.1 * tried - 1)).astype(int)
    model = fit_history("afm", who, np.zeros(16_000), right)
    assert np.corrcoef(model.weights[1], ability)[0, 1] > 0.85
    assert model.weights[3][0] == pytest.approx(0.1, abs=0.02)


def test_bestlr_tells_items_and_histories_apart() -> None:
    rng = np.random.default_rng(3)
    ability, difficulty = rng.normal(0, 1, 600), rng.normal(0, 1, 50)
    who, item = np.repeat(np.arange(600), 30), rng.integers(0, 50, 18_000)
    right = (rng.random(18_000) < logistic(ability[who] - difficulty[item])).astype(int)
    known = who < 400
    model = fit_history("bestlr", who[known], item[known] % 5, right[known], item=item[known])
    rest = ~known
    chance = model.predict(who[rest], item[rest] % 5, right[rest], item=item[rest])
    assert auc(right[rest], chance) > auc(right[rest], -difficulty[item[rest]] / 10 + 0.5) + 0.02


def test_a_prediction_knows_nothing_of_its_own_answer_or_later_ones() -> None:
    who, what, right = practice()
    model = fit_history("bestlr", who, what, right, item=what)
    changed = right.copy()
    row = 7 * LEARNERS + 3
    changed[row] = 1 - changed[row]
    before = model.predict(who, what, right, item=what)
    after = model.predict(who, what, changed, item=what)
    np.testing.assert_array_equal(before[: row + 1], after[: row + 1])
    assert np.any(before[row + 1 :] != after[row + 1 :])


def test_the_gradient_vanishes_where_the_fit_ends() -> None:
    who, what, right = practice()
    model = fit_history("pfa", who, what, right, tolerance=1e-9)
    chance = model.predict(who, what, right)
    for k in (0, 1):
        pulled = float(np.sum((right - chance)[what == k]))
        assert pulled == pytest.approx(model.weights[1][k], abs=1e-3)


@pytest.mark.parametrize("answer", [0, 1])
@pytest.mark.parametrize("name", sorted(MODELS))
def test_answers_all_alike_have_a_defined_result(name: str, answer: int) -> None:
    columns = ([1] * 30, ["a"] * 30, [answer] * 30)
    model = fit_history(name, *columns, item=["i"] * 30)
    chance = model.predict(*columns, item=["i"] * 30)
    assert np.isfinite(chance).all()
    assert abs(chance[-1] - answer) < 0.1


def test_labels_never_seen_add_nothing() -> None:
    model = fit_history("afm", [1, 1, 2], ["a", "a", "a"], [1, 0, 1])
    assert model.predict([9], ["new"], [1])[0] == pytest.approx(logistic(model.weights[0])[0])


def test_a_fit_cut_short_says_so() -> None:
    assert not fit_history("pfa", *practice(), limit=1).converged


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="model is 'pfo'"):
        fit_history("pfo", [1], [1], [1])
    with pytest.raises(ValueError, match="item is missing"):
        fit_history("bestlr", [1], [1], [1])
    with pytest.raises(ValueError, match="correct, row 0"):
        fit_history("pfa", [1], [1], [2])
    with pytest.raises(ValueError, match="penalty"):
        fit_history("pfa", [1], [1], [1], penalty=0.0)
    with pytest.raises(ValueError, match="no known value"):
        fit_history((Term("all", "tired"),), [1], [1], [1])
