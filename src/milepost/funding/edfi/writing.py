"""Write the Finance interchange."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from milepost.funding.edfi.reading import ROOT
from milepost.funding.edfi.records import (
    AccountKey,
    ChartOfAccount,
    Coded,
    Dimension,
    LocalAccount,
    Record,
    Tag,
)

_SPACE = "http://ed-fi.org/5.2.0"


def write_finance(records: Iterable[Record]) -> Iterator[str]:
    """Yield a Finance interchange piece by piece; `read_finance` gives the same records back.

    Raises ValueError for a text that XML cannot carry or that reading would change: empty, with
    spaces around it, or with characters that are not printed.
    """
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} xmlns="{_SPACE}">\n'
    for record in records:
        if isinstance(record, Dimension):
            yield _in(f"{record.kind}Dimension", _dimension(record)) + "\n"
        elif isinstance(record, ChartOfAccount):
            yield _in("ChartOfAccount", _chart(record)) + "\n"
        else:
            yield _in("LocalAccount", _local(record)) + "\n"
    yield f"</{ROOT}>\n"


def _in(name: str, parts: Iterable[str]) -> str:
    return f"<{name}>{''.join(parts)}</{name}>"


def _text(name: str, value: str | int | None) -> str:
    if value is None:
        return ""
    text = str(value)
    if not text or text != text.strip() or not text.isprintable():
        raise ValueError(f"{name} {text!r} is empty, has spaces around it, or cannot be printed")
    return _in(name, [escape(text)])


def _dimension(one: Dimension) -> Iterator[str]:
    yield _text("Code", one.code) + _year(one.fiscal_year) + _text("CodeName", one.name)
    yield from (_text("ReportingTag", tag) for tag in one.tags)


def _year(year: int) -> str:
    if not 1000 <= year <= 9999:
        raise ValueError(f"FiscalYear {year} has not four digits")
    return _text("FiscalYear", year)


def _owner(key: AccountKey) -> str:
    inner = _text("EducationOrganizationId", key.organization)
    identity = _in("EducationOrganizationIdentity", [inner])
    return _in("EducationOrganizationReference", [identity])


def _chart(one: ChartOfAccount) -> Iterator[str]:
    yield _text("AccountIdentifier", one.key.identifier) + _year(one.key.fiscal_year)
    yield _owner(one.key)
    yield _text("AccountType", one.account_type) + _text("AccountName", one.name)
    kinds = [coded.kind for coded in one.dimensions]
    if len(set(kinds)) != len(kinds):
        raise ValueError(f"account {one.key.identifier!r} names a dimension twice")
    yield from (_coded(coded) for coded in one.dimensions)
    yield from (_tag(tag) for tag in one.tags)


def _coded(one: Coded) -> str:
    name = f"{one.kind}Dimension"
    identity = _in(f"{name}Identity", [_text("Code", one.code), _year(one.fiscal_year)])
    return _in(f"{one.kind}{name}Reference", [identity])


def _local(one: LocalAccount) -> Iterator[str]:
    yield _text("AccountIdentifier", one.key.identifier)
    yield _owner(one.key) + _year(one.key.fiscal_year) + _text("AccountName", one.name)
    parts = [_text("AccountIdentifier", one.chart.identifier), _year(one.chart.fiscal_year)]
    identity = _in("ChartOfAccountIdentity", [*parts, _owner(one.chart)])
    yield _in("ChartOfAccountReference", [identity])
    yield from (_tag(tag) for tag in one.tags)


def _tag(tag: Tag) -> str:
    parts = [_text("TagValue", tag.value), _text("ReportingTag", tag.descriptor)]
    return _in("ReportingTag", parts)
