"""Response logs as files: who answered what, how well, when. Reads CSV and Parquet. Pure."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

LONGEST_LINE = 100_000
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "learner": ("learner", "user_id", "user", "student", "student_id", "anon student id"),
    "item": ("item", "item_id", "problem", "problem_id", "question_id", "problem name"),
    "competencies": (
        "competencies",
        "competency",
        "skill_id",
        "skill",
        "skills",
        "kc",
        "kc(default)",
    ),
    "score": ("score", "correct", "outcome", "result", "is_correct"),
    "time": ("time", "timestamp", "occurred_at", "date", "time_stamp"),
    "seconds": ("seconds", "duration", "elapsed_seconds", "duration (sec)"),
    "hints": ("hints", "hint_count", "hints_used"),
    "order": ("order", "row", "sequence", "attempt_order"),
}
"""Names under which the columns of a log are known, in small letters."""

REQUIRED = ("learner", "item", "competencies", "score")
SEPARATORS = ("~~", "~", ";", "|")
"""What may stand between two competencies of one row."""

NOTHING = "\x1f"
"""A character that stands in no label: splitting by it leaves a label whole."""

OUTCOMES: Mapping[str, float] = {
    "correct": 1.0, "right": 1.0, "true": 1.0, "yes": 1.0, "ok": 1.0,
    "incorrect": 0.0, "wrong": 0.0, "false": 0.0, "no": 0.0, "bug": 0.0, "hint": 0.0,
}  # fmt: skip
NOT_ANSWERS = frozenset({"study", "unknown"})
"""Outcomes of rows in which nothing was answered; they are counted and left out."""

TIMES = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %H:%M",
    "%Y-%m-%d",
)

LOG_SCHEMA = pl.Schema(
    {
        "row": pl.Int64(),
        "learner": pl.String(),
        "item": pl.String(),
        "competencies": pl.List(pl.String()),
        "score": pl.Float64(),
        "time": pl.Datetime("us", "UTC"),
        "seconds": pl.Float64(),
        "hints": pl.Int64(),
    }
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and what to do. `line` is that of the file, the header being 1."""

    file: str
    line: int | None
    column: str | None
    value: str
    reason: str
    advice: str


@dataclass(frozen=True)
class ResponseLog:
    """A log as read: `frame` by `LOG_SCHEMA`, in the file's order; times are null when unknown."""

    frame: pl.DataFrame
    digest: str
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    timed: bool = True


