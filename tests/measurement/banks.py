"""Banks that the tests of adaptive selection share."""

import numpy as np

from milepost.measurement.irt import Items

AREAS = ("algebra", "geometry", "number")


def bank(n: int = 60, seed: int = 5) -> Items:
    """A bank of two-parameter items around the average examinee."""
    rng = np.random.default_rng(seed)
    return Items.of("2pl", rng.normal(size=n), rng.lognormal(0.0, 0.3, n))


def mixed_bank() -> Items:
    """A bank of every model, with items of two, three and four scores."""
    rng = np.random.default_rng(9)
    model = np.array(["rasch", "2pl", "3pl", "grm", "gpcm"] * 8)
    n = len(model)
    steps = np.tile([-0.8, 0.1, 0.7], (n, 1))
    steps[(model == "gpcm") | (np.arange(n) % 2 == 0), 2] = np.inf
    steps[np.isin(model, ("rasch", "2pl", "3pl"))] = [0.0, np.inf, np.inf]
    slope = np.where(model == "rasch", 1.0, rng.lognormal(0.0, 0.3, n))
    guessing = np.where(model == "3pl", 0.2, 0.0)
    return Items.of(model, rng.normal(size=n), slope, guessing, steps)


def abilities(n: int, seed: int = 1) -> np.ndarray:
    """Abilities of n examinees of the population that the prior describes."""
    return np.random.default_rng(seed).normal(size=n)


def areas_of(n: int) -> list[str]:
    """An area for each item, in turn."""
    return [AREAS[j % len(AREAS)] for j in range(n)]
