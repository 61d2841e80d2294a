"""Blocks of lines are taken apart at once, with the very result of record by record."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.evidence.response_log import UnreadableError, delimited

pytestmark = pytest.mark.pure

HEADER = b"learner,item,skill\n"
LINES = st.lists(
    st.lists(st.sampled_from(["a", "", "ü", '"', '"x"', '"p,q"', ",", ",b", "\r", " "]), max_size=6)
    .map("".join)
    .map(str.encode),
    max_size=8,
).map(b"\n".join)


def read(content: bytes) -> object:
    """Return all that is read of a file, or the problem that it ends with."""
    try:
        found = delimited.read_delimited("log.csv", BytesIO(HEADER + content))
    except UnreadableError as error:
        return error.problem
    problems = sorted(found.problems, key=lambda one: one.line or 0)
    return found.headers, found.rows.rows(), problems, found.offered


@settings(deadline=None)
@given(content=LINES, block=st.sampled_from([1, 7, 8_000_000]))
def test_a_block_gives_what_its_records_give(content: bytes, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "BLOCK_BYTES", block)
        at_once = read(content)
        patch.setattr(delimited, "_split", lambda *_: None)
        assert at_once == read(content)


def test_a_cell_over_two_lines_is_read_and_the_lines_after_it_keep_their_numbers() -> None:
    _, rows, problems, offered = read(b'a,b,c\n\na,"x\ny",c\na,b\nd,e,f\n')  # type: ignore[misc]
    assert rows == [
        (1, 2, "a", "b", "c"),
        (2, 4, "a", "x\ny", "c"),
        (4, 7, "d", "e", "f"),
    ]
    assert ([one.line for one in problems], offered) == ([6], 4)
