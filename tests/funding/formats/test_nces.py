"""A budget by NCES codes goes out as CSV and comes back the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.accounts import Account
from milepost.funding.nces import COLUMNS, BudgetFileError, read_budget, write_budget
from milepost.funding.streams import Cost

pytestmark = pytest.mark.pure

COACH = Cost(
    "Coach, half time",
    2026,
    4_512_050,
    Account("1", "2213", "113", "100"),
    "instructional support staff",
    "recurring",
    "north",
    frozenset({"tutoring", "title-i-school"}),
)


def test_a_row_is_what_a_finance_office_reads() -> None:
    text = write_budget([COACH])
    assert text.splitlines()[1] == (
        '"Coach, half time",2026,45120.50,1,2213,113,100,instructional support staff,recurring,'
        "north,title-i-school tutoring"
    )
    assert read_budget(b"\xef\xbb\xbf" + text.encode()) == (COACH,)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)


@given(
    st.lists(
        st.builds(
            Cost,
            line=NAMES,
            year=st.integers(1990, 2100),
            cents=st.integers(-(10**16), 10**16),
            account=st.builds(
                Account,
                fund=st.from_regex(r"[0-9]{1,4}", fullmatch=True),
                function=st.from_regex(r"[0-9]{4}", fullmatch=True),
                object=st.from_regex(r"[0-9]{3,4}", fullmatch=True),
                program=st.from_regex(r"[0-9]{3,4}", fullmatch=True),
            ),
            category=st.sampled_from(["technology", "other"]),
            timing=st.sampled_from(["start-up", "recurring"]),
            school=st.none() | NAMES,
            tags=st.frozensets(st.from_regex(r"[a-z-]{1,6}", fullmatch=True)),
        ),
        max_size=5,
        unique_by=lambda cost: (cost.line, cost.year, cost.school, cost.account),
    )
)
def test_any_budget_comes_back_the_same(costs: list[Cost]) -> None:
    assert read_budget(write_budget(costs)) == tuple(costs)


def test_every_fault_is_named_by_line_and_column() -> None:
    rows = [
        ",".join(COLUMNS),
        "Laptops,26,1250,1,1000,734,100,hardware,once,,",
        "Laptops,2026,1250.00,1,10,734,100,technology,start-up,,",
    ]
    with pytest.raises(BudgetFileError) as refused:
        read_budget("\n".join(rows))
    assert [fault.split(":")[0] for fault in refused.value.faults] == [
        "line 2, column fiscal_year",
        "line 2, column amount",
        "line 2, column category",
        "line 2, column timing",
        "line 3, column function",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "line 1: the columns must be line, fiscal_year"),
        (b"line\xff", "line 1: the text is not UTF-8"),
        (",".join(COLUMNS) + "\na,b\n", "line 2: 2 cells instead of 11"),
        (write_budget([COACH]) + write_budget([COACH]).split("\n")[1], "line 3, column line"),
        (",".join(COLUMNS) + '\n"open', "line 2: no CSV"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes | str, words: str) -> None:
    with pytest.raises(BudgetFileError, match=words):
        read_budget(data)


@pytest.mark.parametrize(
    "bad",
    [
        replace(COACH, tags=frozenset({"two words"})),
        replace(COACH, line=" Coach"),
        replace(COACH, line="Co\nach"),
        replace(COACH, school=""),
        replace(COACH, year=26),
    ],
)
def test_what_a_file_cannot_carry_is_not_written(bad: Cost) -> None:
    with pytest.raises(ValueError, match=r"Coach|ach|two words"):
        write_budget([bad])
