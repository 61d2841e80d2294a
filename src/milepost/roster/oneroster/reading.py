"""Read a file set whole: every record, every relation, everything that is wrong."""

from collections.abc import Callable, Mapping, Set
from datetime import date

import polars as pl

from milepost.roster.oneroster.cells import read_cells
from milepost.roster.oneroster.checking import Checked, check_table
from milepost.roster.oneroster.files import FileSet
from milepost.roster.oneroster.manifest import read_manifest
from milepost.roster.oneroster.people import family_relations, roles_of_users
from milepost.roster.oneroster.records import Manifest, Roster
from milepost.roster.oneroster.references import check_references, check_sense
from milepost.roster.oneroster.tables import TABLES, Table, tables_of

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes are done, and how many there are."""


def read(
    fileset: FileSet,
    *,
    today: date,
    known: Mapping[str, Set[str]] | None = None,
    progress: Progress | None = None,
) -> Roster:
    """Read and check a file set; bad rows are in ``problems``, all of them, never raised.

    ``known`` maps a table (``orgs``, ``academic_sessions``, ``courses``, ``classes``, ``users``)
    to the sourcedIds that the system already has; references may point at those when the set
    carries the table as a delta or not at all.
    """
    manifest, problems, notes = read_manifest(fileset)
    tables = _read_tables(fileset, manifest, progress or _silent)
    check_references(tables, known or {})
    if manifest.version == "1.1":
        tables["roles"] = roles_of_users(tables["users"])
    check_sense(tables, today)
    relations = family_relations(tables["users"], tables["roles"])
    for table in tables.values():
        problems += sorted(table.problems, key=lambda problem: problem.line or 0)
        notes += table.notes
    frames = {table.name: _as_records(table, tables[table.name]) for table in TABLES}
    return Roster(manifest, fileset.digest, frames, relations, tuple(problems), tuple(notes))


def _silent(what: str, done: int, total: int) -> None:
    """Show no progress."""


def _read_tables(fileset: FileSet, manifest: Manifest, progress: Progress) -> dict[str, Checked]:
    wanted = tables_of(manifest.version)
    read_keys = [table.key for table in wanted if manifest.modes[table.name] != "absent"]
    total = sum(len(fileset.contents.get(key, b"")) for key in read_keys)
    done = 0
    tables: dict[str, Checked] = {}
    for table in wanted:
        mode = manifest.modes[table.name]
        promised = mode != "absent"
        if not promised or table.key not in fileset.contents:
            tables[table.name] = Checked(table, table.empty(), mode, unreadable=promised)
            continue
        progress(f"Reading {table.file}", done, total)
        data = fileset.contents[table.key]
        tables[table.name] = check_table(table, read_cells(table.file, data), mode)
        done += len(data)
    progress("Checking references", done, total)
    return tables


def _as_records(table: Table, checked: Checked) -> pl.DataFrame:
    """The frame with the fields of its dataclass: 1.2's, whatever the version of the set."""
    empty = table.empty()
    lists = [name for name, dtype in empty.schema.items() if dtype == pl.List]
    nothing = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in empty.schema.items()
        if name not in checked.frame.columns
    ]
    derived = ["last_day"] if table.order else []
    return (
        checked.frame.with_columns(nothing)
        .with_columns(pl.col(lists).fill_null([]))
        .select(*empty.columns, *derived)
    )
