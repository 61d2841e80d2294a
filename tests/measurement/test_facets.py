"""The many-facet model: recovery, fair scores, who can be compared, odd raters, bad input."""

import itertools

import numpy as np
import pytest

from milepost.measurement.agreement import Facets, facets
from tests.measurement.raters import Ratings, simulate

pytestmark = pytest.mark.pure


def fitted(drawn: Ratings, **how: object) -> Facets:
    return facets(drawn.learners, drawn.raters, drawn.scores, drawn.criteria, **how)  # type: ignore[arg-type]


def all_finite(fit: Facets) -> bool:
    numbers = [x for of in (fit.learners, fit.raters, fit.criteria) for x in of.columns().values()]
    return all(np.isfinite(x).all() for x in numbers if x.dtype.kind in "if")


def test_severities_come_back_and_their_errors_are_true() -> None:
    rng = np.random.default_rng(5)
    off, slopes, learners = [], [], []
    for _ in range(12):
        drawn = simulate(rng)
        fit = fitted(drawn)
        assert fit.converged
        assert fit.connected
        off.append((fit.raters.value - drawn.severity) / fit.raters.error)
        slopes.append(np.polyfit(drawn.severity, fit.raters.value, 1)[0])
        learners.append((fit.learners.value - drawn.ability) / fit.learners.error)
    assert np.mean(np.abs(np.ravel(off)) < 1.96) == pytest.approx(0.95, abs=0.04)
    assert np.mean(np.abs(np.ravel(learners)) < 1.96) == pytest.approx(0.95, abs=0.025)
    assert np.mean(slopes) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("each", [2, 3])
def test_two_yes_or_no_ratings_a_learner_are_enough_for_severities_without_bias(each: int) -> None:
    drawn = simulate(np.random.default_rng(6), learners=12_000, criteria=1, each=each, steps=1)
    fit = fitted(drawn)
    assert np.polyfit(drawn.severity, fit.raters.value, 1)[0] == pytest.approx(1.0, abs=0.06)
    assert np.std((fit.raters.value - drawn.severity) / fit.raters.error) < 1.6


def test_who_rates_the_weak_is_not_taken_for_severe() -> None:
    drawn = simulate(np.random.default_rng(7), learners=4000, unfair=1.5)
    fit = fitted(drawn)
    raw = np.bincount(drawn.raters, drawn.scores) / np.bincount(drawn.raters)
    assert np.polyfit(drawn.severity, fit.raters.value, 1)[0] == pytest.approx(1.0, abs=0.05)
    assert np.polyfit(drawn.severity, raw, 1)[0] < -0.5
    assert fit.raters.reliability > 0.95


def test_thresholds_of_each_criterion_come_back() -> None:
    drawn = simulate(np.random.default_rng(8), learners=3000, partial=True)
    fit = fitted(drawn, model="partial_credit")
    off = (fit.thresholds - drawn.thresholds) / fit.threshold_errors
    assert np.abs(off).max() < 3.5
    assert fit.thresholds.sum(axis=1) == pytest.approx(np.zeros(4), abs=1e-9)
    assert fit.criteria.value == pytest.approx(drawn.difficulty, abs=0.15)


def test_a_fair_score_is_nearer_to_the_truth_than_the_mean_rating() -> None:
    drawn = simulate(np.random.default_rng(9), each=1, learners=200, raters=6)
    linked = simulate(np.random.default_rng(9), each=6, learners=100, raters=6)
    fit = facets(
        np.concatenate([drawn.learners, linked.learners + 1000]),
        np.concatenate([drawn.raters, linked.raters]),
        np.concatenate([drawn.scores, linked.scores]),
        np.concatenate([drawn.criteria, linked.criteria]),
    )
    mine = fit.learners.ids < 1000
    fair = np.corrcoef(fit.learners.fair_average[mine], drawn.ability)[0, 1]
    raw = np.corrcoef(fit.learners.average[mine], drawn.ability)[0, 1]
    assert fair > raw + 0.03


def test_many_ratings_of_a_learner_agree_with_few_at_a_time() -> None:
    # 24 ratings are summed exactly, 28 as nearly normal: a switch that must not show.
    drawn = simulate(np.random.default_rng(10), learners=150, criteria=7, each=4)
    many = fitted(drawn)
    halves = facets(
        drawn.learners * 2 + (drawn.raters % 2), drawn.raters, drawn.scores, drawn.criteria
    )
    assert many.converged
    assert many.criteria.value == pytest.approx(halves.criteria.value, abs=0.05)
    assert np.polyfit(drawn.severity, many.raters.value, 1)[0] == pytest.approx(1.0, abs=0.1)


def test_severities_are_those_that_maximise_the_conditional_likelihood() -> None:
    """Three raters, two levels: sums over all patterns of one total, written out."""
    rng = np.random.default_rng(11)
    scores = (rng.random((300, 3)) < [0.7, 0.5, 0.3]).astype(int)
    who = np.tile(np.arange(3), 300)
    fit = facets(np.repeat(np.arange(300), 3), who, scores.ravel())

    def likelihood(severity: np.ndarray) -> float:
        patterns = np.array(list(itertools.product((0, 1), repeat=3)))
        weight = np.exp(-patterns @ severity)
        total = np.bincount(patterns.sum(axis=1), weight)
        return float((-scores @ severity - np.log(total[scores.sum(axis=1)])).sum())

    best = likelihood(fit.raters.value)
    assert fit.log_likelihood == pytest.approx(best, abs=1e-6)
    bend = []
    for j, step in itertools.product(range(3), (0.1, -0.1)):
        moved = fit.raters.value + step * (np.arange(3) == j)
        assert likelihood(moved) < best
        bend.append(best - likelihood(moved))
    # The error is that of a severity against the mean of all three.
    information = (bend[0] + bend[1]) / 0.1**2
    assert fit.raters.error[0] == pytest.approx((2 / 3) / np.sqrt(information), rel=0.05)


