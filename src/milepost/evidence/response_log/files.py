"""A log's file as a table of text, whatever the file is: CSV or Parquet."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

import polars as pl

from milepost.evidence.response_log.headers import field_of
from milepost.evidence.response_log.problems import Problem, UnreadableError

LONGEST_LINE = 100_000
"""Bytes. A response is a few hundred; a longer line is another kind of file, or a broken one."""
BLOCK = 50_000
"""Rows read before they are packed into a frame, so that a large file never stands as objects."""
UNIT_SEPARATOR = "\x1f"
"""Joins the parts of a Parquet list; ASCII made it for this and no label holds it."""
DELIMITERS = (",", "\t", ";")


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
            return _csv(path.name, file)
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


def _csv(name: str, file: BinaryIO) -> Table:
    lines = _lines(name, file)
    first = next(lines)
    delimiter = _delimiter(name, first)
    headers = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter))]
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    block: list[Sequence[str]] = []
    places: list[tuple[int, int]] = []
    row = 0
    for line, cells in _records(name, lines, delimiter):
        row += 1
        if len(cells) != len(headers):
            problems.append(_miscounted(name, line, len(cells), len(headers)))
            continue
        block.append(cells)
        places.append((row, line))
        if len(block) == BLOCK:
            frames.append(_pack(block, places, len(headers)))
            block, places = [], []
    frames.append(_pack(block, places, len(headers)))
    return Table(tuple(headers), pl.concat(frames), tuple(problems), row)


def _lines(name: str, file: BinaryIO) -> Iterator[str]:
    """Yield the lines as text; decoding one at a time tells where the encoding breaks."""
    for number in count(1):
        raw = file.readline(LONGEST_LINE + 1)
        if not raw:
            return
        if len(raw) > LONGEST_LINE:
            raise UnreadableError(
                name,
                f"The line is longer than {LONGEST_LINE:,} bytes.",
                "This is no response log, or its line ends are lost; export it again.",
                line=number,
            )
        try:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableError(
                name,
                "The line holds bytes that are not UTF-8.",
                "Save the file as CSV in UTF-8.",
                line=number,
                value=raw[error.start : error.start + 4].hex(" "),
            ) from error


def _delimiter(name: str, header: str) -> str:
    """Return what separates the cells: the one under which most headers are known."""
    known = {
        one: sum(field_of(cell) is not None for cell in next(csv.reader([header], delimiter=one)))
        for one in DELIMITERS
    }
    best = max(known, key=lambda one: (known[one], header.count(one)))
    if header.count(best) == 0:
        raise UnreadableError(
            name,
            "The first line is no header of a comma, tab or semicolon separated file.",
            "Export a CSV file whose first line names the columns.",
            line=1,
            value=header.strip(),
        )
    return best


def _records(name: str, lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which it begins, cells) of every record that is not blank."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begins = 2
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 2
    except csv.Error as error:
        raise UnreadableError(
            name,
            f"The record that begins here cannot be read as CSV ({error}).",
            "Look for a quotation mark that is not closed, or not doubled inside a cell.",
            line=begins,
        ) from error


def _miscounted(name: str, line: int, cells: int, headers: int) -> Problem:
    reason = f"The row has {cells} cells; the header has {headers}."
    return Problem(name, line, None, "", reason, "Put quotation marks around cells with commas.")


def _pack(
    block: Sequence[Sequence[str]], places: Sequence[tuple[int, int]], width: int
) -> pl.DataFrame:
    columns = list(zip(*block, strict=True)) or [()] * width
    rows, lines = zip(*places, strict=True) if places else ((), ())
    return pl.DataFrame(
        [pl.Series("row", rows, pl.Int64), pl.Series("line", lines, pl.Int64)]
        + [pl.Series(str(k), cells, pl.String) for k, cells in enumerate(columns)]
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
