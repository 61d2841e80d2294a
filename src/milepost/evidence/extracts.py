"""What evidence publishes to the lake: every observation under the learner's key, no free text."""

import json
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import Any
from uuid import UUID

import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
from django.db.models import CharField
from django.db.models.functions import Cast

from milepost.evidence.models import Observation
from milepost.lake import YEAR_BEGINS, Column, Dataset
from milepost.roster.models import LearnerKey, Organisation

ROWS_AT_ONCE = 200_000
"""Rows of one part: bounds memory, and is what a crash can cost."""

_P, _TEXT, _INSTANT = "pseudonymous", pa.string(), pa.timestamp("us", "UTC")
_SCORES = pa.list_(pa.struct([("competency", pa.string()), ("score", pa.float64())]))
_OF = "evidence.Observation."

OBSERVATIONS = Dataset(
    "observations",
    "One row a piece of evidence, corrections and what they take back included; `that_counts` "
    "leaves both out. Free text and who judged are not published.",
    (
        Column("position", pa.int64(), "Order of commit; with the district it names the row.",
               _OF + "position"),
        Column("learner", _TEXT, "Learner key.", _OF + "learner", _P),
        Column("kind", _TEXT, "practice, quiz, task, judgement, portfolio, outside; void: a "
               "correction.", _OF + "kind", _P),
        Column("item", _TEXT, "What was answered or made; empty: not said.", _OF + "item", _P),
        Column("scores", _SCORES, "Competencies (UUID) with scores from 0 to 1. In practice and "
               "quiz they share one outcome.", _OF + "scores", _P),
        Column("occurred_at", _INSTANT, "When it was shown, UTC.", _OF + "occurred_at", _P),
        Column("occurred_on", pa.date32(), "That day in the district's time zone; decides the "
               "school year.", _OF + "occurred_at, roster.Organisation.time_zone", _P),
        Column("recorded_at", _INSTANT, "When it became known, UTC.", _OF + "recorded_at", _P),
        Column("source", _TEXT, "Tool, page or file that it came from.", _OF + "source"),
        Column("seconds", pa.float64(), "Time given, seconds.", _OF + "seconds", _P, True),
        Column("hints", pa.int16(), "Hints taken before the answer.", _OF + "hints", _P),
        Column("voids", pa.int64(), "Position of what a correction takes back.", _OF + "voids",
               _P, True),
    ),
)  # fmt: skip

_READ = ("position", "learner", "kind", "item", "scores", "occurred_at", "recorded_at", "source",
         "seconds", "hints", "voids")  # fmt: skip
_AS_TEXT = ("learner", "scores", "occurred_at", "recorded_at")
"""The database writes these as text and Polars reads them: Python would make an object a row."""
_WRITTEN = "%Y-%m-%d %H:%M:%S%.f"
"""An instant as both databases write it, in UTC; PostgreSQL puts its +00 behind."""
_DIGITS, _DASHED = "^(.{8})(.{4})(.{4})(.{4})(.{12})$", "${1}-${2}-${3}-${4}-${5}"
Part = tuple[int, dict[int, pa.Table]]


def observation_parts(district: Organisation, *, after: int, until: int) -> Iterator[Part]:
    """Yield (last position, rows by school year) of the evidence between two positions.

    In the order of commit, `ROWS_AT_ONCE` at a time, shape `OBSERVATIONS`. Learners whose record
    was erased are left out.
    """
    rows = Observation.objects.filter(
        district=district, position__gt=after, position__lte=until
    ).order_by("position")
    erased = LearnerKey.objects.filter(district=district).exclude(erased_at=None)
    gone = {text for key in erased.values_list("pk", flat=True) for text in (str(key), key.hex)}
    columns = [Cast(name, CharField()) if name in _AS_TEXT else name for name in _READ]
    found = rows.values_list(*columns).iterator(chunk_size=10_000)
    while part := list(islice(found, ROWS_AT_ONCE)):
        kept = [row for row in part if row[1] not in gone]
        yield part[-1][0], _by_year(kept, district.time_zone) if kept else {}


def _by_year(rows: Sequence[tuple[Any, ...]], zone: str) -> dict[int, pa.Table]:
    columns = dict(zip(_READ, map(list, zip(*rows, strict=True)), strict=True))
    columns["voids"] = _positions(columns["voids"])
    scores = json.loads(f"[{','.join(columns.pop('scores'))}]")
    frame = pl.DataFrame(columns, schema_overrides={"seconds": pl.Float64, "voids": pl.Int64})
    frame = frame.with_columns(
        pl.col("learner").str.replace_all("-", "", literal=True).str.replace(_DIGITS, _DASHED),
        pl.col("occurred_at", "recorded_at")
        .str.strip_suffix("+00")
        .str.to_datetime(_WRITTEN, time_unit="us")
        .dt.replace_time_zone("UTC"),
    ).with_columns(occurred_on=pl.col("occurred_at").dt.convert_time_zone(zone).dt.date())
    day = pl.col("occurred_on").dt
    year = frame.select(day.year() + (day.month() >= YEAR_BEGINS).cast(pl.Int32)).to_series()
    table = frame.to_arrow().append_column("scores", _scores(scores))
    table = table.select(OBSERVATIONS.schema.names).cast(OBSERVATIONS.schema)
    return {one: table.filter((year == one).to_arrow()) for one in sorted(year.unique().to_list())}


def _positions(voided: list[UUID | None]) -> list[int | None]:
    """Return the position of each observation that is taken back: shorter than its id."""
    ids = [one for one in voided if one]
    if not ids:
        return [None] * len(voided)
    known = dict(Observation.objects.filter(pk__in=ids).values_list("pk", "position"))
    return [known[one] if one else None for one in voided]


def _scores(scores: list[list[tuple[str, float]]]) -> pa.Array:
    flat = list(chain.from_iterable(scores))
    names = pa.array([name for name, _ in flat], pa.string())
    values = pa.array([float(value) for _, value in flat], pa.float64())
    offsets = pa.array(accumulate(map(len, scores), initial=0), pa.int32())
    pairs = pa.StructArray.from_arrays([names, values], fields=list(_SCORES.value_type))
    return pa.ListArray.from_arrays(offsets, pairs)


def that_counts(observations: ir.Table) -> ir.Table:
    """Leave out corrections and what they take back. `observations`: shape `OBSERVATIONS`."""
    void = observations.kind == Observation.Kind.VOID.value
    taken_back = observations.filter(void).select("district", position="voids")
    return observations.filter(~void).anti_join(taken_back, ["district", "position"])
