"""Many new rows into a table at once, past the cost of a model object for each.

Django makes an object for every row and adapts each of its values by name, which costs ten times
what the database needs. Here values are adapted by column; PostgreSQL takes them by COPY.
"""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import repeat
from typing import Any, cast

from django.db import connection, models

from milepost.ids import new_ids

AN_HOUR = 3_600_000  # milliseconds
BLOCK = 10_000
"""Rows adapted at a time."""

Adapt = Callable[[Any], Any]


def insert(model: type[models.Model], columns: Mapping[str, Sequence[Any]], **same: Any) -> None:
    """Insert rows given by column; ``same`` holds the values that all of them share.

    Columns are named as attributes of the model (``person_id``) and are of one length. A column
    that is not given takes the field's default; a key that is not given is made.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return
    given: list[tuple[models.Field[Any, Any], Sequence[Any] | None]] = []
    shared: list[tuple[models.Field[Any, Any], Any]] = []
    for field in model._meta.concrete_fields:
        if field.attname in columns:
            given.append((field, columns[field.attname]))
        elif field.primary_key and not isinstance(field, models.AutoField):
            given.append((field, new_ids(count)))
        elif not field.primary_key:
            shared.append((field, same.get(field.attname, field.get_default())))
    fields = [field for field, _ in (*given, *shared)]
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    constants = [next(iter(_adapted(field, [value]))) for field, value in shared]
    rows = _rows([(field, values or ()) for field, values in given], constants, count)
    put = _copy if connection.vendor == "postgresql" else _execute
    put(connection.ops.quote_name(model._meta.db_table), names, rows)


def _rows(
    given: Sequence[tuple[models.Field[Any, Any], Sequence[Any]]],
    constants: Sequence[Any],
    count: int,
) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the driver takes them, adapted by blocks, so that few exist at a time."""
    for start in range(0, count, BLOCK):
        block = [_adapted(field, values[start : start + BLOCK]) for field, values in given]
        yield from zip(*block, *map(repeat, constants), strict=False)


def _adapted(field: models.Field[Any, Any], values: Iterable[Any]) -> Iterable[Any]:
    """Return the values as the database's driver takes them."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    adapt = (_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE).get(type(field))
    return [None if v is None else adapt(v) for v in values] if adapt else values


def _copy(table: str, names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"COPY {table} ({', '.join(names)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _execute(table: str, names: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    holes = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})"  # noqa: S608  names of ours
    with connection.cursor() as cursor:
        cursor.executemany(statement, cast(Any, rows))  # it takes any iterable


def _instant(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


_POSTGRESQL: dict[type, Adapt] = {models.JSONField: json.dumps}
_SQLITE: dict[type, Adapt] = {
    models.JSONField: json.dumps,
    models.UUIDField: lambda value: f"{value.int:032x}",
    models.DateField: date.isoformat,
    models.DateTimeField: _instant,
}


def count_anew(*tables: type[models.Model]) -> None:
    """Let the database learn how many rows there are, which its plans rest on.

    Call it after a bulk load: until it knows, it may read a whole district to find one person.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")  # a sample, as PostgreSQL takes one
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")


@contextmanager
def patient() -> Iterator[None]:
    """Wait for another bulk load to end, however long, where SQLite has room for one writer.

    PostgreSQL waits for a locked row as long as it takes anyhow.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={AN_HOUR}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout={usual}")


@contextmanager
def collector_paused() -> Iterator[None]:
    """Do not look for garbage meanwhile: millions of records are no garbage, and each look at

    them costs time (a fifth of an import).
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
