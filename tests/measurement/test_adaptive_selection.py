"""Which item comes next, and what the answers say: against a plain calculation of the same."""

import numpy as np
import pytest

from milepost.measurement import irt
from milepost.measurement.adaptive import CRITERIA, AdaptiveTest, Design, simulate
from tests.measurement.banks import abilities, bank, mixed_bank

pytestmark = pytest.mark.pure

POINTS = np.linspace(-4.0, 4.0, 41)


def criterion_by_hand(
    criterion: str, items: irt.Items, posterior: np.ndarray, mean: float
) -> np.ndarray:
    """Return the value of each item by its definition, at the estimate rounded to 0.1 logits."""
    near = np.floor(mean / 0.1 + 0.5) * 0.1
    if criterion == "information":
        return irt.information(near, items)
    chances = irt.probability(POINTS, items)
    if criterion == "kullback_leibler":
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = chances * np.log(chances / irt.probability(near, items))
        return posterior @ np.nansum(distance, axis=-1)
    after = chances * posterior[:, None, None]
    total = after.sum(axis=0)
    first = np.einsum("qjk,q->jk", after, POINTS)
    second = np.einsum("qjk,q->jk", after, POINTS**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nansum(second - first**2 / total, axis=-1)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_choice_is_the_best_of_all_that_are_left(criterion: str) -> None:
    items = mixed_bank()
    design = Design.of(items, 12, criterion=criterion)
    done = simulate(design, abilities(25), seed=2)
    for i in range(25):
        posterior = np.exp(-0.5 * POINTS**2)
        posterior /= posterior.sum()
        left = np.ones(len(items), np.bool_)
        for item, score in zip(done.items[i], done.scores[i], strict=True):
            value = criterion_by_hand(criterion, items, posterior, float(posterior @ POINTS))
            assert left[item]
            assert value[item] == pytest.approx(value[left].max(), rel=1e-5, abs=1e-7)
            left[item] = False
            posterior *= irt.probability(POINTS, items)[:, item, score]
            posterior /= posterior.sum()
        assert done.ability[i] == pytest.approx(posterior @ POINTS, abs=1e-9)
        variance = posterior @ POINTS**2 - (posterior @ POINTS) ** 2
        assert done.error[i] == pytest.approx(np.sqrt(variance), abs=1e-9)


def test_one_right_answer_moves_the_mean_as_steins_lemma_says() -> None:
    """E[t P(t)] = E[P'(t)] under a standard normal prior, so the mean is E[P (1 - P)] / E[P]."""
    test = AdaptiveTest(Design.of(irt.Items.of("rasch", [0.0]), 1), seed=0)
    assert test.next == 0
    assert test.answer(1) is None
    t = np.linspace(-9.0, 9.0, 20001)
    density = np.exp(-0.5 * t**2) / np.sqrt(2.0 * np.pi)
    right = 1.0 / (1.0 + np.exp(-t))
    by_lemma = np.trapezoid(right * (1.0 - right) * density, t) / 0.5
    assert test.ability == pytest.approx(by_lemma, abs=2e-4)
    assert test.posterior.sum() == pytest.approx(1.0)


def test_simulated_examinees_answer_as_the_curves_of_every_model_say() -> None:
    items = mixed_bank()
    design = Design.of(items, len(items))
    done = simulate(design, np.full(4000, 0.6), seed=3)
    chances = irt.probability(0.6, items)
    for j in range(len(items)):
        share = np.bincount(done.scores[done.items == j], minlength=4) / 4000
        assert share == pytest.approx(chances[j], abs=0.035)


def test_the_estimates_are_as_close_as_they_say() -> None:
    truth = abilities(4000)
    done = simulate(Design.of(bank(300), 20), truth, seed=5)
    assert done.rmse(truth) == pytest.approx(np.sqrt(np.mean(done.error**2)), rel=0.06)
    within = np.abs(done.ability - truth) < 1.645 * done.error
    assert 0.88 < within.mean() < 0.92


def test_a_live_test_and_the_simulator_agree_to_the_last_bit() -> None:
    design = Design.of(mixed_bank(), 15, administer=0.6, among=3, standard_error=0.3)
    done = simulate(design, abilities(40), seed=11)
    for i in range(40):
        test = AdaptiveTest(design, seed=11, examinee=i)
        while test.next is not None:
            test.answer(done.scores[i, len(test.items)])
        assert list(test.items) == list(done.items[i][: done.length[i]])
        assert list(test.scores) == list(done.scores[i][: done.length[i]])
        assert (test.ability, test.error) == (done.ability[i], done.error[i])


def test_no_examinee_depends_on_order_batch_or_threads() -> None:
    design = Design.of(bank(), 10, administer=0.5, among=2)
    truth = abilities(101)
    whole = simulate(design, truth, seed=8)
    threaded = simulate(design, truth, seed=8, threads=3)
    later = simulate(design, truth[60:], seed=8, first=60)
    for name in ("items", "scores", "length", "ability", "error"):
        assert np.array_equal(getattr(whole, name), getattr(threaded, name))
        assert np.array_equal(getattr(whole, name)[60:], getattr(later, name))
    assert np.array_equal(whole.chosen, threaded.chosen)
    assert not np.array_equal(whole.items, simulate(design, truth, seed=9).items)


def test_precision_stopping_stops_as_soon_as_it_may() -> None:
    design = Design.of(bank(300), 40, standard_error=0.35, shortest=8)
    done = simulate(design, abilities(300), seed=6)
    early = done.length < 40
    assert early.mean() > 0.9
    assert np.all(done.error[early] <= 0.35)
    assert done.length.min() >= 8
    for i in np.flatnonzero(done.length > 8)[:20]:
        test = AdaptiveTest(design, seed=6, examinee=int(i))
        for score in done.scores[i, : done.length[i] - 1]:
            assert test.error > 0.35 or len(test.items) < 8
            test.answer(score)
        assert test.error > 0.35
    assert np.all((done.items >= 0).sum(axis=1) == done.length)
