"""Reading many states at once, as a frame: no object is made for a row."""

from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from milepost.mastery.models import State

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
_INSTANTS = ("first_at", "last_at", "met_at")
_AS_READ = {
    name: type_ if type_ in (pl.Float64, pl.Int64) else pl.String()
    for name, type_ in STATE_SCHEMA.items()
}


def state_frame(states: QuerySet[State]) -> pl.DataFrame:
    """Return states as a frame, shape `STATE_SCHEMA`, in no order: UUIDs as text with dashes."""
    text = CharField()
    columns = {name: name for name in STATE_SCHEMA} | {"competency": "competency_id"}
    query = states.order_by().values_list(
        *(Cast(column, text) if _AS_READ[name] == pl.String else column
          for name, column in columns.items())
    ).query  # fmt: skip
    try:
        sql, parameters = query.sql_with_params()
    except EmptyResultSet:  # Nobody was asked about.
        return pl.DataFrame(schema=STATE_SCHEMA)
    read = _copied if connection.vendor == "postgresql" else _fetched
    return read(sql, parameters).with_columns(
        pl.col("needs").str.strip_chars("[]").str.split(", ").cast(pl.List(pl.Int64))
    )


def _copied(sql: str, parameters: tuple[Any, ...]) -> pl.DataFrame:
    """PostgreSQL: COPY, whose text Polars reads many times faster than Python makes tuples."""
    copying = f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)"
    statement = connection.ops.compose_sql(copying, parameters)  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        text = b"".join(copy)
    if not text:
        return _dated(pl.DataFrame(schema=_AS_READ), "+00")
    return _dated(pl.read_csv(text, has_header=False, schema=_AS_READ), "+00")


def _fetched(sql: str, parameters: tuple[Any, ...]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(_AS_READ)
    frame = pl.DataFrame(dict(zip(_AS_READ, columns, strict=True)), schema=_AS_READ)
    return _dated(frame, "").with_columns(dashed("learner"), dashed("competency"))


def _dated(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Read instants as the database writes them: in UTC, with a fraction where there is one."""
    written = f"%Y-%m-%d %H:%M:%S%.f{zone}"
    return frame.with_columns(
        pl.col(*_INSTANTS).str.to_datetime(written, time_unit="us").dt.replace_time_zone("UTC")
    )


def dashed(column: str) -> pl.Expr:
    """Write UUIDs of 32 hexadecimal digits with dashes."""
    digits = pl.col(column).str
    places = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
    return pl.concat_str([digits.slice(*place) for place in places], separator="-").alias(column)
