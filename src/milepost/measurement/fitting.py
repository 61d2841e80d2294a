"""Parameters of the ability filter, fitted by maximum likelihood on the sequence."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.calibration import calibrate
from milepost.measurement.log import Log
from milepost.measurement.parameters import Parameters

Floats = NDArray[np.float64]

FITTED = (
    "ability_variance",
    "competency_variance",
    "gain",
    "gain_power",
    "forgetting_rate",
    "fading",
    "form_pull",
    "item_variance",
)
"""What is fitted; the rest stays as given. All are above 0, and are moved by factors."""
FACTORS = (2.0, 1.25, 1.07)
LEAST = 1e-3


def fit_parameters(
    log: Log, *, seed: int, start: Parameters | None = None, learners: int = 500, sweeps: int = 4
) -> Parameters:
    """Return the parameters under which each answer surprises least, given all before it.

    The prequential log-likelihood of a calibration run (Dawid 1984) over the responses of at most
    `learners` learners, drawn by `seed`, is climbed one parameter at a time, by factors of 2, then
    1.25, then 1.07, `sweeps` rounds each at most. Equal input gives equal output. It finds a peak,
    not always the highest. Parameters that a log says nothing of (forgetting, where all days are
    equal) stay as given.

    Raises ValueError for a log without responses that tell something, and for fewer than one
    learner or sweep.
    """
    if learners < 1 or sweeps < 1:
        raise ValueError(f"learners, sweeps are {learners}, {sweeps}; both must be 1 or more")
    if not np.any((log.source < 0) & (log.weight > 0)):
        raise ValueError("log has no response with a weight above 0: nothing can be fitted")
    some = _responses_of(log, learners, np.random.default_rng(seed))
    best = start or Parameters()
    likelihood = log_likelihood(some, best)
    for factor in FACTORS:
        for _ in range(sweeps):
            before = likelihood
            for name in FITTED:
                best, likelihood = _climb(some, best, likelihood, name, factor)
            if likelihood == before:
                break
    return best


def log_likelihood(log: Log, parameters: Parameters) -> float:
    """Return the prequential log-likelihood of a log's responses, in nats."""
    _, chances = calibrate(log, parameters)
    told = (log.source < 0) & (log.weight > 0)
    p = np.clip(chances[told], 1e-12, 1.0 - 1e-12)
    y = log.score[told]
    return float(np.sum(y * np.log(p) + (1.0 - y) * np.log1p(-p)))


def _climb(
    log: Log, best: Parameters, likelihood: float, name: str, factor: float
) -> tuple[Parameters, float]:
    """Move one parameter by a factor, up or else down, if that is likelier by `LEAST` nats."""
    for step in (factor, 1.0 / factor):
        value = float(getattr(best, name)) * step
        if not 1e-4 <= value <= 10.0:
            continue
        changed: dict[str, Any] = {name: value}
        moved = replace(best, **changed)
        found = log_likelihood(log, moved)
        if math.isfinite(found) and found > likelihood + LEAST:
            return moved, found
    return best, likelihood


def _responses_of(log: Log, count: int, rng: np.random.Generator) -> Log:
    """Return the responses of `count` learners drawn at random, in the order of the log."""
    drawn = np.zeros(len(log.learners), np.bool_)
    drawn[rng.permutation(len(log.learners))[:count]] = True
    learner = log.learner_of_row
    rows = drawn[learner] & (log.source < 0)
    if not np.any(rows & (log.weight > 0)):
        raise ValueError("the learners drawn have no responses: draw more learners")
    sizes = np.diff(log.competency_offsets)
    sums = np.bincount(learner[rows], minlength=len(log.learners))
    return replace(
        log,
        learner_offsets=np.concatenate(([0], np.cumsum(sums))),
        competency_offsets=np.concatenate(([0], np.cumsum(sizes[rows]))),
        competency=log.competency[np.repeat(rows, sizes)],
        sources=(),
        source=np.empty(0, np.int64),
        **{name: getattr(log, name)[rows] for name in ("item", "score", "weight", "hints", "day")},
    )
