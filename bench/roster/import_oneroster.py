"""How fast a OneRoster file set goes in, the same again, and a day's changes of one in a hundred.

The district is a simulated one (`milepost simulate`). `small` has 1,000 learners; `full` has 1,000,
10,000 and 100,000, each on an empty site. Memory is the most that the importing process held.
"""

import resource
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402

LEARNERS = {"small": ("1k",), "full": ("1k", "10k", "100k")}
SHARE = 100
"""One row in so many is in the set of changes."""


def measure(database: str, label: str) -> None:
    """Print the figures of one database with a district of one size ("10k")."""
    from milepost.roster import commands as roster
    from milepost.simulation import Plan, simulate

    district = roster.add_organisation(by=None, kind="district", name="Benchmark")
    with TemporaryDirectory() as name:
        out = Path(name) / "district"
        plan = Plan(learners=int(label[:-1]) * 1_000, seed=7, responses=1, attendance="none")
        simulator = get_context("spawn").Process(target=simulate, args=(plan, out))
        simulator.start()  # a process of its own: its memory is not the import's
        simulator.join()
        whole, changes = out / "oneroster", Path(name) / "changes"
        write_changes(whole, changes)
        n, few = rows_of(whole), rows_of(changes)
        seconds = {}
        for what, files in (("first", whole), ("again", whole), ("delta", changes)):
            began = time.perf_counter()
            _bring(district, files, Path(name) / "kept", "unchanged" if what == "again" else None)
            seconds[what] = time.perf_counter() - began
    end = f"{database}_{label}"
    figure(f"oneroster_import_s_{end}", seconds["first"], "s", n=n)
    figure(f"oneroster_import_{end}", n / seconds["first"], "rows/s", n=n)
    figure(f"oneroster_again_s_{end}", seconds["again"], "s", n=n)
    figure(f"oneroster_delta_s_{end}", seconds["delta"], "s", n=few)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure(f"oneroster_peak_memory_{end}", peak, "MiB", n=n)
    for line in tables_and_indexes():
        print(line)


def _bring(district: object, files: Path, keep_in: Path, status: str | None) -> None:
    from django.utils import timezone

    from milepost.roster import commands as roster

    run = roster.import_oneroster(
        by=None, district=district, path=files, now=timezone.now(), keep_in=keep_in
    )  # type: ignore[arg-type]
    assert run.status == (status or "applied"), run.message


def write_changes(whole: Path, out: Path) -> None:
    """Write a delta: of one row in a hundred, people are renamed and enrollments end."""
    out.mkdir()
    manifest = pl.read_csv(whole / "manifest.csv")
    changed = pl.col("propertyName").is_in(["file.users", "file.enrollments"])
    tables = pl.col("propertyName").str.starts_with("file.")
    mode = pl.when(changed).then(pl.lit("delta")).when(tables).then(pl.lit("absent"))
    manifest.with_columns(value=mode.otherwise("value")).write_csv(out / "manifest.csv")
    marks = {"status": pl.lit("active"), "dateLastModified": pl.lit("2026-01-01T00:00:00.000Z")}
    users = pl.read_csv(whole / "users.csv", infer_schema=False).gather_every(SHARE)
    users = users.with_columns(familyName=pl.col("familyName") + "-Lee", **marks)
    users.write_csv(out / "users.csv")
    enrollments = pl.read_csv(whole / "enrollments.csv", infer_schema=False).gather_every(SHARE)
    enrollments = enrollments.with_columns(**marks).with_columns(
        status=pl.when(pl.int_range(pl.len()) % 2 == 0)
        .then(pl.lit("active"))
        .otherwise(pl.lit("tobedeleted")),
        primary=pl.when(pl.col("primary") == "true").then(pl.lit("false")).otherwise("primary"),
    )
    enrollments.write_csv(out / "enrollments.csv")


def rows_of(folder: Path) -> int:
    """Return how many rows the tables of a set have."""
    return sum(
        sum(1 for _ in file.open("rb")) - 1
        for file in folder.glob("*.csv")
        if file.name != "manifest.csv"
    )


def tables_and_indexes() -> list[str]:
    """Return a line for each table that holds much of a roster: its rows and its indexes."""
    from django.db import connection

    from milepost.roster import models

    lines = []
    for model in (models.Person, models.Role, models.Enrollment, models.OutsideIdentifier):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        indexes = sorted({tuple(one["columns"]) for one in found.values() if one["index"]})
        shown = ", ".join("(" + " ".join(one) + ")" for one in indexes)
        lines.append(f"# {table}: {model._default_manager.count():,} rows; indexes {shown}")
    return lines


if __name__ == "__main__":
    for one in LEARNERS[size(__doc__)]:
        on_each_database(measure, one)
