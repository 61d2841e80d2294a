"""Whether items do what their model says: fit, dependence, fairness, reliability."""

import math

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
    probability,
    q3,
    s_x2,
    score,
)
from tests.measurement.irt.answers import LSAT_6, LSAT_7, bank, of_patterns, simulate

pytestmark = pytest.mark.pure


def groups_of(
    right_r: int, wrong_r: int, right_f: int, wrong_f: int
) -> tuple[Responses, list[int]]:
    """Return answers to two items of which each learner got one, so that all totals are 1."""
    first = [1] * right_r + [0] * wrong_r + [1] * right_f + [0] * wrong_f
    focal = [0] * (right_r + wrong_r) + [1] * (right_f + wrong_f)
    return Responses.of_matrix(np.array([(one, 1 - one) for one in first])), focal


def test_s_x2_of_the_law_school_test_is_that_of_mirt() -> None:
    """Section 7, two-parameter model: `itemfit` of the R package mirt (Chalmers 2012)."""
    answers = of_patterns(LSAT_7)
    found = s_x2(answers, calibrate(answers, "2pl", tolerance=1e-5).items)
    assert found.statistic == pytest.approx([4.749, 14.451, 1.270, 5.237, 0.941], rel=0.02)
    assert found.freedom.tolist() == [2] * 5
    assert found.p == pytest.approx([0.093, 0.001, 0.530, 0.073, 0.625], abs=0.01)


def test_s_x2_finds_the_item_that_does_not_follow_its_curve() -> None:
    truth = bank(12, seed=3)
    ability = np.random.default_rng(4).normal(size=4000)
    table = simulate(truth, ability, seed=5).matrix(np.arange(12))
    rng = np.random.default_rng(6)
    table[:, 7] = rng.random(4000) < np.where(np.abs(ability) < 0.8, 0.85, 0.4)
    answers = Responses.of_matrix(table)
    found = s_x2(answers, truth, parameters=np.zeros(12))
    assert found.p[7] < 1e-6
    assert found.statistic[7] > 10 * np.delete(found.statistic, 7).max()


def test_s_x2_raises_no_more_false_alarms_than_it_says() -> None:
    p: list[float] = []
    for seed in range(6):
        truth = bank(12, seed)
        answers = simulate(truth, np.random.default_rng(100 + seed).normal(size=4000), seed)
        p.extend(s_x2(answers, truth, parameters=np.zeros(12)).p)
    assert np.mean(np.array(p) < 0.05) < 0.12
    assert 0.35 < np.mean(np.array(p) < 0.5) < 0.65


def test_mean_squares_are_what_the_formulas_give_by_hand() -> None:
    """Two answers at ability 0 to an item of difficulty 1: p = 0.26894."""
    items = Items.of("rasch", [1.0])
    found = mean_squares(Responses.of_matrix(np.array([[1], [0]])), items, np.zeros(2))
    p = 1 / (1 + math.e)
    outfit = ((1 - p) ** 2 + p**2) / (p * (1 - p)) / 2
    assert found.outfit[0] == pytest.approx(outfit)
    assert found.infit[0] == pytest.approx(outfit)


def test_answers_of_the_model_have_mean_squares_near_one() -> None:
    truth, ability = bank(40, seed=8), np.random.default_rng(9).normal(size=3000)
    found = mean_squares(simulate(truth, ability, seed=10, share=0.5), truth, ability)
    assert np.abs(found.infit - 1).mean() < 0.05
    assert 0.7 < np.std(found.infit_z) < 1.4
    assert 0.7 < np.std(found.outfit_z) < 1.4


def test_q3_is_the_correlation_of_residuals() -> None:
    truth, ability = bank(6, seed=1), np.random.default_rng(2).normal(size=500)
    answers = simulate(truth, ability, seed=3)
    chances = np.asarray(probability(ability, truth))[..., 1]
    expected = np.asarray(np.corrcoef((answers.matrix(np.arange(6)) - chances).T))
    found = q3(answers, truth, ability)
    off = ~np.eye(6, dtype=bool)
    assert found.q3[off] == pytest.approx(expected[off], abs=1e-9)
    assert np.all(found.together == 500)


def test_an_item_asked_twice_stands_out_against_what_is_typical() -> None:
    truth = bank(15, seed=1)
    table = simulate(truth, np.random.default_rng(2).normal(size=2000), seed=3).matrix(
        np.arange(15)
    )
    table[:, 14] = table[:, 0]
    answers = Responses.of_matrix(table)
    items = truth.take(np.r_[np.arange(14), 0])
    found = q3(answers, items, score(answers, items).ability)
    assert found.q3[0, 14] > found.typical + 0.2
    ordinary = found.q3[1:14, 1:14][~np.eye(13, dtype=bool)]
    assert ordinary.max() < found.typical + 0.2
    assert found.typical == pytest.approx(-1 / 14, abs=0.04)


