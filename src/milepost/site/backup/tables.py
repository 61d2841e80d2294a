"""Rows in a form that both databases share, and what proves that none of them changed.

A row is a list of plain values: identifiers as 32 hexadecimal digits, instants as UTC text, truth
as 0 or 1, bytes in hexadecimal, JSON as text with its keys in order.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from hashlib import blake2b
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Model

LEFT_OUT = {"django_session", "site_heartbeat", "site_routine"}
"""Who is signed in and which workers run: true of the machine, not of the district."""
ROWS_AT_ONCE = 5_000

Row = Sequence[Any]
Node = tuple[str, str]

_PLAIN = {
    "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "DateField",
    "EmailField", "FloatField", "IntegerField", "PositiveIntegerField",
    "PositiveSmallIntegerField", "SmallIntegerField", "TextField",
}  # fmt: skip
_POSTGRESQL = {
    "UUIDField": "replace({0}::text, '-', '')",
    "DateTimeField": "replace(to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), "
    "'.000000', '')",
    "DateField": "{0}::text",
    "BooleanField": "{0}::int",
    "JSONField": "{0}::text",
    "BinaryField": "encode({0}, 'hex')",
}
_SQLITE = {
    "UUIDField": "{0}",
    # An expression has no declared type, and so Django's converters leave it as it is.
    "DateField": "{0} || ''",
    "BooleanField": "+{0}",
    # The database's own clock writes thousandths, Django writes millionths.
    "DateTimeField": "replace(CASE length({0}) WHEN 23 THEN {0} || '000' ELSE {0} END, "
    "'.000000', '')",
    "JSONField": "{0}",
    "BinaryField": "CASE WHEN {0} IS NOT NULL THEN lower(hex({0})) END",
}


@dataclass(frozen=True)
class Column:
    """A column and Django's name of its type."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table as a version of the site knows it. `parents`: the tables that it refers to."""

    name: str
    columns: tuple[Column, ...]
    parents: frozenset[str]
    model: type[Model]


@dataclass(frozen=True)
class Count:
    """How many rows a table has, and the sum of their hashes, whatever their order."""

    rows: int
    digest: str


class Digest:
    """Adds rows up to a `Count`."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, lines: Sequence[bytes]) -> None:
        """Add rows, each as the line that `encode` makes of it."""
        self.rows += len(lines)
        self._sum += sum(
            int.from_bytes(blake2b(line, digest_size=16).digest(), "big") for line in lines
        )

    @property
    def count(self) -> Count:
        """Return what was added so far."""
        return Count(self.rows, f"{self._sum % (1 << 128):032x}")


def applied(connection: BaseDatabaseWrapper) -> list[Node]:
    """Return the migrations that a database says it has had; none when it was never set up."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return []
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [(app, name) for app, name in cursor.fetchall()]


def tables_of(migrations: Sequence[Node]) -> list[Table]:
    """Return the tables after these migrations, each after those that it refers to.

    Raises KeyError for a migration that this version does not have.
    """
    loader = MigrationLoader(None)
    for node in migrations:
        loader.graph.node_map[node]
    apps = loader.project_state(list(migrations)).apps
    tables = {
        model._meta.db_table: _table(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in LEFT_OUT
    }
    order = TopologicalSorter({name: sorted(one.parents) for name, one in tables.items()})
    return [tables[name] for name in order.static_order()]


def recorded_tables(connection: BaseDatabaseWrapper) -> list[Table]:
    """Return the tables of a database, as of the migrations that it has had."""
    return tables_of(applied(connection))


def _table(model: type[Model]) -> Table:
    name = model._meta.db_table
    fields = model._meta.local_concrete_fields
    parents = {f.related_model._meta.db_table for f in fields if isinstance(f.related_model, type)}
    columns = tuple(Column(str(f.column), _kind(f)) for f in fields)
    return Table(name, columns, frozenset(parents - {name}), model)


def _kind(field: "Field[Any, Any]") -> str:
    while field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    kind = field.get_internal_type()
    if kind not in _PLAIN and kind not in _POSTGRESQL:
        raise TypeError(f"backup does not know how to write a {kind} ({field})")
    return kind


def read_rows(connection: BaseDatabaseWrapper, table: Table) -> Iterator[list[Row]]:
    """Yield a table's rows, some thousands at a time. On PostgreSQL, inside a transaction."""
    forms = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    wanted = ", ".join(
        forms.get(one.kind, "{0}").format(connection.ops.quote_name(one.name))
        for one in table.columns
    )
    statement = f"SELECT {wanted} FROM {connection.ops.quote_name(table.name)}"  # noqa: S608
    jsons = [k for k, one in enumerate(table.columns) if one.kind == "JSONField"]
    connection.ensure_connection()
    raw: Any = connection.connection
    # A cursor of the server's own: the client would otherwise hold the whole table.
    named = {"name": "backup"} if connection.vendor == "postgresql" else {}
    with closing(raw.cursor(**named)) as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield [_with_plain_json(row, jsons) for row in rows] if jsons else rows


def _with_plain_json(row: Row, places: Sequence[int]) -> Row:
    values = list(row)
    for k in places:
        values[k] = values[k] if values[k] is None else _plain_json(values[k])
    return values


@lru_cache(maxsize=20_000)
def _plain_json(text: str) -> str:
    """Write JSON in one way: PostgreSQL keeps its own order of keys. Most evidence repeats."""
    return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(rows: Sequence[Row]) -> list[bytes]:
    """Return each row as one line, without its end."""
    return [_encoder.encode(list(row)).encode() for row in rows]


def digests(
    connection: BaseDatabaseWrapper, tables: Sequence[Table] | None = None
) -> dict[str, Count]:
    """Return the count of every table. On PostgreSQL, call it inside a transaction."""
    counts = {}
    for table in recorded_tables(connection) if tables is None else tables:
        digest = Digest()
        for rows in read_rows(connection, table):
            digest.add(encode(rows))
        counts[table.name] = digest.count
    return counts
