"""Simulated cohorts whose growth is known: each score leans on the one before, plus chance."""

import numpy as np

from milepost.measurement.growth import Panel

LEAN, CHANCE, RISE = 0.8, 30.0, 25.0
"""A score lies LEAN times as far from its grade's mean as last year's, give or take CHANCE."""


def mean_of(grade: float) -> float:
    """Return the mean score of a grade."""
    return 500.0 + RISE * (grade - 3)


def cohorts(seed: int, *, learners: int = 1500, first: int = 3, last: int = 6) -> Panel:
    """Return four years of learners who are in grades `first` to `last` now."""
    rng = np.random.default_rng(seed)
    now = np.repeat(np.arange(first, last + 1), learners)
    grades = now[:, None] + np.arange(-3, 1)
    distance = rng.normal(0.0, 50.0, len(now))
    columns = []
    for year in range(4):
        columns.append(mean_of(grades[:, year]) + distance)
        distance = LEAN * distance + rng.normal(0.0, CHANCE, len(now))
    scores = np.round(np.column_stack(columns))
    seen = grades >= 3
    return Panel.of(np.where(seen, grades, np.nan), np.where(seen, scores, np.nan))
