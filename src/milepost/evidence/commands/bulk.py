"""Writing many observations at once, by the fastest road of each database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from uuid import UUID

import polars as pl
from django.db import connection

from milepost.evidence.commands.ledger import count_sources, take_positions
from milepost.evidence.models import Observation

DRAFTS = pl.Schema(
    {
        "id": pl.String(),
        "learner": pl.String(),
        "item": pl.String(),
        "scores": pl.String(),
        "occurred_at": pl.Datetime("us", "UTC"),
        "source": pl.String(),
        "seconds": pl.Float64(),
        "hints": pl.Int64(),
        "batch_id": pl.String(),
        "row": pl.Int64(),
    }
)
"""One row an observation to be: identifiers as text, scores as JSON text."""


def append(drafts: pl.DataFrame, *, district: UUID, kind: str, now: datetime) -> int:
    """Append observations of one kind, shape `DRAFTS`, and return the first position.

    Call it last in a transaction: it locks the district's ledger. The caller has checked the rows.
    """
    position = take_positions(district, drafts.height)
    # Neighbours in the index by learner go in one after another.
    rows = drafts.sort("learner", "occurred_at", maintain_order=True).with_columns(
        id=pl.col("id").str.replace_all("-", "", literal=True),
        learner=pl.col("learner").str.replace_all("-", "", literal=True),
        batch_id=pl.col("batch_id").str.replace_all("-", "", literal=True),
        occurred_at=_instant("occurred_at"),
        recorded_at=_instant(pl.lit(now).cast(pl.Datetime("us", "UTC"))),
        kind=pl.lit(kind),
        district_id=pl.lit(district.hex),
        position=pl.int_range(position, position + drafts.height),
    )
    written = {(source, kind): n for source, n in drafts["source"].value_counts().iter_rows()}
    count_sources(district, written, now)
    table = Observation._meta.db_table
    if connection.vendor == "postgresql":
        _copy(table, rows)
    else:
        _insert(table, rows)
    return position


@contextmanager
def loading() -> Iterator[None]:
    """Give SQLite the memory for a bulk load, and let it go again.

    With its usual 2 MB, and a checkpoint every 4 MB, it writes the pages of the index by learner
    out and reads them back for every few rows. PostgreSQL has its memory from its configuration.
    """
    if connection.vendor != "sqlite":
        yield
        return
    ours = {"cache_size": -256_000, "wal_autocheckpoint": 100_000}  # 256 MB; 400 MB
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ours}
        try:
            for name, value in ours.items():
                cursor.execute(f"PRAGMA {name} = {value}")
            yield
        finally:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")


def count_anew() -> None:
    """Let the database learn how many rows there are, which its plans rest on.

    Call it after a bulk load: until it knows, it reads a whole district to find one learner.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # or it reads every index to its end; PostgreSQL samples
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute(f"ANALYZE {Observation._meta.db_table}")


def _instant(column: str | pl.Expr) -> pl.Expr:
    """Write an instant as Django does on SQLite, where instants are compared as text:

    a fraction only where there is one, or equal instants would differ.
    """
    expression = pl.col(column) if isinstance(column, str) else column
    return expression.dt.to_string("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000")


def _copy(table: str, rows: pl.DataFrame) -> None:
    """PostgreSQL: COPY. The connection's time zone is UTC, as Django sets it."""
    text = BytesIO()
    # Quotes around every text keep an empty one apart from a missing number.
    rows.write_csv(text, include_header=False, quote_style="non_numeric")
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    with connection.cursor() as cursor:
        statement = f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)"
        with cursor.copy(statement) as copy:
            copy.write(text.getvalue())


def _insert(table: str, rows: pl.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    holes = ", ".join(["%s"] * rows.width)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({holes})"  # noqa: S608  names of ours
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows.rows())
