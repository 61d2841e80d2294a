"""The compiled history of a learner: what is known of the past when a row comes.

One pass over each learner in order. Every row is described first and noted afterwards, so that no
description knows its own answer or a later one.
"""

import math

import numpy as np
from numba import njit

from milepost.measurement.predictor.tables import Floats, History

# Columns of what is kept of one scope: the learner overall, in a competency, on an item.
RIGHT, WRONG, STREAK, LAST, ROW, DAY, OFF = range(7)
SPEEDS = (0.5, 0.8, 0.93, 0.98)
"""What each further row of a scope leaves of its mean distance from what was expected."""
SURPRISE_SPEEDS = (0.7, 0.95)
"""The same for the distance from what the filter expected."""
KEPT = OFF + len(SPEEDS) + len(SURPRISE_SPEEDS)
MINUTES = 1440.0
"""Minutes in a day."""


@njit(cache=True)
def describe(history: History, out: Floats) -> None:
    """Fill `out` (rows x 4 + 3 KEPT) with what the past says of each row.

    First the level before the row, its variance, the rows in sequence that showed the same first
    competency, and the hints on the row before; then the three scopes, KEPT columns each.
    """
    competency = np.empty((history.competencies, KEPT))
    item = np.empty((history.items + 1, KEPT))
    level = np.zeros((history.competencies, 2))
    of_competency = np.full(history.competencies, -1, np.int64)
    of_item = np.full(history.items + 1, -1, np.int64)
    for i in range(len(history.learner_offsets) - 1):
        overall = np.zeros(KEPT)
        _forget(overall)
        run, hints, before = 0.0, 0.0, -1
        for r in range(history.learner_offsets[i], history.learner_offsets[i + 1]):
            first, stop = history.competency_offsets[r], history.competency_offsets[r + 1]
            j = history.item[r]
            if j < 0 or of_item[j] != i:
                of_item[j] = i
                _forget(item[j])
            for e in range(first, stop):
                k = history.competency[e]
                if of_competency[k] != i:
                    of_competency[k] = i
                    _forget(competency[k])
                    level[k, 0], level[k, 1] = 0.0, -1.0
                out[r, 0] += level[k, 0] / (stop - first)
                out[r, 1] += level[k, 1] / (stop - first)
            shown = history.competency[first]
            run = run + 1.0 if shown == before else 0.0
            before = shown
            out[r, 2], out[r, 3] = math.log1p(run), hints
            hints = float(history.hints[r])
            _write(history, r, overall, out[r, 4 : 4 + KEPT], 1.0)
            for e in range(first, stop):
                one = competency[history.competency[e]]
                _write(history, r, one, out[r, 4 + KEPT : 4 + 2 * KEPT], 1.0 / (stop - first))
            _write(history, r, item[j], out[r, 4 + 2 * KEPT :], 1.0)
            _note(history, r, overall)
            _note(history, r, item[j])
            for e in range(first, stop):
                _note(history, r, competency[history.competency[e]])
                k = history.competency[e]
                level[k, 0], level[k, 1] = history.level_mean[e], history.level_variance[e]


@njit(cache=True)
def _forget(kept: Floats) -> None:
    """Start a scope: nothing seen yet."""
    kept[:] = 0.0
    kept[LAST] = 0.5
    kept[ROW] = -1.0


@njit(cache=True)
def _write(history: History, r: int, kept: Floats, out: Floats, share: float) -> None:
    """Add a scope's columns to the description of row r, times `share`."""
    out[RIGHT] += share * math.log1p(kept[RIGHT])
    out[WRONG] += share * math.log1p(kept[WRONG])
    out[STREAK] += share * kept[STREAK]
    out[LAST] += share * kept[LAST]
    if kept[ROW] >= 0.0:
        out[ROW] += share * math.log1p(r - kept[ROW])
        out[DAY] += share * math.log1p(MINUTES * (history.day[r] - kept[DAY]))
    for c in range(OFF, KEPT):
        out[c] += share * kept[c]


@njit(cache=True)
def _note(history: History, r: int, kept: Floats) -> None:
    """Keep what row r showed."""
    kept[ROW], kept[DAY] = float(r), history.day[r]
    if history.weight[r] == 0.0:
        return
    score = history.score[r]
    kept[RIGHT] += score
    kept[WRONG] += 1.0 - score
    kept[LAST] = score
    if score >= 0.5:
        kept[STREAK] = max(kept[STREAK], 0.0) + 1.0
    else:
        kept[STREAK] = min(kept[STREAK], 0.0) - 1.0
    c = OFF
    for speed in SPEEDS:
        kept[c] = speed * kept[c] + (1.0 - speed) * (score - history.expected[r])
        c += 1
    for speed in SURPRISE_SPEEDS:
        kept[c] = speed * kept[c] + (1.0 - speed) * (score - history.chance[r])
        c += 1
