"""How fast items are calibrated from answers, and how near the truth the estimates come.

Two-parameter items (slopes lognormal(0, 0.25), difficulties N(0, 1)) answered by learners N(0, 1),
every learner every item: 1,000 x 50, 10,000 x 100 and, at full size, 100,000 x 100. One run warms
up, the median of some counts, and standard errors are left out, as in the peer's figures: the R
package mirt 1.45 took 1.2, 7.6 and 68.6 s on two cores (recorded); `ratio` is its time over ours.

`irt_sparse` is what an item bank in use is like: each learner has seen 100 of a million items.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from _report import figure, size  # noqa: E402

from milepost.measurement.irt import Fit, Items, Responses, calibrate, chance  # noqa: E402

MIRT = {(1_000, 50): 1.2, (10_000, 100): 7.6, (100_000, 100): 68.6}
SIZES = {"small": [(1_000, 50), (10_000, 100)], "full": list(MIRT)}
SPARSE = {"small": (2_000, 10_000), "full": (20_000, 1_000_000)}
SEEN = 100
RUNS = 3


def main() -> None:
    """Print every figure."""
    which = size(__doc__)
    calibrate(simulated(200, 20)[1], errors=False)  # compiles
    for n_learners, n_items in SIZES[which]:
        dense(n_learners, n_items)
    sparse(*SPARSE[which])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure("irt_peak_memory", peak, "MiB")


def simulated(n_learners: int, n_items: int) -> tuple[Items, Responses]:
    """Return items and the answers of learners to all of them."""
    rng = np.random.default_rng(n_learners + n_items)
    items = Items.of("2pl", rng.normal(size=n_items), rng.lognormal(0.0, 0.25, n_items))
    ability = rng.normal(size=n_learners)
    right = rng.random((n_learners, n_items)) < chance(ability, items)
    return items, Responses.of_matrix(right.astype(np.int8))


def dense(n_learners: int, n_items: int) -> None:
    """Print the figures of a full table."""
    truth, answers = simulated(n_learners, n_items)
    seconds, fit = timed(answers)
    name = f"irt_2pl_{n_learners}x{n_items}"
    peer = {"peer": "R mirt 1.45", "peer_source": "recorded"}
    recorded = MIRT[n_learners, n_items]
    n = len(answers)
    figure(name, 1 / seconds, "fits/s", n=n, **peer, peer_value=1 / recorded)
    figure(f"{name}_seconds", seconds, "s", n=n)
    figure(f"{name}_steps", fit.steps, "EM steps", n=n)
    off = {
        "a": fit.items.discrimination - truth.discrimination,
        "b": fit.items.difficulty - truth.difficulty,
    }
    for letter, error in off.items():
        figure(f"{name}_rmse_{letter}", float(np.sqrt(np.mean(error**2))), "logits", n=n_items)


def sparse(n_learners: int, n_items: int) -> None:
    """Print the figures of a bank of which each learner has seen a few."""
    rng = np.random.default_rng(7)
    truth = Items.of("2pl", rng.normal(size=n_items), rng.lognormal(0.0, 0.25, n_items))
    ability = rng.normal(size=n_learners)
    item = np.sort(rng.integers(0, n_items, (n_learners, SEEN)), axis=1)
    learner = np.broadcast_to(np.arange(n_learners)[:, None], item.shape)
    new = np.c_[np.ones(n_learners, bool), np.diff(item, axis=1) > 0]
    item, learner = item[new], learner[new]
    slope, difficulty = truth.discrimination[item], truth.difficulty[item]
    odds = slope * (ability[learner] - difficulty)
    right = rng.random(len(item)) < 1 / (1 + np.exp(-odds))
    answers = Responses.of(learner, item, right, n_learners=n_learners, n_items=n_items)
    began = time.perf_counter()
    fit = calibrate(answers, "rasch", errors=False)
    seconds = time.perf_counter() - began
    name = f"irt_sparse_rasch_{n_learners}x{n_items}"
    figure(f"{name}_seconds", seconds, "s", n=len(answers))
    figure(f"{name}_estimated", int(fit.estimated.sum()), "items", n=n_items)


def timed(answers: Responses) -> tuple[float, Fit]:
    """Return the median seconds of some runs, and what the last one found."""
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        fit = calibrate(answers, "2pl", errors=False)
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds)), fit


if __name__ == "__main__":
    main()
