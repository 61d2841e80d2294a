"""Response logs as files: what is read, what is refused, and in which words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.evidence.response_log import ROWS, Log, UnreadableError, read_log
from milepost.evidence.response_log.values import instants, scores

pytestmark = pytest.mark.pure

LATEST = datetime(2026, 10, 1, tzinfo=UTC)
HEADER = "learner,item,competencies,score,time,seconds,hints\n"
CHICAGO = ZoneInfo("America/Chicago")


def read(folder: Path, text: str | bytes, **more: object) -> Log:
    """Write a log and read it."""
    path = folder / "log.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_log(path, **({"latest": LATEST} | more))  # type: ignore[arg-type]


def refused(folder: Path, text: str | bytes, **more: object) -> UnreadableError:
    """Return why a file cannot be read at all."""
    with pytest.raises(UnreadableError) as caught:
        read(folder, text, **more)
    assert caught.value.problem.reason
    assert caught.value.problem.advice
    return caught.value


def test_a_row_becomes_values(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + "p1,i1,add,1,2026-09-01 14:30:00,12.5,2\n", zone=CHICAGO)
    assert log.rows.schema == ROWS
    assert log.rows.row(0, named=True) == {
        "row": 1,
        "line": 2,
        "learner": "p1",
        "item": "i1",
        "competencies": ["add"],
        "score": 1.0,
        "occurred_at": datetime(2026, 9, 1, 19, 30, tzinfo=UTC),
        "seconds": 12.5,
        "hints": 2,
    }
    assert not log.problems
    assert not log.order_is_time


@pytest.mark.parametrize(
    "header",
    [
        "user_id\titem_id\tskill_id\tcorrect",
        "Anon Student Id\tProblem Name\tKC (Default)\tOutcome",
        "Student;Question;Standard;Result",
        '"learner","item","competencies","score"',
        "\ufefflearner,item,competencies,score",
    ],
)
def test_headers_and_delimiters_of_known_exports_are_recognised(
    tmp_path: Path, header: str
) -> None:
    between = next(one for one in "\t;," if one in header)
    log = read(tmp_path, header + "\n" + between.join(["p1", "i1", "add", "1"]) + "\n")
    assert log.rows.select("learner", "item", "score").row(0) == ("p1", "i1", 1.0)
    assert log.rows["competencies"].to_list() == [["add"]]


def test_columns_can_be_said(tmp_path: Path) -> None:
    text = "who,what,skill_id,skill_name,points\np1,i1,7,Adding,1\n"
    said = {"learner": "who", "item": "what", "competencies": "skill_name", "score": "points"}
    assert read(tmp_path, text, columns=said).rows["competencies"].to_list() == [["Adding"]]
    assert "no column 'gone'" in str(refused(tmp_path, text, columns={"learner": "gone"}))
    assert "no part of a response" in str(refused(tmp_path, text, columns={"grade": "who"}))


def test_two_columns_for_one_thing_are_not_guessed_between(tmp_path: Path) -> None:
    error = refused(tmp_path, "user_id,student_id,item,skill,correct\n1,2,i,s,1\n")
    assert "user_id, student_id" in str(error)
    assert "stands there twice" in str(refused(tmp_path, "user,user,item,skill,correct\n"))


def test_a_missing_column_is_named_with_what_there_is(tmp_path: Path) -> None:
    error = refused(tmp_path, "user_id,item_id,correct\n1,2,1\n")
    assert "the competencies" in str(error)
    assert "user_id, item_id, correct" in str(error)


@pytest.mark.parametrize(
    ("word", "score"),
    [
        ("1", 1), ("0", 0), ("0.25", 0.25), ("1e-1", 0.1), ("TRUE", 1), ("false", 0),
        ("CORRECT", 1), ("Incorrect", 0), ("HINT", 0), ("yes", 1), (" 1 ", 1),
    ],
)  # fmt: skip
def test_outcomes_are_read_as_scores(tmp_path: Path, word: str, score: float) -> None:
    log = read(tmp_path, HEADER + f"p1,i1,add,{word},,,\n")
    assert log.rows["score"].to_list() == [score]


def test_asking_for_a_hint_is_a_hint_taken(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + "p1,i1,add,HINT,,,\np1,i1,add,CORRECT,,,\n")
    assert log.rows["hints"].to_list() == [1, 0]


def test_rows_of_study_alone_are_counted_and_left_out(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + "p1,i1,add,STUDY,,9,\np1,i1,add,CORRECT,,9,\n")
    assert (log.studied, log.offered, log.rows["row"].to_list()) == (1, 2, [2])
    assert not log.problems


BAD = {
    ",i,add,1,2026-09-01,,": ("learner", "", "missing"),
    "p1,,add,1,2026-09-01,,": ("item", "", "missing"),
    "p1,i, ,1,2026-09-01,,": ("competencies", "", "No competency"),
    "p1,i,add,NA,2026-09-01,,": ("score", "", "missing"),
    "p1,i,add,good,2026-09-01,,": ("score", "good", "no score"),
    "p1,i,add,1.01,2026-09-01,,": ("score", "1.01", "between 0 and 1"),
    "p1,i,add,-1,2026-09-01,,": ("score", "-1", "between 0 and 1"),
    "p1,i,add,inf,2026-09-01,,": ("score", "inf", "no score"),
    "p1,i,add,1,2026-10-02,,": ("time", "2026-10-02", "future"),
    "p1,i,add,1,1066-10-14,,": ("time", "1066-10-14", "before 1980"),
    "p1,i,add,1,01/02/2026,,": ("time", "01/02/2026", "no time"),
    "p1,i,add,1,2026-02-30,,": ("time", "2026-02-30", "no time"),
    "p1,i,add,1,,,": ("time", "", "other rows have one"),
    "p1,i,add,1,2026-09-01,-1,": ("seconds", "-1", "less than nothing"),
    "p1,i,add,1,2026-09-01,long,": ("seconds", "long", "no number"),
    "p1,i,add,1,2026-09-01,1e999,": ("seconds", "1e999", "no number"),
    "p1,i,add,1,2026-09-01,,1.5": ("hints", "1.5", "no number of hints"),
    "p1,i,add,1,2026-09-01,,-1": ("hints", "-1", "less than nothing"),
    "p\0,i,add,1,2026-09-01,,": ("learner", "p␀", "NUL"),
    "p1,i,add,1,2026-09-01,,,": (None, "", "8 cells; the header has 7"),
    "p1,i,add": (None, "", "3 cells; the header has 7"),
    f"p1,{'i' * 161},add,1,2026-09-01,,": ("item", "i" * 79 + "…", "more than 160"),
    f"p1,i,{'c' * 301},1,2026-09-01,,": ("competencies", "c" * 79 + "…", "more than 300"),
}


@pytest.mark.parametrize("row", BAD)
def test_a_bad_row_is_named_by_line_column_value_and_reason(tmp_path: Path, row: str) -> None:
    log = read(tmp_path, HEADER + "p1,i,add,1,2026-09-01,,\n" + row + "\n")
    (problem,) = log.problems
    column, value, words = BAD[row]
    assert (problem.file, problem.line, problem.column) == ("log.csv", 3, column)
    assert problem.value == value
    assert words in problem.reason
    assert problem.advice
    assert log.rows["row"].to_list() == [1]


def test_all_bad_rows_are_named_in_one_run_in_the_order_of_lines(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + "p1,i,add,1,2026-09-01,,\n" + "\n".join(BAD) + "\n")
    assert [problem.line for problem in log.problems] == list(range(3, 3 + len(BAD)))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + '"p\n1",i,add,1,,,\n\np2,i,add,2,,,\n')
    assert [problem.line for problem in log.problems] == [5]
    assert log.rows.select("row", "line", "learner").rows() == [(1, 2, "p\n1")]


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (b"", "empty", None),
        ("\ufeff" + HEADER, None, None),
        ((HEADER + "p1,i,add,1,,,\n").encode("utf-16"), "UTF-16", None),
        (HEADER.encode() + b"p1,i,add,1,,,\np\xe9,i,add,1,,,\n", "not UTF-8", 3),
        (HEADER + "p1,i,add,1,,,\n" + "x" * 100_001 + "\n", "longer than 100,000", 3),
        (HEADER + 'p1,i,add,1,,,\np2,"i,add,1,,,\n', "cannot be read as CSV", 3),
        (HEADER + 'p1,"i"x,add,1,,,\n', "cannot be read as CSV", 2),
        (b"PK\x03\x04rest", "packed file or a spreadsheet", None),
        (b"PAR1 and no more", "cannot be read", None),
        ("justonecolumn\n1\n", "no header", 1),
    ],
)
def test_a_file_that_is_no_log_is_refused_in_words(
    tmp_path: Path, text: str | bytes, words: str | None, line: int | None
) -> None:
    if words is None:
        assert read(tmp_path, text).rows.is_empty()
        return
    error = refused(tmp_path, text)
    assert words in error.problem.reason
    assert error.problem.line == line


@pytest.mark.parametrize(
    ("cell", "parts", "separator"),
    [
        ("a~~b", ["a", "b"], "~~"),
        ("a~b", ["a", "b"], "~"),
        ("a; b", ["a", "b"], ";"),
        ("a|b|a", ["a", "b"], "|"),
        ("a_b", ["a_b"], None),
        ("a/b c.1", ["a/b c.1"], None),
    ],
)
def test_several_competencies_in_a_cell_are_found_and_said(
    tmp_path: Path, cell: str, parts: list[str], separator: str | None
) -> None:
    log = read(tmp_path, HEADER + f"p1,i,{cell},1,,,\n")
    assert log.rows["competencies"].to_list() == [parts]
    assert log.separator == separator


def test_a_separator_is_asked_for_when_two_are_possible(tmp_path: Path) -> None:
    text = HEADER + "p1,i,a|b,1,,,\np1,i,c;d,1,,,\n"
    assert "'|' and ';'" in str(refused(tmp_path, text))
    log = read(tmp_path, text, separator="|")
    assert log.rows["competencies"].to_list() == [["a", "b"], ["c;d"]]
    log = read(tmp_path, HEADER + "p1,i,12_45,1,,,\n", separator="_")
    assert log.rows["competencies"].to_list() == [["12", "45"]]


@pytest.mark.parametrize("zero", ["0", "0.0", "", "NA"])
def test_times_that_say_nothing_leave_the_order(tmp_path: Path, zero: str) -> None:
    log = read(tmp_path, HEADER + "".join(f"p1,i{k},a,1,{zero},,\n" for k in range(3)))
    assert log.order_is_time
    assert log.rows["occurred_at"].null_count() == 3
    assert log.rows["item"].to_list() == ["i0", "i1", "i2"]


def test_one_real_time_for_all_is_a_time(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + "p1,i,a,1,2026-09-01,,\np2,i,a,1,2026-09-01,,\n")
    assert not log.order_is_time


def test_counters_are_not_taken_for_times(tmp_path: Path) -> None:
    text = HEADER + "p1,i,a,1,10,,\np1,j,a,1,20,,\n"
    assert "from 10 to 20" in str(refused(tmp_path, text))
    log = read(tmp_path, text, columns={"order": "time"})
    assert log.order_is_time


def test_an_order_column_gives_the_order(tmp_path: Path) -> None:
    text = "user,item,skill,correct,order_id\np,c,s,1,30\np,a,s,1,4\np,b,s,1,5\n"
    log = read(tmp_path, text)
    assert log.rows["item"].to_list() == ["a", "b", "c"]
    assert log.rows["row"].to_list() == [2, 3, 1]
    (problem,) = read(tmp_path, text + "p,d,s,1,\n").problems
    assert problem.column == "order_id"


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-01T19:30:00Z",
        "2026-09-01 19:30:00+00:00",
        "2026-09-01T14:30:00-05:00",
        "2026-09-01T14:30:00.000-0500",
        "2026-09-01 14:30-05:00",
        "2026-09-01 14:30:00",
        "2026-09-01T14:30",
        "1788291000",
        "1788291000000",
        "1788291000.0",
    ],
)
def test_one_instant_in_many_forms(cell: str) -> None:
    at = instants(pl.Series([cell]), CHICAGO)
    assert at.to_list() == [datetime(2026, 9, 1, 19, 30, tzinfo=UTC)]


def test_a_day_alone_begins_at_midnight_there() -> None:
    at = instants(pl.Series(["2026-09-01"]), CHICAGO)
    assert at.to_list() == [datetime(2026, 9, 1, 5, tzinfo=UTC)]


def test_hours_that_clocks_repeat_or_skip_are_instants_too() -> None:
    local = pl.Series(["2026-11-01 01:30:00", "2026-03-08 02:30:00"])
    first, skipped = instants(local, CHICAGO)
    assert first == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert skipped == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


@given(
    st.lists(
        st.integers(631_152_000_000_000, 1_767_225_600_000_000).map(
            lambda microseconds: (
                datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
            )
        ),
        min_size=1,
        max_size=20,
    )
)
def test_every_instant_written_as_iso_is_read_back(times: list[datetime]) -> None:
    read_back = instants(pl.Series([at.isoformat() for at in times]), CHICAGO)
    assert read_back.to_list() == times


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_scores_and_times(text: str) -> None:
    cells = pl.Series([text, "1"])
    assert scores(cells)[1] == 1.0
    assert len(instants(cells, CHICAGO)) == 2


def test_a_log_as_parquet_is_read_as_the_same_log_in_csv(tmp_path: Path) -> None:
    begin = datetime(2026, 9, 1, 14, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "user_id": [5, 6, 5],
            "item": ["a", "b, c", 'd "e"'],
            "skills": [["x", "y"], ["x"], ["z"]],
            "correct": [True, False, True],
            "timestamp": [begin + timedelta(seconds=k, microseconds=k) for k in range(3)],
            "duration": [1.5, None, 30.0],
        }
    )
    frame.write_parquet(tmp_path / "log.parquet")
    frame.with_columns(
        pl.col("skills").list.join("~"), timestamp=pl.col("timestamp").dt.to_string("iso:strict")
    ).write_csv(tmp_path / "log.csv")
    parquet, text = (
        read_log(tmp_path / name, latest=LATEST) for name in ("log.parquet", "log.csv")
    )
    assert not parquet.problems
    assert parquet.rows.drop("line").equals(text.rows.drop("line"))
    assert parquet.rows["competencies"].to_list() == [["x", "y"], ["x"], ["z"]]


def test_a_bad_row_of_parquet_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    frame = pl.DataFrame({"user": [1, None], "item": [1, 2], "skill": [1, 1], "correct": [1, 7]})
    frame.write_parquet(path)
    log = read_log(path, latest=LATEST)
    assert [(p.line, p.column) for p in log.problems] == [(2, "user"), (2, "correct")]


def test_a_parquet_column_that_no_cell_could_hold_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    frame = pl.DataFrame({"user": [1], "item": [1], "skill": [1], "correct": [1]})
    frame.with_columns(extra=pl.struct(a=1), raw=pl.lit(b"\xff\xfe")).write_parquet(path)
    assert read_log(path, latest=LATEST).rows.height == 1
    frame.with_columns(item=pl.struct(a=1)).write_parquet(path)
    with pytest.raises(UnreadableError, match="No column is known to be the item"):
        read_log(path, latest=LATEST)


@pytest.mark.parametrize(
    ("name", "rows"), [("assist2009_gervet", 278_336), ("statics_gervet", 189_297)]
)
def test_the_real_logs_without_times_are_read_whole(real_data: Path, name: str, rows: int) -> None:
    folder = real_data / "responses" / name
    logs = [read_log(path, latest=LATEST) for path in sorted(folder.glob("*.csv"))]
    assert sum(log.rows.height for log in logs) == rows
    assert all(log.order_is_time and not log.problems for log in logs)
