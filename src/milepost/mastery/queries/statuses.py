"""Statuses: what is believed, decided by the rule, as of a date. Every screen reads them here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
import polars as pl
from django.utils import timezone

from milepost import measurement
from milepost.evidence.queries import evidence_frame
from milepost.mastery.fold import DAY, fold_evidence
from milepost.mastery.models import State
from milepost.mastery.queries.recipes import Recipe, recipe
from milepost.mastery.rules import NONE, SHOWN, NotYet, Rule, certainties, decide, not_yet

STATE_SCHEMA = pl.Schema(
    {
        "learner": pl.String(),
        "competency": pl.String(),
        "mean": pl.Float64(),
        "variance": pl.Float64(),
        "first_at": pl.Datetime("us", "UTC"),
        "last_at": pl.Datetime("us", "UTC"),
        "pieces": pl.Int64(),
        "needs": pl.List(pl.Int64),
        "met_at": pl.Datetime("us", "UTC"),
    }
)


@dataclass(frozen=True)
class Status:
    """One learner in one competency. Without evidence only `code` says something.

    `mean`, `variance`: level in logits, aged to the date asked for. `certainty`: that the level is
    above the rule's. `chance`: of success on a typical item. `not_yet`: the nearest reason.
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
    not_yet: NotYet | None = None

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
    frame = status_frame(district, learners=learners, competencies=competencies, at=at)
    return StatusTable(at, dict(_statuses(frame, with_what)))


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
    rows = State.objects.filter(district=district)
    if learners is not None:
        rows = rows.filter(learner__in=list(learners))
    if competencies is not None:
        rows = rows.filter(competency__in=list(competencies))
    values = rows.values_list(
        "learner",
        "competency",
        "mean",
        "variance",
        "first_at",
        "last_at",
        "pieces",
        "needs",
        "met_at",
    )
    frame = pl.DataFrame(
        [(str(learner), str(competency), *rest) for learner, competency, *rest in values],
        schema=STATE_SCHEMA,
        orient="row",
    )
    return decided(frame, recipe(district), at or timezone.now())


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
    dashed = states.with_columns(pl.col("learner").map_elements(_dashed, return_dtype=pl.String))
    codes = decided(dashed.select(STATE_SCHEMA.names()), with_what, at)
    return StatusTable(at, dict(_statuses(codes, with_what)))


def _dashed(hexadecimal: str) -> str:
    return str(UUID(hexadecimal))


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
    needs = frame["needs"].to_list()
    codes = decide(
        rule,
        pieces=frame["pieces"].to_numpy(),
        needs=np.array(needs, np.int64).reshape(len(needs), len(rule.needs)),
        certainty=certainty,
        certainty_then=certainties(rule, mean, variance),
        met=frame["met_at"].is_not_null().to_numpy(),
    )
    return frame.with_columns(
        mean=aged_mean,
        variance=aged,
        certainty=certainty,
        chance=measurement.chance(aged_mean, aged),
        code=pl.Series(codes.tolist(), dtype=pl.String),
    )


def _days(at: datetime) -> float:
    return at.timestamp() / 86_400


def _statuses(frame: pl.DataFrame, with_what: Recipe) -> Iterator[tuple[tuple[UUID, UUID], Status]]:
    for row in frame.iter_rows(named=True):
        rule = with_what.rule_of(row["competency"])
        yield (
            (UUID(row["learner"]), UUID(row["competency"])),
            Status(
                code=row["code"],
                pieces=row["pieces"],
                mean=row["mean"],
                variance=row["variance"],
                certainty=row["certainty"],
                chance=row["chance"],
                first_at=row["first_at"],
                last_at=row["last_at"],
                met_at=row["met_at"],
                not_yet=None
                if row["code"] in SHOWN
                else not_yet(rule, row["needs"], row["certainty"]),
            ),
        )
