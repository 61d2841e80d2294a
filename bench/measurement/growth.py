"""Growth percentiles beside the R package SGP: how many are equal, and how fast.

The input is the panel that ships with SGP (sgpData: five years of simulated scale scores) and what
SGP 2.2 gives for 5,000 of its learners, found through MILEPOST_DATA; without it nothing is printed
but why. SGP's speed is an earlier measurement of the same work on one thread: every norm of a grade
with one prior, two, up to four, and the percentiles of its learners. Its figure with one prior is
that of grade 4, with four priors that of a grade that has them. Run on one thread to compare:
NUMBA_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1. `small` is the median of three runs,
`full` of nine.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from milepost.measurement.growth import (
    Growth,
    Norms,
    Panel,
    fit_norms,
    growth_to_standard,
    percentiles,
    spread,
)

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402

YEARS = range(2020, 2025)
MOST = 4
PEER = "R SGP 2.2"
SGP_LEARNERS_A_SECOND = {"growth_percentiles": 418.0, "_1_prior": 1594.0, "_4_priors": 255.0}


def data_folder() -> Path:
    """Return the folder of real scores, or end the run saying that it is not there."""
    folder = Path(os.environ.get("MILEPOST_DATA", ROOT.parent / "shared" / "data")) / "growth"
    if not folder.is_dir():
        print(f"skipped: no real input in {folder} (set MILEPOST_DATA)", file=sys.stderr)
        raise SystemExit(0)
    return folder


def arrays(table: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return grades and scores, a column a year, missing as NaN."""
    grades, scores = (
        table.select(pl.col(f"{name}_{year}").cast(float) for year in YEARS)
        .fill_null(float("nan"))
        .to_numpy()
        for name in ("GRADE", "SS")
    )
    return grades, scores


def of_grades(grades: np.ndarray, scores: np.ndarray, wanted: tuple[int, ...]) -> Panel:
    """Return the panel in which only learners of the wanted grades have a current score."""
    current = np.where(np.isin(grades[:, -1], wanted), scores[:, -1], np.nan)
    return Panel.of(grades, np.column_stack([scores[:, :-1], current]))


def whole(panel: Panel) -> tuple[Norms, Growth]:
    """Do what SGP does in one call: fit the norms of all orders and take the percentiles."""
    norms = fit_norms(panel, most_priors=MOST)
    return norms, percentiles(panel, norms)


def seconds(run: Callable[[], object], runs: int) -> float:
    """Return the median time of a run."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def equality(ids: np.ndarray, growth: Growth, theirs: pl.DataFrame, priors: int = 0) -> None:
    """Print the share of the reference learners whose percentile is SGP's.

    With `priors` only that many are looked at, for learners who have them.
    """
    column = f"SGP_ORDER_{priors}" if priors else "SGP"
    ours = pl.DataFrame({"ID": ids[growth.rows], "ours": growth.percentile, "used": growth.priors})
    if priors:
        ours = ours.filter(pl.col("used") == priors)
    both = theirs.drop_nulls(column).join(ours, on="ID", how="left")
    equal = (both["ours"] == both[column]).fill_null(False).sum()
    by = f"_{priors}_prior{'s' if priors > 1 else ''}" if priors else ""
    figure(f"growth_equal_to_sgp{by}", equal / len(both), "share of learners", n=len(both))


def speed(name: str, panel: Panel, runs: int) -> None:
    """Print learners a second for everything that SGP's call does."""
    learners = len(whole(panel)[1].rows)
    peer = SGP_LEARNERS_A_SECOND[name.removeprefix("growth_percentiles") or name]
    figure(
        name,
        learners / seconds(lambda: whole(panel), runs),
        "learners/s",
        n=learners,
        peer=PEER,
        peer_value=peer,
        peer_source="recorded",
    )


def main() -> None:
    """Print the figures."""
    runs = {"small": 3, "full": 9}[size(__doc__)]
    folder = data_folder()
    table = pl.read_csv(folder / "sgpData.csv")
    theirs = pl.read_csv(folder / "sgp_reference_5000.csv")
    grades, scores = arrays(table)
    panel, ids = Panel.of(grades, scores), table["ID"].to_numpy()
    norms, growth = whole(panel)
    equality(ids, growth, theirs)
    for priors in range(1, MOST + 1):
        equality(ids, percentiles(panel, norms, most_priors=priors), theirs, priors)
    speed("growth_percentiles", panel, runs)
    speed("growth_percentiles_1_prior", of_grades(grades, scores, (4,)), runs)
    speed("growth_percentiles_4_priors", of_grades(grades, scores, (7, 8)), runs)
    rate = len(growth.rows) / seconds(lambda: percentiles(panel, norms), runs)
    figure("growth_percentiles_from_a_baseline", rate, "learners/s", n=len(growth.rows))
    errors = np.full(len(scores), 15.0)
    rate = len(growth.rows) / seconds(lambda: spread(panel, norms, errors), runs)
    figure("growth_standard_errors", rate, "learners/s", n=len(growth.rows))
    standards = {grade: float(np.nanmedian(scores[grades == grade])) for grade in range(3, 9)}
    learners = len(growth_to_standard(panel, norms, standards).rows)
    rate = learners / seconds(lambda: growth_to_standard(panel, norms, standards), runs)
    figure("growth_to_standard_3_years", rate, "learners/s", n=learners)


if __name__ == "__main__":
    main()
