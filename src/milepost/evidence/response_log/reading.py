"""From a file to rows that can be evidence, and everything that is wrong with the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from milepost.evidence.response_log import values
from milepost.evidence.response_log.files import UNIT_SEPARATOR, Table, read_table
from milepost.evidence.response_log.headers import recognise
from milepost.evidence.response_log.problems import Problem, UnreadableError, shorten

ROWS = pl.Schema(
    {
        "row": pl.Int64(),
        "line": pl.Int64(),
        "learner": pl.String(),
        "item": pl.String(),
        "competencies": pl.List(pl.String),
        "score": pl.Float64(),
        "occurred_at": pl.Datetime("us", "UTC"),
        "seconds": pl.Float64(),
        "hints": pl.Int64(),
    }
)
"""One row a response. `row` numbers the file's rows from 1, refused ones included; `occurred_at`
is null in every row when order is the time; `seconds` is null where nobody measured."""

SEPARATORS = ("~~", "~", "|", ";")
"""What is known to separate several competencies in a cell. A comma or an underscore is part of
too many labels; it separates only when it is said to."""
LONGEST = {"learner": 255, "item": 160, "competency": 300}
"""Characters that a label may have, as the tables hold it."""
MOST_HINTS = 1_000
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Before this no tool logged responses: the column is no time, or its clock was not set."""


@dataclass(frozen=True)
class Log:
    """A response log as read: the good rows (shape `ROWS`) and every problem of the others.

    Rows are in the order in which they happened: that of the file, or of its order column.
    ``columns``: field → header. ``separator``: what was found between competencies, or None.
    ``studied``: rows that show nothing, because the learner was shown the answer. ``offered``: rows
    in the file.
    """

    file: str
    rows: pl.DataFrame
    problems: tuple[Problem, ...]
    columns: Mapping[str, str]
    separator: str | None
    order_is_time: bool
    studied: int
    offered: int


def read_log(
    path: Path,
    *,
    latest: datetime,
    zone: ZoneInfo | None = None,
    columns: Mapping[str, str] | None = None,
    separator: str | None = None,
    longest_item: int = LONGEST["item"],
) -> Log:
    """Read a response log; nothing is refused here, every bad row is among the problems.

    ``latest``: a later time is in the future. ``zone``: that of times without an offset (UTC when
    left out). ``columns``: field → header, for what the headers do not say. ``separator``: what
    stands between several competencies; left out, one of `SEPARATORS` is found, and a log that
    holds two of them is refused rather than guessed at. Times that are all missing or all zero
    are no times: then the order is the time.

    Raises UnreadableError when the file as a whole cannot be read.
    """
    table = read_table(path)
    known = recognise(path.name, table.headers, columns)
    reading = _Reading(path.name, known, table)
    reading.check_labels(longest_item)
    between = reading.split(separator)
    reading.read_scores()
    order_is_time = reading.read_times(latest, zone or ZoneInfo("UTC"))
    reading.read_numbers()
    rows = reading.good_rows()
    return Log(
        file=path.name,
        rows=rows,
        problems=tuple(sorted(reading.problems, key=lambda one: one.line or 0)),
        columns=known,
        separator=between,
        order_is_time=order_is_time,
        studied=int((reading.study & ~reading.bad).sum()),
        offered=table.offered,
    )


