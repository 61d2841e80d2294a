"""Whole populations through one design: what a test would do before anybody sits it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.adaptive.design import Design
from milepost.measurement.adaptive.tables import (
    Answering,
    Floats,
    Ints,
    Record,
    Smalls,
    new_state,
)


@dataclass(frozen=True, slots=True, eq=False)
class Administrations:
    """Tests of N examinees, one row each, at most `length` items long."""

    items: Smalls
    """(N, length): items in the order given; -1 after the last."""
    scores: Smalls
    """(N, length): score on each; -1 after the last."""
    length: Ints
    """(N,): items given."""
    ability: Floats
    """(N,): mean of the posterior (EAP; Bock & Mislevy 1982), in logits."""
    error: Floats
    """(N,): its standard deviation."""
    chosen: Ints
    """(n,): how often each item was chosen, given or not."""

    def exposure(self) -> Floats:
        """Return the share of examinees who were given each item, (n,)."""
        given = self.items[self.items >= 0]
        return np.bincount(given, minlength=len(self.chosen)) / max(len(self.items), 1)

    def rmse(self, abilities: ArrayLike) -> float:
        """Return the root mean squared distance of the estimates from the true abilities, (N,)."""
        return float(np.sqrt(np.mean((self.ability - np.asarray(abilities, np.float64)) ** 2)))


def simulate(
    design: Design, abilities: ArrayLike, *, seed: int, first: int = 0, threads: int = 1
) -> Administrations:
    """Give the test to simulated examinees of known abilities, (N,), in logits.

    Examinee `first + i` has ability i. Everything that an examinee meets depends on `seed` and its
    number alone, so that no result depends on who else is simulated, in what batch, or in how many
    threads; and a live `AdaptiveTest` of the same seed and number asks the same items.

    Raises ValueError, naming the row, for an ability that is not finite, or a negative `seed`,
    `first` or no threads.
    """
    truth = np.atleast_1d(np.array(abilities, np.float64, order="C"))
    if truth.ndim != 1 or not np.all(np.isfinite(truth)):
        row = int(np.argmin(np.isfinite(truth))) if truth.ndim == 1 else 0
        raise ValueError(
            f"abilities, row {row}: must be a finite number of logits, one an examinee"
        )
    if seed < 0 or first < 0 or threads < 1:
        raise ValueError("seed and first must be 0 or more, and threads 1 or more")
    n, length = len(truth), design.rules.length
    record = Record(
        items=np.full((n, length), -1, np.int32),
        scores=np.full((n, length), -1, np.int32),
        length=np.empty(n, np.int64),
        ability=np.empty(n),
        error=np.empty(n),
    )
    ends = np.linspace(0, n, threads + 1).astype(np.int64)
    parts = [slice(a, b) for a, b in pairwise(ends)]

    def run(part: slice) -> Ints:
        from milepost.measurement.adaptive.population_kernels import administer

        state = new_state(design.tables, design.rules)
        rows = _part(record, part)
        who = first + int(part.start)
        args = design.tables, design.rules, state, answering_of(design)
        administer(*args, truth[part], seed, who, rows)
        return state.chosen

    if threads == 1:
        chosen = run(parts[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            chosen = np.sum(list(pool.map(run, parts)), axis=0)
    return Administrations(*record, chosen=chosen)


def _part(record: Record, part: slice) -> Record:
    return Record(
        record.items[part],
        record.scores[part],
        record.length[part],
        record.ability[part],
        record.error[part],
    )


def answering_of(design: Design) -> Answering:
    """Return what simulated examinees answer the design's items by."""
    items = design.items
    return Answering(
        partial=np.asarray(items.model == "gpcm"),
        discrimination=items.discrimination,
        guessing=items.guessing,
        thresholds=np.ascontiguousarray(items.thresholds),
    )
