"""Does the ability filter find simulated truth, and how fast does it fold a large log?

Truth comes from a static ability (no learning, no drift), with difficulties known. `full` draws
four times the learners and folds ten times the responses.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

from milepost.measurement import Calibration, Log, Parameters, fold

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT)]

from _report import figure, size  # noqa: E402

from tests.measurement.logs import simulate  # noqa: E402
from tests.measurement.test_recovery import levels  # noqa: E402

STATIC = Parameters(ability_drift=0.0, competency_drift=0.0, gain=0.0)
AMOUNTS = (1, 2, 5, 10, 20, 50)


def large_log(learners: int, each: int = 50) -> Log:
    """Return answers at random over 1,000 items in 100 competencies."""
    rng = np.random.default_rng(1)
    n = learners * each
    item = rng.integers(0, 1000, n)
    return Log(
        learners=tuple(map(str, range(learners))),
        items=tuple(f"i{j}" for j in range(1000)),
        competencies=tuple(f"c{j}" for j in range(100)),
        learner_offsets=np.arange(learners + 1) * each,
        item=item,
        competency_offsets=np.arange(n + 1),
        competency=item % 100,
        score=(rng.random(n) < 0.6).astype(np.float64),
        weight=np.ones(n),
        hints=np.zeros(n, np.int64),
        day=np.zeros(n),
    )


def report_truth(learners: int) -> None:
    """Print how often intervals of 90 % hold the truth, and how levels correlate with it."""
    for amount in AMOUNTS:
        rng = np.random.default_rng(7)
        truth = simulate(
            rng, learners=learners, competencies=6, responses=amount, parameters=STATIC
        )
        mean, variance = levels(truth)
        inside = np.abs(mean - truth.level) <= 1.6449 * np.sqrt(variance)
        figure(f"filter_coverage_after_{amount}", float(inside.mean()), "share", n=inside.size)
        if amount == 20:
            close = [np.corrcoef(mean[:, k], truth.level[:, k])[0, 1] for k in range(6)]
            figure("filter_correlation_after_20", float(np.mean(close)), "r", n=inside.size)


def main() -> None:
    """Print the figures."""
    full = size(__doc__) == "full"
    report_truth(1200 if full else 300)
    log, calibration = large_log(200_000 if full else 20_000), Calibration()
    fold(log, calibration)
    seconds = []
    for _ in range(5):
        started = time.perf_counter()
        fold(log, calibration)
        seconds.append(time.perf_counter() - started)
    figure("filter_speed", len(log) / statistics.median(seconds), "responses/s", n=len(log))


if __name__ == "__main__":
    main()
