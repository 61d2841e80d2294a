"""Comma, tab and semicolon separated text, taken apart line by line so that each error has a place.

Most lines are plain, and Polars splits a block of them at once; a block with quotation marks goes
through Python's reader; one that holds anything stranger goes record by record, which is slow and
says where it breaks.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import count
from typing import BinaryIO, NamedTuple

import polars as pl

from milepost.evidence.response_log.headers import field_of
from milepost.evidence.response_log.problems import Problem, UnreadableError

LONGEST_LINE = 100_000
"""Bytes. A response is a few hundred; a longer line is another kind of file, or a broken one."""
BLOCK_BYTES = 8_000_000
"""Read and taken apart at once, so that a large file never stands in memory as objects."""
BLOCK = 50_000
"""Rows packed into a frame at once where rows are read one by one."""
DELIMITERS = (",", "\t", ";")


class Delimited(NamedTuple):
    """A file as text; the parts are those of `files.Table`."""

    headers: tuple[str, ...]
    rows: pl.DataFrame
    problems: tuple[Problem, ...]
    offered: int


class _Part(NamedTuple):
    """Some records, blank lines left out: cells as text, and where a row has another width."""

    rows: pl.DataFrame  # `row`, `line`, "0", "1", …
    miscounted: list[tuple[int, int]]  # (line, cells)
    offered: int


def read_delimited(name: str, file: BinaryIO) -> Delimited:
    """Read a file from its beginning. Raises UnreadableError, with the line, where it breaks."""
    first = next(_lines(name, file, 1), "")
    delimiter = _delimiter(name, first)
    headers = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter))]
    parts = list(_parts(name, file, delimiter, len(headers)))
    problems = [_miscounted(name, *where, len(headers)) for p in parts for where in p.miscounted]
    rows = pl.concat([part.rows for part in parts])
    return Delimited(tuple(headers), rows, tuple(problems), sum(part.offered for part in parts))


def _parts(name: str, file: BinaryIO, delimiter: str, width: int) -> Iterator[_Part]:
    line, row = 2, 1
    yield _pack([], [], width)
    while True:
        begins = file.tell()
        block = file.read(BLOCK_BYTES) + file.readline(LONGEST_LINE + 1)
        if not block:
            return
        part = _split(block, delimiter, width, line, row)
        if part is None:
            file.seek(begins)
            yield from _one_by_one(name, file, delimiter, width, line, row)
            return
        yield part
        line += block.count(b"\n")
        row += part.offered


def _split(block: bytes, delimiter: str, width: int, line: int, row: int) -> _Part | None:
    """Take a block of whole lines apart; None when it must be read record by record."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = pl.DataFrame({"text": pl.Series([text]).str.split("\n").explode()})
    lines = lines.with_row_index("line", line).select(
        pl.col("line").cast(pl.Int64), pl.col("text").str.strip_suffix("\r")
    )
    lines = lines.filter(pl.col("text") != "")
    longest = lines["text"].str.len_bytes().max() or 0
    if longest > LONGEST_LINE - 2 or lines["text"].str.contains("\r", literal=True).any():  # type: ignore[operator]
        return None
    lines = lines.with_row_index("row", row).cast({"row": pl.Int64})
    return (_quoted if '"' in text else _plain)(lines, delimiter, width)


def _plain(lines: pl.DataFrame, delimiter: str, width: int) -> _Part:
    cells = pl.col("text").str.count_matches(delimiter, literal=True).cast(pl.Int64) + 1
    lines = lines.with_columns(cells=cells)
    bad = lines.filter(pl.col("cells") != width).select("line", "cells").rows()
    good = lines.filter(pl.col("cells") == width)
    split = good["text"].str.split_exact(delimiter, width - 1).struct.unnest()
    split.columns = [str(k) for k in range(width)]
    return _Part(good.select("row", "line").hstack(split), bad, lines.height)


def _quoted(lines: pl.DataFrame, delimiter: str, width: int) -> _Part | None:
    try:
        records = list(csv.reader(lines["text"], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    if len(records) != lines.height:  # a cell goes on over the end of a line
        return None
    places = lines.select("row", "line").rows()
    bad = [(at[1], len(r)) for at, r in zip(places, records, strict=True) if len(r) != width]
    good = [(at, r) for at, r in zip(places, records, strict=True) if len(r) == width]
    part = _pack([r for _, r in good], [at for at, _ in good], width)
    return part._replace(miscounted=bad, offered=lines.height)


def _one_by_one(
    name: str, file: BinaryIO, delimiter: str, width: int, line: int, row: int
) -> Iterator[_Part]:
    block: list[Sequence[str]] = []
    places: list[tuple[int, int]] = []
    bad: list[tuple[int, int]] = []
    for row_number, (at, cells) in enumerate(_records(name, file, delimiter, line), start=row):
        if len(cells) != width:
            bad.append((at, len(cells)))
            continue
        block.append(cells)
        places.append((row_number, at))
        if len(block) == BLOCK:
            yield _pack(block, places, width)
            block, places = [], []
    part = _pack(block, places, width)
    yield part._replace(miscounted=bad, offered=part.offered + len(bad))


def _records(
    name: str, file: BinaryIO, delimiter: str, line: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which it begins, cells) of every record that is not blank."""
    reader = csv.reader(_lines(name, file, line), delimiter=delimiter, strict=True)
    begins = line
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + line
    except csv.Error as error:
        raise UnreadableError(
            name,
            f"The record that begins here cannot be read as CSV ({error}).",
            "Look for a quotation mark that is not closed, or not doubled inside a cell.",
            line=begins,
        ) from error


def _lines(name: str, file: BinaryIO, start: int) -> Iterator[str]:
    """Yield the lines as text; decoding one at a time tells where the encoding breaks."""
    for number in count(start):
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


def _miscounted(name: str, line: int, cells: int, headers: int) -> Problem:
    reason = f"The row has {cells} cells; the header has {headers}."
    return Problem(name, line, None, "", reason, "Put quotation marks around cells with commas.")


def _pack(block: Sequence[Sequence[str]], places: Sequence[tuple[int, int]], width: int) -> _Part:
    columns = list(zip(*block, strict=True)) or [()] * width
    rows, lines = zip(*places, strict=True) if places else ((), ())
    frame = pl.DataFrame(
        [pl.Series("row", rows, pl.Int64), pl.Series("line", lines, pl.Int64)]
        + [pl.Series(str(k), cells, pl.String) for k, cells in enumerate(columns)]
    )
    return _Part(frame, [], frame.height)
