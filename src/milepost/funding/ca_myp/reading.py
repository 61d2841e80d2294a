"""Read Form MYP from the text of its printed pages (a PDF's text with its layout kept)."""

import re
from dataclasses import dataclass, field

from milepost.funding.ca_myp.form import LINES, PARTS, Entry, Part, Projection
from milepost.funding.money import cents

_AMOUNT = re.compile(r"\(?[0-9][0-9,]*\.[0-9]{2}\)?(?!%|[0-9])")
_TITLE = re.compile(r"^\s*(.+?)\s{2,}Multiyear Projections\s{2,}Form MYP\s*$")
_DISTRICT = re.compile(r"^\s*(.+?)\s{2,}General Fund\s{2,}([0-9]{2} [0-9]{5} [0-9]{7})\s*$")
_PART = re.compile(r"^\s*(Unrestricted/Restricted|Unrestricted|Restricted)\s{2,}\S+\(20[0-9-]+\)")
_YEAR = re.compile(r"^\s*(20[0-9]{2})-([0-9]{2})\s+%")
_SECTION = re.compile(r"\s*([A-F])\. +[A-Z]{2}")
_NUMBER = re.compile(r"\s*([0-9]{1,2})\. ")
_LETTER = re.compile(r"\s*([a-f]) ?\. ")
_NEAR = 8
"""Characters by which the right edge of an amount may stand off its column."""


def read_form(text: str) -> Projection:
    """Return the projection that the pages hold; other forms' pages are passed over.

    An amount belongs to the line whose number stands last before it, and to the column (A, C or E)
    at whose right edge it ends. Raises ValueError, naming the line of the text, for an amount that
    stands in no column or on no line of the form, a line given twice, pages of two districts or
    years, and a text without the form.
    """
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reader.take(line)
        except ValueError as wrong:
            raise ValueError(f"line {number}: {wrong}") from wrong
    if not reader.found or reader.year is None or reader.district is None:
        raise ValueError("the text holds no Form MYP: give the pages titled Multiyear Projections")
    years = [reader.year + ahead for ahead in range(3)]
    entries = tuple(
        Entry(part, line, years[column], amount)
        for (part, line, column), amount in reader.found.items()
    )
    return Projection(*reader.district, reader.year, entries)


@dataclass
class _Reader:
    """Where reading stands: the page's part and columns, and the form's line."""

    found: dict[tuple[Part, str, int], int] = field(default_factory=dict)
    district: tuple[str, str] | None = None
    year: int | None = None
    part: Part | None = None
    edges: list[int] = field(default_factory=list)
    section: str = ""
    item: int = 0
    letter: str = ""
    below: str = ""
    on_page: bool = False
    heading: tuple[str, str] | None = None

    def take(self, line: str) -> None:
        if line.startswith("California Dept of Education"):
            self.on_page = False
        elif match := _DISTRICT.match(line):
            self.heading = match.group(1), match.group(2)
        elif _TITLE.match(line):
            self._page()
        elif self.on_page and (match := _PART.match(line)):
            name = next(part for part in PARTS if part == match.group(1))
            if name != self.part:
                self.part, self.section, self.item, self.letter, self.below = name, "", 0, "", ""
        elif self.on_page and (match := _YEAR.match(line)):
            self._same_year(int(match.group(1)) + 1)
        elif self.on_page:
            self._place(line)
            self._amounts(line)

    def _page(self) -> None:
        self.on_page, self.edges = True, []
        if self.district not in (None, self.heading):
            raise ValueError(f"this page is of {self.heading}, the one before of {self.district}")
        self.district = self.heading

    def _same_year(self, year: int) -> None:
        if self.year not in (None, year):
            raise ValueError(f"this page begins with {year}, the one before with {self.year}")
        self.year = year

    def _place(self, line: str) -> None:
        if match := _SECTION.match(line):
            self.section, self.item, self.letter, self.below = match.group(1), 0, "", ""
        elif match := _NUMBER.match(line):
            # Inside a letter the count begins again: D3c holds 1 and 2.
            if self.letter and int(match.group(1)) <= self.item:
                self.below = match.group(1)
            else:
                self.item, self.letter, self.below = int(match.group(1)), "", ""
        elif match := _LETTER.match(line):
            self.letter, self.below = match.group(1), ""

    def _amounts(self, line: str) -> None:
        amounts = list(_AMOUNT.finditer(line))
        if not amounts or self.section == "F":
            return
        if len(amounts) == 3 and not self.edges:
            self.edges = [amount.end() for amount in amounts]
        place = f"{self.section}{self.item or ''}{self.letter}{self.below}"
        if place not in LINES or self.part is None:
            raise ValueError(f"{amounts[0].group()} stands on line {place or '(none)'} of no form")
        for amount in amounts:
            column = self._column(amount)
            if (self.part, place, column) in self.found:
                raise ValueError(f"{self.part} line {place} is given twice")
            self.found[self.part, place, column] = _cents(amount.group())

    def _column(self, amount: re.Match[str]) -> int:
        gaps = [abs(amount.end() - edge) for edge in self.edges]
        if not gaps or min(gaps) > _NEAR:
            raise ValueError(f"{amount.group()} stands below no column")
        return gaps.index(min(gaps))


def _cents(printed: str) -> int:
    amount = cents(printed.strip("()").replace(",", ""))
    if printed.startswith("(") != printed.endswith(")"):
        raise ValueError(f"{printed} has one parenthesis: negative amounts have two")
    return -amount if printed.startswith("(") else amount
