"""Files that grow frame by frame, each with its count of rows and its SHA-256."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import polars as pl

BLOCK = 1_000_000
"""Rows of one Parquet part. Fixed, so that the files do not depend on the chunks they came in."""


@dataclass(frozen=True)
class Written:
    """A file as it was written: its name in the folder, rows (None where it has none), digest."""

    name: str
    rows: int | None
    size: int
    sha256: str


class Folder:
    """The folder that a simulation writes to; ``files`` tells what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: list[Written] = []

    def put(self, name: str, content: bytes, rows: int | None = None) -> None:
        """Write a whole file."""
        path = self._path(name)
        path.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        self.files.append(Written(name, rows, len(content), digest))

    def put_csv(self, name: str, frame: pl.DataFrame) -> None:
        """Write a frame as a whole CSV file."""
        with self.csv(name) as file:
            file.add(frame)

    def csv(self, name: str) -> "CsvFile":
        """Open a CSV file that frames are added to."""
        return CsvFile(self, name, self._path(name))

    def parquet(self, name: str, block: int = BLOCK) -> "ParquetParts":
        """Open a folder of Parquet parts that frames are added to."""
        return ParquetParts(self, name, block)

    def _path(self, name: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class CsvFile:
    """A CSV file; the first frame gives the header."""

    def __init__(self, folder: Folder, name: str, path: Path) -> None:
        self.folder = folder
        self.name = name
        self.rows = 0
        self.size = 0
        self.digest = hashlib.sha256()
        self.file = path.open("wb")

    def __enter__(self) -> "CsvFile":
        return self

    def add(self, frame: pl.DataFrame) -> None:
        """Write the rows of a frame after those before."""
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=self.size == 0)
        content = buffer.getbuffer()
        self.file.write(content)
        self.digest.update(content)
        self.size += len(content)
        self.rows += frame.height

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()
        if kind is None:
            whole = Written(self.name, self.rows, self.size, self.digest.hexdigest())
            self.folder.files.append(whole)


class ParquetParts:
    """A folder of Parquet files of ``block`` rows each, the last one shorter."""

    def __init__(self, folder: Folder, name: str, block: int) -> None:
        self.folder = folder
        self.name = name
        self.parts = 0
        self.block = block
        self.waiting: list[pl.DataFrame] = []
        self.rows = 0

    def __enter__(self) -> "ParquetParts":
        return self

    def add(self, frame: pl.DataFrame) -> None:
        """Add the rows of a frame after those before."""
        self.waiting.append(frame)
        self.rows += frame.height
        while self.rows >= self.block:
            self._write(self.block)

    def _write(self, rows: int) -> None:
        # One chunk: the bytes must not tell where the frames were joined.
        whole = pl.concat(self.waiting)
        part = whole.head(rows).rechunk()
        buffer = io.BytesIO()
        part.write_parquet(buffer, row_group_size=self.block, use_pyarrow=False)
        self.folder.put(f"{self.name}/part-{self.parts:05d}.parquet", buffer.getvalue(), rows)
        self.parts += 1
        self.rows -= rows
        self.waiting = [whole.slice(rows)] if self.rows else []

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and (self.rows or not self.parts) and self.waiting:
            self._write(self.rows)
