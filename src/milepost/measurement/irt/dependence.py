"""Local dependence: items that go together more than ability explains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.irt.cells import BLOCK
from milepost.measurement.irt.item_fit import answer_moments
from milepost.measurement.irt.items import Floats, Ints, Items, refuse
from milepost.measurement.irt.responses import Responses

MOST_ITEMS = 2_000
"""The most items of which every pair is looked at: two tables of that many squared."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """Q3 of pairs of items: `items` (k,) are the indices that rows and columns stand for.

    `q3` (k, k) are correlations of residuals, 0 where `together` (k, k), the number of learners
    who answered both, is below what was asked for, or residuals do not vary.
    """

    items: Ints
    q3: Floats
    together: Ints

    @property
    def typical(self) -> float:
        """Return the mean Q3 of pairs looked at, about -1 / (k - 1) where nothing depends."""
        some = np.triu(self.together > 0, 1) & (self.q3 != 0.0)
        return float(self.q3[some].mean()) if np.any(some) else 0.0


def q3(
    responses: Responses,
    items: Items,
    ability: ArrayLike,
    *,
    among: ArrayLike | None = None,
    least: int = 30,
) -> Dependence:
    """Return Yen's Q3 (1984): the correlation of two items' residuals over learners.

    `ability` (n_learners,) in logits; `among` are the items to pair (default: all answered);
    pairs that fewer than `least` learners answered both of are left at 0. Values 0.2 above
    `typical` ask for a look (Christensen, Makransky & Horton 2017).

    Raises ValueError for more than `MOST_ITEMS` items or an unknown one.
    """
    which = responses.seen() if among is None else np.unique(np.asarray(among, np.int64))
    refuse("among", which, (which < 0) | (which >= responses.n_items), "is an unknown item")
    if len(which) > MOST_ITEMS:
        raise ValueError(f"among must name at most {MOST_ITEMS} items; there are {len(which)}")
    sums = _sums(responses, which, responses.score - answer_moments(responses, items, ability)[0])
    together, one, product, square = sums
    count = np.maximum(together, 1.0)
    spread = np.maximum(square - one**2 / count, 0.0)
    covariance = product - one * one.T / count
    scale = np.sqrt(spread * spread.T)
    enough = (together >= max(least, 2)) & (scale > 1e-12)
    value = np.where(enough, covariance / np.where(enough, scale, 1.0), 0.0)
    return Dependence(which, np.clip(value, -1.0, 1.0), together.astype(np.int64))


def _sums(responses: Responses, which: Ints, residual: Floats) -> Floats:
    """Return for each pair how many answered both, and sums of residuals, products, squares.

    Shape (4, k, k); a row's residuals are taken over those who answered the column's item too.
    """
    place = np.full(responses.n_items, -1, np.int64)
    place[which] = np.arange(len(which))
    column = place[responses.item]
    sums = np.zeros((4, len(which), len(which)))
    offsets = responses.offsets
    for low in range(0, responses.n_learners, BLOCK):
        high = min(low + BLOCK, responses.n_learners)
        rows = slice(offsets[low], offsets[high])
        row = np.repeat(np.arange(high - low), np.diff(offsets[low : high + 1]))
        kept = column[rows] >= 0
        off = np.zeros((high - low, len(which)))
        met = np.zeros_like(off)
        off[row[kept], column[rows][kept]] = residual[rows][kept]
        met[row[kept], column[rows][kept]] = 1.0
        sums += np.stack((met.T @ met, off.T @ met, off.T @ off, (off**2).T @ met))
    return sums
