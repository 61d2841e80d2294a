"""Read the Finance interchange record by record."""

from collections.abc import Iterator
from typing import BinaryIO

from milepost.funding.edfi.records import (
    DIMENSIONS,
    AccountKey,
    ChartOfAccount,
    Coded,
    Dimension,
    Kind,
    LocalAccount,
    Record,
    Tag,
)
from milepost.funding.edfi.tree import Element, FinanceFileError, elements

ROOT = "InterchangeFinance"
_KINDS: dict[str, Kind] = {f"{kind}Dimension": kind for kind in DIMENSIONS}
_REFERENCES: dict[str, Kind] = {f"{kind}{kind}DimensionReference": kind for kind in DIMENSIONS}


def read_finance(file: BinaryIO) -> Iterator[Record]:
    """Yield the records of a Finance interchange in the file's order, in bounded memory.

    Elements inside a record may stand in any order. Raises FinanceFileError, naming the line, for
    a record or an element that this reader does not know (nothing is skipped in silence), for one
    that is missing, empty or given twice, and for a fiscal year that is none. A caller that must
    take all or nothing lists the records before it keeps any.
    """
    for element in elements(file, ROOT):
        taker = _Taker(element)
        if element.name in _KINDS:
            yield _dimension(_KINDS[element.name], taker)
        elif element.name == "ChartOfAccount":
            yield _chart(taker)
        elif element.name == "LocalAccount":
            yield _local(taker)
        else:
            known = ", ".join((*_KINDS, "ChartOfAccount", "LocalAccount"))
            raise FinanceFileError(
                element.line, f"{element.name} is not known here: take it out ({known} are known)"
            )
        taker.nothing_left()


class _Taker:
    """Takes the children of an element by name, and knows what is left."""

    def __init__(self, element: Element) -> None:
        self.element, self.left = element, list(element.children)

    def all(self, name: str) -> list[Element]:
        found = [child for child in self.left if child.name == name]
        self.left = [child for child in self.left if child.name != name]
        return found

    def optional(self, name: str) -> Element | None:
        found = self.all(name)
        if len(found) > 1:
            raise FinanceFileError(found[1].line, f"{name} is given twice")
        return found[0] if found else None

    def one(self, name: str) -> Element:
        found = self.optional(name)
        if found is None:
            raise FinanceFileError(self.element.line, f"{self.element.name} lacks {name}")
        return found

    def text(self, name: str) -> str:
        return _text(self.one(name))

    def year(self) -> int:
        element = self.one("FiscalYear")
        if len(element.text) != 4 or not (element.text.isascii() and element.text.isdecimal()):
            raise FinanceFileError(element.line, f"{element.text!r} is no fiscal year")
        return int(element.text)

    def within(self, *path: str) -> "_Taker":
        """Go down a path of elements, each of which holds the next alone."""
        taker = self
        for at, name in enumerate(path):
            inner = _Taker(taker.one(name))
            if at:
                taker.nothing_left()
            taker = inner
        return taker

    def nothing_left(self) -> None:
        for child in self.left:
            raise FinanceFileError(child.line, f"{self.element.name} knows no {child.name}")


def _text(element: Element) -> str:
    if not element.text:
        raise FinanceFileError(element.line, f"{element.name} is empty: give it or leave it out")
    return element.text


def _dimension(kind: Kind, taker: _Taker) -> Dimension:
    name = taker.optional("CodeName")
    return Dimension(
        kind=kind,
        code=taker.text("Code"),
        fiscal_year=taker.year(),
        name=_text(name) if name else None,
        tags=tuple(_text(tag) for tag in taker.all("ReportingTag")),
    )


def _key(taker: _Taker) -> AccountKey:
    path = ("EducationOrganizationReference", "EducationOrganizationIdentity")
    owner = taker.within(*path)
    key = AccountKey(
        taker.text("AccountIdentifier"), taker.year(), owner.text("EducationOrganizationId")
    )
    owner.nothing_left()
    return key


def _chart(taker: _Taker) -> ChartOfAccount:
    return ChartOfAccount(
        key=_key(taker),
        account_type=taker.text("AccountType"),
        name=_name(taker),
        dimensions=tuple(_coded(taker)),
        tags=tuple(_tags(taker)),
    )


def _local(taker: _Taker) -> LocalAccount:
    key = _key(taker)
    chart = taker.within("ChartOfAccountReference", "ChartOfAccountIdentity")
    account = LocalAccount(key, _key(chart), _name(taker), tuple(_tags(taker)))
    chart.nothing_left()
    return account


def _name(taker: _Taker) -> str | None:
    name = taker.optional("AccountName")
    return _text(name) if name else None


def _coded(taker: _Taker) -> Iterator[Coded]:
    for name in [child.name for child in taker.left]:
        kind = _REFERENCES.get(name)
        if kind is not None:
            inner = taker.within(name, f"{kind}DimensionIdentity")
            yield Coded(kind, inner.text("Code"), inner.year())
            inner.nothing_left()


def _tags(taker: _Taker) -> Iterator[Tag]:
    for element in taker.all("ReportingTag"):
        inner = _Taker(element)
        value = inner.optional("TagValue")
        yield Tag(inner.text("ReportingTag"), _text(value) if value else None)
        inner.nothing_left()
