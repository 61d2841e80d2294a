"""A budget by NCES account codes as CSV: written, and read back to the same budget.

One row is one line in one fiscal year and, where it belongs to one, one school. The columns are
`COLUMNS`, in this order; amounts are dollars with two places, without signs for currency or
thousands; the fiscal year is the one in which it ends (2026 is 2025-26); tags are separated by
spaces. Account codes as in `accounts`.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import get_args

from milepost.funding.accounts import Account
from milepost.funding.money import cents, dollars
from milepost.funding.streams import Category, Cost, Timing

COLUMNS = (
    "line",
    "fiscal_year",
    "amount",
    "fund",
    "function",
    "object",
    "program",
    "category",
    "timing",
    "school",
    "tags",
)

_Key = tuple[str, int, str | None, Account, Timing]
_CATEGORIES = {name: name for name in get_args(Category)}
_TIMINGS: dict[str, Timing] = {name: name for name in get_args(Timing)}


class BudgetFileError(ValueError):
    """A budget file that cannot be taken: every fault with its line and column, nothing read."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def write_budget(costs: Iterable[Cost]) -> str:
    """Return costs as CSV, in the order given; `read_budget` gives the same costs back.

    Raises ValueError for a text that the file cannot carry: a tag with a space, a name that begins
    or ends in a space or holds a break of line or a NUL.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    seen: set[_Key] = set()
    for cost in costs:
        for tag in cost.tags:
            if not tag or re.search(r"\s", tag):
                raise ValueError(f"tag {tag!r} of line {cost.line!r} is empty or holds a space")
        row = _row(cost)
        for name, cell in zip(COLUMNS, row, strict=True):
            if cell != cell.strip() or not cell.isprintable():
                raise ValueError(f"{name} {cell!r} has spaces around it or what cannot be printed")
        if not cost.line or cost.school == "":
            raise ValueError(f"line {cost.line!r}: its name, or its school, is an empty text")
        if not 1900 <= cost.year <= 2200:
            raise ValueError(f"line {cost.line!r} is of {cost.year}, no fiscal year")
        if _key(cost) in seen:
            raise ValueError(
                f"line {cost.line!r} has {cost.year} twice on one account, school, timing"
            )
        seen.add(_key(cost))
        writer.writerow(row)
    return text.getvalue()


def read_budget(data: bytes | str) -> tuple[Cost, ...]:
    """Read a budget as `write_budget` writes it.

    Raises BudgetFileError with every fault by line and column: another header, a row of another
    length, a code, year, amount, category or timing that is none, and the same line, year, account,
    school and timing twice.
    """
    faults: list[str] = []
    costs: list[Cost] = []
    seen: dict[_Key, int] = {}
    for line, row in _rows(data):
        found = list(_faults(row))
        if not found:
            cost = _cost(row)
            first = seen.setdefault(_key(cost), line)
            if first != line:
                found.append(("line", f"is in line {first} already: add the two up"))
            costs.append(cost)
        faults += [f"line {line}, column {column}: {fault}" for column, fault in found]
    if faults:
        raise BudgetFileError(faults)
    return tuple(costs)


def _row(cost: Cost) -> tuple[str, ...]:
    account = cost.account
    codes = (account.fund, account.function, account.object, account.program)
    first = (cost.line, str(cost.year), str(dollars(cost.cents)), *codes)
    return (*first, cost.category, cost.timing, cost.school or "", " ".join(sorted(cost.tags)))


def _key(cost: Cost) -> _Key:
    return cost.line, cost.year, cost.school, cost.account, cost.timing


def _rows(data: bytes | str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows below the header by column, each with the line of the file it ends on."""
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as wrong:
        at = wrong.object[: wrong.start].count(b"\n") + 1
        raise BudgetFileError([f"line {at}: the text is not UTF-8; save it as UTF-8"]) from wrong
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            raise BudgetFileError([f"line 1: the columns must be {', '.join(COLUMNS)}"])
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(COLUMNS):
                raise BudgetFileError(
                    [f"line {reader.line_num}: {len(cells)} cells instead of {len(COLUMNS)}"]
                )
            yield reader.line_num, dict(zip(COLUMNS, cells, strict=True))
    except csv.Error as wrong:
        raise BudgetFileError([f"line {reader.line_num}: no CSV: {wrong}"]) from wrong


def _faults(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, cell in row.items():
        if cell != cell.strip() or not cell.isprintable():
            yield name, f"{cell!r} has spaces around it or what cannot be printed"
    if not row["line"]:
        yield "line", "is empty: name what is bought"
    if not re.fullmatch(r"(19|20|21)[0-9]{2}", row["fiscal_year"]):
        yield "fiscal_year", f"{row['fiscal_year']!r} is no year of four digits"
    if not re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{2}", row["amount"]):
        yield "amount", f"{row['amount']!r} is no amount like 1250.00"
    for name in ("fund", "function", "object", "program"):
        codes = {"fund": "1", "function": "1000", "object": "100", "program": "100"}
        try:
            Account(**(codes | {name: row[name]}))
        except ValueError as wrong:
            yield name, str(wrong)
    if row["category"] not in _CATEGORIES:
        yield "category", f"{row['category']!r} is none of {', '.join(_CATEGORIES)}"
    if row["timing"] not in _TIMINGS:
        yield "timing", f"{row['timing']!r} is none of {', '.join(_TIMINGS)}"


def _cost(row: dict[str, str]) -> Cost:
    return Cost(
        line=row["line"],
        year=int(row["fiscal_year"]),
        cents=cents(row["amount"]),
        account=Account(row["fund"], row["function"], row["object"], row["program"]),
        category=_CATEGORIES[row["category"]],
        timing=_TIMINGS[row["timing"]],
        school=row["school"] or None,
        tags=frozenset(row["tags"].split()),
    )
