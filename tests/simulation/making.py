"""Simulations for tests: a folder as digests, and a log as the measurement room reads it."""

import hashlib
from pathlib import Path

import polars as pl

from milepost.measurement import Log
from milepost.simulation import Plan, simulate

SMALL = Plan(learners=60, seed=5, years=2, responses=30)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file, by its name in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def written(plan: Plan, folder: Path, *, chunk: int | None = None) -> dict[str, str]:
    """Simulate into a folder and return its digests."""
    simulate(plan, folder, chunk=chunk)
    return digests(folder)


def truth(folder: Path, table: str) -> pl.DataFrame:
    """Return a table of the truth."""
    return pl.read_parquet(folder / "truth" / table / "*.parquet")


def responses(folder: Path) -> pl.DataFrame:
    """Return the response log with its times read."""
    frame = pl.read_csv(folder / "responses.csv")
    local = pl.col("timestamp").str.head(19).str.to_datetime("%Y-%m-%dT%H:%M:%S")
    return frame.with_columns(local=local)


def log_of(frame: pl.DataFrame) -> Log:
    """Return responses as the filter takes them."""
    return Log.of(
        frame["learner"].to_list(),
        frame["item"].to_list(),
        [[code] for code in frame["competencies"]],
        frame["correct"].to_numpy(),
        hints=frame["hints"].to_numpy(),
        days=(frame["local"].dt.epoch("s") / 86_400).to_numpy(),
    )
