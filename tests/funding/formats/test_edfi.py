"""Ed-Fi's Finance interchange is read safely and written back the same."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.edfi.reading import read_finance
from milepost.funding.edfi.records import (
    DIMENSIONS,
    AccountKey,
    ChartOfAccount,
    Coded,
    Dimension,
    LocalAccount,
    Record,
    Tag,
)
from milepost.funding.edfi.tree import FinanceFileError
from milepost.funding.edfi.writing import write_finance

pytestmark = pytest.mark.pure

KEY = AccountKey("1-1000-100", 2026, "100001")
RECORDS: tuple[Record, ...] = (
    Dimension("Fund", "1", 2026, "General & special", ("uri://ed-fi.org/ReportingTag#LEA",)),
    ChartOfAccount(
        KEY, "uri://ed-fi.org/AccountType#Expenditure", None, (Coded("Fund", "1", 2026),)
    ),
    LocalAccount(KEY, KEY, "Salaries <regular>", (Tag("uri://tag", "$1,234"), Tag("uri://other"))),
)


def read(text: str | bytes) -> list[Record]:
    return list(read_finance(BytesIO(text.encode() if isinstance(text, str) else text)))


def test_records_come_back_the_same() -> None:
    assert read("".join(write_finance(RECORDS))) == list(RECORDS)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
KEYS = st.builds(AccountKey, TEXTS, st.integers(1000, 9999), TEXTS)
TAGS = st.lists(st.builds(Tag, TEXTS, st.none() | TEXTS), max_size=3).map(tuple)


@given(
    st.lists(
        st.builds(Dimension, st.sampled_from(DIMENSIONS), TEXTS, st.integers(1000, 9999), TEXTS)
        | st.builds(LocalAccount, KEYS, KEYS, st.none() | TEXTS, TAGS)
        | st.builds(ChartOfAccount, KEYS, TEXTS, st.none() | TEXTS, tags=TAGS),
        max_size=4,
    )
)
def test_any_records_come_back_the_same(records: list[Record]) -> None:
    assert read("".join(write_finance(records))) == records


@pytest.mark.parametrize(
    ("value", "cents"),
    [("$1,234", 123_400), ("$12.50", 1250), ("-$3", -300), ("12", None), ("$1,2", None)],
)
def test_a_tag_is_money_only_where_it_is_written_as_money(value: str, cents: int | None) -> None:
    assert Tag("uri://tag", value).cents == cents


ROOT = '<InterchangeFinance xmlns="http://ed-fi.org/5.2.0">'
CLOSE = "</InterchangeFinance>"
FUND = "<FundDimension><Code>1</Code><FiscalYear>2026</FiscalYear></FundDimension>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + ROOT + CLOSE, "line 1: a DOCTYPE is not taken"),
        (ROOT + "\n<FundDimension>", "line 2: no XML"),
        ("<InterchangeFinance/>", "not of Ed-Fi's namespace"),
        ('<Other xmlns="http://ed-fi.org/5.2.0"/>', "the file is Other"),
        (f"{ROOT}\n<LocalPayroll/>{CLOSE}", "line 2: LocalPayroll is not known here"),
        (ROOT + FUND.replace("2026", "26") + CLOSE, "'26' is no fiscal year"),
        (ROOT + FUND.replace("<Code>1</Code>", "") + CLOSE, "FundDimension lacks Code"),
        (ROOT + FUND.replace("<Code>1", "<Code>") + CLOSE, "Code is empty"),
        (ROOT + FUND.replace("<Code>", "<Code>2</Code><Code>") + CLOSE, "Code is given twice"),
        (ROOT + FUND.replace("<Code>", "<Color>b</Color><Code>") + CLOSE, "knows no Color"),
        (ROOT + "stray" + CLOSE, "text stands between the records"),
        (ROOT + FUND.replace("<Code>", "stray<Code>") + CLOSE, "holds text beside its elements"),
        (ROOT + "<FundDimension>" * 20, "nested more than 12 deep"),
        (ROOT + FUND.replace(">1<", f">{'1' * 10_001}<") + CLOSE, "more than 10000 characters"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(text: str, words: str) -> None:
    with pytest.raises(FinanceFileError, match=words):
        read(text)


@pytest.mark.parametrize(
    "bad",
    [
        Dimension("Fund", "", 2026),
        Dimension("Fund", " 1", 2026),
        Dimension("Fund", "\x00", 2026),
        Dimension("Fund", "1", 26),
        ChartOfAccount(KEY, "uri://type", None, (Coded("Fund", "1", 2026),) * 2),
    ],
)
def test_what_would_not_come_back_is_not_written(bad: Record) -> None:
    with pytest.raises(ValueError, match=r"Code|FiscalYear|twice"):
        "".join(write_finance([bad]))


def test_the_standard_s_own_sample_is_written_back_element_by_element(real_data: Path) -> None:
    given = (real_data / "finance/edfi/Finance.xml").read_bytes()
    records = read(given)
    assert len(records) == 167
    written = "".join(write_finance(records)).encode()
    assert read(written) == records
    assert _bare(written) == _bare(given)


def _bare(text: bytes) -> bytes:
    """Everything inside the root, without the blanks between elements."""
    return (
        re.sub(rb"\s*(<[^>]*>)\s*", rb"\1", text)
        .split(b"<InterchangeFinance", 1)[1]
        .split(b">", 1)[1]
    )
