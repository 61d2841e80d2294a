"""The predictor foresees from the past alone, and the same log gives the same one."""

import json
from dataclasses import replace

import numpy as np
import pytest

from milepost.measurement import Log, auc
from milepost.measurement.predictor import Predictor, fit
from milepost.measurement.predictor.features import learners_of
from tests.measurement.logs import practice, simulate

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def everybody() -> Log:
    rng = np.random.default_rng(4)
    return simulate(rng, learners=120, competencies=3, responses=10, items=60).log


@pytest.fixture(scope="module")
def log(everybody: Log) -> Log:
    return learners_of(everybody, np.arange(120) < 60)


@pytest.fixture(scope="module")
def plain(log: Log) -> Predictor:
    return fit(log, seed=1, trees=0)


def test_no_chance_knows_its_own_answer_or_a_later_one(log: Log, plain: Predictor) -> None:
    before = plain.chances(log)
    for row in (3, 17, 29):  # rows of the first learner, who has thirty
        other = log.score.copy()
        other[row:] = 1.0 - other[row:]
        after = plain.chances(replace(log, score=other))
        assert np.array_equal(before[: row + 1], after[: row + 1])
        assert not np.array_equal(before[row + 1 : 30], after[row + 1 : 30]) or row == 29


def test_each_learner_stands_alone(log: Log, plain: Predictor) -> None:
    n = int(log.learner_offsets[1])
    other = log.score.copy()
    other[n:] = 1.0 - other[n:]
    np.testing.assert_allclose(
        plain.chances(log)[:n], plain.chances(replace(log, score=other))[:n], rtol=0, atol=1e-12
    )


def test_it_foresees_new_learners_better_than_chance(everybody: Log, plain: Predictor) -> None:
    report = plain.report(new := learners_of(everybody, np.arange(120) >= 60), seed=2)
    low, high = report.auc_interval
    assert 0.6 < low < report.auc < high < 0.95
    assert report.calibration_error < 0.1
    assert sum(line.rows for line in report.reliability) == report.n == len(new)


def test_the_artefact_reads_back_the_same(log: Log, plain: Predictor) -> None:
    again = Predictor.from_dict(json.loads(json.dumps(plain.as_dict())))
    assert np.array_equal(again.chances(log), plain.chances(log))
    assert again.as_dict() == plain.as_dict()


def test_another_version_is_refused(plain: Predictor) -> None:
    with pytest.raises(ValueError, match="version"):
        Predictor.from_dict(plain.as_dict() | {"version": 99})
    with pytest.raises(ValueError, match="not a predictor"):
        Predictor.from_dict({})


def test_trees_are_the_same_for_a_seed_and_read_back(log: Log) -> None:
    pytest.importorskip("lightgbm", reason="the extra `predictor` is not installed")
    one, two = fit(log, seed=3, trees=1), fit(log, seed=3, trees=1)
    assert len(one.trees) == 1
    assert one.as_dict() == two.as_dict()
    again = Predictor.from_dict(json.loads(json.dumps(one.as_dict())))
    assert np.array_equal(again.chances(log), one.chances(log))
    assert auc(log.score, one.chances(log)) > 0.6


def test_unknown_items_and_competencies_get_a_chance(plain: Predictor) -> None:
    strange = Log.of(["x"] * 3, ["new", None, "new"], [["a"], ["b", "a"], ["b"]], [1, 0, 1])
    chances = plain.chances(strange)
    assert np.all((chances > 0.0) & (chances < 1.0))


def test_an_empty_log_has_no_chances(plain: Predictor) -> None:
    assert plain.chances(Log.of([], [], [], [])).shape == (0,)


@pytest.mark.parametrize("scores", [[1.0, 1.0], [0.0, 0.0]])
def test_one_kind_of_outcome_is_refused(scores: list[float]) -> None:
    log = Log.of(["ana", "ben"], ["i", "i"], [["a"], ["a"]], scores)
    with pytest.raises(ValueError, match="all right or all wrong"):
        fit(log, seed=1)


def test_one_learner_is_refused() -> None:
    with pytest.raises(ValueError, match="1 learners"):
        fit(practice([1.0, 0.0]), seed=1)
