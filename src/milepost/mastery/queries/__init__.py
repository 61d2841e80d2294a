"""Reads of the mastery room."""

from uuid import UUID

from milepost.mastery.models import FoldCursor, StatusWord
from milepost.mastery.queries.chances import Chances, chances
from milepost.mastery.queries.effects import RuleEffect, rule_effect
from milepost.mastery.queries.recipes import Recipe, calibration, recipe, rules
from milepost.mastery.queries.stamps import fold_stamp
from milepost.mastery.queries.statuses import (
    Status,
    StatusTable,
    status_frame,
    statuses,
    statuses_as_of,
)
from milepost.mastery.rules import NONE, PROFICIENT, REFRESH, SHOWN, STATUSES, WORKING
from milepost.mastery.words import default_words, explain, kind_words

__all__ = [
    "NONE",
    "PROFICIENT",
    "REFRESH",
    "SHOWN",
    "STATUSES",
    "WORKING",
    "Chances",
    "Recipe",
    "RuleEffect",
    "Status",
    "StatusTable",
    "calibration",
    "chances",
    "cursor",
    "explain",
    "fold_stamp",
    "kind_words",
    "recipe",
    "rule_effect",
    "rules",
    "status_frame",
    "status_words",
    "statuses",
    "statuses_as_of",
]


def status_words(district: UUID, language: str = "en") -> dict[str, str]:
    """Return the district's word for each status in a language, else the ones that ship."""
    rows = StatusWord.objects.filter(district=district, language=language)
    return default_words() | dict(rows.values_list("code", "label"))


def cursor(district: UUID) -> FoldCursor | None:
    """Return how far the fold of a district is; None before the first."""
    return FoldCursor.objects.filter(district=district).first()
