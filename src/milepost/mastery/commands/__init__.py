"""Writes of the mastery room."""

from milepost.mastery.commands.folding import catch_up, rebuild
from milepost.mastery.commands.learners import fold_learners
from milepost.mastery.commands.recipes import (
    calibrate,
    keep_calibration,
    publish_rule,
    set_word,
)

__all__ = [
    "calibrate",
    "catch_up",
    "fold_learners",
    "keep_calibration",
    "publish_rule",
    "rebuild",
    "set_word",
]