def test_order_and_names_change_nothing() -> None:
    drawn = simulate(np.random.default_rng(12), learners=100)
    fit = fitted(drawn)
    mixed = np.random.default_rng(1).permutation(len(drawn.scores))
    again = facets(
        [f"learner {x:03d}" for x in drawn.learners[mixed]],
        [f"rater {x:02d}" for x in drawn.raters[mixed]],
        drawn.scores[mixed],
        drawn.criteria[mixed],
    )
    assert again.raters.value == pytest.approx(fit.raters.value, abs=1e-6)
    assert again.learners.fair_average == pytest.approx(fit.learners.fair_average, abs=1e-5)
    assert again.raters.ids[3] == "rater 03"


def test_raters_who_share_no_learner_are_said_to_be_apart() -> None:
    drawn = simulate(np.random.default_rng(13), learners=200, raters=8)
    apart = (drawn.raters < 4) == (np.bincount(drawn.learners, drawn.raters < 4) > 0)[
        drawn.learners
    ]
    fit = facets(
        drawn.learners[apart], drawn.raters[apart], drawn.scores[apart], drawn.criteria[apart]
    )
    assert not fit.connected
    assert fit.raters.groups() == ((0, 1, 2, 3), (4, 5, 6, 7))
    assert len(fit.criteria.groups()) == 1
    assert fit.raters.value[:4].mean() == pytest.approx(0.0, abs=1e-6)
    assert all_finite(fit)


def test_raters_who_each_rate_a_criterion_of_their_own_are_said_to_be_apart() -> None:
    drawn = simulate(np.random.default_rng(14), learners=100, raters=2, criteria=2)
    own = drawn.raters == drawn.criteria
    fit = facets(drawn.learners[own], drawn.raters[own], drawn.scores[own], drawn.criteria[own])
    assert fit.raters.groups() == ((0,), (1,))
    assert fit.criteria.groups() == ((0,), (1,))
    assert len(fit.learners.groups()) == 1


def test_a_large_design_that_hangs_together_is_one() -> None:
    drawn = simulate(np.random.default_rng(18), learners=300, raters=100, each=2)
    assert fitted(drawn).connected


def test_a_long_chain_of_raters_is_one() -> None:
    learners = np.repeat(np.arange(120), 4)
    raters = learners // 2 + np.tile([0, 0, 1, 1], 120)
    scores = np.random.default_rng(19).integers(1, 4, len(learners))
    broken = raters != 31
    assert facets(learners, raters, scores).connected
    parts = facets(learners[broken], raters[broken], scores[broken]).raters.groups()
    assert [len(part) for part in parts] == [31, 29]


def test_a_careless_rater_shows_in_the_fit_and_others_do_not() -> None:
    drawn = simulate(np.random.default_rng(15), learners=600)
    careless = drawn.raters == 3
    rng = np.random.default_rng(1)
    scores = np.where(careless, rng.integers(1, 5, len(careless)), drawn.scores)
    fit = facets(drawn.learners, drawn.raters, scores, drawn.criteria)
    assert np.argmax(fit.raters.infit_z) == 3
    assert fit.raters.infit[3] > 1.3
    assert fit.raters.outfit_z[3] > 4.0
    assert np.delete(fit.raters.infit, 3).max() < 1.15


def test_a_rater_who_gives_everyone_the_best_is_very_lenient_and_finite() -> None:
    drawn = simulate(np.random.default_rng(16), learners=60, raters=4)
    scores = np.where(drawn.raters == 2, 4, drawn.scores)
    fit = facets(drawn.learners, drawn.raters, scores, drawn.criteria)
    assert fit.raters.extreme.tolist() == [False, False, True, False]
    assert np.argmin(fit.raters.value) == 2
    assert fit.converged
    assert all_finite(fit)


def test_all_best_one_learner_or_one_rating_have_an_answer() -> None:
    for learners, raters, scores in (
        ([1, 1, 2, 2], [1, 2, 1, 2], [3, 3, 3, 3]),
        ([1, 1, 1], [1, 2, 3], [1, 2, 3]),
        ([1], [1], [2]),
    ):
        fit = facets(learners, raters, scores, lowest=1, highest=3)
        assert fit.converged
        assert all_finite(fit)
    assert fit.unused == (1, 3)


def test_a_fit_that_is_stopped_early_says_so() -> None:
    assert not fitted(simulate(np.random.default_rng(17)), max_iterations=2).converged


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learners": []}, "learners is empty"),
        ({"scores": []}, "scores is empty"),
        ({"raters": ["a"]}, "raters has 1 rows and scores has 3"),
        ({"raters": ["a", None, "b"]}, r"raters\[1\] is missing"),
        ({"scores": [1, float("nan"), 2]}, r"scores\[1\] is missing"),
        ({"scores": [1, 2, 2.5]}, r"scores\[2\] is 2.5"),
        ({"scores": ["a", "b", "c"]}, "scores holds words"),
        ({"scores": [2, 2, 2]}, "one level only"),
        ({"scores": [1, 2, 99]}, "30 steps are the most"),
        ({"highest": 2}, r"scores\[2\] is 3, outside the levels 1 to 2"),
        ({"model": "graded"}, "model is 'graded'"),
        ({"max_iterations": 0}, "max_iterations"),
    ],
)
def test_bad_input_is_named(change: dict[str, object], words: str) -> None:
    good: dict[str, object] = {"learners": [1, 1, 2], "raters": [1, 2, 1], "scores": [1, 2, 3]}
    with pytest.raises(ValueError, match=words):
        facets(**{**good, **change})  # type: ignore[arg-type]
