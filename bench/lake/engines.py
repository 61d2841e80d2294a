"""A simulated state in the lake: how soon DuckDB on two cores answers, and that Spark agrees.

Two questions, each written once in Ibis: `proficiency_rate` from the states, and from the responses
themselves the share of learners with enough of them and their mean score, both by school, grade
and student group. Files are put out of the page cache first, as far as the system lets us.
`lake_read_*` is what DuckDB read of them. Equality with Spark (`local-cluster[2,1,1024]`: two
executors of one core and 1 GiB) is held on the small state, row by row, beside both times, the
start of Spark left out.
"""

import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "lake")]

from _report import figure, size  # noqa: E402
from _state import SCHOOL_YEAR, Sizes, write_state  # noqa: E402

SMALL = Sizes(districts=5, learners=20_000, responses=2_000_000)
SIZES = {"small": SMALL, "full": Sizes(districts=50, learners=1_000_000, responses=100_000_000)}
AS_OF, ENOUGH, CORES = date(2026, 3, 1), 80, 2
QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
         "spark.sql.shuffle.partitions": "4"}  # fmt: skip
CLOSE = 1e-9
"""Sums of floats hang on their order; whole numbers and words must be the same."""


def rate(tables: dict[str, Any]) -> Any:
    """Return the proficiency rate as of a day."""
    from milepost.mastery.extracts import proficiency_rate

    return proficiency_rate(tables["states"], tables["people"], as_of=AS_OF)


def responses(tables: dict[str, Any]) -> Any:
    """Return who answered enough until a day, and how well, from each single response."""
    from milepost.evidence.extracts import that_counts

    rows = tables["observations"]
    rows = rows.filter((rows.school_year == SCHOOL_YEAR) & (rows.occurred_on <= AS_OF))
    own = that_counts(rows).group_by("learner").aggregate(
        pieces=lambda t: t.count(), score=lambda t: t.scores[0].score.sum()
    )  # fmt: skip
    people = tables["people"].select("learner", "school", "grade", "student_group")
    found = people.join(own, "learner").group_by("school", "grade", "student_group").aggregate(
        learners=lambda t: t.count(),
        enough=lambda t: (t.pieces >= ENOUGH).cast("float64").mean(),
        score=lambda t: t.score.sum() / t.pieces.sum(),
    )  # fmt: skip
    return found.order_by("school", "grade", "student_group")


QUESTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {"rate": rate, "responses": responses}


def on_duckdb(root: Path) -> dict[str, tuple[list[tuple], float]]:
    """Ask both questions of DuckDB on two cores; return the rows and the seconds of each."""
    from milepost.lake import engines

    engine = engines.duckdb(threads=CORES)
    tables = {one.name: engines.on_duckdb(engine, root, one) for one in datasets()}
    return asked(engine, tables)


def on_spark(root: Path) -> dict[str, tuple[list[tuple], float]]:
    """Ask both questions of Spark, as `on_duckdb` does."""
    from pyspark.sql import SparkSession

    from milepost.lake import engines

    build = SparkSession.builder.master("local-cluster[2,1,1024]").appName("engines")
    for name, value in QUIET.items():
        build = build.config(name, value)
    session = build.getOrCreate()
    try:
        session.sparkContext.setLogLevel("ERROR")
        session.range(1000).count()  # the executors are there
        engine = engines.spark(session)
        return asked(engine, {one.name: engines.on_spark(engine, root, one) for one in datasets()})
    finally:
        session.stop()


def asked(engine: Any, tables: dict[str, Any]) -> dict[str, tuple[list[tuple], float]]:
    """Ask both questions of an engine."""
    found = {}
    for name, question in QUESTIONS.items():
        began = time.perf_counter()
        frame = engine.execute(question(tables))
        found[name] = (
            list(frame.itertuples(index=False, name=None)), time.perf_counter() - began
        )  # fmt: skip
    return found


