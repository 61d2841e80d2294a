"""What no single cell can show: references between tables, dates in order, trees without rings."""

from collections.abc import Mapping, Set
from datetime import date, timedelta

import polars as pl

from milepost.roster.oneroster.checking import ALIVE, Checked
from milepost.roster.oneroster.tables import Column


def check_references(tables: Mapping[str, Checked], known: Mapping[str, Set[str]]) -> None:
    """Name every cell that refers to a record that is neither in the set nor already known.

    What is known counts only for tables of which the set carries changes, or nothing: a bulk file
    says all there is.
    """
    for table in tables.values():
        for column in table.table.columns:
            if column.refers_to is not None and table.frame.height:
                _check_column(table, column, tables[column.refers_to], known)


def _check_column(
    table: Checked, column: Column, target: Checked, known: Mapping[str, Set[str]]
) -> None:
    rows = table.frame.filter(ALIVE).select("line", value=column.field)
    if rows.schema["value"] == pl.List:
        rows = rows.explode("value", empty_as_null=True)
    rows = rows.filter(pl.col("value").is_not_null())
    ids = target.frame.select("sourced_id", "status")
    leaving = ids.filter(~ALIVE)["sourced_id"]
    _refuse_leaving(table, column, target, rows.filter(pl.col("value").is_in(leaving.implode())))
    there = ids["sourced_id"].drop_nulls().unique()
    if target.unreadable and there.is_empty():
        # One problem says that the file is lost; a million more would only hide it.
        text = f"{column.name} was not checked, because {target.table.file} cannot be read."
        table.note(None, text)
        return
    rows = rows.filter(~pl.col("value").is_in(there.implode()))
    if target.mode != "bulk":
        outside = pl.Series(list(known.get(target.table.name, ())), dtype=pl.String)
        rows = rows.filter(~pl.col("value").is_in(outside.implode()))
    table.refuse(rows, column.name, *_why_dangling(target))


def _why_dangling(target: Checked) -> tuple[str, str]:
    """Reason and advice for references that lead nowhere."""
    file, one = target.table.file, target.table.one
    where = {
        "bulk": file,
        "delta": f"the system or in {file}",
        "absent": f"the system, and the set has no {file}",
    }[target.mode]
    advice = f"Add the {one}, or correct the reference."
    if target.unreadable:
        advice = f"It may be in a row of {file} that cannot be read; put that right first."
    return f'There is no {one} "{{value}}" in {where}.', advice


def _refuse_leaving(table: Checked, column: Column, target: Checked, rows: pl.DataFrame) -> None:
    table.refuse(
        rows,
        column.name,
        f'The {target.table.one} "{{value}}" is to be deleted by this same set.',
        "Delete this row as well, or keep the other.",
    )


def check_sense(tables: Mapping[str, Checked], today: date) -> None:
    """Check dates, trees, and that an enrollment is at its class's own school."""
    for table in tables.values():
        _check_order(table)
    _check_birth_dates(tables["demographics"], today)
    _check_rings(tables["orgs"])
    _check_rings(tables["academic_sessions"])
    _check_schools(tables["enrollments"], tables["classes"])


def _check_order(table: Checked) -> None:
    """The end may not come before the begin; the last day is the day before the end.

    The standard's end is exclusive. Where begin and end are one day the sender plainly meant that
    day, so it is the last one, and a note says so.
    """
    if table.table.order is None:
        return
    names = {column.name: column.field for column in table.table.columns}
    begin, end = (names[name] for name in table.table.order)
    title = table.table.order[1]
    rows = table.frame.filter(ALIVE)
    table.refuse(
        rows.filter(pl.col(end) < pl.col(begin)).select(
            "line", value=end, why=pl.col(begin).cast(pl.String)
        ),
        title,
        f"The {title} {{value}} is before the {table.table.order[0]} {{why}}.",
        "Correct one of the two dates.",
    )
    same = rows.filter(pl.col(end) == pl.col(begin))
    if same.height:
        text = f"{same.height} rows begin and end on one day; that day was taken as the last."
        table.note(same["line"][0], text)
    last = pl.max_horizontal(pl.col(end) - timedelta(days=1), pl.col(begin))
    table.frame = table.frame.with_columns(last_day=pl.when(pl.col(end).is_not_null()).then(last))


def _check_birth_dates(table: Checked, today: date) -> None:
    rows = table.frame.filter(ALIVE).select("line", value="birth_date")
    table.refuse(
        rows.filter(pl.col("value") > today),
        "birthDate",
        "The birth date {value} is in the future.",
        "Correct the date.",
    )


def _check_rings(table: Checked) -> None:
    """A tree may not lead back to itself. Each member of a ring is named once."""
    rows = table.frame.filter(pl.col("sourced_id").is_not_null())
    parents = dict(zip(rows["sourced_id"], rows["parent_sourced_id"], strict=True))
    rings: set[str] = set()
    settled: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and here in parents and not (here in settled or here in path):
            path[here] = None
            here = parents[here]
        if here is not None and here in path:
            trail = list(path)
            rings.update(trail[trail.index(here) :])
        settled.update(path)
    table.refuse(
        rows.filter(pl.col("sourced_id").is_in(list(rings))).select(
            "line", value="parent_sourced_id"
        ),
        "parentSourcedId",
        f'Following parents from here leads back to this same {table.table.one} ("{{value}}").',
        "Correct the parent; the one at the top has none.",
    )


def _check_schools(enrollments: Checked, classes: Checked) -> None:
    """An enrollment is at the school of its class."""
    schools = classes.frame.select(
        class_sourced_id="sourced_id", why="school_sourced_id"
    ).drop_nulls()
    rows = enrollments.frame.filter(ALIVE).join(
        schools.unique("class_sourced_id", keep="first"), on="class_sourced_id", how="inner"
    )
    elsewhere = rows.filter(pl.col("school_sourced_id") != pl.col("why")).sort("line")
    enrollments.refuse(
        elsewhere.select("line", "why", value="school_sourced_id"),
        "schoolSourcedId",
        'The enrollment is at "{value}" but its class is at "{why}".',
        "Give the school of the class, or the right class.",
    )
