"""The lake's files: old or new, never half, and an erased learner in none of them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.lake import Column, Dataset, erase, files, replace

pytestmark = pytest.mark.pure
SHOWN = Dataset(
    "shown",
    "For tests.",
    (
        Column("learner", pa.string(), "Key.", "-"),
        Column("score", pa.int64(), "Score.", "-", nullable=True),
    ),
)


def rows(*learners: str) -> pa.Table:
    return pa.table({"learner": list(learners), "score": [1] * len(learners)})


def read(root: Path) -> list[str]:
    found = [pq.ParquetFile(path).read()["learner"].to_pylist() for path in files(root, SHOWN)]
    return sorted(learner for some in found for learner in some)


def test_a_partition_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    replace(tmp_path, SHOWN, rows("a"), district="d", year=2026)
    replace(tmp_path, SHOWN, rows("b"), district="d", year=2027)
    replace(tmp_path, SHOWN, rows("c"), district="d", year=2027)
    assert read(tmp_path) == ["a", "c"]
    assert len(list(tmp_path.rglob("*.parquet"))) == 2


def test_a_missing_value_changes_nothing(tmp_path: Path) -> None:
    replace(tmp_path, SHOWN, rows("a"), district="d", year=2026)
    bad = pa.table({"learner": pa.array([None], pa.string()), "score": [1]})
    with pytest.raises(ValueError, match=r"learner"):
        replace(tmp_path, SHOWN, bad, district="d", year=2026)
    assert read(tmp_path) == ["a"]


def test_an_erased_learner_is_in_no_file_not_even_in_one_left_by_a_crash(tmp_path: Path) -> None:
    path = replace(tmp_path, SHOWN, rows("erase-me", "b"), district="d", year=2026)
    path.with_name("left.parquet").write_bytes(path.read_bytes())
    path.with_name("left.parquet.new").write_bytes(b"erase-me")
    assert erase(tmp_path, SHOWN, ["erase-me"]) == 1
    assert read(tmp_path) == ["b"]
    kept = [p for p in tmp_path.rglob("*") if p.is_file() and b"erase-me" in p.read_bytes()]
    assert kept == []
