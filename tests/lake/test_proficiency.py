"""The proficiency rate, by hand, on DuckDB and on Spark, and from real tables."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from milepost.ids import new_id
from milepost.lake import replace
from milepost.mastery.extracts import STATES, proficiency_rate, states_table
from milepost.roster.extracts import PEOPLE, people_table
from tests.cast import Cast

AS_OF = date(2026, 3, 1)
LAST_MOMENT = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 2, tzinfo=UTC)


def person(learner: str, group: str, begins: date | None = None, ends: date | None = None) -> dict:
    return {
        "learner": learner, "school": "s", "grade": "06", "student_group": group,
        "begins_on": begins, "ends_on": ends,
    }  # fmt: skip


def state(learner: str, competency: str, first: datetime, met: datetime | None) -> dict:
    return {
        "learner": learner, "competency": competency, "mean": 0.0,
        "code": "proficient" if met else "working",
        "variance": 1.0, "pieces": 1, "first_at": first, "last_at": first, "met_at": met,
    }  # fmt: skip


EARLY = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE_ROWS = [
    person("a", "all", ends=AS_OF), person("a", "english_learner", ends=AS_OF),
    person("b", "all", begins=AS_OF), person("gone", "all", ends=date(2026, 2, 28)),
    person("late", "all", begins=date(2026, 3, 2)),
]  # fmt: skip
STATE_ROWS = [
    state("a", "x", EARLY, LAST_MOMENT), state("a", "y", EARLY, NEXT_DAY),
    state("b", "x", EARLY, None), state("b", "y", NEXT_DAY, NEXT_DAY),
    state("gone", "x", EARLY, EARLY), state("late", "x", EARLY, EARLY),
]  # fmt: skip
EXPECTED = [("s", "06", "all", 2, 3, 1, 1 / 3), ("s", "06", "english_learner", 1, 2, 1, 0.5)]


def written(root: Path) -> tuple[str, str]:
    people = pa.Table.from_pylist(PEOPLE_ROWS, PEOPLE.schema)
    states = pa.Table.from_pylist(STATE_ROWS, STATES.schema)
    return (
        str(replace(root, STATES, states, district="d", year=2026)),
        str(replace(root, PEOPLE, people, district="d", year=2026)),
    )


def answer(engine: ibis.BaseBackend, root: Path) -> list[tuple]:
    states, people = (engine.read_parquet(path) for path in written(root))
    frame = engine.execute(proficiency_rate(states, people, as_of=AS_OF))
    return list(frame.itertuples(index=False, name=None))


@pytest.mark.pure
def test_duckdb_gives_the_rate_worked_by_hand(tmp_path: Path) -> None:
    assert answer(ibis.duckdb.connect(), tmp_path) == EXPECTED


@pytest.mark.pure
def test_spark_gives_the_same_rows(tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("No Java on this machine: Spark cannot run.")
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed.")
    session = (
        sql.SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    try:
        assert answer(ibis.pyspark.connect(session), tmp_path) == EXPECTED
    finally:
        session.stop()


@pytest.mark.django_db
def test_real_tables_fit_what_is_declared(cast: Cast) -> None:
    people = people_table(cast.district.id)
    assert people.schema == PEOPLE.schema
    assert set(people["learner"].to_pylist()) == {
        str(p.learner_key.id) for p in (cast.maya, cast.dev, cast.omar)
    }
    assert states_table(cast.district.id, now=NEXT_DAY).schema == STATES.schema
    assert states_table(new_id(), now=NEXT_DAY).num_rows == 0
