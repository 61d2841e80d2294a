"""Between labelled dataclasses and the plain arrays that the compiled filter reads.

Items are rows (a, b, v): given the mean difficulty d of its competencies, an item's difficulty is
Normal(a + b * d, v). Competencies are rows (mean, variance). Levels are rows (a, b, v) likewise,
given the learner's ability.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.log import Log
from milepost.measurement.parameters import Parameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Rows(NamedTuple):
    """The arrays of a `Log`."""

    learner_offsets: Ints
    item: Ints
    competency_offsets: Ints
    competency: Ints
    score: Floats
    weight: Floats
    hints: Ints
    day: Floats
    source: Ints


class Constants(NamedTuple):
    """The numbers of `Parameters` that hold for every row."""

    ability_variance: float
    competency_variance: float
    level_variance: float
    ability_drift: float
    competency_drift: float
    gain: float
    gain_power: float
    forgetting_rate: float
    fading: float
    fading_days: float
    hint_factor: float
    form_pull: float
    form_memory: float


class Relations(NamedTuple):
    """What each competency of a log leans on, and the scales of its sources.

    Competency k has the relatives from `offsets[k]` up to `offsets[k + 1]`, each with the
    correlation `weight`. Scales are rows (top, x, y, z, ...): top > 0 is a rubric of levels 0 to
    top with its thresholds; top 0 a Gaussian reading of (intercept, slope, noise variance); top -1
    is not known, and tells nothing.
    """

    offsets: Ints
    relative: Ints
    weight: Floats
    scales: Floats


class Lessons(NamedTuple):
    """The gain of row n in a competency, and of all rows before row n; n up to 255.

    Always as long, so that a number cannot depend on how many rows a batch happens to have.
    """

    gain: Floats
    before: Floats


class Pairs(NamedTuple):
    """State of each learner x competency, learner by learner in order of first showing."""

    competency: Ints
    level: Floats
    last_day: Floats
    seen: Ints


class Outcome(NamedTuple):
    """What a run tells: one a learner, one a row, one an entry."""

    mean: Floats
    variance: Floats
    offsets: Ints
    chance: Floats
    logit: Floats
    spread: Floats
    level_mean: Floats
    level_variance: Floats


def run_filter(
    log: Log,
    parameters: Parameters,
    items: Floats,
    competencies: Floats,
    relations: Relations,
    *,
    learn: bool,
) -> tuple[Pairs, Outcome]:
    """Run the compiled filter over a log; `learn` changes `items` and `competencies` in place."""
    # Numba takes longer to import than the rest together, and most processes never fold.
    from milepost.measurement.kernels import run

    rows = Rows(*(np.ascontiguousarray(getattr(log, name)) for name in Rows._fields))
    constants = Constants(*(float(getattr(parameters, name)) for name in Constants._fields))
    n_learners, n_entries = len(log.learners), len(log.competency)
    pairs = Pairs(
        competency=np.empty(n_entries, np.int64),
        level=np.empty((n_entries, 3)),
        last_day=np.empty(n_entries),
        seen=np.empty(n_entries, np.int64),
    )
    out = Outcome(
        mean=np.empty(n_learners),
        variance=np.empty(n_learners),
        offsets=np.zeros(n_learners + 1, np.int64),
        chance=np.empty(len(log)),
        logit=np.empty(len(log)),
        spread=np.empty(len(log)),
        level_mean=np.empty(n_entries),
        level_variance=np.empty(n_entries),
    )
    lessons = new_lessons(parameters)
    used = run(rows, constants, items, competencies, relations, lessons, pairs, out, learn)
    shown = Pairs(
        competency=pairs.competency[:used].copy(),
        level=pairs.level[:used].copy(),
        last_day=pairs.last_day[:used].copy(),
        seen=pairs.seen[:used].copy(),
    )
    return shown, out


def new_lessons(parameters: Parameters) -> Lessons:
    """Return what practice teaches, row by row."""
    powers = [float(n) ** -parameters.gain_power for n in range(1, 256)]
    gain = parameters.gain * np.array([0.0, *powers])
    return Lessons(gain, np.concatenate(([0.0], np.cumsum(gain)[:-1])))


def new_items(count: int, parameters: Parameters) -> Floats:
    """Return items nobody has tried, and a last one of no difficulty of its own for item -1."""
    table = np.tile([0.0, 1.0, parameters.item_variance], (count + 1, 1))
    table[-1, 2] = 0.0
    return table


def new_competencies(count: int, parameters: Parameters) -> Floats:
    """Return competencies nobody has tried."""
    return np.tile([parameters.difficulty_mean, parameters.difficulty_variance], (count, 1))
