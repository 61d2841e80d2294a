"""Parameters fitted by maximum likelihood on the sequence."""

import numpy as np
import pytest

from milepost.measurement import Log, Parameters
from milepost.measurement.fitting import fit_parameters, log_likelihood
from tests.measurement.logs import simulate

pytestmark = pytest.mark.pure


def test_fitted_parameters_are_likelier_and_the_same_for_a_seed() -> None:
    truth = Parameters(ability_variance=2.0, gain=0.1, form_pull=1.4)
    log = simulate(
        np.random.default_rng(2), learners=150, competencies=4, responses=10, parameters=truth
    ).log
    found = fit_parameters(log, seed=1, learners=150, sweeps=1)
    assert log_likelihood(log, found) > log_likelihood(log, Parameters())
    assert found.gain < 0.7
    assert found == fit_parameters(log, seed=1, learners=150, sweeps=1)


def test_a_log_that_tells_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no response"):
        fit_parameters(Log.of(["ana"], [None], [["add"]], [1.0], weights=[0.0]), seed=1)
    with pytest.raises(ValueError, match="learners, sweeps"):
        fit_parameters(Log.of(["ana"], [None], [["add"]], [1.0]), seed=1, learners=0)
