"""What a change of the rule would change, before it is published."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import polars as pl
from django.utils import timezone

from milepost.evidence.queries import evidence_frame
from milepost.mastery.fold import fold_evidence
from milepost.mastery.queries.reading import STATE_SCHEMA
from milepost.mastery.queries.recipes import Recipe, frameworks_of, recipe
from milepost.mastery.queries.statuses import decided
from milepost.mastery.rules import SHOWN, Rule


@dataclass(frozen=True)
class RuleEffect:
    """Decisions that a rule would move: how many are proficient now and then."""

    shown_now: int
    shown_then: int
    gained: int
    lost: int


def rule_effect(
    district: UUID, rule: Rule, *, framework: UUID | None = None, at: datetime | None = None
) -> RuleEffect:
    """Return what publishing ``rule`` would change; folds all evidence twice, writes nothing."""
    at = at or timezone.now()
    frame = evidence_frame(district)
    now = recipe(district)
    own = frameworks_of([framework]) if framework else {}
    then = replace(now, rules=now.rules | {framework: rule}, frameworks=now.frameworks | own)
    before, after = (_shown(frame, which, at) for which in (now, then))
    return RuleEffect(
        shown_now=len(before),
        shown_then=len(after),
        gained=len(after - before),
        lost=len(before - after),
    )


def _shown(frame: pl.DataFrame, with_what: Recipe, at: datetime) -> set[tuple[str, str]]:
    states = fold_evidence(frame, with_what.calibration, with_what.rule_of).states
    codes = decided(states.select(STATE_SCHEMA.names()), with_what, at)
    return set(codes.filter(pl.col("code").is_in(SHOWN)).select("learner", "competency").rows())
