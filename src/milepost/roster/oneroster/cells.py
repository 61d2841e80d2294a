"""From the bytes of a CSV file to rows of text, each with the physical line on which it begins.

Python's own reader is used, not a faster one, because it alone says where a row with a line break
inside quotes begins, and a registrar needs that line. Rows it cannot read are named, and reading
goes on at the next line.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from milepost.roster.oneroster.problems import Note, Problem, shorten

LONGEST_LINE = 64 * 1024
"""In characters. The longest honest row of a roster is under 10,000."""
MOST_UNREADABLE_ROWS = 1_000
"""After so many the file is no CSV file, and each further one costs a second reading."""
BLOCK = 50_000
"""Rows kept as Python strings at a time, which take ten times the memory of a frame's."""

SAVE_AS_UTF8 = 'Save it again as UTF-8 (in a spreadsheet: "CSV UTF-8") and send the whole set.'
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass
class Cells:
    """A CSV file as text: its header, a frame of its cells, and the line of each row.

    Cells are stripped of blanks at their ends; an empty cell is null. ``unreadable`` says that
    some rows, or all, could not be read, so that a reference to one of them is not to be blamed
    on the row that refers.
    """

    file: str
    header: list[str] = field(default_factory=list)
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unreadable: bool = False

    def refuse(self, line: int | None, value: str, reason: str, advice: str) -> None:
        """Add a problem about a whole row or the whole file, which cannot be read."""
        self.problems.append(Problem(self.file, line, None, shorten(value), reason, advice))
        self.unreadable = True


def read_cells(file: str, data: bytes) -> Cells:
    """Read a CSV file into rows of text as wide as its header."""
    cells = Cells(file)
    text = _decode(cells, data)
    if text is None:
        return cells
    blocks: list[pl.DataFrame] = []
    pending: list[list[str]] = []
    for line, row in _rows(cells, text):
        if not cells.header:
            cells.header = [name.strip() for name in row]
            if not _header_is_sound(cells, line):
                return cells
        elif _row_is_sound(cells, line, row):
            cells.lines.append(line)
            pending.append(row)
            if len(pending) == BLOCK:
                blocks.append(_block(cells.header, pending))
                pending = []
    if not cells.header:
        cells.refuse(None, "", "The file is empty.", "It must begin with a header row.")
        return cells
    cells.frame = pl.concat([*blocks, _block(cells.header, pending)])
    return cells


def _row_is_sound(cells: Cells, line: int, row: list[str]) -> bool:
    """Whether a row has a cell for each column and anything in them; if not, say so."""
    if len(row) != len(cells.header):
        cells.refuse(
            line,
            ",".join(row),
            f"The row has {len(row)} cells and the header has {len(cells.header)}.",
            'Put cells that hold a comma or a line break in "quotes", and keep empty cells.',
        )
        return False
    if not any(map(str.strip, row)):
        cells.notes.append(Note(cells.file, line, "An empty row; it was passed over."))
        return False
    return True