def datasets() -> tuple[Any, ...]:
    """Return what the questions are asked of."""
    from milepost.evidence.extracts import OBSERVATIONS
    from milepost.mastery.extracts import STATES
    from milepost.roster.extracts import PEOPLE

    return PEOPLE, STATES, OBSERVATIONS


def same(one: list[tuple], other: list[tuple]) -> bool:
    """Return whether two answers agree row by row, in order."""
    return len(one) == len(other) and all(
        a == b or (isinstance(a, float) and abs(a - b) < CLOSE)
        for row, like in zip(one, other, strict=True)
        for a, b in zip(row, like, strict=True)
    )


def ask_state(root: Path, sizes: Sizes) -> None:
    """Print what DuckDB takes for the whole state. In a process of its own, for its memory."""
    from milepost.lake import engines

    setup()
    engine = engines.duckdb(threads=CORES)
    tables = {one.name: engines.on_duckdb(engine, root, one) for one in datasets()}
    rows = {name: int(engine.execute(table.count())) for name, table in tables.items()}
    for name, question, of in (("rate", rate, "states"), ("responses", responses, "observations")):
        forget(root)
        before, began = read_so_far(), time.perf_counter()
        answer = engine.execute(question(tables))
        took = time.perf_counter() - began
        figure(f"lake_{name}_{sizes.learners}", took, "s", n=rows[of])
        figure(f"lake_read_{name}_{sizes.learners}", (read_so_far() - before) / 2**20, "MiB",
               n=len(answer))  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure(f"lake_memory_{sizes.learners}", peak, "MiB", n=sum(rows.values()))


def compare(root: Path) -> None:
    """Print both engines' times on the small state; fail when they differ in a single row."""
    setup()
    write_state(root, SMALL, np.random.default_rng(2))
    ours = on_duckdb(root)
    if shutil.which("java") is None:
        print("skipped: Spark needs Java, which is not here", file=sys.stderr)
        return
    theirs = on_spark(root)
    for name, (answer, took) in ours.items():
        other, longer = theirs[name]
        if not answer or not same(answer, other):
            raise SystemExit(f"{name}: DuckDB and Spark differ")
        figure(f"lake_{name}_engines", took, "s", n=len(answer), peer="Spark 3.5 local-cluster",
               peer_value=longer, peer_source="run")  # fmt: skip


def make(root: Path, sizes: Sizes) -> None:
    """Write the state and print how fast and how large."""
    setup()
    began = time.perf_counter()
    write_state(root, sizes, np.random.default_rng(1))
    took = time.perf_counter() - began
    figure(f"lake_write_{sizes.learners}", sizes.responses / took, "responses/s",
           n=sizes.responses)  # fmt: skip
    whole = sum(path.stat().st_size for path in root.rglob("*.parquet"))
    figure(f"lake_size_{sizes.learners}", whole / 2**20, "MiB", n=sizes.responses)


def setup() -> None:
    """Load Django: the rooms' extracts stand beside their tables. No database is asked."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.site.settings"
    django.setup()


def forget(root: Path) -> None:
    """Put the lake's files out of the page cache."""
    for path in root.rglob("*.parquet"):
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def read_so_far() -> int:
    """Return the bytes that this process has read, from wherever (Linux)."""
    return int(Path("/proc/self/io").read_text().split()[1])


def main() -> None:
    """Compare the engines, then ask the state."""
    sizes = SIZES[size(__doc__)]
    with TemporaryDirectory(prefix="milepost-bench-") as folder:
        os.environ |= {"MILEPOST_HOME": folder, "MILEPOST_DATABASE": "", "MILEPOST_LOG": "ERROR"}
        steps = [(compare, Path(folder) / "small"), (make, Path(folder) / "state", sizes),
                 (ask_state, Path(folder) / "state", sizes)]  # fmt: skip
        for work, *arguments in steps:
            process = get_context("spawn").Process(target=work, args=arguments)
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"{work.__name__} failed")


if __name__ == "__main__":
    main()
