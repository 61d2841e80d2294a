"""Answers for the tests: simulated ones, and the best known real ones."""

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.irt import Items, Responses, probability

LSAT_6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
          10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]  # fmt: skip
"""How many of 1,000 candidates gave each pattern of five answers to section 6 of the Law School
Admission Test, from all wrong to all right (Bock & Lieberman 1970, table 1)."""
LSAT_7 = [12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28,
          7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308]  # fmt: skip
"""The same of section 7."""


def of_patterns(counts: list[int]) -> Responses:
    """Return the answers behind counts of patterns, the last item changing quickest."""
    n = len(counts).bit_length() - 1
    pattern = np.arange(len(counts))[:, None] >> np.arange(n)[::-1] & 1
    return Responses.of_matrix(np.repeat(pattern, counts, axis=0))


def simulate(
    items: Items, ability: NDArray[np.float64], seed: int, share: float = 1.0
) -> Responses:
    """Return answers of learners to all items, or to each with some chance."""
    rng = np.random.default_rng(seed)
    below = np.cumsum(probability(ability, items), axis=-1)[..., :-1]
    score = np.sum(rng.random((*below.shape[:-1], 1)) > below, axis=-1)
    learner, item = np.nonzero(rng.random(score.shape) < share)
    return Responses.of(
        learner, item, score[learner, item], n_learners=len(ability), n_items=len(items)
    )


def bank(n: int, seed: int, model: str = "2pl") -> Items:
    """Return items as tests have them."""
    rng = np.random.default_rng(seed)
    slope = np.ones(n) if model == "rasch" else rng.lognormal(0.1, 0.25, n)
    difficulty = rng.normal(0.0, 1.0, n)
    if model == "3pl":
        return Items.of(model, difficulty, slope, guessing=rng.uniform(0.1, 0.25, n))
    if model in ("grm", "gpcm"):
        steps = np.sort(rng.normal(0.0, 1.0, (n, 3)), axis=1) + np.array([-0.4, 0.0, 0.4])
        steps -= steps.mean(axis=1, keepdims=True)
        return Items.of(model, difficulty * 0.5, slope, steps=steps)
    return Items.of(model, difficulty, slope)
