"""Attendance from a CSV with the columns learner, date, school, status, and perhaps reason and
minutes.
"""

from collections.abc import Iterator
from pathlib import Path

from milepost.roster.attendance_files.days import REQUIRED, Attendance, Reading, open_file
from milepost.roster.oneroster.cells import Cells, read_cells

_CSV_NAMES = {
    "learner": "learner",
    "day": "date",
    "school": "school",
    "category": "status",
    "reason": "reason",
    "minutes": "minutes",
}


def read_attendance_csv(source: Path | str | bytes, *, file: str = "") -> Attendance:
    """Read our CSV; bad rows are in ``problems``. FatalProblem when there is no such file.

    ``file`` is the name to show when ``source`` is the file's bytes.
    """
    file, data = open_file(source, file or "attendance.csv")
    cells = read_cells(file, data)
    reading = Reading(file, _CSV_NAMES, [*cells.problems], [*cells.notes])
    for line, row in _csv_rows(cells, reading):
        reading.add(line, row)
    return reading.result()


def _csv_rows(cells: Cells, reading: Reading) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows by our names, if the header has the columns."""
    present = {name.lower(): name for name in cells.header}
    # sourcedId and identifier are what rosters call the learner.
    aliases = {"sourcedid": "learner", "identifier": "learner"}
    columns = {aliases.get(low, low): name for low, name in present.items()}
    if not cells.frame.columns:
        return
    missing = [part for part in REQUIRED if _CSV_NAMES[part] not in columns]
    for part in missing:
        reason = f'The column "{_CSV_NAMES[part]}" is missing.'
        reading.refuse(1, part, "", reason, "The header is learner,date,school,status.")
    if missing:
        return
    wanted = {columns[name]: part for part, name in _CSV_NAMES.items() if name in columns}
    rows = cells.frame.select(wanted.keys()).fill_null("").iter_rows()
    parts = list(wanted.values())
    for line, row in zip(cells.lines, rows, strict=True):
        yield line, dict(zip(parts, row, strict=True))
