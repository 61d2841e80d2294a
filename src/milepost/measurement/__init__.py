"""Numerics of learning: what is believed of a learner, from what the learner showed.

Three steps, and nothing else to know:

    log = Log.of(learners, items, competencies, scores, days=days)   # what was shown, in order
    calibration, chances = calibrate(log)        # how hard things are; dated and frozen by you
    beliefs, trace = fold(log, calibration)      # what each learner can do, and when it showed

A learner's *level* in a competency is a Gaussian belief (mean, variance) in logits, measured from
the difficulty of the competency itself: at level 0 half of its typical items are answered right.
Levels at a later date come from `project`; chances of success and certainty from `chance` and
`certainty_above`. Nothing here knows Django, files, clocks or randomness.
"""

from milepost.measurement.belief import certainty_above, chance, first_level, lent, project
from milepost.measurement.calibration import Calibration, Difficulty, calibrate
from milepost.measurement.filter import Beliefs, Trace, fold
from milepost.measurement.fitting import fit_parameters
from milepost.measurement.log import Log
from milepost.measurement.parameters import Parameters
from milepost.measurement.quality import (
    accuracy,
    auc,
    auc_interval,
    calibration_error,
    log_loss,
    reliability,
    rmse,
)
from milepost.measurement.scales import Reading, Rubric

__all__ = [
    "Beliefs",
    "Calibration",
    "Difficulty",
    "Log",
    "Parameters",
    "Reading",
    "Rubric",
    "Trace",
    "accuracy",
    "auc",
    "auc_interval",
    "calibrate",
    "calibration_error",
    "certainty_above",
    "chance",
    "first_level",
    "fit_parameters",
    "fold",
    "lent",
    "log_loss",
    "project",
    "reliability",
    "rmse",
]
