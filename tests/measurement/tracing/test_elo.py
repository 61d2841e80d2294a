"""Elo ratings find difficulties and follow learners."""

import numpy as np
import pytest

from milepost.measurement import auc
from milepost.measurement.tracing import fit_elo
from milepost.measurement.tracing.newton import logistic

pytestmark = pytest.mark.pure


def test_difficulties_are_recovered_and_new_learners_predicted() -> None:
    rng = np.random.default_rng(1)
    ability, difficulty = rng.normal(0, 1, 1500), rng.normal(0, 1, 40)
    who, item = np.repeat(np.arange(1500), 30), rng.integers(0, 40, 45_000)
    right = (rng.random(45_000) < logistic(ability[who] - difficulty[item])).astype(int)
    old = who < 1000
    ratings = fit_elo(who[old], np.zeros(30_000), right[old], item=item[old])
    assert np.corrcoef(ratings.difficulty, difficulty)[0, 1] > 0.97
    chance = ratings.predict(who[~old], np.zeros(15_000), right[~old], item=item[~old])
    assert auc(right[~old], chance) > 0.73


def test_one_step_is_as_worked_by_hand() -> None:
    # Pelánek 2016, section 3: the rating moves by K times (outcome - chance)
    ratings = fit_elo(["a", "b"], ["k", "k"], [1, 1], item=["i", "i"], step=0.4, fade=0.05)
    first = -0.4 * 0.5
    second = first - 0.4 / 1.05 * (1 - logistic(np.array([-first]))[0])
    assert ratings.difficulty[0] == pytest.approx(second)
    assert ratings.rows[0] == 2


def test_an_item_never_rated_starts_at_the_mean_of_all() -> None:
    ratings = fit_elo([1, 1, 1], [1, 1, 1], [1, 1, 0], item=["i", "j", "j"])
    chance = ratings.predict([5], [1], [1], item=["new"])
    assert chance[0] == pytest.approx(logistic(-ratings.difficulty.mean(keepdims=True))[0])


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="learner has shape"):
        fit_elo([], [], [], item=[])
    with pytest.raises(ValueError, match="item has 1 rows"):
        fit_elo([1, 1], [1, 1], [1, 0], item=[1])
    with pytest.raises(ValueError, match="correct, row 1"):
        fit_elo([1, 1], [1, 1], [1, -1], item=[1, 1])
    with pytest.raises(ValueError, match="step"):
        fit_elo([1], [1], [1], item=[1], step=-1.0)
