"""Writing many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model


def insert(table: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of UUIDs, numbers, text and instants; JSON comes as text.

    Model instances cost more than the database does: a log of a hundred thousand rows goes in
    five times as fast without them. Constraints hold all the same.
    """
    name = table._meta.db_table
    named = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f'COPY "{name}" ({named}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{name}" ({named}) VALUES ({marks})',  # noqa: S608
            [[_sqlite(value) for value in row] for row in rows],
        )


def _sqlite(value: Any) -> Any:
    """Return a value as Django stores it on SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
