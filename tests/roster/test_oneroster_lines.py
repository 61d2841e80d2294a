"""Rows have the physical line on which they begin, whatever quotes and line breaks do."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.roster.oneroster.cells import LONGEST_LINE, MOST_UNREADABLE_ROWS, read_cells

pytestmark = pytest.mark.pure


def read_text(text):
    return read_cells("orgs.csv", text if isinstance(text, bytes) else text.encode())


def test_a_line_break_inside_quotes_does_not_shift_the_lines_below():
    cells = read_text('a,b\n"x\ny\r\nz",1\n\nq,2\n"",3\n')
    assert cells.problems == []
    assert cells.lines == [2, 6, 7]
    assert cells.frame.rows() == [("x\ny\nz", "1"), ("q", "2"), (None, "3")]


def test_a_row_of_the_wrong_width_is_named_and_the_others_are_read():
    cells = read_text("a,b\n1\n1,2\n1,2,3\n4,5\n")
    assert [(p.line, p.value) for p in cells.problems] == [(2, "1"), (4, "1,2,3")]
    assert cells.lines == [3, 5]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('"x,2', "opened in this row and closed nowhere"),
        ('"x"y,2', "goes on after its closing quote"),
        ("x" * (LONGEST_LINE + 1) + ",2", "longer than"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_next_ones_are_read(bad, reason):
    cells = read_text(f"a,b\n1,2\n{bad}\n3,4\n5,6\n")
    assert [p.line for p in cells.problems] == [3]
    assert reason in cells.problems[0].reason
    assert cells.lines == [2, 4, 5]
    assert cells.unreadable


def test_a_quote_left_open_does_not_swallow_the_rows_up_to_the_next_quote():
    cells = read_text('a,b\n"x,1\ny,2\nz,"3"\nw,4\n')
    assert [p.line for p in cells.problems] == [2]
    assert cells.lines == [3, 4, 5]
    cells = read_text('a,b\n"x,1\ny,2\n"z",3\nw,4\n')
    assert [p.line for p in cells.problems] == [2]
    assert cells.lines == [3, 4, 5]


def test_a_quote_closed_in_a_later_row_is_seen_by_the_width_of_what_it_swallowed():
    cells = read_text('a,b,c\np,"x,1\n1,2,3\n4,5,"\n')
    assert [p.line for p in cells.problems] == [2, 4]
    assert cells.lines == [3]


def test_a_file_of_nothing_but_quotes_is_given_up_on():
    cells = read_text("a,b\n" + '"x"y,1\n' * (MOST_UNREADABLE_ROWS + 50))
    assert len(cells.problems) == MOST_UNREADABLE_ROWS + 1
    assert "reading stopped" in cells.problems[-1].reason


def test_every_line_that_is_not_utf8_is_named_with_the_likely_letter():
    cells = read_text("a,b\nPeña,1\nOk,2\nAndré,3\n".encode("latin-1"))
    assert [p.line for p in cells.problems] == [2, 4]
    assert "0xF1" in cells.problems[0].reason
    assert "ñ" in cells.problems[0].reason
    assert "UTF-8" in cells.problems[0].advice
    assert cells.lines == [2, 3, 4]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_recognised(encoding):
    (problem,) = read_text("sourcedId,name\nCEDAR,Cedar School\n".encode(encoding)).problems
    assert "UTF-16" in problem.reason


def test_a_line_with_a_nul_is_named():
    cells = read_text("sourcedId,name\nCEDAR,Ce\0dar\nBIRCH,Birch\n")
    assert [p.line for p in cells.problems] == [2]
    assert "NUL" in cells.problems[0].reason


def test_an_empty_file_is_refused():
    assert "empty" in read_text("").problems[0].reason
    assert "empty" in read_text("\n\n").problems[0].reason


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n")
CELL = st.text(LETTERS, max_size=6)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8))
def test_what_is_written_as_csv_is_read_back_with_true_lines(rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow("abc")
    begins = {}
    for number, row in enumerate(rows):
        begins[number] = text.getvalue().count("\n") + 1
        writer.writerow(row)
    cells = read_text(text.getvalue())
    assert cells.problems == []
    kept = [n for n, row in enumerate(rows) if any(map(str.strip, row))]
    assert cells.lines == [begins[number] for number in kept]
    expected = [tuple(cell.strip() or None for cell in rows[number]) for number in kept]
    assert cells.frame.rows() == expected
