"""Simulated raters, of whom the truth is known."""

from typing import NamedTuple

import numpy as np


class Ratings(NamedTuple):
    """Ratings, one a row, and what they were drawn from; levels count from 1."""

    learners: np.ndarray
    raters: np.ndarray
    scores: np.ndarray
    criteria: np.ndarray
    ability: np.ndarray
    severity: np.ndarray
    difficulty: np.ndarray
    thresholds: np.ndarray


def simulate(
    rng: np.random.Generator,
    *,
    learners: int = 400,
    raters: int = 12,
    criteria: int = 4,
    each: int = 2,
    steps: int = 3,
    partial: bool = False,
    unfair: float = 0.0,
) -> Ratings:
    """Draw ratings: `each` raters a learner; with `unfair`, severe raters get weak learners."""
    severity = rng.normal(0.0, 0.7, raters)
    severity -= severity.mean()
    difficulty = rng.normal(0.0, 0.7, criteria)
    difficulty -= difficulty.mean()
    thresholds = np.tile(np.linspace(-1.0, 1.0, steps) * (steps > 1), (criteria, 1))
    if partial:
        thresholds = thresholds + rng.normal(0.0, 0.4, thresholds.shape)
        thresholds -= thresholds.mean(axis=1, keepdims=True)
    who = np.argsort(rng.random((learners, raters)), axis=1)[:, :each]
    ability = rng.normal(0.0, 1.0, learners) - unfair * severity[who].mean(axis=1)
    learner = np.repeat(np.arange(learners), each * criteria)
    rater = np.repeat(who.ravel(), criteria)
    criterion = np.tile(np.arange(criteria), learners * each)
    gap = ability[learner] - severity[rater] - difficulty[criterion]
    passed = np.pad(np.cumsum(thresholds, axis=1), ((0, 0), (1, 0)))[criterion]
    logits = gap[:, None] * np.arange(steps + 1) - passed
    scores = 1 + (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    return Ratings(learner, rater, scores, criterion, ability, severity, difficulty, thresholds)
