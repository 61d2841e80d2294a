"""A log's file as a table of text, whatever the file is: CSV or Parquet."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from milepost.evidence.response_log.delimited import read_delimited
from milepost.evidence.response_log.problems import Problem, UnreadableError

UNIT_SEPARATOR = "\x1f"
"""Joins the parts of a Parquet list; ASCII made it for this and no label holds it."""


@dataclass(frozen=True)
class Table:
    """A file as text.

    ``rows`` has `row` (1 for the first below the header, blank lines not counted), `line`, and
    then the cells as text under "0", "1", …, in the order of ``headers``. A row with too many or
    too few cells is not among them but among ``problems``. ``offered``: rows in the file.
    """

    headers: tuple[str, ...]
    rows: pl.DataFrame
    problems: tuple[Problem, ...]
    offered: int


def read_table(path: Path) -> Table:
    """Read a file. Raises UnreadableError when it is no CSV or Parquet file that can be read."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start == b"PAR1":
                return _parquet(path)
            _check_start(path.name, start)
            file.seek(0)
            return Table(*read_delimited(path.name, file))
    except OSError as error:
        raise UnreadableError(
            path.name, f"The file cannot be read: {error.strerror}.", "Check its name."
        ) from error


def _check_start(name: str, start: bytes) -> None:
    if not start:
        raise UnreadableError(name, "The file is empty.", "Export it again.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(name, "The file is in UTF-16.", "Save it as CSV in UTF-8.")
    if start.startswith((b"PK", b"\x1f\x8b")):
        raise UnreadableError(
            name, "This is a packed file or a spreadsheet.", "Unpack it, or save it as CSV."
        )


def _parquet(path: Path) -> Table:
    try:
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableError(
            path.name, "The file begins like Parquet and cannot be read.", "Export it again."
        ) from error
    texts = [text for column in frame.iter_columns() if (text := _as_text(column)) is not None]
    number = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True)
    cells = [text.alias(str(k)) for k, text in enumerate(texts)]
    rows = pl.DataFrame([number.alias("row"), number.alias("line"), *cells])
    return Table(tuple(text.name for text in texts), rows, (), frame.height)


def _as_text(column: pl.Series) -> pl.Series | None:
    """Write typed cells as a CSV file would have them, so that both go one way from here.

    None for what no cell of a CSV file could hold; such a column is not there for us.
    """
    kind = column.dtype
    if isinstance(kind, pl.Struct | pl.Object):
        return None
    try:
        if isinstance(kind, pl.List | pl.Array):
            parts = column.cast(pl.List(pl.String)).list.drop_nulls()
            return parts.list.join(UNIT_SEPARATOR).fill_null("")
        if isinstance(kind, pl.Datetime):
            zoned = column.dt.convert_time_zone("UTC") if kind.time_zone else column
            pattern = "%Y-%m-%d %H:%M:%S%.6f" + ("+00:00" if kind.time_zone else "")
            return zoned.dt.to_string(pattern).fill_null("")
        return column.cast(pl.String).fill_null("")
    except pl.exceptions.PolarsError:
        return None
