"""Simulated learners, and likelihoods by brute force, for the tests of knowledge tracing."""

from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def simulate(rng: np.random.Generator, truth: list[list[float]], n: int, length: int) -> Columns:
    """Return learner, competency, correct of n learners with `length` answers a competency."""
    who, what, right = [], [], []
    for k, (prior, learn, forget, guess, slip) in enumerate(truth):
        known = rng.random(n) < prior
        for _ in range(length):
            right.append(rng.random(n) < np.where(known, 1 - slip, guess))
            moved = rng.random(n)
            known = np.where(known, moved >= forget, moved < learn)
            who.append(np.arange(n))
            what.append(np.full(n, k))
    return np.concatenate(who), np.concatenate(what), np.concatenate(right).astype(np.int64)


def by_paths(answers: list[int], p: list[float]) -> float:
    """Return the likelihood of answers as a sum over every path of mastery, knowing no trick."""
    prior, learn, forget, guess, slip = p
    total = 0.0
    for path in product((0, 1), repeat=len(answers)):
        chance = prior if path[0] else 1 - prior
        for a, b in pairwise(path):
            stays = 1 - forget if a else 1 - learn
            chance *= stays if a == b else 1 - stays
        for state, answer in zip(path, answers, strict=True):
            hit = 1 - slip if state else guess
            chance *= hit if answer else 1 - hit
        total += chance
    return total
