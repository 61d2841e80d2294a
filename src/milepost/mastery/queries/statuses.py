"""Statuses: what is believed, decided by the rule, as of a date. Every screen reads them here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from milepost import measurement
from milepost.evidence.queries import evidence_frame
from milepost.mastery.fold import DAY, fold_evidence
from milepost.mastery.models import LearnerBelief, State
from milepost.mastery.queries.reading import STATE_SCHEMA, dashed, state_frame
from milepost.mastery.queries.recipes import Recipe, recipe
from milepost.mastery.rules import NONE, SHOWN, NotYet, Rule, certainties, decide, not_yet


@dataclass(frozen=True)
class Status:
    """One learner in one competency. Without evidence only `code` says something.

    `mean`, `variance`: level in logits, aged to the date asked for. `certainty`: that the level is
    above the rule's. `chance`: of success on a typical item. `needs`: pieces that count for each
    need of the `rule`.
    """

    code: str = NONE
    pieces: int = 0
    mean: float | None = None
    variance: float | None = None
    certainty: float | None = None
    chance: float | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    met_at: datetime | None = None
    needs: tuple[int, ...] = ()
    rule: Rule | None = None

    @property
    def not_yet(self) -> NotYet | None:
        """The nearest reason why it does not count as proficient; None when it does."""
        if self.shown or self.rule is None or self.certainty is None:
            return None
        return not_yet(self.rule, self.needs, self.certainty)

    @property
    def shown(self) -> bool:
        """Whether it counts as proficient."""
        return self.code in SHOWN


@dataclass(frozen=True)
class StatusTable:
    """Statuses of learners (keys) in competencies, true as of `at`."""

    at: datetime
    found: dict[tuple[UUID, UUID], Status]

    def of(self, learner: UUID | None, competency: UUID) -> Status:
        """Return a status; one of code `none` where there is no evidence."""
        return self.found.get((learner, competency), _NOTHING) if learner else _NOTHING

    def shown_by(self, learner: UUID) -> set[UUID]:
        """Return the competencies in which a learner counts as proficient."""
        return {c for (key, c), status in self.found.items() if key == learner and status.shown}


_NOTHING = Status()


def statuses(
    district: UUID,
    *,
    learners: Collection[UUID],
    competencies: Collection[UUID] | None = None,
    at: datetime | None = None,
) -> StatusTable:
    """Return the stored states of learners (keys), aged and decided as of ``at`` (default: now)."""
    at = at or timezone.now()
    with_what = recipe(district)
    frame = state_frame(_states(district, learners, competencies))
    return StatusTable(at, _statuses(decided(frame, with_what, at), with_what))


def status_frame(
    district: UUID,
    *,
    learners: Collection[UUID] | None = None,
    competencies: Collection[UUID] | None = None,
    at: datetime | None = None,
) -> pl.DataFrame:
    """Return stored states as a frame: `STATE_SCHEMA` plus `certainty`, `chance` and `code`.

    Identifiers are UUIDs as text with dashes; `mean` and `variance` are aged to ``at``.
    """
    frame = state_frame(_states(district, learners, competencies))
    return decided(frame, recipe(district), at or timezone.now())


def _states(
    district: UUID, learners: Collection[UUID] | None, competencies: Collection[UUID] | None
) -> QuerySet[State]:
    rows = State.objects.filter(district=district)
    if learners is None:
        # States are found by learner, and of each learner who has any something is believed.
        believed = LearnerBelief.objects.filter(district=district).values("learner")
        rows = rows.filter(learner__in=believed)
    else:
        rows = rows.filter(learner__in=list(learners))
    return rows if competencies is None else rows.filter(competency__in=list(competencies))


def statuses_as_of(
    district: UUID,
    *,
    learners: Collection[UUID],
    true_at: datetime | None = None,
    known_at: datetime | None = None,
) -> StatusTable:
    """Return statuses of the past, folded anew from the evidence.

    `true_at`: from what had happened by then, as far as is known today. `known_at`: from what was
    recorded by then, with the calibration and rule then in force. Both: what was then known of
    that earlier time.
    """
    at = true_at or known_at or timezone.now()
    with_what = recipe(district, at=known_at)
    frame = evidence_frame(
        district, learners=learners, occurred_until=true_at, recorded_until=known_at
    )
    states = fold_evidence(frame, with_what.calibration, with_what.rule_of).states
    states = states.with_columns(dashed("learner")).select(STATE_SCHEMA.names())
    return StatusTable(at, _statuses(decided(states, with_what, at), with_what))


def decided(frame: pl.DataFrame, with_what: Recipe, at: datetime) -> pl.DataFrame:
    """Age the levels to ``at`` and add certainty, chance and code, rule by rule."""
    rules: dict[Rule, list[str]] = {}
    for competency in frame["competency"].unique().to_list():
        rules.setdefault(with_what.rule_of(competency), []).append(competency)
    parts = [
        _by_rule(frame.filter(pl.col("competency").is_in(ids)), rule, with_what, at)
        for rule, ids in rules.items()
    ]
    return pl.concat(parts) if parts else _by_rule(frame, Rule(), with_what, at)


def _by_rule(frame: pl.DataFrame, rule: Rule, with_what: Recipe, at: datetime) -> pl.DataFrame:
    mean, variance = frame["mean"].to_numpy(), frame["variance"].to_numpy()
    elapsed = np.maximum(_days(at) - frame["last_at"].dt.epoch("us").to_numpy() / DAY, 0.0)
    aged_mean, aged = measurement.project(mean, variance, elapsed, with_what.calibration.parameters)
    certainty = certainties(rule, aged_mean, aged)
    needs = _needs(frame, rule)
    codes = decide(
        rule,
        pieces=frame["pieces"].to_numpy(),
        needs=needs.to_numpy().reshape(frame.height, len(rule.needs)),
        certainty=certainty,
        certainty_then=certainties(rule, mean, variance),
        met=frame["met_at"].is_not_null().to_numpy(),
    )
    return frame.with_columns(
        needs=needs.arr.to_list(),
        mean=aged_mean,
        variance=aged,
        certainty=certainty,
        chance=measurement.chance(aged_mean, aged),
        code=pl.Series(codes.tolist(), dtype=pl.String),
    )


def _needs(frame: pl.DataFrame, rule: Rule) -> pl.Series:
    """Return the pieces for each need of the rule, one array a state.

    A state that was folded with a rule of other needs has none of the rest until it is folded anew.
    """
    counts = [
        pl.col("needs").list.get(k, null_on_oob=True).fill_null(0) for k in range(len(rule.needs))
    ]
    return frame.select(needs=pl.concat_arr(counts)).to_series()


def _days(at: datetime) -> float:
    return at.timestamp() / 86_400


def _statuses(frame: pl.DataFrame, with_what: Recipe) -> dict[tuple[UUID, UUID], Status]:
    learners = {text: UUID(text) for text in frame["learner"].unique().to_list()}
    competencies = {text: UUID(text) for text in frame["competency"].unique().to_list()}
    rules = {text: with_what.rule_of(text) for text in competencies}
    columns = ("code", "pieces", "mean", "variance", "certainty", "chance", "first_at", "last_at")
    rows = frame.select("learner", "competency", *columns, "met_at", "needs").iter_rows()
    return {
        (learners[learner], competencies[competency]): Status(
            *(*rest, tuple(needs), rules[competency])
        )
        for learner, competency, *rest, needs in rows
    }
