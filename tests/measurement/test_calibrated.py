"""Measures of calibration, against figures worked by hand."""

import pytest

from milepost.measurement.quality import (
    accuracy,
    auc,
    auc_interval,
    calibration_error,
    reliability,
    rmse,
)

pytestmark = pytest.mark.pure


def test_measures_equal_those_worked_by_hand() -> None:
    came, chances = [1, 0, 1, 1], [0.9, 0.9, 0.2, 0.6]
    assert accuracy(came, chances) == 0.5
    assert rmse(came, chances) == pytest.approx(((0.01 + 0.81 + 0.64 + 0.16) / 4) ** 0.5)
    # Lines: 0.2 (1 row, off 0.8), 0.6 (1 row, off 0.4), 0.9 (2 rows, half right, off 0.4).
    assert calibration_error(came, chances) == pytest.approx((0.8 + 0.4 + 2 * 0.4) / 4)
    assert [line.rows for line in reliability(came, chances)] == [1, 1, 2]


def test_an_interval_over_alike_learners_is_a_point() -> None:
    came, chances = [1, 0, 0, 1] * 5, [0.8, 0.3, 0.9, 0.6] * 5
    learners = [one for one in range(5) for _ in range(4)]
    low, high = auc_interval(came, chances, learners, seed=1)
    assert low == pytest.approx(high)
    assert low == pytest.approx(auc(came, chances))


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="bins"):
        reliability([1], [0.5], bins=0)
    with pytest.raises(ValueError, match="learners"):
        auc_interval([1, 0], [0.5, 0.2], [0], seed=1)