def test_pairs_that_too_few_answered_are_left_at_zero() -> None:
    truth = bank(10, seed=1)
    answers = simulate(truth, np.zeros(60), seed=3, share=0.2)
    found = q3(answers, truth, np.zeros(60), least=30)
    assert np.all(found.q3[found.together < 30] == 0)


def test_mantel_and_haenszel_by_hand() -> None:
    """One table: 30 right and 20 wrong of the reference group, 15 and 25 of the focal one."""
    found = mantel_haenszel(*groups_of(30, 20, 15, 25))
    assert found.odds_ratio[0] == pytest.approx(30 * 25 / (20 * 15))
    assert found.delta[0] == pytest.approx(-2.35 * math.log(2.5))
    error = 2.35 * math.sqrt(1 / 30 + 1 / 20 + 1 / 15 + 1 / 25)
    assert found.delta_error[0] == pytest.approx(error)
    variance = 50 * 40 * 45 * 45 / (90**2 * 89)
    assert found.chi_square[0] == pytest.approx(4.5**2 / variance)
    assert found.p[0] == pytest.approx(0.0576, abs=5e-4)
    assert found.ets.tolist() == ["A", "A"]
    assert found.delta[1] == pytest.approx(-found.delta[0])


def test_four_times_the_learners_make_the_same_difference_a_large_one() -> None:
    found = mantel_haenszel(*groups_of(120, 80, 60, 100))
    assert found.odds_ratio[0] == pytest.approx(2.5)
    assert found.ets.tolist() == ["C", "C"]


def test_an_item_that_tells_nothing_of_groups_has_no_class() -> None:
    answers = Responses.of([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 0, 0], n_items=3)
    found = mantel_haenszel(answers, [0, 1])
    assert found.ets.tolist() == ["", "", ""]
    assert np.all(found.p == 1)
    assert np.all(found.odds_ratio == 1)
    assert np.all(np.isinf(found.delta_error))


def test_an_item_that_is_harder_for_one_group_is_found_both_ways() -> None:
    truth = bank(10, seed=2)
    harder = Items.of("2pl", truth.difficulty + 0.7 * (np.arange(10) == 4), truth.discrimination)
    rng = np.random.default_rng(7)
    ability = rng.normal(size=3000)
    ability[1500:] -= 0.5  # a lower mean is no unfair item
    tables = [
        simulate(items, at, seed).matrix(np.arange(10))
        for items, at, seed in ((truth, ability[:1500], 1), (harder, ability[1500:], 2))
    ]
    answers, focal = Responses.of_matrix(np.concatenate(tables)), np.arange(3000) >= 1500
    by_total = mantel_haenszel(answers, focal)
    assert by_total.ets[4] in "BC"
    assert by_total.delta[4] < -1
    found = likelihood_ratio(answers, focal, test=[1, 4])
    assert found.p[0] > 0.001
    assert found.p[1] < 1e-6
    assert found.freedom.tolist() == [2, 2]
    moved = found.focal.difficulty[1] - found.reference.difficulty[1]
    assert moved == pytest.approx(0.7, abs=0.3)


def test_alpha_of_the_law_school_test_is_the_published_one() -> None:
    """Section 6: 0.295 (`cronbach.alpha` of the R package ltm, Rizopoulos 2006)."""
    assert alpha(of_patterns(LSAT_6)) == pytest.approx(0.295, abs=5e-4)


def test_alpha_by_hand() -> None:
    """Item variances 3/16, 1/4, 3/16; totals 3, 2, 1, 0 of variance 5/4: 3/2 (1 - .625/1.25)."""
    table = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    assert alpha(Responses.of_matrix(table)) == pytest.approx(0.75)


def test_reliability_of_scores_is_the_squared_correlation_with_the_truth() -> None:
    truth, ability = bank(25, seed=5), np.random.default_rng(1).normal(size=6000)
    found = score(simulate(truth, ability, seed=2), truth)
    real = np.corrcoef(found.ability, ability)[0, 1] ** 2
    assert eap_reliability(found) == pytest.approx(real, abs=0.015)
    assert marginal_reliability(truth) == pytest.approx(real, abs=0.03)


def test_more_items_make_a_test_more_reliable_and_none_make_it_useless() -> None:
    reliability = [marginal_reliability(bank(n, seed=5)) for n in (1, 10, 40)]
    assert reliability == sorted(reliability)
    assert marginal_reliability(bank(10, seed=5).take(np.zeros(0, np.int64))) == 0
