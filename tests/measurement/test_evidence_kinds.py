"""Rubrics, judgements and outside scores beside right and wrong answers; and relatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.measurement import (
    Calibration,
    Log,
    Parameters,
    Reading,
    Rubric,
    calibrate,
    fold,
    lent,
)

pytestmark = pytest.mark.pure
STILL = Parameters(gain=0.0, ability_drift=0.0, competency_drift=0.0, difficulty_mean=0.0)


def one(score: float, source: str | None = None, weight: float = 1.0) -> Log:
    """Return a log of one row."""
    return Log.of(["ana"], [None], [["add"]], [score], weights=[weight], sources=[source])


def test_a_rubric_of_two_levels_is_a_right_or_wrong_answer() -> None:
    calibration = Calibration(STILL, scales={"pass": Rubric((0.0,))})
    for score in (0.0, 1.0):
        rubric, _ = fold(one(score, "pass"), calibration)
        answer, _ = fold(one(score), calibration)
        assert rubric.level_mean[0] == pytest.approx(answer.level_mean[0], rel=1e-9)
        assert rubric.level_variance[0] == pytest.approx(answer.level_variance[0], rel=1e-9)


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=5, unique=True))
def test_a_higher_rubric_level_is_never_believed_less(thresholds: list[float]) -> None:
    calibration = Calibration(scales={"r": Rubric(tuple(sorted(thresholds)))})
    means = [fold(one(k, "r"), calibration)[0].level_mean[0] for k in range(len(thresholds) + 1)]
    assert means == sorted(means)


def test_a_reading_is_the_conjugate_gaussian_step() -> None:
    # Level N(0, 1.5); score 10 + 4 * level with noise 8 says (16 - 10) / 4 = 1.5 with noise 0.5.
    calibration = Calibration(STILL, scales={"state": Reading(10.0, 4.0, 8.0)})
    beliefs, trace = fold(one(16.0, "state"), calibration)
    assert trace.chance[0] == 10.0
    assert beliefs.level_mean[0] == pytest.approx(1.5 * 1.5 / 2.0)
    assert beliefs.level_variance[0] == pytest.approx(1.5 * 0.5 / 2.0)
    assert Reading(10.0, 4.0, 8.0).reliability(1.5) == pytest.approx(24 / 32)


def test_no_answer_leaks_into_its_own_prediction() -> None:
    def chances(score: float) -> list[float]:
        shown = [["add", "carry", "divide"]] * 3
        log = Log.of(["ana"] * 3, ["i", "j", "i"], shown, [1.0, 0.0, score])
        return [float(run.chance[2]) for run in (fold(log, Calibration())[1],)] + [
            float(calibrate(log)[1][2])
        ]

    assert chances(0.0) == chances(1.0)


def judged(seed: int) -> Log:
    """Return 400 learners who answer 25 times, then get a state score and a rubric level."""
    rng = np.random.default_rng(seed)
    learners, items, scores, sources = [], [], [], []
    for i, level in enumerate(rng.normal(0.0, np.sqrt(1.5), 400)):
        level_up = level + rng.logistic()
        rows: list[tuple[str | None, float]] = [
            (None, float(rng.random() < 1 / (1 + np.exp(-level)))) for _ in range(25)
        ]
        rows += [("state", 200.0 + 15.0 * level + rng.normal(0.0, 10.0))]
        rows += [("essay", float(np.searchsorted([-1.0, 0.5, 2.0], level_up)))]
        for source, score in rows:
            learners.append(f"l{i}")
            items.append(None)
            sources.append(source)
            scores.append(score)
    return Log.of(learners, items, [["add"]] * len(scores), scores, sources=sources)


def test_reliability_and_thresholds_are_learned_from_data() -> None:
    parameters = Parameters(gain=0.0, ability_drift=0.0, competency_drift=0.0)
    calibration, _ = calibrate(judged(5), parameters, scales={"essay": Rubric((-3.0, 0.0, 3.0))})
    state, essay = calibration.scales["state"], calibration.scales["essay"]
    assert isinstance(state, Reading)
    assert isinstance(essay, Rubric)
    assert state.slope == pytest.approx(15.0, rel=0.12)
    assert state.noise == pytest.approx(100.0, rel=0.25)
    assert essay.thresholds == pytest.approx((-1.0, 0.5, 2.0), abs=0.35)
    assert Calibration.from_json(calibration.to_json()) == calibration


@pytest.mark.parametrize(
    ("score", "source", "says"),
    [
        (1.0, "nobody", "source, row 0: the calibration has no scale"),
        (1.5, "rubric", "score, row 0: 1.5 is no level"),
        (9.0, "rubric", "score, row 0: 9.0 is no level"),
        (float("nan"), "judgement", "score, row 0: nan is not a number"),
        (1.5, None, "score, row 0: 1.5 is not from 0 to 1"),
    ],
)
def test_bad_readings_are_refused_by_row(score: float, source: str | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        fold(one(score, source), Calibration())


@pytest.mark.parametrize("thresholds", [(), (1.0, 1.0), (2.0, 1.0), (float("nan"),)])
def test_thresholds_must_rise(thresholds: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="thresholds"):
        Rubric(thresholds)


def test_scales_that_nothing_can_be_learned_for_are_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 20"):
        calibrate(one(3.0, "state"))
    flat = Log.of(
        [f"l{i}" for i in range(30)], [None] * 30, [["add"]] * 30, [5.0] * 30, sources=["s"] * 30
    )
    with pytest.raises(ValueError, match="one score to all"):
        calibrate(flat)


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2), st.floats(0, 0.99)), max_size=5))
def test_relatives_never_make_a_level_less_certain(
    relatives: list[tuple[float, float, float]],
) -> None:
    columns = np.array(relatives).reshape(-1, 3).T
    mean, variance = lent(*columns, Parameters())
    assert variance <= Parameters().competency_variance * (1 + 1e-12)
    if not relatives:
        assert (mean, variance) == (0.0, Parameters().competency_variance)


def test_one_relative_lends_by_the_textbook_bivariate_normal() -> None:
    # Corr 0.8, prior variance 0.5; the relative is known exactly to stray by 1: 0.8, 0.5 * 0.36.
    mean, variance = lent([1.0], [1e-9], [0.8], Parameters(competency_variance=0.5))
    assert (mean, variance) == (pytest.approx(0.8, rel=1e-6), pytest.approx(0.18, rel=1e-6))


def test_an_unseen_competency_starts_from_its_prerequisites() -> None:
    def start(score: float, relatives: dict[str, dict[str, float]]) -> tuple[float, float]:
        log = Log.of(
            ["ana"] * 11,
            [None] * 11,
            [["add"]] * 10 + [["carry"]],
            [score] * 10 + [1.0],
            weights=[1.0] * 10 + [0.0],
        )
        beliefs, _ = fold(log, Calibration(relatives=relatives))
        return float(beliefs.level_mean[1]), float(beliefs.level_variance[1])

    none, some = {}, {"carry": {"add": 0.8, "never shown": 0.5}}
    assert start(1.0, some)[0] > start(1.0, none)[0] > start(0.0, none)[0] > start(0.0, some)[0]
    assert start(1.0, some)[1] < start(1.0, none)[1]
    assert start(1.0, {"add": {"carry": 0.8}}) == start(1.0, none)


@pytest.mark.parametrize("relatives", [{"a": {"b": 1.0}}, {"a": {"b": -0.1}}, {"a": {"a": 0.5}}])
def test_relatives_that_cannot_be_are_refused(relatives: dict[str, dict[str, float]]) -> None:
    with pytest.raises(ValueError, match="name another competency"):
        Calibration(relatives=relatives)
