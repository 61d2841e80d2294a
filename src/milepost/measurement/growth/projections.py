"""Where growth leads: expected scores of the years ahead, and the growth that a standard takes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.growth.norms import DIGITS, Norms
from milepost.measurement.growth.panel import Panel
from milepost.measurement.growth.percentiles import joined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

YEARS = 3
"""How far ahead growth to a standard usually looks."""
CHUNK = 512
"""Learners projected at a time: each is a hundred futures."""


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """A hundred futures of each learner: one row a learner and year ahead that the norms reach."""

    rows: Ints
    """Row of the panel, ascending, and within it the nearest year first."""
    years: Ints
    """1 is next year."""
    grades: Ints
    scores: Floats
    """Shape (len(rows), 100), ascending: column p - 1 is the score after growth at percentile p in
    each year up to then, within the obtainable scores."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """The growth that each learner needs to reach a standard, or to stay above it."""

    rows: Ints
    """Row of the panel, ascending; learners whose future the norms do not reach are absent."""
    proficient: Flags
    """Whether the current score reaches the standard of its grade: then the target is to keep up,
    otherwise to catch up."""
    percentile: Ints
    """1 to 99: the growth needed every year. To catch up: the least that reaches the standard in
    one of the years ahead. To keep up: the least that stays at or above it in all of them."""
    within_reach: Flags
    """False where even the 99th percentile of growth would not do."""
    years: Ints
    """How many years ahead were looked at: fewer where the norms or the standards end."""


def trajectories(panel: Panel, norms: Norms, *, years: int = YEARS) -> Trajectories:
    """Follow growth at each percentile from the current scores into the years ahead.

    Each year ahead takes the norm of its grade with as many priors as there are, the projected
    scores among them; the hundred futures of a learner are sorted anew each year, so that they
    never cross, and kept within the obtainable scores (Betebenner 2009; R package SGP,
    studentGrowthProjections). It supposes that learners of the years to come grow as those did whom
    the norms were fitted on.

    Raises ValueError where no learner has a future in the norms.
    """
    if years < 1:
        raise ValueError("years: look at least one year ahead")
    parts = []
    for grade in panel.current_grades():
        steps = _grades_ahead(norms, grade, years)
        history = panel.history(grade)
        if not steps:
            continue
        most = max(norms.most_priors(step) for step in steps)
        for length in range(1, min(int(history.max()), most) + 1):
            fits = history >= length if length == most else history == length
            for rows in np.array_split(np.flatnonzero(fits), 1 + np.count_nonzero(fits) // CHUNK):
                if len(rows):
                    known = panel.scores[rows, ::-1][:, :length]
                    parts += _futures(rows, known, steps, norms)
    if not parts:
        raise ValueError("panel: no learner has a current score in a grade below one of the norms")
    rows, ahead, grades, scores = joined(parts)
    return Trajectories(rows, ahead, grades, scores)


def _grades_ahead(norms: Norms, grade: int, years: int) -> list[int]:
    """Return the grades of the years ahead as far as the norms reach without a gap."""
    ahead = []
    for step in range(grade + 1, grade + years + 1):
        if not norms.most_priors(step):
            break
        ahead.append(step)
    return ahead


def _futures(
    rows: Ints, known: Floats, steps: list[int], norms: Norms
) -> list[tuple[Ints, Ints, Ints, Floats]]:
    """Project learners with equally long histories (n, length; the latest first)."""
    from milepost.measurement.growth.spline_kernels import grow

    parts = []
    past = np.repeat(known[:, None, :], 100, axis=1)
    for ahead, grade in enumerate(steps, start=1):
        norm = norms.table[grade, min(past.shape[2], norms.most_priors(grade))]
        scores = np.empty((len(rows), 100))
        sequences = np.array([knots.sequence for knots in norm.knots])
        grow(past[:, :, : norm.priors], sequences, norm.coefficients, scores)
        scores.sort(axis=1)
        low, high = norms.bounds[grade]
        scores = scores.clip(low, high).round(DIGITS)
        whole = np.ones(len(rows), np.int64)
        parts.append((rows, whole * ahead, whole * grade, scores))
        past = np.concatenate([scores[:, :, None], past], axis=2)
    return parts


def growth_to_standard(
    panel: Panel, norms: Norms, standards: Mapping[int, float], *, years: int = YEARS
) -> Targets:
    """Return the growth percentile that each learner needs to reach `standards` within `years`.

    `standards` is the proficient score of each grade, the learner's own included. Hold a target
    against what the learner shows next, or take both from the past: the target of
    `panel.before()` against the percentile of `panel` tells whether this year's growth was enough
    (growth to standard; Betebenner 2009, and 34 CFR 200 as the federal growth pilot used it).

    Raises ValueError where no learner has both a future in the norms and the standards for it.
    """
    futures = trajectories(panel, norms, years=years)
    known = np.isin(futures.grades, list(standards))
    own = panel.grades[futures.rows, -1]
    known &= np.isin(own, list(standards))
    if not known.any():
        raise ValueError("standards: none for a grade that learners are in and one that they enter")
    rows, scores = futures.rows[known], futures.scores[known]
    cut = np.array([standards[int(grade)] for grade in futures.grades[known]])
    needed = 1 + np.count_nonzero(scores < cut[:, None], axis=1)  # 101: out of reach
    learners, first, counts = np.unique(rows, return_index=True, return_counts=True)
    least, most = np.minimum.reduceat(needed, first), np.maximum.reduceat(needed, first)
    own_cut = np.array([standards[int(grade)] for grade in panel.grades[learners, -1]])
    proficient = panel.scores[learners, -1] >= own_cut
    target = np.where(proficient, most, least)
    return Targets(learners, proficient, np.clip(target, 1, 99), target <= 99, counts)
