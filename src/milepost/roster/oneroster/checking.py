"""From a file's cells to typed records of its table, naming every cell that cannot be one.

Each distinct value of a column is read once, so that seven hundred thousand enrollments cost a
few thousand readings.
"""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from milepost.roster.oneroster.cells import Cells
from milepost.roster.oneroster.problems import Note, Problem, shorten
from milepost.roster.oneroster.tables import MODIFIED, NEVER_READ, STATUS, Column, Table
from milepost.roster.oneroster.values import TEXT

ALIVE = pl.col("status") != "tobedeleted"
"""Rows that are to be kept. Of a row to be deleted only the sourcedId must be right."""


@dataclass
class Checked:
    """A table as read: a frame of typed records, and what is wrong or odd in it."""

    table: Table
    frame: pl.DataFrame
    mode: str
    unreadable: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def refuse(self, rows: pl.DataFrame, column: str | None, reason: str, advice: str) -> None:
        """Add a problem for each row of a frame with columns ``line`` and ``value``.

        ``{value}`` in the reason stands for the row's value, and ``{why}`` for its ``why``.
        """
        for row in rows.iter_rows(named=True):
            shown = "" if row["value"] is None else shorten(str(row["value"]))
            text = reason.replace("{why}", row.get("why", "")).replace("{value}", shown)
            self.problems.append(Problem(self.table.file, row["line"], column, shown, text, advice))

    def note(self, line: int | None, text: str) -> None:
        """Add a note."""
        self.notes.append(Note(self.table.file, line, text))


def check_table(table: Table, cells: Cells, mode: str) -> Checked:
    """Read the cells of a table's file into typed records, with all that is wrong with them."""
    checked = Checked(table, table.empty(), mode, cells.unreadable)
    checked.problems += cells.problems
    checked.notes += cells.notes
    if not cells.frame.columns:
        return checked
    raw = _match_columns(checked, cells)
    typed = {column.field: _typed(checked, column, raw) for column in table.columns}
    frame = pl.DataFrame(typed | {"line": raw["line"]})
    checked.frame = frame.with_columns(pl.col("status").fill_null("active"))
    _check_required(checked, raw)
    _check_unique(checked)
    return checked


def _match_columns(checked: Checked, cells: Cells) -> pl.DataFrame:
    """Name the columns as the standard does, leave out all others, and add the line."""
    file = checked.table.file
    present = {name.lower(): name for name in cells.header}
    columns = {column.name.lower(): column for column in checked.table.columns}
    extra = [name for low, name in present.items() if low not in columns.keys() | NEVER_READ]
    odd = [name for name in extra if not name.lower().startswith("metadata.")]
    if odd:
        listed = ", ".join(f'"{shorten(name)}"' for name in odd)
        text = f"Columns that the standard does not have here were not read: {listed}."
        checked.note(1, text)
    for low, column in columns.items():
        if column.required and low not in present:
            reason = f'The column "{column.name}" is missing.'
            advice = "Add the column to the header and fill it in every row."
            checked.problems.append(Problem(file, 1, column.name, "", reason, advice))
            checked.unreadable |= column.name == "sourcedId"
    found = {
        column.name: cells.frame[present[low]] for low, column in columns.items() if low in present
    }
    return pl.DataFrame(found | {"line": pl.Series(cells.lines, dtype=pl.Int64)})


def _typed(checked: Checked, column: Column, raw: pl.DataFrame) -> pl.Series:
    """The column's values; null, with a problem, where a cell cannot be read."""
    if column.name not in raw.columns:
        return pl.Series(column.field, [None] * raw.height, dtype=column.kind.dtype)
    cells = raw[column.name]
    if column.kind is TEXT:
        _check_length(checked, column, raw)
        return cells
    values: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for text in cells.drop_nulls().unique():
        try:
            values[text] = column.kind.read(text)
        except ValueError as error:
            reasons[text] = str(error)
    if reasons:
        _refuse_values(checked, column, raw, _lookup(reasons, "why", pl.String()))
    return _join(cells, _lookup(values, "value", column.kind.dtype))["value"]


def _lookup(values: dict[str, Any], name: str, dtype: pl.DataType) -> pl.DataFrame:
    # A series of lists of structs is built value by value; rows of dicts are built at once.
    rows = [{"text": text, name: value} for text, value in values.items()]
    return pl.from_dicts(rows, schema={"text": pl.String(), name: dtype})


def _join(cells: pl.Series, lookup: pl.DataFrame) -> pl.DataFrame:
    return cells.alias("text").to_frame().join(lookup, "text", "left", maintain_order="left")


def _check_length(checked: Checked, column: Column, raw: pl.DataFrame) -> None:
    """Text must fit where it will be kept."""
    rows = raw.select("line", value=column.name)
    checked.refuse(
        rows.filter(pl.col("value").str.len_chars() > column.longest),
        column.name,
        f"The value is longer than {column.longest} characters.",
        "Shorten it in the student information system.",
    )


def _refuse_values(
    checked: Checked, column: Column, raw: pl.DataFrame, reasons: pl.DataFrame
) -> None:
    """Name every row with an unreadable value.

    Nothing is decided by dateLastModified, so bad ones are only noted, once for the file.
    """
    rows = _join(raw[column.name], reasons).select(raw["line"], "why", value="text")
    rows = rows.filter(pl.col("why").is_not_null())
    if column is MODIFIED:
        text = f"{rows.height} values of dateLastModified cannot be read and were left out."
        checked.note(rows["line"][0], text)
    else:
        checked.refuse(rows, column.name, '"{value}" {why}.', column.kind.advice)


def _check_required(checked: Checked, raw: pl.DataFrame) -> None:
    """Required cells may not be empty; of a row to be deleted only its sourcedId is required."""
    alive = checked.frame["status"] != "tobedeleted"
    for column in checked.table.columns:
        needed = column.required or (column is STATUS and checked.mode == "delta")
        if not needed or column.name not in raw.columns:
            continue
        empty = raw[column.name].is_null()
        if column.name != "sourcedId":
            empty = empty & alive
        advice = "Fill it in."
        if column is STATUS:
            advice = "In a delta file each row says active or tobedeleted."
        rows = raw.filter(empty).select("line", value=column.name)
        checked.refuse(rows, column.name, f'"{column.name}" is empty.', advice)


def _check_unique(checked: Checked) -> None:
    """A sourcedId names one row; each later one is named with the line of the first."""
    rows = checked.frame.filter(pl.col("sourced_id").is_not_null()).select(
        "line", value="sourced_id", first=pl.col("line").first().over("sourced_id")
    )
    repeats = rows.filter(pl.col("line") != pl.col("first"))
    checked.refuse(
        repeats.with_columns(why=pl.col("first").cast(pl.String)),
        "sourcedId",
        'The sourcedId "{value}" is already on line {why}.',
        "Keep one row for each sourcedId.",
    )
