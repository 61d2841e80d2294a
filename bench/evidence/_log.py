"""A made-up response log in order of time, written as CSV: for benchmarks of any size."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

SKILLS, ITEMS = 200, 20
BEGIN = datetime(2025, 8, 1, tzinfo=UTC)
YEAR = 270 * 86_400_000  # milliseconds
AT_ONCE = 1_000_000


def write(path: Path, *, responses: int, learners: int, seed: int) -> Path:
    """Write ``responses`` of ``learners`` taken at random, spread over one school year."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        for begin in range(0, responses, AT_ONCE):
            count = min(AT_ONCE, responses - begin)
            share = np.sort(rng.random(count)) * count / responses + begin / responses
            skill = pl.Series(rng.integers(0, SKILLS, count)).cast(pl.String)
            item = pl.Series(rng.integers(0, ITEMS, count)).cast(pl.String)
            when = (share * YEAR).astype(np.int64) + int(BEGIN.timestamp()) * 1000
            frame = pl.DataFrame(
                {
                    "learner": pl.Series(rng.integers(0, learners, count)).cast(pl.String),
                    "item": skill + "-" + item,
                    "competencies": "skill " + skill,
                    "score": rng.integers(0, 2, count),
                    "time": pl.Series(when).cast(pl.Datetime("ms")).dt.to_string("iso:strict")
                    + "Z",
                    "seconds": rng.exponential(40, count).round(1),
                    "hints": rng.integers(0, 3, count),
                }
            )
            frame.write_csv(file, include_header=begin == 0)
    return path
