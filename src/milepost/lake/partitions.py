"""Files of the lake. The manifest says which files count; replacing it is the only commit.

A crash leaves the old manifest or the new one, so a partition is old or new, never half. Files that
no manifest names are swept by the next writer.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
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


def replace(root: Path, dataset: Dataset, rows: pa.Table, *, district: str, year: int) -> Path:
    """Replace one partition. Raises when rows do not fit the dataset's schema."""
    folder = root / dataset.name
    rows = fitting(dataset, rows)
    with _writing(folder) as manifest:
        place = f"district={district}/school_year={year}"
        manifest[place] = _write(folder, place, rows)
        path = folder / manifest[place]["file"]
    return path


def fitting(dataset: Dataset, rows: pa.Table) -> pa.Table:
    """Return rows in the dataset's schema. Raises ValueError where they do not fit it."""
    rows = rows.select(dataset.schema.names).cast(dataset.schema)
    rows.validate(full=True)
    for column in dataset.columns:
        if not column.nullable and rows[column.name].null_count:
            raise ValueError(f"{dataset.name}.{column.name}: a value is missing.")
    return rows


def erase(root: Path, dataset: Dataset, learner: str) -> int:
    """Rewrite every file that holds a learner key; return how many rows went.

    Old files are deleted before it returns, also those that a crashed writer left behind.
    """
    gone, folder = 0, root / dataset.name
    if "learner" not in dataset.schema.names or not folder.exists():
        return 0
    with _writing(folder) as manifest:
        for place, part in manifest.items():
            rows = pq.ParquetFile(folder / part["file"]).read()
            kept = rows.filter(pc.not_equal(rows["learner"], learner))
            if kept.num_rows < rows.num_rows:
                gone += rows.num_rows - kept.num_rows
                manifest[place] = _write(folder, place, kept)
    return gone


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


def _write(folder: Path, place: str, rows: pa.Table) -> dict[str, Any]:
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    digest = hashlib.sha256(content).hexdigest()
    path = folder / place / f"{digest[:32]}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    _put(path, content)
    name = str(path.relative_to(folder))
    return {"file": name, "sha256": digest, "rows": rows.num_rows}


def _put(path: Path, content: bytes) -> None:
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    entry = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


def _manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}
