"""Item response theory: what items are like, and what answers to them say of a learner."""

from milepost.measurement.irt.curves import chance, expected_score, information, probability
from milepost.measurement.irt.items import MODELS, Items

__all__ = ["MODELS", "Items", "chance", "expected_score", "information", "probability"]
