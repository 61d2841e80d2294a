"""Writing states by the fastest road of each database: no object is made for a row."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

import polars as pl
from django.db import connection, transaction

from milepost.mastery.fold import Folded
from milepost.mastery.models import LearnerBelief, State


class Read(NamedTuple):
    """How much a fold had read: with which recipe, and how far in the order of commit."""

    epoch: int
    position: int


@transaction.atomic
def write(*, district: UUID, learners: Sequence[UUID], folded: Folded, read: Read) -> None:
    """Replace the states of learners whom nobody folded with more evidence meanwhile.

    `folded` may hold others too, who are left alone. Beliefs are locked in the order of their keys,
    so that two folds never wait for each other. Of a learner without evidence nothing is left.
    """
    beliefs = LearnerBelief.objects.filter(learner__in=learners)
    held = beliefs.select_for_update().order_by("learner")
    rested_on = {key: Read(*had) for key, *had in held.values_list("learner", "epoch", "position")}
    theirs = folded.learners.filter(_is_one_of(learners)).sort("learner")
    believed = set(theirs["learner"])
    _write_beliefs(district, theirs, read)
    mine = beliefs.filter(epoch=read.epoch, position=read.position)
    ours = [key for key in mine.values_list("learner", flat=True) if key.hex in believed]
    silent = [key for key, had in rested_on.items() if key.hex not in believed and had <= read]
    State.objects.filter(learner__in=ours + silent).delete()
    _write_states(district, folded.states.filter(_is_one_of(ours)))
    LearnerBelief.objects.filter(learner__in=silent).delete()


def _is_one_of(learners: Sequence[UUID]) -> pl.Expr:
    return pl.col("learner").is_in([key.hex for key in learners])


def _write_beliefs(district: UUID, believed: pl.DataFrame, read: Read) -> None:
    """Write what is believed of learners, unless a row is there that rests on more."""
    rows = believed.select(
        "learner",
        pl.lit(district.hex).alias("district_id"),
        pl.lit(read.epoch).alias("epoch"),
        pl.lit(read.position).alias("position"),
        "mean",
        "variance",
        _instant("last_at"),
        "observations",
    )
    table = LearnerBelief._meta.db_table
    changed = ", ".join(f"{name} = excluded.{name}" for name in rows.columns[2:])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"{_insert(table, rows)} ON CONFLICT (learner) DO UPDATE SET {changed}"
            f" WHERE ({table}.epoch, {table}.position) <= (excluded.epoch, excluded.position)",
            rows.rows(),
        )


def _write_states(district: UUID, states: pl.DataFrame) -> None:
    rows = states.select(
        "learner",
        pl.col("competency").str.replace_all("-", "", literal=True).alias("competency_id"),
        pl.lit(district.hex).alias("district_id"),
        "mean",
        "variance",
        _instant("first_at"),
        _instant("last_at"),
        "pieces",
        pl.format("[{}]", pl.col("needs").cast(pl.List(pl.String)).list.join(", ")).alias("needs"),
        _instant("met_at"),
    )
    table = State._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(_insert(table, rows), rows.rows())
            return
        text = BytesIO()
        rows.write_csv(text, include_header=False)
        statement = f"COPY {table} ({', '.join(rows.columns)}) FROM STDIN WITH (FORMAT csv)"
        with cursor.copy(statement) as copy:
            copy.write(text.getvalue())


def _insert(table: str, rows: pl.DataFrame) -> str:
    holes = ", ".join(["%s"] * rows.width)
    return f"INSERT INTO {table} ({', '.join(rows.columns)}) VALUES ({holes})"  # noqa: S608


def _instant(column: str) -> pl.Expr:
    """Write an instant as Django does on SQLite, where instants are compared as text:

    a fraction only where there is one. PostgreSQL reads it in the time zone of the connection,
    which Django sets to UTC.
    """
    return pl.col(column).dt.to_string("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000")
