"""What manifest.csv says, and whether the files agree with it."""

from milepost.roster.oneroster.cells import Cells, read_cells
from milepost.roster.oneroster.files import MANIFEST, FileSet
from milepost.roster.oneroster.problems import Note, Problem, shorten
from milepost.roster.oneroster.records import Manifest
from milepost.roster.oneroster.tables import ACCEPTED_FILES, ROLES, Table, tables_of

MODES = ("bulk", "delta", "absent")
VERSIONS = ("1.1", "1.2")


def read_manifest(fileset: FileSet) -> tuple[Manifest, list[Problem], list[Note]]:
    """Read the manifest of a set.

    When there is none, or it is wrong, the rest is guessed from the files so that their rows can
    still be checked in the same run; the problems then forbid the import all the same.
    """
    problems: list[Problem] = []
    notes = [*fileset.notes]
    properties: dict[str, tuple[int | None, str]] = {}
    if MANIFEST in fileset.contents:
        cells = read_cells(MANIFEST, fileset.contents[MANIFEST])
        properties = _properties(cells, problems)
        problems += cells.problems
    else:
        reason = "The set has no manifest.csv."
        advice = "Export the manifest with the other files: it says which files are whole."
        problems.append(Problem(MANIFEST, None, None, "", reason, advice))
    version = _version(fileset, properties, problems)
    modes = {
        table.name: _mode(table, fileset, properties, problems, notes)
        for table in tables_of(version)
    }
    notes += _unread_files(fileset, version)
    system = properties.get("source.systemname", (None, ""))[1]
    code = properties.get("source.systemcode", (None, ""))[1]
    # In 1.1 the roles come with the users.
    return Manifest(version, {ROLES.name: modes["users"]} | modes, system, code), problems, notes


def _properties(cells: Cells, problems: list[Problem]) -> dict[str, tuple[int | None, str]]:
    """The line and value of each property by its name in lower case."""
    columns = {name.lower(): name for name in cells.header}
    if not {"propertyname", "value"} <= columns.keys():
        if not cells.unreadable:
            reason = 'The header must be "propertyName,value".'
            advice = "Export the manifest again."
            problems.append(Problem(MANIFEST, 1, None, ",".join(cells.header), reason, advice))
        return {}
    if not cells.frame.columns:
        return {}
    names = cells.frame[columns["propertyname"]].fill_null("")
    values = cells.frame[columns["value"]].fill_null("")
    rows = zip(names, values, cells.lines, strict=True)
    return {name.lower(): (line, value) for name, value, line in rows}


def _version(
    fileset: FileSet,
    properties: dict[str, tuple[int | None, str]],
    problems: list[Problem],
) -> str:
    line, said = properties.get("oneroster.version", (None, ""))
    for version in VERSIONS:
        if said == version or said.startswith(version + "."):
            return version
    if MANIFEST in fileset.contents:
        reason = f'OneRoster version "{shorten(said)}" is not one that can be read.'
        if not said:
            reason = "The manifest does not say the version of OneRoster."
        advice = 'Export as OneRoster 1.1 or 1.2, with a row "oneroster.version,1.2".'
        problems.append(Problem(MANIFEST, line, "value", shorten(said), reason, advice))
    return "1.2" if ROLES.key in fileset.contents else "1.1"


def _mode(
    table: Table,
    fileset: FileSet,
    properties: dict[str, tuple[int | None, str]],
    problems: list[Problem],
    notes: list[Note],
) -> str:
    """Bulk, delta or absent, held against whether the file is there."""
    line, said = properties.get(f"file.{table.title.lower()}", (None, ""))
    there = table.key in fileset.contents
    guess = "bulk" if there else "absent"
    if MANIFEST not in fileset.contents:
        return guess
    mode = said.lower()
    if mode not in MODES:
        if not said and not there:
            return "absent"
        reason = f'The manifest says "{shorten(said)}" of {table.file}.'
        advice = f"Write file.{table.title} with bulk (all rows), delta (changes) or absent."
        problems.append(Problem(MANIFEST, line, "value", shorten(said), reason, advice))
        return guess
    if mode == "absent" and there:
        text = f"Not read: the manifest says that {table.file} is absent."
        notes.append(Note(table.file, None, text))
    if mode != "absent" and not there:
        reason = f"The manifest says {mode} of {table.file}, but the file is not in the set."
        advice = f'Add the file, or write "file.{table.title},absent".'
        problems.append(Problem(MANIFEST, line, "value", said, reason, advice))
    return mode


def _unread_files(fileset: FileSet, version: str) -> list[Note]:
    read = {table.key for table in tables_of(version)} | {MANIFEST}
    notes = []
    for name in sorted(fileset.contents.keys() - read):
        text = "Accepted and not read: a roster does not need it."
        if name not in ACCEPTED_FILES:
            text = f"Not read: OneRoster {version} has no such file."
        notes.append(Note(name, None, text))
    return notes
