"""Form MYP as a value: its lines, its parts, its years, and its own arithmetic.

Source: California Department of Education, SACS Financial Reporting Software, Form MYP (multiyear
projections, general fund), whose lines say themselves how they add up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milepost.funding.money import dollars
from milepost.funding.years import named

Part = Literal["Unrestricted", "Restricted", "Unrestricted/Restricted"]
PARTS: tuple[Part, ...] = ("Unrestricted", "Restricted", "Unrestricted/Restricted")

REVENUES = {
    "A1": "LCFF sources",
    "A2": "Federal revenues",
    "A3": "Other state revenues",
    "A4": "Other local revenues",
    "A5a": "Transfers in",
    "A5b": "Other sources",
    "A5c": "Contributions",
}
EXPENDITURES = {
    "B1e": "Certificated salaries",
    "B2e": "Classified salaries",
    "B3": "Employee benefits",
    "B4": "Books and supplies",
    "B5": "Services and other operating expenditures",
    "B6": "Capital outlay",
    "B7": "Other outgo, without transfers of indirect costs",
    "B8": "Transfers of indirect costs",
    "B9a": "Transfers out",
    "B9b": "Other uses",
    "B10": "Other adjustments",
}
_STEPS = {"a": "Base", "b": "Step and column", "c": "Cost-of-living", "d": "Other adjustments"}
LINES = {
    **REVENUES,
    "A6": "Total revenues",
    **{f"B1{step}": f"Certificated salaries: {name}" for step, name in _STEPS.items()},
    **{f"B2{step}": f"Classified salaries: {name}" for step, name in _STEPS.items()},
    **EXPENDITURES,
    "B11": "Total expenditures",
    "C": "Net increase or decrease in fund balance",
    "D1": "Net beginning fund balance",
    "D2": "Ending fund balance",
    "D3a": "Nonspendable",
    "D3b": "Restricted",
    "D3c1": "Stabilization arrangements",
    "D3c2": "Other commitments",
    "D3d": "Assigned",
    "D3e1": "Reserve for economic uncertainties",
    "D3e2": "Unassigned",
    "D3f": "Components of ending fund balance",
    "E1a": "General fund: stabilization arrangements",
    "E1b": "General fund: reserve for economic uncertainties",
    "E1c": "General fund: unassigned",
    "E2a": "Fund 17: stabilization arrangements",
    "E2b": "Fund 17: reserve for economic uncertainties",
    "E2c": "Fund 17: unassigned",
    "E3": "Total available reserves",
}
"""Every line that holds amounts, by its place in the form."""

_TOTALS = {
    "A6": tuple(REVENUES),
    "B11": tuple(EXPENDITURES),
    "D2": ("C", "D1"),
    "D3f": ("D3a", "D3b", "D3c1", "D3c2", "D3d", "D3e1", "D3e2"),
    "E3": ("E1a", "E1b", "E1c", "E2a", "E2b", "E2c"),
}
_SALARIES = {group: tuple(f"{group[:2]}{step}" for step in _STEPS) for group in ("B1e", "B2e")}
_SAME = {"D3f": "D2", "E1a": "D3c1", "E1b": "D3e1", "E1c": "D3e2"}


@dataclass(frozen=True)
class Entry:
    """One amount of the form, in cents."""

    part: Part
    line: str
    """Its place in the form: 'B1e', a key of `LINES`."""
    year: int
    """Fiscal year by its end."""
    cents: int


@dataclass(frozen=True)
class Projection:
    """A district's budget year and the two years after it. A line left blank has no entry."""

    district: str
    code: str
    """County, district and school code: '34 67447 0000000'."""
    first_year: int
    entries: tuple[Entry, ...]

    @property
    def years(self) -> tuple[int, int, int]:
        """The fiscal years of columns A, C and E."""
        return self.first_year, self.first_year + 1, self.first_year + 2

    def table(self, part: Part) -> dict[tuple[str, int], int]:
        """Return cents of one part by line and year; what is blank is not there."""
        return {(one.line, one.year): one.cents for one in self.entries if one.part == part}


@dataclass(frozen=True)
class Sum:
    """One sum that the form states: what is printed, and what its parts make."""

    part: Part
    line: str
    year: int
    rule: str
    printed: int
    computed: int

    @property
    def closes(self) -> bool:
        """Return whether both are the same to the cent."""
        return self.printed == self.computed

    def sentence(self) -> str:
        """Return the sum in words."""
        return (
            f"{self.part}, line {self.line} ({LINES[self.line]}), {named(self.year)}: "
            f"{dollars(self.printed)} is printed, {self.rule} makes {dollars(self.computed)}"
        )


def sums(form: Projection) -> tuple[Sum, ...]:
    """Return every sum that the form states and prints; a total left blank is not among them.

    A blank part of a total adds nothing, as the form itself adds. A form that cannot be trusted is
    one in which a sum does not close.
    """
    found: list[Sum] = []
    for part in PARTS:
        table = form.table(part)
        for year in form.years:
            rules = (*_within(table, year), *_before(table, year, form.first_year))
            found += [
                Sum(part, line, year, rule, table[line, year], cents)
                for line, rule, cents in rules
                if (line, year) in table
            ]
    return (*found, *_together(form))


def _within(table: dict[tuple[str, int], int], year: int) -> Iterator[tuple[str, str, int]]:
    """Rules inside one year: the line, the rule in words, what the rule makes."""
    for total, parts in _TOTALS.items():
        cents = sum(table.get((part, year), 0) for part in parts)
        yield total, f"the sum of {parts[0]} to {parts[-1]}", cents
    for total, parts in _SALARIES.items():
        if any((part, year) in table for part in parts):
            cents = sum(table.get((part, year), 0) for part in parts)
            yield total, f"the sum of {parts[0]} to {parts[-1]}", cents
    if ("A6", year) in table and ("B11", year) in table:
        yield "C", "A6 less B11", table["A6", year] - table["B11", year]
    for line, other in _SAME.items():
        if (other, year) in table:
            yield line, f"line {other}", table[other, year]


def _before(
    table: dict[tuple[str, int], int], year: int, first: int
) -> Iterator[tuple[str, str, int]]:
    """Rules that take the year before."""
    if year == first:
        return
    for line, other in (("D1", "D2"), ("B1a", "B1e"), ("B2a", "B2e")):
        if (other, year - 1) in table:
            yield line, f"line {other} of the year before", table[other, year - 1]


def _together(form: Projection) -> Iterator[Sum]:
    """Both parts, line by line, against the page that holds them together."""
    one, other, both = (form.table(part) for part in PARTS)
    for (line, year), printed in both.items():
        parts = [table[line, year] for table in (one, other) if (line, year) in table]
        if parts:
            yield Sum(PARTS[2], line, year, "both parts together", printed, sum(parts))
