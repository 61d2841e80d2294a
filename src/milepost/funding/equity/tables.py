"""A table of districts from a CSV file, as people keep them; what is missing is named."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from milepost.funding.equity.districts import Floats
from milepost.funding.equity.report import EquityReport, Finding, report

DEFAULTS: Mapping[str, str] = {
    "district": "district",
    "pupils": "pupils",
    "dollars": "dollars",
    "per_pupil": "dollars_per_pupil",
    "wealth": "wealth_per_pupil",
    "need": "need_share",
    "weighted": "weighted_pupils",
}
"""What each column is called where nobody says otherwise. Dollars are those of all pupils, or a
pupil's; wealth is a pupil's; need is the share of pupils in need, 0 to 1; weighted pupils count a
pupil in need for more than one."""
WORDS = {
    "pupils": "pupils",
    "dollars": "dollars",
    "per_pupil": "dollars per pupil",
    "wealth": "wealth",
    "need": "need",
    "weighted": "weighted pupils",
}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PER_WEIGHTED = ("coefficient_of_variation", "gini", "mcloone", "verstegen")


class TableError(ValueError):
    """A table that cannot be taken: every fault by line and column; nothing was measured."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Asked:
    """How a table is read: what its columns are called, which rows count."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Another name for a column of `DEFAULTS`."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Only rows with these values, by column: one year of many."""
    least: float = 0
    """Only districts of this many pupils or more."""


@dataclass(frozen=True)
class Table:
    """Districts with all that is known of each; NaN where it is missing."""

    names: tuple[str, ...]
    columns: Mapping[str, Floats]
    """By key of `DEFAULTS`, with ``per_pupil`` always there."""
    small: int = 0
    """How many districts had fewer pupils than was asked."""

    def absent(self) -> list[tuple[str, str]]:
        """Return the districts that are left out, each with the first column that it lacks."""
        found = []
        for row, name in enumerate(self.names):
            lacking = [key for key, one in self.columns.items() if np.isnan(one[row])]
            if lacking:
                found.append((name, ", ".join(WORDS[key] for key in lacking)))
        return found

    def whole(self) -> "Table":
        """Return the districts of which everything is known."""
        keep = ~np.any([np.isnan(one) for one in self.columns.values()], axis=0)
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        return Table(names, {key: one[keep] for key, one in self.columns.items()}, self.small)

    def report(self) -> EquityReport:
        """Measure the districts of which everything is known. Raises ValueError as `report`."""
        known = self.whole().columns
        return report(
            known["pupils"],
            known["per_pupil"],
            wealth=known.get("wealth"),
            need=known.get("need"),
        )

    def per_weighted_pupil(self) -> tuple[Finding, ...]:
        """Return how evenly dollars are spread over weighted pupils; none without weights.

        Where a pupil in need counts for more, even is fair. Source: Berne and Stiefel (1984),
        chapter 2, vertical equity.
        """
        known = self.whole().columns
        if "weighted" not in known:
            return ()
        weighted = known["weighted"]
        found = report(weighted, known["per_pupil"] * known["pupils"] / weighted)
        return tuple(one for one in found.findings if one.name in _PER_WEIGHTED)


def read_table(data: bytes, asked: Asked | None = None) -> Table:
    """Read districts from CSV with a header.

    An empty cell is missing, and so is a dash; it is never zero. Dollar signs, thousands and
    percent signs are taken as people write them. Raises TableError with every fault by line and
    column: a column that is not there, a cell that is no number, pupils or dollars not above zero,
    a share outside 0 to 1, a district twice.
    """
    asked = asked or Asked()
    rows = list(_rows(data))
    header = list(rows[0][1]) if rows else []
    names = _named(header, asked)
    faults: list[str] = []
    districts: dict[str, int] = {}
    cells: dict[str, list[float]] = {key: [] for key in names if key != "district"}
    small = 0
    for line, row in rows:
        if any(row[column].strip() != value for column, value in asked.where.items()):
            continue
        values = {key: _value(key, row[names[key]], line, names[key], faults) for key in cells}
        if values["pupils"] < asked.least:
            small += 1
            continue
        name = row[names["district"]].strip() or f"line {line}"
        if districts.setdefault(name, line) != line:
            faults.append(
                f"line {line}, column {names['district']}: {name!r} is in line {districts[name]} "
                "already: keep one row a district, or say which rows count"
            )
        for key, value in values.items():
            cells[key].append(value)
    if faults:
        raise TableError(faults)
    columns = {key: np.array(one, dtype=np.float64) for key, one in cells.items()}
    if "per_pupil" not in columns:
        columns["per_pupil"] = columns.pop("dollars") / columns["pupils"]
    columns.pop("dollars", None)
    return Table(tuple(districts), columns, small)


def write_table(table: Table) -> str:
    """Return a table as CSV with the columns of `DEFAULTS`; `read_table` gives the same back."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["district", *(DEFAULTS[key] for key in table.columns)])
    for row, name in enumerate(table.names):
        cells = (one[row] for one in table.columns.values())
        writer.writerow([name, *("" if np.isnan(cell) else repr(float(cell)) for cell in cells)])
    return text.getvalue()


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        raise TableError([f"line {line}: the text is not UTF-8; save it as CSV UTF-8"]) from wrong
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) and any(cells[len(header) :]):
                raise TableError([f"line {reader.line_num}: {len(cells)} cells for "
                                  f"{len(header)} columns"])  # fmt: skip
            padded = [*cells, *[""] * len(header)]
            yield reader.line_num, dict(zip(header, padded, strict=False))
    except csv.Error as wrong:
        raise TableError([f"line {reader.line_num}: no CSV: {wrong}"]) from wrong


def _named(header: list[str], asked: Asked) -> dict[str, str]:
    """Return the name in the file of each column that is there, by key of `DEFAULTS`."""
    if not header:
        raise TableError(["line 1: the table holds no district: give a header and a row for each"])
    chosen = {key: asked.columns.get(key, name) for key, name in DEFAULTS.items()}
    lacking = [
        name
        for key, name in chosen.items()
        if name not in header and (key in ("district", "pupils") or key in asked.columns)
    ]
    lacking += [name for name in asked.where if name not in header]
    if chosen["dollars"] not in header and chosen["per_pupil"] not in header:
        lacking.append(f"{chosen['dollars']} (or {chosen['per_pupil']})")
    if lacking:
        there = ", ".join(header)
        raise TableError([f"line 1: there is no column {', '.join(lacking)}; there are: {there}"])
    found = {key: name for key, name in chosen.items() if name in header}
    if "per_pupil" in found:
        found.pop("dollars", None)
    return found


def _value(key: str, cell: str, line: int, column: str, faults: list[str]) -> float:
    text = cell.strip().replace("$", "").replace(",", "")
    share = text.endswith("%")
    text = text.removesuffix("%").strip()
    if text in ("", "-", "–"):
        return float("nan")
    where = f"line {line}, column {column}"
    if not _NUMBER.fullmatch(text):
        faults.append(f"{where}: {cell.strip()!r} is no number; leave it empty if it is not known")
        return float("nan")
    value = float(text) / (100 if share else 1)
    if key == "need" and not 0 <= value <= 1:
        faults.append(f"{where}: {cell.strip()} is no share: write 0 to 1, or percent with %")
    elif key == "wealth" and value < 0:
        faults.append(f"{where}: {cell.strip()} is below zero")
    elif key not in ("need", "wealth") and value <= 0:
        faults.append(
            f"{where}: {cell.strip()} is not above zero; leave it empty if it is not known"
        )
    return value
