"""Evidence in the lake: in parts, nothing twice, corrections honoured, erasure reached."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from milepost.evidence import commands as evidence
from milepost.evidence import extracts
from milepost.evidence.extracts import OBSERVATIONS, observation_parts, that_counts
from milepost.evidence.queries import last_position
from milepost.lake import append, engines, erase, files, gather, growth, written_until
from milepost.roster.models import LearnerKey, Organisation
from tests.cast import Cast
from tests.evidence.making import answer, competencies

pytestmark = pytest.mark.django_db
JUNE_30 = datetime(2026, 7, 1, 4, 59, tzinfo=UTC)
"""One minute before midnight in the district, and already July in UTC."""
JULY_1 = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
NOW = datetime(2026, 10, 1, tzinfo=UTC)


def key(cast: Cast, name: str) -> UUID:
    return LearnerKey.objects.get(person=getattr(cast, name)).pk


def show(district: Organisation, learner: UUID, competency: UUID, *moments: datetime) -> list:
    shown = [answer(learner, competency, occurred_at=at, seconds=7.5) for at in moments]
    return evidence.record(by=None, district=district.pk, shown=shown, now=NOW)


def write(root: Path, district: Organisation) -> int:
    name = str(district.pk)
    after = written_until(root, OBSERVATIONS, name)
    written = 0
    parts = observation_parts(district, after=after, until=last_position(district.pk))
    for until, years in parts:
        append(root, OBSERVATIONS, years, district=name, after=after, until=until)
        after, written = until, written + sum(rows.num_rows for rows in years.values())
    return written


def read(root: Path, counting: bool = False) -> list[dict]:
    engine = engines.duckdb()
    table = engines.on_duckdb(engine, root, OBSERVATIONS)
    table = that_counts(table) if counting else table
    return table.order_by("position").to_pyarrow().to_pylist()


def test_a_row_says_what_the_table_says(cast: Cast, tmp_path: Path) -> None:
    one, two = competencies(cast.district, 2)
    shown = answer(key(cast, "maya"), one, two, score=0.5, occurred_at=JUNE_30, seconds=3.25)
    evidence.record(by=None, district=cast.district.pk, shown=[shown], now=NOW)
    write(tmp_path, cast.district)
    (row,) = read(tmp_path)
    assert row["learner"] == str(key(cast, "maya"))
    assert [(s["competency"], s["score"]) for s in row["scores"]] == [
        (str(one), 0.5),
        (str(two), 0.5),
    ]
    assert (row["occurred_at"], row["occurred_on"].isoformat()) == (JUNE_30, "2026-06-30")
    assert (row["seconds"], row["hints"], row["voids"]) == (3.25, 0, None)
    assert row["district"] == str(cast.district.pk)


def test_the_school_year_turns_at_midnight_in_the_district(cast: Cast, tmp_path: Path) -> None:
    (one,) = competencies(cast.district, 1)
    show(cast.district, key(cast, "maya"), one, JUNE_30, JULY_1)
    write(tmp_path, cast.district)
    assert [row["school_year"] for row in read(tmp_path)] == [2026, 2027]


def test_a_later_writing_adds_only_what_is_new(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracts, "ROWS_AT_ONCE", 2)
    (one,) = competencies(cast.district, 1)
    show(cast.district, key(cast, "maya"), one, JUNE_30, JULY_1, JULY_1)
    assert write(tmp_path, cast.district) == 3
    first = set(files(tmp_path, OBSERVATIONS))
    assert write(tmp_path, cast.district) == 0
    show(cast.district, key(cast, "dev"), one, JULY_1)
    assert write(tmp_path, cast.district) == 1
    assert first < set(files(tmp_path, OBSERVATIONS))
    assert [row["position"] for row in read(tmp_path)] == [1, 2, 3, 4]


def test_two_writers_do_not_write_a_row_twice(cast: Cast, tmp_path: Path) -> None:
    (one,) = competencies(cast.district, 1)
    show(cast.district, key(cast, "maya"), one, JULY_1)
    ((until, years),) = observation_parts(cast.district, after=0, until=1)
    write(tmp_path, cast.district)
    with pytest.raises(ValueError, match="Begin again"):
        append(tmp_path, OBSERVATIONS, years, district=str(cast.district.pk), after=0, until=until)
    assert len(read(tmp_path)) == 1


def test_a_correction_and_what_it_takes_back_do_not_count(cast: Cast, tmp_path: Path) -> None:
    (one,) = competencies(cast.district, 1)
    kept, wrong = show(cast.district, key(cast, "maya"), one, JUNE_30, JULY_1)
    write(tmp_path, cast.district)
    evidence.void(by=None, observation=wrong, why="typo", now=NOW)
    write(tmp_path, cast.district)
    assert [row["voids"] for row in read(tmp_path)] == [None, None, wrong.position]
    assert [row["position"] for row in read(tmp_path, counting=True)] == [kept.position]


def test_small_parts_are_put_together_and_read_the_same(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "MANY", 3)
    (one,) = competencies(cast.district, 1)
    for _ in range(3):
        show(cast.district, key(cast, "maya"), one, JULY_1)
        write(tmp_path, cast.district)
    before = read(tmp_path)
    assert gather(tmp_path, OBSERVATIONS, str(cast.district.pk)) == 2
    assert len(list(tmp_path.rglob("*.parquet"))) == len(files(tmp_path, OBSERVATIONS)) == 1
    assert read(tmp_path) == before
    assert write(tmp_path, cast.district) == 0


def test_an_erased_learner_goes_and_does_not_come_again(cast: Cast, tmp_path: Path) -> None:
    (one,) = competencies(cast.district, 1)
    maya, dev = key(cast, "maya"), key(cast, "dev")
    show(cast.district, maya, one, JUNE_30)
    show(cast.district, dev, one, JULY_1)
    write(tmp_path, cast.district)
    show(cast.district, maya, one, JULY_1)
    LearnerKey.objects.filter(pk=maya).update(person=None, erased_at=NOW)
    assert erase(tmp_path, OBSERVATIONS, [str(maya)]) == 1
    write(tmp_path, cast.district)
    assert [row["learner"] for row in read(tmp_path)] == [str(dev)]
