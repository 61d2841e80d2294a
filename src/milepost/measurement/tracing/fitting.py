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


class Forest(NamedTuple):
    """Prefix trees, one a chain, cut at `edges`; see `kernels`."""

    parent: NDArray[np.uint32]
    symbol: NDArray[np.uint32]
    stops: Floats
    passes: Floats
    edges: Ints


def plant(symbol: NDArray[np.uint32], rows: Chains) -> Forest:
    """Grow the trees; the symbol of a row is twice its class in the chain, plus 1 if right."""
    from .kernels import grow

    n = len(symbol)
    forest = Forest(
        np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n), np.empty(n),
        np.empty(len(rows.trees), np.int64),
    )  # fmt: skip
    grow(symbol, rows.starts, rows.trees, *forest)
    end = forest.edges[-1]
    parent, kind, stops, passes, edges = forest
    return Forest(parent[:end], kind[:end], stops[:end], passes[:end], edges)


def together(forest: Forest) -> Forest:
    """Return all trees as one; for answers without classes of items."""
    from .kernels import merge

    parent, symbol, stops, passes = merge(*forest)
    return Forest(parent, symbol, stops, passes, np.array([0, len(parent)]))


def fit(forest: Forest, guide: Guide, settings: Settings) -> Fit:
    """Fit every chain to its tree."""
    from .kernels import fit_trees

    n_chains = len(forest.edges) - 1
    cuts = FIRST * np.arange(n_chains + 1) + 2 * guide.classes
    node_cut = np.repeat(cuts[:-1] + FIRST, np.diff(forest.edges))
    seen = np.bincount(node_cut + forest.symbol, weights=forest.passes, minlength=cuts[-1])
    heads = cuts[:-1, None] + np.arange(FIRST)
    of = np.repeat(np.arange(n_chains), np.diff(guide.classes))
    tails = FIRST * (of[:, None] + 1) + 2 * np.arange(len(of))[:, None] + np.arange(2)
    p, highest, pull = np.empty(cuts[-1]), np.empty(cuts[-1]), np.empty((cuts[-1], 2))
    p[heads], p[tails] = guide.chain, guide.emission
    highest[heads], highest[tails] = settings.highest[:FIRST], settings.highest[FIRST:]
    pull[heads, 1], pull[tails, 1] = guide.chain_pull, guide.emission_pull
    pull[highest == 0.0] = 0.0
    pull[:, 0] = pull[:, 1] * p
    report = fit_trees(*forest, seen, pull, highest, cuts, p, settings.tolerance, settings.limit)
    return Fit(p[heads], p[tails], report)
