"""How fast adaptive tests are simulated, how close their estimates are, and what they keep.

A bank of 500 two-parameter items (slopes N(1.2, 0.25), difficulties N(0, 1), as Barrada and others
2010 have it), tests of 20 items, examinees N(0, 1), one thread. `adaptive_examinees_per_s` and
`adaptive_rmse` are of the whole design: five content areas with at least 3 and at most 6 items,
thirty enemy sets (some across areas), and exposure kept to 0.25 by Sympson-Hetter; the others say
what they leave out. The rates are of a population that the calibration has not seen.

catsim runs beside us where it can be imported (`pip install catsim`), without constraints, on the
same bank and the same abilities; where it cannot, catR's earlier figures stand as recorded.
"""

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from _report import figure, size  # noqa: E402

from milepost.measurement.adaptive import (  # noqa: E402
    AdaptiveTest,
    Administrations,
    Blueprint,
    Design,
    simulate,
    sympson_hetter,
)
from milepost.measurement.irt import Items  # noqa: E402

N_ITEMS, LENGTH, MOST = 500, 20, 0.25
AREAS = ("A", "B", "C", "D", "E")
LIMITS = (3, 6)
EXAMINEES = {"small": 100_000, "full": 400_000}
PEERS = {"small": 20, "full": 300}
RUNS = 5
RECORDED = ("catR", 35.0, 0.28)

Peer = tuple[str, float, float, str]


def main() -> None:
    """Print every figure."""
    which = size(__doc__)
    rng = np.random.default_rng(2010)
    slopes = np.maximum(rng.normal(1.2, 0.25, N_ITEMS), 0.3)
    items = Items.of("2pl", rng.normal(size=N_ITEMS), slopes)
    areas = rng.choice(AREAS, N_ITEMS)
    enemies = np.split(rng.permutation(N_ITEMS)[:90], 30)
    plan = Blueprint.of(list(areas), dict.fromkeys(AREAS, LIMITS))
    truth = rng.normal(size=EXAMINEES[which])
    peer = run_catsim(items, truth[: PEERS[which]])
    constrained(Design.of(items, LENGTH, blueprint=plan, enemies=enemies), truth, areas, peer)
    plain = Design.of(items, LENGTH)
    seconds, done = timed(plain, truth)
    n = len(truth)
    figure("adaptive_unconstrained_examinees_per_s", n / seconds, "examinees/s", n=n, **of(peer, 1))
    figure("adaptive_unconstrained_rmse", done.rmse(truth), "logits", n=n, **of(peer, 2))
    for criterion in ("kullback_leibler", "posterior_variance"):
        some = truth[: n // 50]
        seconds, done = timed(Design.of(items, LENGTH, criterion=criterion), some)
        figure(f"adaptive_{criterion}_per_s", len(some) / seconds, "examinees/s", n=len(some))
        figure(f"adaptive_{criterion}_rmse", done.rmse(some), "logits", n=len(some))
    live(Design.of(items, LENGTH, blueprint=plan, enemies=enemies))


def constrained(design: Design, truth: np.ndarray, areas: np.ndarray, peer: Peer) -> None:
    """Print the figures of the design with content, enemies and exposure."""
    simulate(design, truth[:10], seed=7)  # compiles
    calibrating = np.random.default_rng(1985).normal(size=20_000)
    began = time.perf_counter()
    found = sympson_hetter(design, calibrating, MOST, seed=1)
    took = time.perf_counter() - began
    seconds, done = timed(found.design, truth)
    n = len(truth)
    figure("adaptive_examinees_per_s", n / seconds, "examinees/s", n=n, **of(peer, 1))
    figure("adaptive_rmse", done.rmse(truth), "logits", n=n, **of(peer, 2))
    figure("adaptive_exposure_max", done.exposure().max(), f"rate (limit {MOST})", n=n)
    free = simulate(design, truth, seed=7)
    figure("adaptive_exposure_max_uncontrolled", free.exposure().max(), "rate", n=n)
    figure("adaptive_sympson_hetter", took, f"s ({len(found.highest)} rounds)", n=20_000)
    outside, together = violations(design, done, areas)
    figure("adaptive_blueprint_violations", outside, "examinees", n=n)
    figure("adaptive_enemies_together", together, "examinees", n=n)


def violations(design: Design, done: Administrations, areas: np.ndarray) -> tuple[int, int]:
    """Return how many examinees were outside the blueprint, and how many met two enemies."""
    least, most = LIMITS
    given = areas[done.items]
    held = np.stack([np.sum(given == area, axis=1) for area in AREAS], axis=1)
    sets = np.sort(design.enemy_set[done.items], axis=1)
    twice = np.any((sets[:, 1:] == sets[:, :-1]) & (sets[:, 1:] >= 0), axis=1)
    return int(np.sum(np.any((held < least) | (held > most), axis=1))), int(np.sum(twice))


def timed(design: Design, truth: np.ndarray) -> tuple[float, Administrations]:
    """Return the median seconds of some runs, compiling left out, and what the last run gave."""
    simulate(design, truth[:10], seed=7)
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        done = simulate(design, truth, seed=7)
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds)), done


def live(design: Design) -> None:
    """Print what one answer takes from Python: it is taken in, and the next item chosen."""
    seconds = []
    for examinee in range(500):
        test = AdaptiveTest(design, seed=1, examinee=examinee)
        while test.next is not None:
            began = time.perf_counter()
            test.answer(examinee % 2)
            seconds.append(time.perf_counter() - began)
    figure("adaptive_live_answer", 1e6 * float(np.median(seconds)), "µs", n=len(seconds))


def run_catsim(items: Items, truth: np.ndarray) -> Peer:
    """Return name, examinees a second, RMSE and source of the peer: run where it is there."""
    try:
        from catsim.estimation import NumericalSearchEstimator
        from catsim.initialization import FixedPointInitializer
        from catsim.selection import MaxInfoSelector
        from catsim.simulation import Simulator
        from catsim.stopping import MinErrorStopper
    except ImportError:
        return *RECORDED, "recorded"
    ones = np.ones(len(items))
    bank = np.column_stack((items.discrimination, items.difficulty, 0.0 * ones, ones))
    simulator = Simulator(bank, truth, seed=7)
    stop = MinErrorStopper(1e-6, min_items=LENGTH, max_items=LENGTH)
    parts = FixedPointInitializer(0.0), MaxInfoSelector(), NumericalSearchEstimator(), stop
    began = time.perf_counter()
    simulator.simulate(*parts)
    seconds = time.perf_counter() - began
    found = np.array([estimates[-1] for estimates in simulator.estimations])
    rmse = float(np.sqrt(np.mean((found - truth) ** 2)))
    return "catsim (no constraints)", len(truth) / seconds, rmse, "run"


def of(peer: Peer, column: int) -> dict[str, object]:
    """Return the peer's part of a figure."""
    return {"peer": peer[0], "peer_value": peer[column], "peer_source": peer[3]}


if __name__ == "__main__":
    main()
