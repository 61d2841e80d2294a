"""How fast a response log goes in: read, checked, matched to learners, and saved.

Made-up logs in order of time, 50 responses a learner, on both databases: into an empty store for
districts of growing size (small: 1,000 learners; full: 1,000, 10,000 and 100,000), and in full also
into a store that holds 10 million responses of 100,000 learners. Learners are made beforehand, as a
roster makes them. What the store holds, and its indexes, are printed beside the figures.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "evidence")]

import _log  # noqa: E402
from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402

LEARNERS = {"small": (1_000,), "full": (1_000, 10_000, 100_000)}
RESPONSES_EACH = 50
HELD, HELD_AT_ONCE, MORE = 10_000_000, 1_000_000, 500_000
"""Rows that the large store holds, rows of one log that fills it, rows of the log measured."""


def district(name: str, learners: int) -> Any:
    """Make a district whose learners a system names 0, 1, 2, …"""
    from django.utils import timezone

    from milepost.evidence.commands import matching
    from milepost.roster import commands as roster

    made = roster.add_organisation(by=None, kind="district", name=name)
    matching.make_learners(made, "bench", [str(k) for k in range(learners)], timezone.now())
    return made


def bring(made: Any, path: Path) -> float:
    """Bring a log in and return the seconds that it took."""
    from django.utils import timezone

    from milepost.evidence import commands as evidence

    began = time.perf_counter()
    run = evidence.import_responses(
        by=None, district=made, path=path, system="bench", now=timezone.now()
    )
    seconds = time.perf_counter() - began
    assert run.status == "applied", run.message
    return seconds


def into_empty(database: str, learners: int, folder: Path) -> None:
    """Measure a log of a district of some size; the store holds what was measured before."""
    count = learners * RESPONSES_EACH
    path = _log.write(folder / "log.csv", responses=count, learners=learners, seed=1)
    seconds = bring(district(f"Of {learners}", learners), path)
    name = f"ingest_rows_per_s_{database}_{learners // 1000}k"
    figure(name, count / seconds, "responses/s", n=count)


def into_ten_million(database: str, folder: Path) -> None:
    """Fill a district up, log by log, and measure one more."""
    made = district("Ten million", 100_000)
    for seed in range(2, 2 + HELD // HELD_AT_ONCE):
        path = folder / "log.csv"
        _log.write(path, responses=HELD_AT_ONCE, learners=100_000, seed=seed)
        bring(made, path)
    path = _log.write(folder / "more.csv", responses=MORE, learners=100_000, seed=99)
    seconds = bring(made, path)
    name = f"ingest_rows_per_s_{database}_at_10_million"
    figure(name, MORE / seconds, "responses/s", n=MORE)


def say_what_is_there(database: str) -> None:
    """Print how many rows the store holds, and the indexes that each row went into."""
    from django.db import connection

    from milepost.evidence.models import Observation

    table = Observation._meta.db_table
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    indexes = {k: one["columns"] for k, one in found.items() if one["index"] or one["unique"]}
    rows = Observation.objects.count()
    figure(f"evidence_bytes_a_row_{database}", _bytes(table) / rows, "bytes", n=rows)
    held = {"rows": rows, "indexes": indexes}
    print(f"{database} {table} {json.dumps(held)}", flush=True)


def _bytes(table: str) -> int:
    """Return what the table takes on disk with its indexes (SQLite: the whole file)."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return int(cursor.fetchone()[0])


def measure(database: str, size: str) -> None:
    """Print the figures of one database."""
    with TemporaryDirectory() as folder:
        for learners in LEARNERS[size]:
            into_empty(database, learners, Path(folder))
        if size == "full":
            into_ten_million(database, Path(folder))
    say_what_is_there(database)


if __name__ == "__main__":
    on_each_database(measure, size(__doc__))
