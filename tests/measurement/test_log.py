"""Logs: how they are put together and what they refuse."""

import numpy as np
import pytest

from milepost.measurement import Log

pytestmark = pytest.mark.pure

GOOD = {
    "learners": ["ana", "ben", "ana"],
    "items": ["i0", None, "i1"],
    "competencies": [["add"], ["add", "carry"], ["carry"]],
    "scores": [1.0, 0.5, 0.0],
    "weights": [1.0, 1.0, 3.0],
    "hints": [0, 1, 2],
    "days": [0.0, 5.0, 1.0],
}


def make(**changes: object) -> Log:
    """Return the good log, with changes."""
    return Log.of(**{**GOOD, **changes})  # type: ignore[arg-type]


def test_rows_come_together_by_learner_in_the_order_given() -> None:
    log = make()
    assert log.learners == ("ana", "ben")
    assert log.learner_offsets.tolist() == [0, 2, 3]
    assert log.learner_of_row.tolist() == [0, 0, 1]
    assert log.score.tolist() == [1.0, 0.0, 0.5]
    assert log.day.tolist() == [0.0, 1.0, 5.0]
    assert [log.items[i] if i >= 0 else None for i in log.item] == ["i0", "i1", None]
    shown = np.split(log.competency, log.competency_offsets[1:-1])
    assert [[log.competencies[k] for k in row] for row in shown] == [
        ["add"],
        ["carry"],
        ["add", "carry"],
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scores": [1.0, np.nan, 0.0]}, r"score, row 2: nan is not from 0 to 1"),
        ({"scores": [1.0, 0.5, 1.5]}, r"score, row 1: 1.5"),
        ({"scores": [1.0, 0.5]}, r"scores has shape \(2,\); learners has 3 rows"),
        ({"items": ["i0"]}, r"items has shape"),
        ({"competencies": [["add"], ["add"]]}, r"competencies has shape"),
        ({"competencies": [["add"], [], ["carry"]]}, r"competency_offsets, row 2"),
        ({"competencies": [["add"], ["add"], ["carry", "carry"]]}, r"competency, row 1.*twice"),
        ({"weights": [1.0, -1.0, 1.0]}, r"weight, row 2: -1.0"),
        ({"weights": [1.0, np.inf, 1.0]}, r"weight, row 2: inf"),
        ({"hints": [0, -1, 0]}, r"hints, row 2: -1"),
        ({"hints": [0, 0.5, 0]}, r"hints, row 1: 0.5 is not a whole number"),
        ({"days": [0.0, np.nan, 1.0]}, r"day, row 2: nan"),
        ({"days": [9.0, 5.0, 1.0]}, r"day, row 1: 1.0 is before"),
    ],
)
def test_a_log_that_cannot_be_is_refused_by_argument_and_row(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make(**changes)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("learner_offsets", np.array([0, 3]), "learner_offsets must be 3 ascending"),
        ("learner_offsets", np.array([0, 4, 3]), "learner_offsets must be 3 ascending"),
        ("item", np.array([0, 7, -1]), "item, row 1: 7 is no item"),
        ("item", np.array([0.0, 1.0, 1.0]), "item is 1-d float64; it must be 1-d int64"),
        ("competency", np.array([0, 9, 0, 1]), "competency, row 1: 9 is no competency"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(
    name: str, value: np.ndarray, message: str
) -> None:
    good = make()
    parts = {field: getattr(good, field) for field in Log.__slots__}
    with pytest.raises(ValueError, match=message):
        Log(**{**parts, name: value})
