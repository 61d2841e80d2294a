"""The file itself: a zip of one text file a table, the kept files, and a manifest of it all."""

import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from errno import EINVAL
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from milepost.site.backup.tables import Count, Digest, Node

FORMAT = 1
MANIFEST = "manifest.json"
BYTES_AT_ONCE = 1 << 20

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""


class BackupError(Exception):
    """A backup cannot be made, read or restored; the text says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `files`: SHA-256 of each kept file. `columns`: by table."""

    made_at: str
    version: str
    database: str
    migrations: list[Node]
    format: int = FORMAT
    columns: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, Count] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows it holds."""
        return sum(count.rows for count in self.tables.values())

    def text(self) -> str:
        """Return it as the JSON that the file carries."""
        return json.dumps(asdict(self), indent=1)


def table_member(name: str) -> str:
    """Return the place of a table in the file."""
    return f"tables/{name}.jsonl"


def file_member(name: str) -> str:
    """Return the place of a kept file in the file."""
    return f"files/{name}"


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Return what a backup says it holds. Raises BackupError for one of a later format."""
    content = json.loads(archive.read(MANIFEST))
    if content["format"] != FORMAT:
        raise BackupError(
            f"This backup was made by a later version of Milepost ({content['version']}). "
            "Restore it with that version."
        )
    content["migrations"] = [(app, name) for app, name in content["migrations"]]
    content["tables"] = {name: Count(**count) for name, count in content["tables"].items()}
    return Manifest(**content)


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    RuntimeError,  # a bit that says "encrypted", or a way of packing that does not exist
    TypeError,
    ValueError,
)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Say in words what a damaged file makes the readers of zip and JSON raise."""
    try:
        yield
    except (*_DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno not in (None, EINVAL):
            raise BackupError(f"{name} cannot be read: {error.strerror}.") from error
        # An OSError without a number, or EINVAL, is a place outside the file.
        raise BackupError(
            f"{name} is not a whole backup of Milepost: it is damaged or something else. "
            "Nothing was changed. Take another copy of it, or an earlier backup."
        ) from error


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup to read. Raises BackupError when it is none."""
    with _reading(path.name):
        archive = zipfile.ZipFile(path)
    with archive:
        with _reading(path.name):
            manifest = read_manifest(archive)
        yield archive, manifest


def rows_of(archive: zipfile.ZipFile, manifest: Manifest, table: str) -> Iterator[list[list[Any]]]:
    """Yield the rows of a table, some at a time; at the end, check them against the manifest.

    Raises BackupError when the table is damaged.
    """
    digest = Digest()
    with _reading(str(archive.filename)), archive.open(table_member(table)) as member:
        while lines := [line.rstrip(b"\n") for line in member.readlines(BYTES_AT_ONCE)]:
            digest.add(lines)
            yield [json.loads(line) for line in lines]
    if digest.count != manifest.tables[table]:
        raise BackupError(
            f"The backup is damaged: {table} is not what was written ({digest.rows:,} rows found, "
            f"{manifest.tables[table].rows:,} written). Nothing was changed. Take another copy of "
            "it, or an earlier backup."
        )


def copy_file(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Copy a file and return its SHA-256; without a target, only read it."""
    digest = sha256()
    while block := source.read(BYTES_AT_ONCE):
        digest.update(block)
        if target:
            target.write(block)
    return digest.hexdigest()


def check_backup(path: Path, *, progress: Progress | None = None) -> Manifest:
    """Read a backup through and return its manifest. Raises BackupError when it is damaged."""
    with opened(path) as (archive, manifest):
        for number, name in enumerate(manifest.tables):
            for _ in rows_of(archive, manifest, name):
                pass
            if progress:
                progress("Checking tables", number + 1, len(manifest.tables))
        for name in manifest.files:
            check_file(archive, manifest, name)
    return manifest


def check_file(
    archive: zipfile.ZipFile, manifest: Manifest, name: str, target: IO[bytes] | None = None
) -> None:
    """Read a kept file, into a target if there is one. Raises BackupError when it is damaged."""
    with _reading(str(archive.filename)), archive.open(file_member(name)) as member:
        digest = copy_file(member, target)
    if digest != manifest.files[name]:
        raise BackupError(f"The backup is damaged: {name} is not what was written.")
