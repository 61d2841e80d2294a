"""Checks of items refuse what they cannot answer, and name the argument."""

from collections.abc import Callable

import numpy as np
import pytest

from milepost.measurement.irt import (
    Items,
    Responses,
    alpha,
    calibrate,
    eap_reliability,
    likelihood_ratio,
    mantel_haenszel,
    marginal_reliability,
    mean_squares,
    q3,
    s_x2,
    score,
)
from tests.measurement.irt.answers import bank, simulate

pytestmark = pytest.mark.pure

ITEMS = bank(4, seed=1)
ANSWERS = simulate(ITEMS, np.random.default_rng(0).normal(size=200), seed=2)
HALF = simulate(ITEMS, np.random.default_rng(0).normal(size=200), seed=2, share=0.5)
GRADED = bank(4, seed=1, model="grm")
LEVELS = simulate(GRADED, np.zeros(200), seed=3)
NOBODY = Responses.of([], [], [], n_learners=0, n_items=4)
FOCAL = np.arange(200) % 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: s_x2(HALF, ITEMS), "every learner to answer every item"),
        (lambda: s_x2(LEVELS, GRADED), "items of two scores"),
        (lambda: s_x2(NOBODY, ITEMS), "every learner to answer every item"),
        (lambda: s_x2(ANSWERS, ITEMS, parameters=[1, 2]), "parameters must be 4 numbers"),
        (lambda: mean_squares(ANSWERS, ITEMS, np.zeros(3)), "ability must be 200 finite numbers"),
        (lambda: mean_squares(ANSWERS, ITEMS, np.full(200, np.nan)), "ability must be 200 finite"),
        (lambda: q3(ANSWERS, ITEMS, np.full(200, np.inf)), "ability must be 200 finite numbers"),
        (lambda: q3(ANSWERS, ITEMS, np.zeros(200), among=[0, 9]), "among.*row 1.*unknown item"),
        (lambda: mantel_haenszel(LEVELS, FOCAL), "scores.*must be 0 or 1"),
        (lambda: mantel_haenszel(ANSWERS, FOCAL[:3]), "focal must be 200 truth values"),
        (lambda: mantel_haenszel(ANSWERS, FOCAL * np.nan), "focal must be 200 truth values"),
        (lambda: mantel_haenszel(ANSWERS, FOCAL * 0), "learners of both groups"),
        (lambda: likelihood_ratio(ANSWERS, FOCAL * 0), "learners of both groups"),
        (lambda: likelihood_ratio(ANSWERS, FOCAL, test=[7]), "test.*row 0.*unknown item"),
        (lambda: alpha(HALF), "answered by every learner"),
        (lambda: alpha(NOBODY), "answered by every learner"),
        (lambda: alpha(Responses.of_matrix(np.eye(3, dtype=int))), "all totals are equal"),
        (lambda: marginal_reliability(ITEMS, sd=0), "sd must be above 0"),
        (lambda: marginal_reliability(ITEMS, mean=np.nan), "mean finite"),
        (lambda: eap_reliability(score(NOBODY, ITEMS)), "two learners or more"),
        (lambda: calibrate(NOBODY), "responses"),
    ],
)
def test_it_is_refused_in_words(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("right", [0, 1])
def test_all_right_and_all_wrong_are_defined_and_never_nan(right: int) -> None:
    same = Responses.of_matrix(np.full((30, 4), right))
    found = [
        mean_squares(same, ITEMS, np.zeros(30)).outfit,
        q3(same, ITEMS, np.zeros(30)).q3,
        mantel_haenszel(same, np.arange(30) % 2).delta,
        s_x2(same, ITEMS).statistic,
        score(same, ITEMS).ability,
    ]
    for one in found:
        assert np.all(np.isfinite(one))
    with pytest.raises(ValueError, match=r"item|estimate"):
        calibrate(same)


def test_one_learner_is_checked_without_nan() -> None:
    one = Responses.of_matrix(np.array([[1, 0, 1, 1]]))
    assert np.all(np.isfinite(mean_squares(one, ITEMS, [0.0]).infit_z))
    assert not q3(one, ITEMS, [0.0]).q3.any()
    assert np.all(np.isfinite(s_x2(one, ITEMS).statistic))


def test_items_that_nobody_answered_are_neutral() -> None:
    wide = Items.of("2pl", np.zeros(9), np.ones(9))
    answers = Responses.of([0, 1], [2, 2], [1, 0], n_items=9)
    found = mean_squares(answers, wide, [0.0, 0.0])
    assert found.outfit.tolist() == [1.0] * 9
    assert s_x2(answers, wide).p.tolist() == [1.0] * 9
