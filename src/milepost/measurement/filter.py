"""The ability filter: from a log and a frozen calibration to what each learner can do.

The model. A learner has an overall ability; the level in each competency leans on it, and strays
from it on its own. Given the ability, the levels are independent, so the belief is a tree and one
answer moves only its trunk and the branches that it shows:

    ability            ~ Normal(mean, variance)
    level k | ability  ~ Normal(a_k + b_k * ability, v_k)      (at first a = 0, b = 1)

An answer is right with chance logistic(mean of its levels - difficulty of its item). It is taken
in as a Gaussian reading of that logit, whose slope and curvature are those of the integrated
chance (an extended Kalman step; Bishop 2006, "Pattern Recognition and Machine Learning", sections
4.5.2 and 10.7). The step is exact on the tree, but for rows that show several competencies: their
levels are kept independent given the ability.

Practice teaches: before a learner's next row in a competency the level rises by
gain / rows so far ** gain_power (the power law of practice; Newell & Rosenbloom 1981), and each row
makes it a little less certain. Days away make it less certain and let it fade (`project`).

A competency without evidence starts from its relatives (prerequisites and siblings) that have some:
given the ability, two relatives stray alike with the correlation that the calibration gives. That
happens once, when the level is first shown, so that an answer never moves what it does not show.

A rubric's level, a judgement or an outside score is a reading of the same logit on its own scale
(`scales`).

The predicted chance alone, never a belief, leans on form as well: the learner's recent run of
surprises, right or wrong, over all competencies.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.calibration import Calibration
from milepost.measurement.log import Log
from milepost.measurement.scales import scale_table
from milepost.measurement.tables import Relations, new_items, run_filter

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Beliefs:
    """What is believed after the last row of each learner, in the order of `Log.learners`.

    Learner i's competencies are the pairs from `offsets[i]` up to `offsets[i + 1]`, in the order
    in which they were first shown. Levels are in logits from the competency's difficulty; each is
    true as of its own `last_day`: use `project` for a later one.
    """

    mean: Floats
    """Overall ability, one a learner; 0 is the average learner of the calibration."""
    variance: Floats
    offsets: Ints
    competency: Ints
    """Index into `Log.competencies`, one a pair."""
    level_mean: Floats
    level_variance: Floats
    last_day: Floats
    """Day of the last row that showed the competency."""
    count: Ints
    """Rows that showed the competency."""
    lean: Floats
    """How far the level leans on the overall ability (1: in full, as before any evidence)."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """How the beliefs came about, row by row of the log."""

    chance: Floats
    """Predicted chance of success, one a row, before its answer was seen; for a row from a source
    the expected score on its scale."""
    level_mean: Floats
    """Level just after the row, one an entry of `Log.competency`; as in `Beliefs`."""
    level_variance: Floats


def fold(log: Log, calibration: Calibration) -> tuple[Beliefs, Trace]:
    """Fold the whole log of each learner into beliefs, from nothing, in the order of its rows.

    Each learner stands alone: the numbers are bit-equal in whatever batch the learner is folded.
    Items that the calibration does not know count as typical of their competencies; competencies
    that it does not know as typical of all. The first call in a new installation compiles.
    """
    items, competencies = _known_tables(log, calibration)
    pairs, out = run_filter(
        log, calibration.parameters, items, competencies, _relations(log, calibration), learn=False
    )
    beliefs = Beliefs(
        mean=out.mean,
        variance=out.variance,
        offsets=out.offsets,
        competency=pairs.competency,
        level_mean=pairs.level[:, 0],
        level_variance=pairs.level[:, 2],
        last_day=pairs.last_day,
        count=pairs.seen,
        lean=pairs.level[:, 1],
    )
    return beliefs, Trace(out.chance, out.level_mean, out.level_variance)


def _relations(log: Log, calibration: Calibration) -> Relations:
    """Return what the competencies of a log lean on, by number, and the scales of its sources."""
    number = {label: k for k, label in enumerate(log.competencies)}
    relatives = [calibration.relatives.get(label, {}) for label in log.competencies]
    known = [{number[r]: w for r, w in sorted(row.items()) if r in number} for row in relatives]
    sizes = np.array([len(row) for row in known], np.int64)
    return Relations(
        offsets=np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))),
        relative=np.array([r for row in known for r in row], np.int64),
        weight=np.array([w for row in known for w in row.values()], np.float64),
        scales=scale_table(log, calibration.scales),
    )


def _known_tables(log: Log, calibration: Calibration) -> tuple[Floats, Floats]:
    """Return the items and competencies of a log as the calibration knows them."""
    items = new_items(len(log.items), calibration.parameters)
    for row, label in enumerate(log.items):
        if known := calibration.items.get(label):
            items[row] = known.mean, 0.0, known.variance
    # A level is measured from its competency's difficulty, so doubt about that is no noise here.
    known_means = [calibration.competency(label).mean for label in log.competencies]
    competencies = np.array([known_means, np.zeros(len(known_means))]).T.copy()
    return items, competencies
