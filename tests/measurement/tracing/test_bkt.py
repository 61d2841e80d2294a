"""Bayesian knowledge tracing is exact, climbs, and finds what made the data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from milepost.measurement import log_loss
from milepost.measurement.tracing import fit_bkt
from milepost.measurement.tracing.columns import chains
from milepost.measurement.tracing.fitting import Guide, Settings, fit, plant
from tests.measurement.tracing.logs import by_paths, simulate

pytestmark = pytest.mark.pure

TRUTH = [[0.3, 0.2, 0.0, 0.2, 0.1], [0.6, 0.05, 0.0, 0.1, 0.15], [0.1, 0.3, 0.0, 0.3, 0.05]]
logs = st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=6), min_size=1, max_size=12)


def columns(answers: list[list[int]]) -> tuple[list[int], list[int], list[int]]:
    """Return learner, competency, correct: a learner a list, all in competency 7."""
    who = [i for i, a in enumerate(answers) for _ in a]
    return who, [7] * len(who), [y for a in answers for y in a]


@given(logs, st.booleans())
@settings(max_examples=60)
def test_the_likelihood_is_the_sum_over_every_path_of_mastery(
    answers: list[list[int]], forgetting: bool
) -> None:
    model = fit_bkt(*columns(answers), forgetting=forgetting, pull=0.0)
    p = model.parameters[0].tolist()
    exact = sum(np.log(by_paths(a, p)) for a in answers)
    assert model.log_likelihood[0] == pytest.approx(exact, rel=1e-9, abs=1e-9)
    chance, _ = model.predict(*columns(answers))
    assert -log_loss(columns(answers)[2], chance) * len(chance) == pytest.approx(exact, abs=1e-8)


def test_two_answers_are_traced_as_worked_by_hand() -> None:
    model = fit_bkt([1, 1, 2], [0, 0, 0], [1, 0, 1])
    prior, learn, _, guess, slip = model.parameters[0]
    chance, mastery = model.predict([1, 1], [0, 0], [1, 0])
    first = prior * (1 - slip) + (1 - prior) * guess  # Corbett & Anderson 1995, equations 1 to 3
    known = prior * (1 - slip) / first
    known += (1 - known) * learn
    assert chance[0] == pytest.approx(first)
    assert mastery[0] == pytest.approx(known)
    assert chance[1] == pytest.approx(known * (1 - slip) + (1 - known) * guess)


def test_parameters_of_simulated_learners_are_recovered() -> None:
    model = fit_bkt(*simulate(np.random.default_rng(4), TRUTH, 6000, 12), pull=0.0)
    assert model.converged.all()
    np.testing.assert_allclose(model.parameters, TRUTH, atol=0.03)


def test_forgetting_is_recovered() -> None:
    truth = [[0.3, 0.25, 0.1, 0.15, 0.1]]
    model = fit_bkt(*simulate(np.random.default_rng(2), truth, 6000, 15), forgetting=True)
    np.testing.assert_allclose(model.parameters, truth, atol=0.03)


@pytest.mark.parametrize("forget", [0.0, 0.1])
@pytest.mark.parametrize("pull", [0.0, 5.0])
def test_more_passes_never_lower_what_is_climbed(forget: float, pull: float) -> None:
    who, what, right = simulate(np.random.default_rng(1), TRUTH, 40, 8)
    rows = chains(who, what, 40, 3)
    forest = plant(right[rows.order].astype(np.uint32), rows)
    start = np.array([0.4, 0.15, forget])
    guide = Guide(np.tile(start, (3, 1)), np.tile([0.2, 0.1], (3, 1)), np.arange(4), pull, pull)
    highest = np.array([0.99, 0.99, 0.99 * (forget > 0), 0.99, 0.99])
    seen = []
    for limit in range(2, 60):
        done = fit(forest, guide, Settings(highest, 0.0, limit))
        drawn, to = np.hstack((done.chain, done.emission)), np.r_[start, 0.2, 0.1]
        used = drawn > 0
        density = np.where(used, to * np.log(np.where(used, drawn, 1)), 0)
        density += (1 - to) * np.log(1 - drawn)
        seen.append(done.report[:, 0] + pull * density.sum(axis=1))
    assert np.all(np.diff(seen, axis=0) >= -1e-9)
    assert np.all(seen[-1] - seen[0] > 0.01)


def test_a_fit_cut_short_says_so() -> None:
    log = simulate(np.random.default_rng(1), TRUTH, 200, 8)
    assert not fit_bkt(*log, limit=3).converged.any()
    assert fit_bkt(*log).converged.all()


@given(st.permutations(range(3)))
@settings(max_examples=6)
def test_the_order_of_competencies_changes_nothing(names: list[int]) -> None:
    who, what, right = simulate(np.random.default_rng(3), TRUTH, 300, 6)
    base = fit_bkt(who, what, right)
    other = fit_bkt(who, np.array(names)[what], right)
    np.testing.assert_allclose(other.parameters[names], base.parameters, atol=1e-4)
    np.testing.assert_allclose(other.log_likelihood[names], base.log_likelihood, rtol=1e-6)


@given(logs)
@settings(max_examples=60)
def test_a_right_answer_never_lowers_mastery(answers: list[list[int]]) -> None:
    model = fit_bkt(*columns(answers))
    prior, _, _, guess, slip = model.parameters[0]
    assert guess + slip < 1
    who, what, right = columns([[1], [0]])
    _, mastery = model.predict(who, what, right)
    assert mastery[0] >= mastery[1] - 1e-12
    assert mastery[0] >= prior - 1e-12


@pytest.mark.parametrize("answer", [0, 1])
def test_answers_all_alike_have_a_defined_result(answer: int) -> None:
    model = fit_bkt(np.repeat(np.arange(20), 400), np.zeros(8000), np.full(8000, answer))
    chance, mastery = model.predict([1] * 2000, [0] * 2000, [answer] * 2000)
    for numbers in (model.parameters, model.log_likelihood, chance, mastery):
        assert np.isfinite(numbers).all()
    assert abs(chance[-1] - answer) < 0.01


def test_a_long_run_of_one_answer_then_the_other_stays_finite() -> None:
    right = np.r_[np.ones(3000), np.zeros(3000)].astype(int)
    for forgetting in (False, True):
        model = fit_bkt(np.zeros(6000), np.zeros(6000), right, forgetting=forgetting)
        assert np.isfinite(model.parameters).all()
        assert np.isfinite(model.log_likelihood).all()
        assert np.isfinite(model.predict(np.zeros(6000), np.zeros(6000), right)[0]).all()


def test_items_of_unlike_difficulty_are_told_apart() -> None:
    rng = np.random.default_rng(5)
    who, what, right = simulate(rng, TRUTH[:1], 4000, 8)
    item = rng.choice(["easy", "hard"], len(who))
    easy = (item == "easy") & (rng.random(len(who)) < 0.5)
    right = np.where(easy, 1, right)
    model = fit_bkt(who, what, right, item=item, item_pull=0.0)
    assert model.items.tolist() == ["easy", "hard"]
    np.testing.assert_allclose(model.item_parameters, [[0.6, 0.05], [0.2, 0.1]], atol=0.03)
    plain = fit_bkt(who, what, right)
    losses = [
        log_loss(right, each.predict(who, what, right, item=item)[0]) for each in (model, plain)
    ]
    assert losses[0] < losses[1]


def test_what_was_never_seen_is_typical() -> None:
    model = fit_bkt(["a", "a"], ["x", "x"], [0, 1], item=["i", "j"])
    chance, mastery = model.predict(["b", "b"], ["new", "x"], [1, 1], item=["i", "new"])
    prior, _, _, guess, slip = model.typical
    assert chance[0] == pytest.approx(prior * (1 - slip) + (1 - prior) * guess)
    prior, _, _, guess, slip = model.parameters[0]
    assert chance[1] == pytest.approx(prior * (1 - slip) + (1 - prior) * guess)
    assert np.isfinite(mastery).all()


@pytest.mark.parametrize(
    ("who", "what", "right", "message"),
    [
        ([], [], [], "learner has shape"),
        ([1, 1], [1], [0, 1], "competency has 1 rows"),
        ([1, 1], [1, 1], [0], "correct has shape"),
        ([1, 1], [1, 1], [1, np.nan], "correct, row 1"),
        ([1, 1], [1, 1], [0.5, 1], "correct, row 0"),
        ([1, np.nan], [1, 1], [1, 1], "learner, row 1"),
        (["a", "b"], ["x", None], [1, 1], "competency, row 1"),
    ],
)
def test_bad_input_is_named_by_column_and_row(
    who: list[object], what: list[object], right: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fit_bkt(who, what, right)


@pytest.mark.parametrize("setting", ["pull", "item_pull", "tolerance", "highest_guess"])
def test_a_setting_out_of_range_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match=setting):
        fit_bkt([1], [1], [1], **{setting: -1.0})


def test_a_log_in_any_interleaving_gives_the_same_predictions() -> None:
    who, what, right = simulate(np.random.default_rng(8), TRUTH, 30, 5)
    model = fit_bkt(who, what, right)
    order: NDArray[np.int64] = np.lexsort((np.arange(len(who)), who))
    chance, _ = model.predict(who, what, right)
    again, _ = model.predict(who[order], what[order], right[order])
    np.testing.assert_array_equal(again, chance[order])
