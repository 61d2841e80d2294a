"""How the defaults of `milepost.measurement.Parameters` were found; run it to repeat that.

Only training learners are looked at: those in the train files of two logs without times, and the
learners with even numbers of the log with times. One in five of them, drawn with a fixed seed, is
held out; the search (Nelder & Mead) lowers the sum over the three logs of the held-out log-loss,
each divided by its own at the start, so that no log counts for its size. What it finds is rounded
by hand. `small` takes forty steps and `full` four hundred.

Not searched: parameters on which these logs say little or nothing (hints, kinds of evidence, the
slow return of uncertainty over months), `fading`, held to about half of what the log with times
alone would choose because its cloze sentences are forgotten faster than what schools teach, and
`competency_drift`, kept above nothing so that the filter can follow a learner who changes.
"""

import dataclasses

import numpy as np
import polars as pl
from real_log import cloze, figure, held_out, log_of, responses, size
from scipy.optimize import minimize

from milepost.measurement import Log, Parameters, log_loss

SEED = 1
LOGS = ("assist2009_gervet", "statics_gervet")
POSITIVE = ("ability_variance", "competency_variance", "ability_drift", "item_variance")
"""Searched by their logarithm."""
FREE = ("gain", "form_pull", "form_memory")
Split = tuple[Log, Log]


def split(frame: pl.DataFrame) -> Split:
    """Return the logs of four in five learners and of the fifth."""
    learners = frame["user_id"].unique().sort().to_numpy()
    drawn = np.random.default_rng(SEED).permutation(learners)[: len(learners) // 5]
    fifth = pl.col("user_id").is_in(drawn.tolist())
    return log_of(frame.filter(~fifth)), log_of(frame.filter(fifth))


def losses(splits: list[Split], parameters: Parameters) -> np.ndarray:
    """Return the held-out log-loss of each split."""
    return np.array(
        [log_loss(test.score, held_out(train, test, parameters)) for train, test in splits]
    )


def parameters_at(point: np.ndarray, start: Parameters) -> Parameters:
    """Return the parameters that a point of the search stands for."""
    positive = np.exp(point[: len(POSITIVE)]).tolist()
    free = point[len(POSITIVE) :].tolist()
    return dataclasses.replace(
        start,
        **dict(zip(POSITIVE, positive, strict=True)),
        **dict(zip(FREE, free, strict=True)),
    )


def main() -> None:
    """Search, and print what was found."""
    steps = 40 if size(__doc__) == "small" else 400
    splits = [split(responses(name, "train")) for name in LOGS]
    splits.append(split(cloze().filter(pl.col("user_id") % 2 == 0)))
    start = Parameters()
    at_start = losses(splits, start)

    def cost(point: np.ndarray) -> float:
        try:
            return float(np.sum(losses(splits, parameters_at(point, start)) / at_start))
        except ValueError:  # the search stepped outside the range of a parameter
            return np.inf

    origin = np.array(
        [np.log(getattr(start, name)) for name in POSITIVE] + [getattr(start, n) for n in FREE]
    )
    reach = np.diag([0.7] * len(POSITIVE) + [0.2] * len(FREE))
    found = minimize(
        cost,
        origin,
        method="Nelder-Mead",
        options={"maxfev": steps, "initial_simplex": np.vstack([origin, origin + reach])},
    )
    best = parameters_at(found.x, start)
    for name in POSITIVE + FREE:
        figure(f"tuned_{name}", getattr(best, name), "")
    figure("tuned_loss", float(found.fun) / len(splits), "of the defaults' loss")


if __name__ == "__main__":
    main()
