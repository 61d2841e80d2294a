"""Many observations at once, as a frame: no object is made for a row."""

from collections.abc import Collection
from datetime import datetime
from io import BytesIO
from itertools import chain
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast

from milepost.evidence.models import Observation
from milepost.prepared import Unindexed
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

_AS_READ = pl.Schema(FRAME_SCHEMA | {"occurred_at": pl.String(), "voids": pl.String()})
_INSTANT = {"postgresql": "%Y-%m-%d %H:%M:%S%.f+00", "sqlite": "%Y-%m-%d %H:%M:%S%.f"}
"""An instant as each database writes it, in UTC, with a fraction only where there is one."""
_AT_ONCE = 5_000


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
    if learners is not None and not learners:
        return pl.DataFrame(schema=FRAME_SCHEMA)
    erased = LearnerKey.objects.filter(district=district).exclude(erased_at=None)
    if learners is None:
        rows = Observation.objects.filter(district=district)
        place: F | Unindexed = F("position")
    else:
        within = Observation.objects.alias(within=Unindexed("district_id"))
        rows = within.filter(within=district, learner__in=list(learners))
        place = Unindexed("position")
        erased = erased.filter(pk__in=list(learners))
    if until_position is not None:
        rows = rows.alias(place=place).filter(place__lte=until_position)
    if recorded_until is not None:
        rows = rows.filter(recorded_at__lte=recorded_until)
    if occurred_until is not None:
        rows = rows.filter(Q(occurred_at__lte=occurred_until) | Q(kind=Observation.Kind.VOID))
    if gone := list(erased.values_list("pk", flat=True)):
        rows = rows.exclude(learner__in=gone)
    frame = _frame(rows)
    # Here and not in the query: a database's plan for it hangs on how many corrections it expects.
    taken_back = frame["voids"].drop_nulls()
    counting = (frame["kind"] != Observation.Kind.VOID) & ~frame["id"].is_in(taken_back.implode())
    return frame.filter(counting).drop("voids").sort("learner", "occurred_at", "id")


def _frame(rows: QuerySet[Observation]) -> pl.DataFrame:
    """Let the database write CSV, which Polars reads many times faster than rows of Python."""
    postgresql = connection.vendor == "postgresql"
    columns = [Cast(c, CharField()) if postgresql and c == "scores" else c for c in _AS_READ]
    sql, parameters = rows.order_by().values_list(*columns).query.sql_with_params()
    text = (_copied if postgresql else _written)(sql, parameters)
    if not text:
        return pl.DataFrame(schema=_AS_READ).cast({"occurred_at": FRAME_SCHEMA["occurred_at"]})
    frame = pl.read_csv(text, has_header=False, schema=_AS_READ, quote_char="'")
    instant = pl.col("occurred_at").str.to_datetime(_INSTANT[connection.vendor], time_unit="us")
    return frame.with_columns(
        pl.col("learner", "id", "voids").str.replace_all("-", "", literal=True),
        instant.dt.replace_time_zone("UTC"),
    )


def _copied(sql: str, parameters: tuple[Any, ...]) -> bytes:
    """PostgreSQL: COPY. Single quotes, because scores are full of double ones."""
    text = BytesIO()
    copying = f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, QUOTE '''')"
    statement = connection.ops.compose_sql(copying, parameters)  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for part in copy:
            text.write(part)
    return text.getvalue()


def _written(sql: str, parameters: tuple[Any, ...]) -> bytes:
    """SQLite: one text a row, so that Python makes one object and not nine."""
    cells = {name: name for name in _AS_READ}
    cells["item"] = "'''' || replace(item, '''', '''''') || ''''"
    cells["scores"] = "'''' || scores || ''''"  # identifiers and numbers: no quote in them
    cells["voids"] = "ifnull(voids, '')"
    line = " || ',' || ".join(cells.values())
    text = BytesIO()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {line} || char(10) FROM ({sql})", parameters)  # noqa: S608
        while lines := cursor.fetchmany(_AT_ONCE):
            text.write("".join(chain.from_iterable(lines)).encode())
    return text.getvalue()