def _block(header: list[str], rows: list[list[str]]) -> pl.DataFrame:
    """A frame of stripped text, null where a cell is empty."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(header)
    text = {name: pl.Series(c, dtype=pl.String) for name, c in zip(header, columns, strict=True)}
    stripped = pl.all().str.strip_chars()
    return pl.DataFrame(text).select(pl.when(stripped != "").then(stripped).name.keep())


def _decode(cells: Cells, data: bytes) -> str | None:
    """Return the text, with one line feed at the end of each line, or None if it is not text."""
    sample = data[:4096]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or sample.count(0) * 3 > len(sample):
        cells.refuse(None, "", "The file is UTF-16 text, not UTF-8.", SAVE_AS_UTF8)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "surrogateescape")
        _name_lines_not_utf8(cells, text.replace("\r\n", "\n").replace("\r", "\n"))
        text = _NOT_UTF8.sub("\ufffd", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        _name_lines_with_nul(cells, text)
        text = text.replace("\0", "")
    return text


def _name_lines_not_utf8(cells: Cells, text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        match = _NOT_UTF8.search(line)
        if match:
            byte = bytes([ord(match[0]) - 0xDC00])
            likely = byte.decode("cp1252", "replace")
            around = _NOT_UTF8.sub("\ufffd", line[max(0, match.start() - 20) : match.end() + 20])
            reason = f"Byte 0x{byte[0]:02X} is not UTF-8 text"
            reason += "." if likely == "\ufffd" else f' (in Windows-1252 it would be "{likely}").'
            cells.problems.append(
                Problem(cells.file, number, None, shorten(around), reason, SAVE_AS_UTF8)
            )


def _name_lines_with_nul(cells: Cells, text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if "\0" in line:
            cells.problems.append(
                Problem(
                    cells.file,
                    number,
                    None,
                    shorten(line),
                    "The line holds a NUL byte, which no text has.",
                    "The file was damaged on its way or at its making; export it again.",
                )
            )


class _Lines(Iterator[str]):
    """The physical lines of a text, one after another, from any place in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.number = 0  # of the line that was last given

    def __next__(self) -> str:
        if self.offset >= len(self.text):
            raise StopIteration
        end = self.text.find("\n", self.offset)
        end = len(self.text) if end < 0 else end + 1
        start, self.offset = self.offset, end
        self.number += 1
        if end - start > LONGEST_LINE:
            raise csv.Error(f"line longer than {LONGEST_LINE} characters")
        return self.text[start:end]

    def resume_after(self, offset: int, number: int) -> None:
        """Go back to the line after line ``number``, which begins at ``offset``."""
        end = self.text.find("\n", offset)
        self.offset = len(self.text) if end < 0 else end + 1
        self.number = number


def _rows(cells: Cells, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that can be read, with the line on which it begins."""
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True, skipinitialspace=True)
    refused = 0
    while True:
        offset, number = lines.offset, lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            start = text[offset : offset + 200].split("\n")[0]
            cells.refuse(number, start, *_why(error))
        else:
            torn = lines.number > number and len(row) != len(cells.header or row)
            if not torn:
                if row:
                    yield number, row
                continue
            start = text[offset : offset + 200].split("\n")[0]
            cells.refuse(number, start, *_why(csv.Error("unexpected end of data")))
        refused += 1
        if refused >= MOST_UNREADABLE_ROWS:
            cells.refuse(
                number,
                "",
                f"{refused} rows cannot be read; reading stopped here.",
                "Check that this is a CSV file with commas between its cells.",
            )
            return
        lines.resume_after(offset, number)
        reader = csv.reader(lines, strict=True, skipinitialspace=True)


def _why(error: csv.Error) -> tuple[str, str]:
    """Reason and advice for what the reader says; its own words are for programmers."""
    said = str(error)
    if "longer than" in said:
        return (
            f"The line is longer than {LONGEST_LINE:,} characters.",
            "Check the line breaks: two or more rows may have run together.",
        )
    if "field larger" in said or "unexpected end" in said:
        return (
            "A quote is opened in this row and closed nowhere, or only in a later row.",
            'Close the quote; a quote inside a quoted cell is written twice: "".',
        )
    return (
        "A quoted cell goes on after its closing quote.",
        'A quote inside a quoted cell is written twice: "".',
    )


def _header_is_sound(cells: Cells, line: int) -> bool:
    """Whether the header can name the cells; if not, say why."""
    header = cells.header
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and separator in header[0]:
            reason = f"The cells are separated by {name}, not by commas."
            cells.refuse(line, header[0], reason, "Export the file again with commas.")
            return False
    lower = [name.lower() for name in header]
    twice = sorted({name for name, low in zip(header, lower, strict=True) if lower.count(low) > 1})
    for name in twice:
        reason = f'The header has the column "{name}" twice.' if name else "A column has no name."
        cells.refuse(line, name, reason, "Keep each column once, with its name.")
    return not twice