@dataclass
class _Trouble:
    """Problems gathered on the way."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def say(self, line: int | None, column: str, value: object, reason: str, advice: str) -> None:
        text = "" if value is None else str(value)[:200]
        self.found.append(Problem(self.file, line, column or None, text, reason, advice))


def read_log(
    path: Path,
    *,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    separator: str | None = None,
    zone: str = "UTC",
) -> ResponseLog:
    """Read a log and name everything that is wrong with it; nothing is raised for bad content.

    ``columns``: our name → the file's, where it is not in `SYNONYMS`. ``separator``: between the
    competencies of one row; found out when not given, and then said in the notes. Times without a
    zone are taken in ``zone``. A log without times, or whose times are all equal, keeps its order.
    """
    data = path.read_bytes()
    trouble = _Trouble(path.name)
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() in {".parquet", ".pq"}:
        raw = _read_parquet(data, trouble)
    else:
        raw = _read_csv(data, trouble)
    if raw is None:
        return ResponseLog(LOG_SCHEMA.to_frame(), digest, tuple(trouble.found))
    named = _named(raw, columns or {}, trouble)
    if named is None:
        return ResponseLog(LOG_SCHEMA.to_frame(), digest, tuple(trouble.found))
    notes: list[str] = []
    frame = _values(named, separator, zone, now, trouble, notes)
    timed = frame["time"].n_unique() > 1 and not frame["time"].has_nulls()
    if not timed:
        frame = frame.with_columns(time=pl.lit(None, LOG_SCHEMA["time"]))
        notes.append("The log has no times of its own; its order is taken for time.")
    problems = sorted(trouble.found, key=lambda p: p.line or 0)
    return ResponseLog(
        frame.select(LOG_SCHEMA.names()), digest, tuple(problems), tuple(notes), timed
    )


def _read_parquet(data: bytes, trouble: _Trouble) -> pl.DataFrame | None:
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except Exception:
        trouble.say(None, "", None, "This is not a Parquet file.", "Export it again.")
        return None
    flat = [
        pl.col(name).list.join("~") if dtype == pl.List(pl.String) else pl.col(name).cast(pl.String)
        for name, dtype in frame.schema.items()
    ]
    return frame.select(flat).with_row_index("line", 2).cast({"line": pl.Int64})


def _read_csv(data: bytes, trouble: _Trouble) -> pl.DataFrame | None:
    """Read every row as text, with the line on which it ends."""
    if b"\x00" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        trouble.say(None, "", None, "The file is not UTF-8 text.", "Save it as CSV (UTF-8).")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        trouble.say(line, "", None, "This line is not UTF-8 text.", "Save it as CSV (UTF-8).")
        return None
    for number, content in enumerate(text.split("\n"), start=1):
        if len(content) > LONGEST_LINE or "\x00" in content:
            trouble.say(number, "", None, "This line is endless or not text.", "Export it again.")
            return None
    header = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _rows(reader, trouble)


def _rows(reader: Any, trouble: _Trouble) -> pl.DataFrame | None:
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
                lines.append(reader.line_num)
            elif any(row):
                trouble.say(
                    reader.line_num, "", None,
                    f"The row has {len(row)} values; the header names {len(header)}.",
                    "Look for a missing or unquoted separator.",
                )  # fmt: skip
    except csv.Error as error:
        trouble.say(
            reader.line_num, "", None, f"The line cannot be read: {error}.", "Check its quotes."
        )
        return None
    if not header or len({name.lower() for name in header}) < len(header):
        trouble.say(1, "", None, "The header is empty or names a column twice.", "Name each once.")
        return None
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return frame.with_columns(line=pl.Series(lines, dtype=pl.Int64))


def _named(raw: pl.DataFrame, columns: Mapping[str, str], trouble: _Trouble) -> pl.DataFrame | None:
    """Give the columns our names; what is not ours is left out."""
    there = {name.lower(): name for name in raw.columns}
    found = {}
    for ours, others in SYNONYMS.items():
        wanted = (columns[ours].lower(),) if ours in columns else others
        if match := next((there[name] for name in wanted if name in there), None):
            found[ours] = match
    for ours in REQUIRED:
        if ours not in found:
            others = ", ".join(SYNONYMS[ours])
            trouble.say(
                1, ours, None, f"There is no column for {ours}.", f"Name it one of: {others}."
            )
    if any(ours not in found for ours in REQUIRED):
        return None
    text = [pl.col(theirs).str.strip_chars().alias(ours) for ours, theirs in found.items()]
    absent = [pl.lit(None, pl.String).alias(ours) for ours in SYNONYMS if ours not in found]
    return raw.select("line", *text, *absent).with_row_index("row", 1).cast({"row": pl.Int64})


def _values(
    named: pl.DataFrame,
    separator: str | None,
    zone: str,
    now: datetime,
    trouble: _Trouble,
    notes: list[str],
) -> pl.DataFrame:
    """Turn text into values, row by row checked, and drop rows that are no answers."""
    word = pl.col("score").str.to_lowercase()
    idle = named.filter(word.is_in(list(NOT_ANSWERS)))
    if len(idle):
        notes.append(f"{len(idle):,} rows are no answers (study, unknown) and are left out.")
    named = named.filter(~word.is_in(list(NOT_ANSWERS)))
    separator = separator or _separator(named, notes)
    frame = named.with_columns(
        score_=pl.coalesce(
            word.replace_strict(OUTCOMES, default=None, return_dtype=pl.Float64),
            pl.col("score").cast(pl.Float64, strict=False),
        ),
        competencies_=pl.col("competencies")
        .str.split(separator or NOTHING)
        .list.eval(pl.element().str.strip_chars())
        .list.unique(maintain_order=True),
        time_=_time(zone),
        seconds_=pl.col("seconds").cast(pl.Float64, strict=False),
        hints_=pl.col("hints").cast(pl.Float64, strict=False),
    )
    _complain(frame, now, trouble)
    bad = {p.line for p in trouble.found}
    return frame.filter(~pl.col("line").is_in(list(bad))).select(
        "row",
        "learner",
        "item",
        pl.col("competencies_").alias("competencies"),
        pl.col("score_").alias("score"),
        pl.col("time_").alias("time"),
        pl.col("seconds_").alias("seconds"),
        pl.col("hints_").fill_null(0).cast(pl.Int64).alias("hints"),
    )


def _separator(named: pl.DataFrame, notes: list[str]) -> str:
    for one in SEPARATORS:
        if named["competencies"].str.contains(one, literal=True).any():
            notes.append(f"Competencies of one row are taken to be separated by “{one}”.")
            return one
    return ""


def _time(zone: str) -> pl.Expr:
    """Read instants: ISO with or without a zone, common forms, seconds or milliseconds."""
    text = pl.col("time")
    number = text.cast(pl.Float64, strict=False)
    seconds = pl.when(number > 1e11).then(number / 1000).otherwise(number)
    naive = [
        text.str.to_datetime(form, strict=False, time_unit="us")
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
        for form in TIMES
    ]
    zoned = [
        text.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC")
        for form in ("%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.fZ")
    ]
    epoch = (seconds * 1_000_000).cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    return pl.coalesce(*zoned, *naive, epoch)


def _complain(frame: pl.DataFrame, now: datetime, trouble: _Trouble) -> None:
    """Name every row whose values cannot stand."""
    checks: tuple[tuple[str, pl.Expr, str, str], ...] = (
        ("learner", _blank("learner"), "The learner is missing.", "Fill it in."),
        ("item", _blank("item"), "The item is missing.", "Fill it in."),
        ("item", pl.col("item").str.len_chars() > 120, "The item's name is too long.",
         "Use at most 120 characters."),
        ("competencies", _blank("competencies"), "No competency is named.", "Name one or more."),
        ("competencies", pl.col("competencies_").list.contains(""), "A competency is blank.",
         "Look at the separators."),
        ("score", _blank("score"), "The score is missing.", "Give 0, 1 or a share of 1."),
        ("score", ~_blank("score") & pl.col("score_").is_null(), "The score cannot be read.",
         "Give 0, 1, a share of 1, or correct/incorrect."),
        ("score", ~pl.col("score_").is_between(0, 1) | pl.col("score_").is_nan(),
         "The score is off the scale.", "Give a number from 0 to 1."),
        ("time", ~_blank("time") & pl.col("time_").is_null(), "The time cannot be read.",
         "Write it like 2026-09-01T14:05:00Z."),
        ("time", pl.col("time_") > now, "The time is in the future.", "Check the clock or zone."),
        ("seconds", ~_blank("seconds") & ~(pl.col("seconds_").fill_null(-1) >= 0),
         "The seconds are not a number from 0 up.", "Leave it blank when it is not known."),
        ("hints", ~_blank("hints") & ~(pl.col("hints_").fill_null(-1) >= 0),
         "The hints are not a number from 0 up.", "Leave it blank when it is not known."),
    )  # fmt: skip
    for column, wrong, reason, advice in checks:
        for line, value in frame.filter(wrong).select("line", column).iter_rows():
            trouble.say(line, column, value, reason, advice)


def _blank(column: str) -> pl.Expr:
    return pl.col(column).is_null() | (pl.col(column) == "")
