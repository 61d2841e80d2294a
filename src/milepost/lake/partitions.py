"""Files of the lake. The manifest says which files count; replacing it is the only commit.

A crash leaves the old manifest or the new one, so a partition is old or new, never half. Files that
no manifest names are swept by the next writer.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from milepost.lake.datasets import Dataset

Manifest = dict[str, dict[str, Any]]


def files(root: Path, dataset: Dataset) -> list[Path]:
    """Return the files that make up a dataset today."""
    folder = root / dataset.name
    return [folder / part["file"] for part in _manifest(folder).values()]


def replace(
    root: Path, dataset: Dataset, rows: pa.Table | Iterable[pa.Table], *, district: str, year: int
) -> Path:
    """Replace one partition, by rows that may come in parts and are then never held all at once.

    Raises ValueError, changing nothing, when rows do not fit the dataset's schema.
    """
    folder = root / dataset.name
    parts = [rows] if isinstance(rows, pa.Table) else rows
    with _writing(folder) as manifest:
        place = f"district={district}/school_year={year}"
        manifest[place] = _write(folder, place, dataset, (fitting(dataset, p) for p in parts))
    return folder / str(manifest[place]["file"])


def fitting(dataset: Dataset, rows: pa.Table) -> pa.Table:
    """Return rows in the dataset's schema. Raises ValueError where they do not fit it."""
    rows = rows.select(dataset.schema.names).cast(dataset.schema)
    rows.validate(full=True)
    for column in dataset.columns:
        if not column.nullable and rows[column.name].null_count:
            raise ValueError(f"{dataset.name}.{column.name}: a value is missing.")
    return rows


def count(root: Path, dataset: Dataset, district: str) -> int:
    """Return how many rows the lake holds of a district."""
    parts = _manifest(root / dataset.name).items()
    return sum(part["rows"] for place, part in parts if place.startswith(f"district={district}/"))


def erase(root: Path, dataset: Dataset, learners: Collection[str], district: str = "") -> int:
    """Rewrite every file (of a district) that holds one of these keys; return how many rows went.

    Old files are deleted before it returns, also those that a crashed writer left behind.
    """
    gone, folder = 0, root / dataset.name
    if "learner" not in dataset.schema.names or not folder.exists():
        return 0
    with _writing(folder) as manifest:
        keys = pa.array(learners, pa.string())
        for place, part in manifest.items():
            if place.startswith(f"district={district}") and _holds(folder / part["file"], keys):
                kept = _without(folder / part["file"], keys)
                manifest[place] = _write(folder, place, dataset, kept)
                gone += part["rows"] - manifest[place]["rows"]
    return gone


def _holds(path: Path, keys: pa.Array) -> bool:
    with pq.ParquetFile(path) as file:
        batches = file.iter_batches(columns=["learner"])
        return any(pc.any(pc.is_in(batch["learner"], keys)).as_py() for batch in batches)


def _without(path: Path, keys: pa.Array) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group)
            yield rows.filter(pc.invert(pc.is_in(rows["learner"], keys)))


@contextmanager
def _writing(folder: Path) -> Iterator[Manifest]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        manifest = _manifest(folder)
        yield manifest
        _put(folder / "manifest.json", json.dumps(manifest, indent=1, sort_keys=True).encode())
        named = {folder / part["file"] for part in manifest.values()}
        for path in [*folder.rglob("*.parquet"), *folder.rglob("*.new")]:
            if path not in named:
                path.unlink()


def _write(folder: Path, place: str, dataset: Dataset, parts: Iterable[pa.Table]) -> dict[str, Any]:
    """Write a file, named by its content, and see that it is on the disk."""
    new, rows = folder / place / "part.new", 0
    new.parent.mkdir(parents=True, exist_ok=True)
    with new.open("wb+") as file:
        with pq.ParquetWriter(file, dataset.schema, compression="zstd") as writer:
            for part in parts:
                writer.write_table(part)
                rows += part.num_rows
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path = new.with_name(f"{digest[:32]}.parquet")
    new.replace(path)
    _keep_entry(path)
    return {"file": str(path.relative_to(folder)), "sha256": digest, "rows": rows}


def _put(path: Path, content: bytes) -> None:
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _keep_entry(path)


def _keep_entry(path: Path) -> None:
    """See that a new name is on the disk."""
    entry = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}
