"""Making a backup from one snapshot of the database, while others go on writing."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection

from milepost import __version__
from milepost.audit.commands import record_event
from milepost.site.backup.archive import (
    MANIFEST,
    BackupError,
    Manifest,
    Progress,
    copy_file,
    file_member,
    table_member,
)
from milepost.site.backup.tables import Digest, Table, applied, encode, read_rows, tables_of

EVENT = "site.backup"
"""The act that a finished backup leaves in the audit log; the doctor looks for it."""
COMPRESSION = 2
"""Of 9. Higher levels take several times as long for a tenth of the size."""


def write_backup(
    path: Path, *, home: Path, now: datetime, progress: Progress | None = None
) -> Manifest:
    """Write all records into a new file and return what it holds.

    The file has its name only when it is whole, and is readable by its owner only. `home` is
    MILEPOST_HOME, whose waiting imports are kept with the records; its secret key is not. Raises
    BackupError when the file is there already or the database is not of this version.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; a backup never overwrites. Choose a name.")
    partial = path.with_name(path.name + ".part")
    try:
        partial.touch(mode=0o600)
        with zipfile.ZipFile(
            partial, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION
        ) as archive, snapshot():  # fmt: skip
            manifest = _fill(archive, home, now, progress)
        _settle(partial)
        partial.rename(path)
        _settle(path.parent)
    finally:
        partial.unlink(missing_ok=True)
    record_event(
        action=EVENT,
        by=None,
        district=None,
        target_kind="backup",
        detail={"rows": manifest.rows, "bytes": path.stat().st_size},
        now=now,
    )
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """See the database as it is at this moment until the end, and keep no writer waiting."""
    repeatable = " ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        # By hand: Django's own transactions would take SQLite's lock for writing.
        cursor.execute(f"BEGIN{repeatable if connection.vendor == 'postgresql' else ''}")
        try:
            yield
        finally:
            with suppress(DatabaseError):  # a database that has gone has forgotten it by itself
                cursor.execute("ROLLBACK")


def _fill(
    archive: zipfile.ZipFile, home: Path, now: datetime, progress: Progress | None
) -> Manifest:
    migrations = applied(connection)
    if not migrations:
        raise BackupError("There is nothing to back up: the database was never set up.")
    try:
        tables = tables_of(migrations)
    except KeyError as error:
        raise BackupError(
            "The database was set up by a later version of Milepost (it has "
            f"{'.'.join(error.args[0])}). Back it up with that version."
        ) from error
    manifest = Manifest(now.isoformat(), __version__, connection.vendor, migrations)
    for number, table in enumerate(tables):
        _write_table(archive, manifest, table)
        if number == 0:  # by now the snapshot stands
            _write_files(archive, manifest, home)
        if progress:
            progress("Backing up tables", number + 1, len(tables))
    archive.writestr(MANIFEST, manifest.text())
    return manifest


def _write_table(archive: zipfile.ZipFile, manifest: Manifest, table: Table) -> None:
    digest = Digest()
    with archive.open(table_member(table.name), "w", force_zip64=True) as member:
        for rows in read_rows(connection, table):
            lines = encode(rows)
            digest.add(lines)
            member.write(b"\n".join(lines) + b"\n")
    manifest.columns[table.name] = [one.name for one in table.columns]
    manifest.tables[table.name] = digest.count


def _write_files(archive: zipfile.ZipFile, manifest: Manifest, home: Path) -> None:
    """Keep the files of imports that wait for a person."""
    for path in sorted((home / "imports").glob("*.zip")):
        name = f"imports/{path.name}"
        try:
            with (
                path.open("rb") as source,
                archive.open(file_member(name), "w", force_zip64=True) as member,
            ):
                manifest.files[name] = copy_file(source, member)
        except FileNotFoundError:
            continue  # its import was decided this moment


def _settle(path: Path) -> None:
    """Return when what was written is on the disk, and would outlive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