class _Reading:
    """The columns of one file on their way from text to values."""

    def __init__(self, file: str, columns: Mapping[str, str], table: Table) -> None:
        self.file = file
        self.columns = columns
        self.problems = list(table.problems)
        self.line = table.rows["line"]
        self.bad = pl.Series("bad", [False] * len(self.line), pl.Boolean)
        self.cells = {
            field: values.present(table.rows[str(table.headers.index(header))])
            for field, header in columns.items()
        }
        self.found: dict[str, pl.Series] = {"row": table.rows["row"], "line": self.line}
        self.study = self.cells["score"].str.to_lowercase().eq(values.STUDY).fill_null(False)

    def refuse(self, where: pl.Series, field: str, reason: str, advice: str) -> None:
        """Name every row where ``where`` is true; {} in the reason is the cell."""
        where = where.fill_null(False)
        if not where.any():
            return
        self.bad = self.bad | where
        header = self.columns[field]
        cells = self.cells[field].filter(where).fill_null("")
        for line, cell in zip(self.line.filter(where), cells, strict=True):
            short = shorten(cell)
            said = reason.replace("{}", f'"{short}"')
            self.problems.append(Problem(self.file, line, header, short, said, advice))

    def check_labels(self, longest_item: int) -> None:
        """Refuse labels that are missing, endless, or hold what no text does."""
        for field, cells in self.cells.items():
            nul = cells.str.contains("\0", literal=True)
            reason = "The cell holds a NUL character, which no text has."
            self.refuse(nul, field, reason, "Take it out in the system that wrote the file.")
        for field, longest in (("learner", LONGEST["learner"]), ("item", longest_item)):
            cells = self.cells[field]
            self.refuse(cells.is_null(), field, f"The {field} is missing.", "Fill it in.")
            endless = cells.str.len_chars() > longest
            reason = f"The {field} has more than {longest} characters."
            self.refuse(endless, field, reason, "Use a shorter name.")
            self.found[field] = cells

    def split(self, separator: str | None) -> str | None:
        """Read the competencies of each row; return what separates them."""
        cells = self.cells["competencies"]
        reason, advice = "No competency is named.", "Name what the item shows."
        self.refuse(cells.is_null() & ~self.study, "competencies", reason, advice)
        between = separator or self._sniff(cells)
        # What a tool writes a hundred thousand times has a few hundred forms.
        forms = cells.drop_nulls().unique().sort()
        parts = [_parts(form, between) for form in forms]
        lists = pl.DataFrame(
            {"form": forms, "parts": pl.Series(parts, dtype=pl.List(pl.String))}
        ).with_columns(longest=pl.col("parts").list.eval(pl.element().str.len_chars()).list.max())
        of_row = pl.DataFrame({"form": cells}).join(
            lists, on="form", how="left", maintain_order="left"
        )
        empty = of_row["parts"].list.len() == 0
        self.refuse(empty, "competencies", reason, advice)
        endless = of_row["longest"] > LONGEST["competency"]
        reason = f"The name of a competency has more than {LONGEST['competency']} characters."
        advice = "Use a shorter name, or say what separates several."
        self.refuse(endless, "competencies", reason, advice)
        self.found["competencies"] = of_row["parts"]
        return between

    def _sniff(self, cells: pl.Series) -> str | None:
        if cells.str.contains(UNIT_SEPARATOR, literal=True).any():
            return UNIT_SEPARATOR
        there = [one for one in SEPARATORS if cells.str.contains(one, literal=True).any()]
        if (
            "~~" in there
            and not cells.str.replace_all("~~", "", literal=True).str.contains("~").any()
        ):
            there.remove("~")
        if len(there) > 1:
            raise UnreadableError(
                self.file,
                f"The competencies hold {' and '.join(map(repr, there))}; either could be what "
                "separates several.",
                "Say which one separates them.",
                column=self.columns["competencies"],
            )
        return there[0] if there else None

    def read_scores(self) -> None:
        """Read outcomes; refuse what is missing, no outcome, or off the scale."""
        cells = self.cells["score"]
        score = values.scores(cells)
        advice = "Write 0 or 1, true or false, correct or incorrect, or a number from 0 to 1."
        self.refuse(cells.is_null(), "score", "The score is missing.", advice)
        unread = cells.is_not_null() & score.is_null() & ~self.study
        self.refuse(unread, "score", "{} is no score.", advice)
        off = (score < 0) | (score > 1)
        advice = "Divide points by the most that can be had, percentages by 100."
        self.refuse(off, "score", "The score {} is not between 0 and 1.", advice)
        self.found["score"] = score

    def read_times(self, latest: datetime, zone: ZoneInfo) -> bool:
        """Read when it happened; return whether order is all that is known."""
        cells = self.cells.get("time")
        if cells is None or _says_nothing(cells):
            self.found["occurred_at"] = pl.Series(
                [None] * len(self.line), dtype=ROWS["occurred_at"]
            )
            return True
        at = values.instants(cells, zone)
        self._refuse_counters(cells, at)
        advice = "Write it as 2026-09-01T14:30:00-05:00, or as seconds since 1970."
        self.refuse(cells.is_null(), "time", "The time is missing; other rows have one.", advice)
        unread = cells.is_not_null() & at.is_null()
        self.refuse(unread, "time", "{} is no time that can be read.", advice)
        advice = "Correct the clock of the system that wrote it."
        self.refuse(at > latest, "time", "The time {} is in the future.", advice)
        early = at < EARLIEST
        self.refuse(early, "time", f"The time {{}} is before {EARLIEST.year}.", advice)
        self.found["occurred_at"] = at
        return False

    def _refuse_counters(self, cells: pl.Series, at: pl.Series) -> None:
        """Small numbers throughout count something else: say so once, not in every row."""
        counts = values.numbers(cells).to_list()
        if None not in counts and counts and at.max() < EARLIEST:  # type: ignore[operator]
            raise UnreadableError(
                self.file,
                f"The times are numbers from {min(counts):g} to {max(counts):g}: these are no "
                "instants since 1970.",
                "If they tell the order, say that the column is the order.",
                column=self.columns["time"],
            )

    def read_numbers(self) -> None:
        """Read seconds, hints and order; what is missing stays missing, hints are then none."""
        nothing = pl.Series([None] * len(self.line), dtype=pl.String)
        seconds, hints = (
            self._number(field, self.cells.get(field, nothing)) for field in ("seconds", "hints")
        )
        asked = self.cells["score"].str.to_lowercase().eq(values.HINT).fill_null(False)
        reason, advice = "{} is no number of hints.", "Write a whole number, 0 or more."
        self.refuse((hints % 1 != 0) | (hints > MOST_HINTS), "hints", reason, advice)
        self.found["seconds"] = seconds
        self.found["hints"] = hints.fill_null(asked.cast(pl.Float64))
        if "order" in self.cells:
            cells = self.cells["order"]
            advice = "Write a number in every row, or leave the column out."
            self.refuse(cells.is_null(), "order", "The order is missing.", advice)
            self.found["order"] = self._number("order", cells)

    def _number(self, field: str, cells: pl.Series) -> pl.Series:
        number = values.numbers(cells)
        unread = cells.is_not_null() & (number.is_null() | number.is_infinite())
        if field in self.cells:
            self.refuse(unread, field, "{} is no number.", "Write a plain number, or nothing.")
            if field != "order":
                reason = "{} is less than nothing."
                self.refuse(number < 0, field, reason, "Leave it empty where it is not known.")
        return number

    def good_rows(self) -> pl.DataFrame:
        """Return the rows without a problem, in the order in which they happened."""
        frame = pl.DataFrame([column.alias(name) for name, column in self.found.items()])
        good = frame.filter(~(self.bad | self.study))
        if "order" in self.found:
            good = good.sort("order", maintain_order=True)
        return good.select(pl.col(name).cast(kind) for name, kind in ROWS.items())


def _says_nothing(times: pl.Series) -> bool:
    said = times.drop_nulls()
    zero: bool = values.numbers(said).eq(0).fill_null(False).all()
    return zero


def _parts(form: str, separator: str | None) -> list[str]:
    parts = form.split(separator) if separator else [form]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
