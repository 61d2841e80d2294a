"""What the tests of measurement need before they start."""

import pytest

from milepost.measurement import Calibration, calibrate, fold
from tests.measurement.logs import practice


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile once, so that no single example of a property test seems slow."""
    fold(practice([1.0]), Calibration())
    calibrate(practice([1.0]))
