"""Scores against closed forms, published values and plain integration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.measurement.irt import Items, Responses, information, probability, score
from tests.measurement.irt.answers import bank, simulate

pytestmark = pytest.mark.pure

GRID = np.linspace(-25.0, 25.0, 10_001)


def integrated(answers: Responses, items: Items, mean: float, sd: float) -> tuple[float, float]:
    """Return posterior mean and deviation of the first learner on a fine grid."""
    chosen = probability(GRID, items)[:, answers.item, answers.score]
    logs = np.log(np.maximum(chosen, 1e-300)).sum(axis=1) - 0.5 * ((GRID - mean) / sd) ** 2
    share = np.exp(logs - logs.max())
    share /= share.sum()
    first = float(share @ GRID)
    return first, float(np.sqrt(share @ (GRID - first) ** 2))


def test_a_likelihood_score_is_that_of_a_textbook() -> None:
    """Baker (2001), chapter 5: items 1 and 3 of three right gives .3249 with error 1.23."""
    items = Items.of("2pl", [-1.0, 0.0, 1.0], [1.0, 1.2, 0.8])
    found = score(Responses.of_matrix([[1, 0, 1]]), items, "ml")
    assert found.ability[0] == pytest.approx(0.3249, abs=1e-4)
    assert found.error[0] == pytest.approx(1.23, abs=5e-3)


def test_posterior_modes_are_those_that_ltm_publishes() -> None:
    """`factor.scores` of the R package ltm (Rizopoulos 2006) on the Law School test, section 6."""
    slope = [0.8253715, 0.7229499, 0.8904748, 0.6885502, 0.6574516]
    difficulty = [-3.3597341, -1.3696497, -0.2798983, -1.8659189, -3.1235725]
    pattern = [[0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [1, 0, 1, 1, 1], [1, 1, 1, 1, 1]]
    found = score(Responses.of_matrix(pattern), Items.of("2pl", difficulty, slope), "map")
    assert found.ability == pytest.approx([-1.895, -1.041, 0.093, 0.606], abs=1e-3)
    assert found.error == pytest.approx([0.795, 0.800, 0.831, 0.855], abs=1e-3)


def test_half_right_on_equal_items_has_a_closed_form() -> None:
    """k of n right on Rasch items of difficulty b: b + ln(k / (n - k)), error sqrt(n / k(n-k))."""
    items = Items.of("rasch", np.full(10, 0.7))
    pattern = np.arange(10) < np.array([[2], [5], [9]])
    found = score(Responses.of_matrix(pattern.astype(int)), items, "ml")
    k = np.array([2, 5, 9])
    assert found.ability == pytest.approx(0.7 + np.log(k / (10 - k)), abs=1e-6)
    assert found.error == pytest.approx(np.sqrt(10 / (k * (10 - k))), rel=1e-5)


@settings(max_examples=60)
@given(
    st.sampled_from(["rasch", "2pl", "3pl", "grm", "gpcm"]),
    st.integers(1, 40),
    st.integers(0, 2**32),
    st.floats(-2, 2),
    st.floats(0.3, 3),
)
def test_the_posterior_mean_is_the_integral(
    model: str, n: int, seed: int, mean: float, sd: float
) -> None:
    items = bank(n, seed, model)
    at = np.clip(np.random.default_rng(seed).normal(mean, sd, 1), -4, 4)
    answers = simulate(items, at, seed)
    found = score(answers, items, "eap", mean=mean, sd=sd)
    wanted = integrated(answers, items, mean, sd)
    # The points are a little finer than the answers can tell.
    assert found.ability[0] == pytest.approx(wanted[0], abs=0.01)
    assert found.error[0] == pytest.approx(wanted[1], rel=0.02)


@settings(max_examples=60)
@given(
    st.sampled_from(["rasch", "2pl", "3pl", "grm", "gpcm"]),
    st.integers(1, 40),
    st.integers(0, 2**32),
)
def test_no_point_of_a_grid_is_likelier_than_the_mode(model: str, n: int, seed: int) -> None:
    items = bank(n, seed, model)
    answers = simulate(items, np.random.default_rng(seed).normal(size=1), seed)

    def height(at: np.ndarray, prior: float) -> np.ndarray:
        chosen = probability(at, items)[:, answers.item, answers.score]
        return np.asarray(np.log(np.maximum(chosen, 1e-300)).sum(axis=1) - 0.5 * prior * at**2)

    for method, prior, ends in (("map", 1.0, 8.0), ("ml", 0.0, 6.0)):
        found = score(answers, items, method)
        inside = GRID[np.abs(GRID) <= ends]
        best = height(inside, prior).max()
        assert height(found.ability, prior)[0] >= best - 1e-6
        told = information(found.ability, items).sum() + prior
        assert found.error[0] == pytest.approx(told**-0.5, rel=1e-4)


def test_all_right_and_all_wrong_end_at_the_bounds_or_near_the_prior() -> None:
    items = bank(10, seed=1)
    answers = Responses.of_matrix([[1] * 10, [0] * 10])
    likeliest = score(answers, items, "ml")
    assert likeliest.ability.tolist() == pytest.approx([6.0, -6.0])
    assert np.all(likeliest.error > 2.0)
    for method in ("eap", "map"):
        high, low = score(answers, items, method).ability
        assert 1.0 < high < 3.0
        assert -3.0 < low < -1.0


def test_nothing_answered_is_the_prior() -> None:
    items = bank(3, seed=1)
    answers = Responses.of([0], [0], [1], n_learners=2, n_items=3)
    for method in ("eap", "map"):
        found = score(answers, items, method, mean=0.5, sd=2.0)
        assert found.ability[1] == pytest.approx(0.5, abs=1e-6)
        assert found.error[1] == pytest.approx(2.0, rel=1e-3)
    found = score(answers, items, "ml")
    assert found.ability[1] == 0.0
    assert np.isinf(found.error[1])


def test_each_group_has_its_own_prior() -> None:
    items = bank(4, seed=1)
    answers = Responses.of_matrix([[1, 0, 1, 0]] * 2)
    found = score(answers, items, mean=[0.0, 1.0], sd=[1.0, 0.5], groups=[0, 1])
    for g, (mean, sd) in enumerate([(0.0, 1.0), (1.0, 0.5)]):
        alone = score(answers, items, mean=mean, sd=sd)
        assert found.ability[g] == pytest.approx(alone.ability[g], abs=1e-4)


def test_errors_are_as_large_as_scores_stray() -> None:
    items, ability = bank(30, seed=2), np.random.default_rng(3).normal(size=2000)
    answers = simulate(items, ability, seed=4)
    for method in ("eap", "map", "ml"):
        found = score(answers, items, method)
        inside = np.abs(found.ability) < 3.0
        off = (found.ability - ability)[inside] / found.error[inside]
        assert np.std(off) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"method": "wle"}, "method must be one of"),
        ({"sd": 0.0}, "sd above 0"),
        ({"mean": np.nan}, "mean must be finite"),
        ({"groups": [0, 1]}, "groups must be 2 numbers from 0 to 0"),
        ({"groups": [0]}, "groups must be 2"),
        ({"items": bank(2, 1)}, "items must be 3"),
        ({"responses": Responses.of_matrix([[2, 0, 0], [0, 0, 0]])}, "2 on item 0"),
    ],
)
def test_a_wrong_question_is_refused(changed: dict[str, object], words: str) -> None:
    given = {"responses": Responses.of_matrix(np.eye(3, dtype=int)[:2]), "items": bank(3, 1)}
    with pytest.raises(ValueError, match=words):
        score(**(given | changed))  # type: ignore[arg-type]
