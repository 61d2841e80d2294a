"""Calibrations: learned in one pass, frozen, exact on paper."""

import json

import numpy as np
import pytest
from hypothesis import given

from milepost.measurement import Calibration, Difficulty, Log, Parameters, calibrate, fold
from tests.measurement.logs import CALIBRATION, Row, log_of, rows, simulate

pytestmark = pytest.mark.pure


@given(rows)
def test_a_calibration_is_the_same_after_a_trip_through_json(drawn: list[Row]) -> None:
    calibration, chances = calibrate(log_of(drawn))
    again = Calibration.from_json(calibration.to_json())
    assert again == calibration
    assert again.digest == calibration.digest
    assert len(chances) == len(drawn)


def test_the_digest_names_the_content_and_not_the_order_of_its_making() -> None:
    turned = Calibration(
        items=dict(reversed(CALIBRATION.items.items())),
        competencies=CALIBRATION.competencies,
        relatives=dict(reversed(CALIBRATION.relatives.items())),
    )
    assert turned.digest == CALIBRATION.digest
    moved = Calibration(items={**CALIBRATION.items, "i0": Difficulty(-1.0000000000000002, 0.1)})
    assert moved.digest != CALIBRATION.digest


@given(rows)
def test_no_chance_knows_its_own_answer_or_a_later_one(drawn: list[Row]) -> None:
    log = log_of(drawn)
    _, chances = calibrate(log)
    for at in range(len(log)):
        other = log.score.copy()
        other[at:] = 1.0 - other[at:]
        parts = {name: getattr(log, name) for name in Log.__slots__}
        assert calibrate(Log(**{**parts, "score": other}))[1][at] == chances[at]


def test_difficulties_of_simulated_items_are_found_and_rare_ones_stay_near_their_kind() -> None:
    truth = simulate(np.random.default_rng(4), learners=300, competencies=4, responses=25, items=80)
    found, _ = calibrate(truth.log)
    pairs = [
        (found.items[label].mean, known.mean) for label, known in truth.calibration.items.items()
    ]
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.95
    seldom, _ = calibrate(Log.of(["ana"] * 3, ["i0", "i0", "i1"], [["add"]] * 3, [0, 0, 0]))
    assert seldom.items["i0"].mean > seldom.items["i1"].mean > seldom.competencies["add"].mean
    assert seldom.items["i0"].variance < seldom.items["i1"].variance


def test_folding_never_changes_the_calibration() -> None:
    before = CALIBRATION.to_json()
    fold(Log.of(["ana"], ["i0"], [["add"]], [0.0]), CALIBRATION)
    assert CALIBRATION.to_json() == before


def test_a_cold_district_takes_everything_as_typical() -> None:
    cold = Calibration.default()
    assert cold.competency("anything") == Difficulty(-0.7, 4.0)
    _, trace = fold(Log.of(["ana"], ["i0"], [["add"]], [1.0]), cold)
    assert 0.5 < trace.chance[0] < 0.8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({**json.loads(CALIBRATION.to_json()), "version": 99}),
        json.dumps({**json.loads(CALIBRATION.to_json()), "items": {"i0": [1]}}),
        json.dumps({**json.loads(CALIBRATION.to_json()), "items": {"i0": [0.0, -1.0]}}),
        CALIBRATION.to_json().replace("-1.0", "NaN"),
        json.dumps({**json.loads(CALIBRATION.to_json()), "parameters": {"unheard_of": 1}}),
    ],
)
def test_text_that_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="text is not a calibration"):
        Calibration.from_json(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gain", np.nan),
        ("hint_factor", 1.1),
        ("ability_variance", 0.0),
        ("kind_weights", {"x": -1}),
    ],
)
def test_impossible_parameters_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Parameters(**{name: value})  # type: ignore[arg-type]
