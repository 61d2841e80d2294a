"""How fast and how true the many-facet model of raters is, and kappa beside scikit-learn's.

Ratings are simulated: abilities Normal(0, 1), severities and difficulties Normal(0, 0.7), two
raters a learner drawn at random, five criteria, four levels. `facets_recovery_rmse` is the root
mean square error of the severities, `facets_recovery_error` the standard error that the fit itself
states (the two should be equal), `facets_recovery_slope` the slope of estimated on true (1 is no
bias). The peer of `kappa_per_s` is scikit-learn, where it is installed.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from bench._report import figure, size
from milepost.measurement.agreement import cohen_kappa, facets
from tests.measurement.raters import simulate


def recovery(learners: int, raters: int) -> None:
    """Fit one large simulated design; print speed and truth."""
    small = simulate(np.random.default_rng(0), learners=50)
    facets(small.learners, small.raters, small.scores, small.criteria)  # compiles
    drawn = simulate(np.random.default_rng(1), learners=learners, raters=raters, criteria=5)
    start = time.perf_counter()
    fit = facets(drawn.learners, drawn.raters, drawn.scores, drawn.criteria)
    took = time.perf_counter() - start
    if not fit.converged:
        raise SystemExit("the fit did not converge")
    n = len(drawn.scores)
    figure("facets_ratings_per_s", n / took, "ratings/s", n=n)
    off = fit.raters.value - drawn.severity
    figure("facets_recovery_rmse", float(np.sqrt(np.mean(off**2))), "logits", n=raters)
    stated = float(np.sqrt(np.mean(fit.raters.error**2)))
    figure("facets_recovery_error", stated, "logits", n=raters)
    slope = float(np.polyfit(drawn.severity, fit.raters.value, 1)[0])
    figure("facets_recovery_slope", slope, "slope", n=raters)


def kappa(n: int) -> None:
    """Weigh a pair of raters with n works; the peer gives no standard error."""
    rng = np.random.default_rng(2)
    one = rng.integers(1, 6, n)
    two = np.clip(one + rng.integers(-1, 2, n), 1, 5)
    ours, value = _rate(lambda: cohen_kappa(one, two, weights="quadratic").value, n)
    try:
        from sklearn.metrics import cohen_kappa_score
    except ImportError:
        figure("kappa_per_s", ours, "works/s", n=n)
        return
    peer, expected = _rate(lambda: cohen_kappa_score(one, two, weights="quadratic"), n)
    if abs(value - expected) > 1e-9:
        raise SystemExit(f"kappa is {value}, the peer's {expected}")
    figure(
        "kappa_per_s", ours, "works/s",
        n=n, peer="scikit-learn", peer_value=peer, peer_source="run",
    )  # fmt: skip


def _rate(run, n: int) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Return works a second, by the median of five runs, and the value."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        value = run()
        times.append(time.perf_counter() - start)
    return n / float(np.median(times)), float(value)


if __name__ == "__main__":
    full = size(__doc__) == "full"
    recovery(100_000 if full else 20_000, 500 if full else 100)
    kappa(100_000)
