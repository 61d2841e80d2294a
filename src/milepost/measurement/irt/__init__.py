"""Item response theory: what items are like, and what answers to them say of a learner."""

from milepost.measurement.irt.calibration import Fit, ItemErrors, calibrate
from milepost.measurement.irt.curves import chance, expected_score, information, probability
from milepost.measurement.irt.items import MODELS, Items
from milepost.measurement.irt.priors import Priors
from milepost.measurement.irt.responses import Responses

__all__ = [
    "MODELS",
    "Fit",
    "ItemErrors",
    "Items",
    "Priors",
    "Responses",
    "calibrate",
    "chance",
    "expected_score",
    "information",
    "probability",
]
