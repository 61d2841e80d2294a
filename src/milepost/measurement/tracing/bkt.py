"""Bayesian knowledge tracing (Corbett & Anderson 1995), fitted by EM per competency."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWEST = 1e-6
HIGHEST_ERROR = 0.49  # guess + slip < 1: a right answer is always evidence of mastery


@dataclass(frozen=True)
class KnowledgeTracing:
    """Fitted parameters: a row a competency, columns prior, learn, forget, guess, slip."""

    competencies: NDArray[Any]
    parameters: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    converged: NDArray[np.bool_]


def fit_bkt(
    learner: ArrayLike,
    competency: ArrayLike,
    correct: ArrayLike,
    *,
    forgetting: bool = False,
    tolerance: float = 1e-6,
    limit: int = 1000,
) -> KnowledgeTracing:
    """Fit one chain a competency to rows in the order answered (three arrays of one length).

    A fit has converged when an iteration adds less than `tolerance` log-likelihood a response.
    Raises ValueError for empty input, unequal lengths, or `correct` other than 0 and 1.
    Source: Corbett & Anderson 1995; Baum-Welch as in Rabiner 1989, section III.
    """
    who, what, right = np.asarray(learner), np.asarray(competency), np.asarray(correct)
    if not len(right) or len(who) != len(right) or len(what) != len(right):
        raise ValueError("learner, competency, correct: give arrays of one length, not empty")
    bad = np.flatnonzero((right != 0) & (right != 1))
    if len(bad):
        raise ValueError(f"correct: row {bad[0]} is {right[bad[0]]!r}; give 0 or 1")
    names, skill = np.unique(what, return_inverse=True)
    _, person = np.unique(who, return_inverse=True)
    order = np.lexsort((person, skill))
    skill, person, answers = skill[order], person[order], right[order].astype(np.bool_)
    edges = np.searchsorted(skill, np.arange(len(names) + 1))
    fits = [
        _fit_one(answers[a:b], person[a:b], forgetting, tolerance, limit)
        for a, b in zip(edges[:-1], edges[1:], strict=True)
    ]
    return KnowledgeTracing(
        names,
        np.array([f[0] for f in fits]),
        np.array([f[1] for f in fits]),
        np.array([f[2] for f in fits]),
    )


def _fit_one(
    answers: NDArray[np.bool_],
    person: NDArray[np.int64],
    forgetting: bool,
    tolerance: float,
    limit: int,
) -> tuple[NDArray[np.float64], float, bool]:
    from .kernels import expectation

    cuts = np.flatnonzero(np.diff(person)) + 1
    starts = np.concatenate(([0], cuts, [len(answers)]))
    p = np.array([0.4, 0.15, 0.05 if forgetting else 0.0, 0.2, 0.1])
    counts, before = np.empty(11), np.empty(len(answers))
    last = -np.inf
    for _ in range(limit):
        now = float(expectation(answers, starts, p, counts, before))
        if now - last < tolerance * len(answers):
            return p, now, True
        last, p = now, _maximise(counts, p, len(starts) - 1, forgetting)
    return p, float(expectation(answers, starts, p, counts, before)), False


def _maximise(
    c: NDArray[np.float64], p: NDArray[np.float64], learners: int, forgetting: bool
) -> NDArray[np.float64]:
    """Expected counts to parameters; clipping a concave term keeps the step an ascent."""
    top = np.array([c[8], c[0], c[2], c[6], c[7]])
    bottom = np.array([float(learners), c[1], c[3], c[5], c[4]])
    new = np.where(bottom > 0, top / np.maximum(bottom, 1e-300), p)
    highest = np.array([1 - LOWEST, 1 - LOWEST, 1 - LOWEST, HIGHEST_ERROR, HIGHEST_ERROR])
    new = np.clip(new, LOWEST, highest)
    if not forgetting:
        new[2] = 0.0
    return new
