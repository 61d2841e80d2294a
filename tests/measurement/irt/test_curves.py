"""Item curves against textbooks and against their own slopes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.measurement.irt import Items, chance, expected_score, information, probability

pytestmark = pytest.mark.pure

ABILITY = np.arange(-3.0, 4.0)


def test_right_answers_are_as_likely_as_in_the_tables_of_a_textbook() -> None:
    """Baker (2001), The Basics of Item Response Theory, chapter 2, tables 2-1 to 2-3."""
    items = Items.of(["2pl", "rasch", "3pl"], [1.0, 1.0, 1.5], [0.5, 1.0, 1.3], [0.0, 0.0, 0.2])
    found = chance(ABILITY, items)
    assert found[:, 0].round(2).tolist() == [0.12, 0.18, 0.27, 0.38, 0.5, 0.62, 0.73]
    assert found[:, 1].round(2).tolist() == [0.02, 0.05, 0.12, 0.27, 0.5, 0.73, 0.88]
    assert found[:, 2].round(2).tolist() == [0.2, 0.21, 0.23, 0.3, 0.47, 0.73, 0.9]


def test_items_tell_as_much_as_in_the_tables_of_a_textbook() -> None:
    """Baker (2001), chapter 6: items of slope 1.5 and difficulty 1, without and with guessing."""
    items = Items.of(["2pl", "3pl"], [1.0, 1.0], 1.5, [0.0, 0.2])
    found = information(ABILITY, items)
    assert found[3:6, 0].round(2).tolist() == [0.34, 0.56, 0.34]
    assert found[2:6, 1].round(3).tolist() == [0.016, 0.142, 0.375, 0.257]


def test_a_threshold_is_where_its_model_says() -> None:
    """Half reach score k (Samejima 1969); k - 1 and k are as likely (Muraki 1992)."""
    steps = np.array([[-1.0, 0.25, 0.75]])
    for model in ("grm", "gpcm"):
        items = Items.of(model, [0.3], 1.7, steps=steps)
        for k, at in enumerate(items.thresholds[0], start=1):
            p = probability(at, items)[0]
            if model == "grm":
                assert p[k:].sum() == pytest.approx(0.5)
            else:
                assert p[k] == pytest.approx(p[k - 1])


def test_two_scores_are_the_same_in_every_model() -> None:
    models = ["2pl", "grm", "gpcm", "3pl"]
    found = probability(ABILITY, Items.of(models, 0.4 * np.ones(4), 1.3))
    assert np.allclose(found, found[:, :1])


@given(
    st.sampled_from(["2pl", "3pl", "grm", "gpcm"]),
    st.floats(-4, 4),
    st.floats(0.2, 3),
    st.floats(-5, 5),
    st.integers(0, 2**32),
)
def test_information_is_the_squared_slope_over_the_chance(
    model: str, b: float, a: float, at: float, seed: int
) -> None:
    """Fisher's definition: the sum over scores of P'^2 / P, here by differences."""
    rng = np.random.default_rng(seed)
    steps = None if model in ("2pl", "3pl") else np.sort(rng.normal(size=(1, 3)), axis=1) * 2
    guessing = 0.2 if model == "3pl" else 0.0
    items = Items.of(model, [b], a, guessing, steps)
    p = probability(at, items)[0]
    slope = (probability(at + 1e-5, items)[0] - probability(at - 1e-5, items)[0]) / 2e-5
    assert p.sum() == pytest.approx(1.0)
    told = np.sum(slope**2 / np.maximum(p, 1e-300))
    assert information(at, items)[0] == pytest.approx(told, rel=1e-4, abs=1e-7)


@given(st.sampled_from(["3pl", "grm", "gpcm"]), st.floats(-700, 700), st.floats(0.02, 12))
def test_no_ability_is_too_far_for_a_curve(model: str, at: float, a: float) -> None:
    steps = None if model == "3pl" else np.array([[-2.0, 0.0, np.inf]])
    items = Items.of(model, [0.0], a, 0.1 if model == "3pl" else 0.0, steps)
    p = probability(at, items)
    assert np.all(p >= 0.0)
    assert p.sum() == pytest.approx(1.0)
    assert np.all(np.isfinite(information(at, items)))
    assert 0.0 <= expected_score(at, items)[0] <= items.top_score[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"model": ["2pl", "4pl"]}, "model, row 1"),
        ({"discrimination": [1.0, 0.0]}, "discrimination, row 1"),
        ({"difficulty": [np.nan, 0.0]}, "difficulty, row 0"),
        ({"guessing": [0.0, 1.0]}, "guessing, row 1"),
        ({"guessing": 0.2}, "only 3pl"),
        ({"model": "rasch", "discrimination": 2.0}, "must be 1 in a rasch item"),
        ({"steps": [[0.0, 1.0], [0.0, np.inf]]}, "steps, row 0"),
        ({"model": "grm", "steps": [[0.0, 1.0], [1.0, 0.0]]}, "must ascend"),
        ({"steps": [[np.nan], [0.0]]}, "steps, row 0"),
        ({"steps": [[0.0]]}, "steps must have 2 rows"),
    ],
)
def test_an_impossible_item_is_refused_by_name_and_row(
    changed: dict[str, object], words: str
) -> None:
    given = {"model": "2pl", "difficulty": [0.0, 0.0]} | changed
    with pytest.raises(ValueError, match=words):
        Items.of(**given)  # type: ignore[arg-type]


def test_an_ability_that_is_no_number_is_refused_by_row() -> None:
    with pytest.raises(ValueError, match="ability, row 1"):
        probability([0.0, np.nan], Items.of("2pl", [0.0]))
