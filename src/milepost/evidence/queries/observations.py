"""Evidence as the fold reads it, and as people read it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import polars as pl
from django.db.models import CharField, Max, QuerySet
from django.db.models.functions import Cast

from milepost.evidence.models import Observation
from milepost.roster.models import LearnerKey

FRAME_SCHEMA = pl.Schema(
    {
        "learner": pl.String(),
        "id": pl.String(),
        "position": pl.Int64(),
        "kind": pl.String(),
        "item": pl.String(),
        "scores": pl.String(),
        "occurred_at": pl.Datetime("us", "UTC"),
        "hints": pl.Int64(),
    }
)
"""One row an observation. Identifiers as 32 hexadecimal digits; scores as JSON text."""


def evidence_frame(
    district: UUID,
    *,
    learners: Collection[UUID] | None = None,
    until_position: int | None = None,
    occurred_until: datetime | None = None,
    recorded_until: datetime | None = None,
) -> pl.DataFrame:
    """Return the evidence that counts, ordered by learner, (occurred at, id).

    Columns as `FRAME_SCHEMA`. Left out: corrections, what they take back, learners whose record
    was erased. `until_position` reads no further in the order of commit. `occurred_until` asks
    what was true then; `recorded_until` what was known then (a correction recorded later does not
    count yet). Both include their instant.
    """
    rows = Observation.objects.filter(district=district)
    if learners is not None:
        rows = rows.filter(learner__in=list(learners))
    if until_position is not None:
        rows = rows.filter(position__lte=until_position)
    if recorded_until is not None:
        rows = rows.filter(recorded_at__lte=recorded_until)
    erased = LearnerKey.objects.filter(district=district).exclude(erased_at=None)
    rows = rows.exclude(learner__in=erased.values("pk"))
    voided = rows.filter(kind=Observation.Kind.VOID).values("voids")
    counting = rows.exclude(kind=Observation.Kind.VOID).exclude(pk__in=voided)
    if occurred_until is not None:
        counting = counting.filter(occurred_at__lte=occurred_until)
    return _frame(counting).sort("learner", "occurred_at", "id")


def observations(
    learner: UUID, *, competency: UUID | None = None, since: datetime | None = None
) -> list[Observation]:
    """Return a learner's evidence, newest first, corrections and what they took back included.

    Each carries its `note` and `voided_by` already fetched. With `competency`, only what shows it.
    """
    rows = (
        Observation.objects.filter(learner=learner)
        .exclude(kind=Observation.Kind.VOID)
        .select_related("note")
        .prefetch_related("voided_by__note")
        .order_by("-occurred_at", "-id")
    )
    if since is not None:
        rows = rows.filter(occurred_at__gte=since)
    if competency is None:
        return list(rows)
    wanted = str(competency)
    return [row for row in rows if any(c == wanted for c, _ in row.scores)]


def last_position(district: UUID) -> int:
    """Return the position of the newest evidence of a district; 0 when there is none."""
    found = Observation.objects.filter(district=district).aggregate(last=Max("position"))
    return found["last"] or 0


def learners_since(district: UUID, after: int, until: int) -> list[UUID]:
    """Return the learners with evidence at positions after ``after`` up to ``until``."""
    rows = Observation.objects.filter(district=district, position__gt=after, position__lte=until)
    return list(rows.values_list("learner", flat=True).distinct())


def _frame(rows: QuerySet[Observation]) -> pl.DataFrame:
    """Read rows as text, which spares a Python object for every identifier and score."""
    text = CharField()
    values = rows.values_list(
        Cast("learner", text),
        Cast("id", text),
        "position",
        "kind",
        "item",
        Cast("scores", text),
        "occurred_at",
        "hints",
    )
    frame = pl.DataFrame(list(values.iterator(10_000)), schema=FRAME_SCHEMA, orient="row")
    return frame.with_columns(pl.col("learner", "id").str.replace_all("-", "", literal=True))
