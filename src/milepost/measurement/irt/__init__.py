"""Item response theory: what items are like, and what answers to them say of a learner."""

from milepost.measurement.irt.calibration import Fit, ItemErrors, calibrate
from milepost.measurement.irt.curves import chance, expected_score, information, probability
from milepost.measurement.irt.dependence import Dependence, q3
from milepost.measurement.irt.dif import (
    LikelihoodRatio,
    MantelHaenszel,
    likelihood_ratio,
    mantel_haenszel,
)
from milepost.measurement.irt.item_fit import SX2, MeanSquares, mean_squares, s_x2
from milepost.measurement.irt.items import MODELS, Items
from milepost.measurement.irt.priors import Priors
from milepost.measurement.irt.reliability import alpha, eap_reliability, marginal_reliability
from milepost.measurement.irt.responses import Responses
from milepost.measurement.irt.scoring import Scores, score

__all__ = [
    "MODELS",
    "SX2",
    "Dependence",
    "Fit",
    "ItemErrors",
    "Items",
    "LikelihoodRatio",
    "MantelHaenszel",
    "MeanSquares",
    "Priors",
    "Responses",
    "Scores",
    "alpha",
    "calibrate",
    "chance",
    "eap_reliability",
    "expected_score",
    "information",
    "likelihood_ratio",
    "mantel_haenszel",
    "marginal_reliability",
    "mean_squares",
    "probability",
    "q3",
    "s_x2",
    "score",
]
