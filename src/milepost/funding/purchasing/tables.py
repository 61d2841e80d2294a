"""What a pool is made of, as people type it or keep it in CSV: who needs how many, who offers what.

Needs have two columns: district (or school) and units. Offers have four: vendor, discount
('all-units' or 'incremental'), units, and the price of one in dollars from so many units on; an
offer has a row for each of its breaks, in order.
"""

import csv
import io
import re
from collections.abc import Iterator

from milepost.funding.money import cents
from milepost.funding.purchasing.offers import Break, Discount, Offer
from milepost.funding.sources import Source

MOST = 1_000
"""Rows of one table; each district and each break costs time to work out."""
_DISCOUNTS: dict[str, Discount] = {"all-units": "all-units", "incremental": "incremental"}


class PoolTableError(ValueError):
    """Needs or offers that cannot be taken: every fault by table and line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def read_needs(text: str) -> dict[str, int]:
    """Return units by district, in the order given. Raises PoolTableError."""
    found: dict[str, int] = {}
    faults = []
    for line, (district, units) in _rows(text, ("district", "units")):
        if not district:
            faults.append(f"needs, line {line}: the district has no name")
        elif district in found:
            faults.append(f"needs, line {line}: {district!r} is there twice: add the two up")
        elif not _whole(units):
            faults.append(f"needs, line {line}: {units!r} is no number of units, 1 or more")
        else:
            found[district] = int(units)
    if not found and not faults:
        faults.append("needs: nobody is named; write one a line, like: Alder, 60")
    if faults:
        raise PoolTableError(faults)
    return found


def read_offers(text: str, source: Source) -> tuple[Offer, ...]:
    """Return the vendors' offers, in the order given. Raises PoolTableError."""
    breaks: dict[tuple[str, Discount], list[Break]] = {}
    faults = []
    for line, (vendor, discount, units, price) in _rows(
        text, ("vendor", "discount", "units", "price")
    ):
        where = f"offers, line {line}"
        amount = price.removeprefix("$").strip()
        if not vendor:
            faults.append(f"{where}: the vendor has no name")
        if discount not in _DISCOUNTS:
            faults.append(f"{where}: {discount!r} is neither all-units nor incremental")
        if not _whole(units):
            faults.append(f"{where}: {units!r} is no number of units, 1 or more")
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", amount):
            faults.append(f"{where}: {price!r} is no price of one in dollars, like 250.00")
        if not faults:
            one = Break(int(units), cents(amount))
            breaks.setdefault((vendor, _DISCOUNTS[discount]), []).append(one)
    if not breaks and not faults:
        faults.append("offers: there is none; write one a line, like: Ash, all-units, 1, 300.00")
    if faults:
        raise PoolTableError(faults)
    try:
        return tuple(
            Offer(vendor, discount, tuple(rows), source)
            for (vendor, discount), rows in breaks.items()
        )
    except ValueError as wrong:
        raise PoolTableError([str(wrong)]) from wrong


def _rows(text: str, names: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the cells of each row with its line; a first row of the names alone is a header."""
    table = "needs" if len(names) == 2 else "offers"
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    try:
        for at, cells in enumerate(reader):
            row = tuple(cell.strip() for cell in cells)
            if not any(row) or (not at and tuple(cell.lower() for cell in row) == names):
                continue
            if len(row) != len(names):
                why = f"{len(row)} cells; {len(names)} are expected: {', '.join(names)}"
                raise PoolTableError([f"{table}, line {reader.line_num}: {why}"])
            if at > MOST:
                raise PoolTableError([f"{table}: more than {MOST:,} rows"])
            yield reader.line_num, row
    except csv.Error as wrong:
        raise PoolTableError([f"{table}, line {reader.line_num}: {wrong}"]) from wrong


def _whole(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,7}", text)) and int(text) > 0
