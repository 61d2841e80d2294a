"""Fit chains whose answers are numbered: flat parameters in, flat parameters out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .columns import Chains, Floats, Ints

FIRST = 3  # prior, learn, forget; then guess and slip of each class of item


class Settings(NamedTuple):
    """What holds for every chain."""

    highest: Floats
    """Of prior, learn, forget, guess, slip."""
    tolerance: float
    limit: int


class Guide(NamedTuple):
    """Where a fit starts, and how strongly it is drawn there, in rows that never were."""

    chain: Floats
    """Prior, learn, forget: a row a chain."""
    emission: Floats
    """Guess, slip: a row a class of item, chain by chain."""
    classes: Ints
    """Chain k has the classes from classes[k] up to classes[k + 1]."""
    chain_pull: float = 0.0
    emission_pull: float = 0.0


class Fit(NamedTuple):
    """Parameters shaped as their guide; log-likelihood, last gain and passes, a row a chain."""

    chain: Floats
    emission: Floats
    report: Floats


def fit(symbol: NDArray[np.uint32], rows: Chains, guide: Guide, settings: Settings) -> Fit:
    """Fit every chain; the symbol of a row is twice its class within the chain, plus 1 if right."""
    from .kernels import fit_trees, grow

    n, n_chains = len(symbol), len(rows.trees) - 1
    parent, symbols = np.empty(n, np.uint32), np.empty(n, np.uint32)
    stops, passes = np.empty(n), np.empty(n)
    edges = np.empty(n_chains + 1, np.int64)
    grow(symbol, rows.starts, rows.trees, parent, symbols, stops, passes, edges)
    cuts = FIRST * np.arange(n_chains + 1) + 2 * guide.classes
    row_cut = np.repeat(cuts[:-1] + FIRST, np.diff(rows.starts[rows.trees]))
    seen = np.bincount(row_cut + symbol, minlength=cuts[-1]).astype(np.float64)
    heads = cuts[:-1, None] + np.arange(FIRST)
    of = np.repeat(np.arange(n_chains), np.diff(guide.classes))
    tails = FIRST * (of[:, None] + 1) + 2 * np.arange(len(of))[:, None] + np.arange(2)
    p, highest, pull = np.empty(cuts[-1]), np.empty(cuts[-1]), np.empty((cuts[-1], 2))
    p[heads], p[tails] = guide.chain, guide.emission
    highest[heads], highest[tails] = settings.highest[:FIRST], settings.highest[FIRST:]
    pull[heads, 1], pull[tails, 1] = guide.chain_pull, guide.emission_pull
    pull[highest == 0.0] = 0.0
    pull[:, 0] = pull[:, 1] * p
    report = fit_trees(
        parent, symbols, stops, passes, edges, seen, pull, highest, cuts, p,
        settings.tolerance, settings.limit,
    )  # fmt: skip
    return Fit(p[heads], p[tails], report)
