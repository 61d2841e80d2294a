"""Reading a backup back into an empty database."""

import zipfile
from binascii import unhexlify
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from milepost.audit.commands import record_event
from milepost.site.backup.archive import (
    BackupError,
    Manifest,
    Progress,
    check_file,
    opened,
    rows_of,
)
from milepost.site.backup.tables import Table, applied, digests, tables_of

MADE_BY_SETTING_UP = {"auth_permission", "django_content_type"}
"""Tables that Django fills when a database is set up; their rows come from the backup instead."""


def restore_backup(
    path: Path, *, home: Path, now: datetime, progress: Progress | None = None
) -> Manifest:
    """Read a backup into an empty database, all of it or nothing, and return what it held.

    The database is set up as it was when the backup was made, filled, compared with the backup's
    digests, and then brought to this version. Raises BackupError, with nothing changed, when the
    file is damaged or of a later version, or when the database holds records.
    """
    with opened(path) as (archive, manifest):
        try:
            tables = [t for t in tables_of(manifest.migrations) if t.name in manifest.tables]
        except KeyError as error:
            raise BackupError(
                f"This backup is of a later version of Milepost ({manifest.version}; it has "
                f"{'.'.join(error.args[0])}). Install that version, then restore."
            ) from error
        refuse_unless_owner()
        refuse_unless_empty()
        _set_up(manifest)
        kept: list[Path] = []
        try:
            with transaction.atomic(), without_foreign_keys():
                _fill(archive, manifest, tables, progress)
                _compare(manifest, tables)
                _restore_files(archive, manifest, home, kept)
        except BaseException:
            for one in kept:
                one.unlink(missing_ok=True)
            raise
    _bring_up(manifest, now)
    return manifest


def refuse_unless_empty() -> None:
    """Raise BackupError when there is any record in the database, and say in which tables."""
    migrations = applied(connection)
    try:
        tables = tables_of(migrations)
    except KeyError as error:
        raise BackupError("The database was set up by a later version of Milepost.") from error
    full = []
    with connection.cursor() as cursor:
        for table in tables:
            if table.name in MADE_BY_SETTING_UP:
                continue
            quoted = connection.ops.quote_name(table.name)
            cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1")  # noqa: S608  a name of ours
            if cursor.fetchone():
                full.append(table.name)
    if full:
        raise BackupError(
            f"The database holds records already ({', '.join(full[:3])}"
            f"{', …' if full[3:] else ''}). Nothing was changed. A backup is restored into an "
            "empty database: name one with MILEPOST_DATABASE, or another MILEPOST_HOME."
        )


def refuse_unless_owner() -> None:
    """Raise BackupError when this user of PostgreSQL may not change its tables or make new ones."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, has_schema_privilege(current_schema(), 'CREATE') AND NOT EXISTS ("
            " SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE'))"
        )
        user, owns = cursor.fetchone()
    if not owns:
        raise BackupError(
            f"The database's user {user} does not own its tables, and a restore takes their foreign"
            " keys off meanwhile. Nothing was changed. Restore as the user that owns them: "
            "milepost-owner restore (docs/operate.md, 4)."
        )


def _set_up(manifest: Manifest) -> None:
    """Give the empty database the tables that the backup was made of."""
    has, needs = set(applied(connection)), set(manifest.migrations)
    if later := sorted(has - needs):
        raise BackupError(
            "The empty database was set up by a later version than the backup's "
            f"({'.'.join(later[0])}). Restore into one that was never set up; it is brought to "
            "this version afterwards."
        )
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph.node_map
    last = [node for node in needs if not needs & {one.key for one in graph[node].children}]
    executor.migrate(sorted(last))


@contextmanager
def without_foreign_keys() -> Iterator[None]:
    """Take PostgreSQL's foreign keys away and put them back, which checks every row.

    Checked row by row they would be remembered until the end, row by row. SQLite only counts.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE contype = 'f' "
            "AND connamespace = current_schema()::regnamespace"
        )
        keys = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _fill(
    archive: zipfile.ZipFile,
    manifest: Manifest,
    tables: Sequence[Table],
    progress: Progress | None,
) -> None:
    write = _copy if connection.vendor == "postgresql" else _insert
    with connection.cursor() as cursor:
        for table in reversed(tables):
            if table.name in MADE_BY_SETTING_UP:
                quoted = connection.ops.quote_name(table.name)
                cursor.execute(f"DELETE FROM {quoted}")  # noqa: S608  a name of ours
    for number, table in enumerate(tables):
        if manifest.columns[table.name] != [one.name for one in table.columns]:
            raise BackupError(f"The backup's columns of {table.name} are not those of its version.")
        write(table, rows_of(archive, manifest, table.name))
        if progress:
            progress("Restoring tables", number + 1, len(tables))
    with connection.cursor() as cursor:
        models = [table.model for table in tables]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _copy(table: Table, chunks: Iterator[list[list[Any]]]) -> None:
    columns = ", ".join(connection.ops.quote_name(one.name) for one in table.columns)
    forms = _converters(table, {"BooleanField": bool, "BinaryField": unhexlify})
    target = connection.ops.quote_name(table.name)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {target} ({columns}) FROM STDIN") as copy,
    ):
        for rows in chunks:
            for row in _converted(rows, forms):
                copy.write_row(row)


def _insert(table: Table, chunks: Iterator[list[list[Any]]]) -> None:
    columns = ", ".join(connection.ops.quote_name(one.name) for one in table.columns)
    holes = ", ".join("?" for _ in table.columns)
    target = connection.ops.quote_name(table.name)
    statement = f"INSERT INTO {target} ({columns}) VALUES ({holes})"  # noqa: S608  names of ours
    forms = _converters(table, {"BinaryField": unhexlify})
    connection.ensure_connection()
    raw: Any = connection.connection
    for rows in chunks:
        raw.executemany(statement, _converted(rows, forms))


Convert = Callable[[Any], Any]


def _converters(table: Table, of: dict[str, Convert]) -> list[tuple[int, Convert]]:
    return [(k, of[one.kind]) for k, one in enumerate(table.columns) if one.kind in of]


def _converted(rows: list[list[Any]], forms: Sequence[tuple[int, Convert]]) -> list[list[Any]]:
    for row in rows:
        for k, form in forms:
            if row[k] is not None:
                row[k] = form(row[k])
    return rows


def _compare(manifest: Manifest, tables: Sequence[Table]) -> None:
    """Raise BackupError unless the database holds exactly what the backup was made of."""
    there = digests(connection, tables)
    if wrong := [name for name, count in there.items() if manifest.tables[name] != count]:
        raise BackupError(
            f"What was restored is not what was backed up ({', '.join(wrong)}). "
            "Nothing was changed; please report this."
        )


def _restore_files(
    archive: zipfile.ZipFile, manifest: Manifest, home: Path, kept: list[Path]
) -> None:
    for name in manifest.files:
        target = home / "imports" / Path(name).name  # a name alone: nothing lands elsewhere
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.touch(mode=0o600)
        kept.append(target)
        with target.open("wb") as file:
            check_file(archive, manifest, name, file)


def _bring_up(manifest: Manifest, now: datetime) -> None:
    """Bring the restored database to this version, and let it learn how much it holds."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    record_event(
        action="site.restore",
        by=None,
        district=None,
        target_kind="backup",
        detail={"made_at": manifest.made_at, "rows": manifest.rows},
        now=now,
    )
