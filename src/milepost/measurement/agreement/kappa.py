"""Agreement beyond chance on categories: Cohen's, weighted and Fleiss' kappa.

Let p_ij be the share of work that the first rater put in category i and the second in j, with
margins p_i. and p_.j, and w_ij how far i and j count as agreeing (1 on the diagonal). Then

    observed = sum w_ij p_ij,   expected = sum w_ij p_i. p_.j,
    kappa = (observed - expected) / (1 - expected).

Sources: Cohen (1960, Educational and Psychological Measurement 20); Cohen (1968, Psychological
Bulletin 70) for weights; Fleiss, Cohen & Everitt (1969, Psychological Bulletin 72), eqs. 8-15, for
standard errors; Fleiss (1971, Psychological Bulletin 76) for many raters; Fleiss, Nee & Landis
(1979, Psychological Bulletin 86) for its error under chance; Gwet (2021, Educational and
Psychological Measurement 81) for its error otherwise.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.measurement.agreement.answer import (
    Agreement,
    Floats,
    coefficient,
    pairs_of,
    undetermined,
)

Weights = Literal["linear", "quadratic"] | ArrayLike | None
SURE = 1e-12  # an expected agreement this near 1 leaves no disagreement to be seen


def cohen_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: Weights = None,
    categories: Sequence[Any] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Return Cohen's kappa of two raters of the same work, plain or weighted.

    Args:
        first, second: (n,) labels, words or numbers; the same row is the same work.
        weights: None (any disagreement counts alike), "linear" (1 - distance), "quadratic"
            (1 - distance squared), or a (c, c) matrix of your own: how far two categories count
            as agreeing, from 0 to 1, with 1 on the diagonal, in the order of `categories`.
            The distance of numbers is their difference (a level that nobody gave still counts);
            that of words the steps between their places in `categories`; the largest is 1.
        categories: all labels in their order; needed for weights on words.
        level: of the interval.

    Raises:
        ValueError: naming the argument and the row.
    """
    one, two = pairs_of(first, second)
    if categories is None and weights is not None and one.dtype.kind not in "iufb":
        raise ValueError("categories is missing: say the order of the words that weights go by")
    known = np.unique(np.concatenate([one, two])) if categories is None else np.array(categories)
    rows, columns = _places(one, known, "first"), _places(two, known, "second")
    table = np.zeros((len(known), len(known)))
    np.add.at(table, (rows, columns), 1.0)
    return kappa_of_table(table, weights=_weights(weights, known), level=level)


def kappa_of_table(table: ArrayLike, *, weights: Weights = None, level: float = 0.95) -> Agreement:
    """Return Cohen's kappa from counts: `table[i, j]` works that went in i, then in j.

    `weights` as in `cohen_kappa`, with categories one step apart. One category only, or all work
    in one cell of the diagonal, is no test of agreement: see `Agreement.determined`.

    Raises:
        ValueError: the table is not square, holds a negative or missing count, or no work.
    """
    counts = _counts(table, "table")
    if counts.shape[0] != counts.shape[1]:
        raise ValueError(f"table is {counts.shape[0]} by {counts.shape[1]}: it must be square")
    w = _weights(weights, np.arange(len(counts)))
    n = float(counts.sum())
    p = counts / n
    p_row, p_column = p.sum(axis=1), p.sum(axis=0)
    by_chance = np.outer(p_row, p_column)
    observed, expected = float((w * p).sum()), float((w * by_chance).sum())
    if 1.0 - expected < SURE:
        return undetermined(int(n), level)
    kappa = (observed - expected) / (1.0 - expected)
    margin = (w @ p_column)[:, None] + (p_row @ w)[None, :]
    scale = n * (1.0 - expected) ** 2
    spread = (p * (w - margin * (1.0 - kappa)) ** 2).sum() - (kappa - expected * (1.0 - kappa)) ** 2
    chance_spread = (by_chance * (w - margin) ** 2).sum() - expected**2
    return coefficient(
        observed, expected, float(spread) / scale, float(chance_spread) / scale, int(n), level
    )


def fleiss_kappa(counts: ArrayLike, *, level: float = 0.95) -> Agreement:
    """Return Fleiss' kappa: many raters, not the same ones for each work; unordered categories.

    Args:
        counts: (n, c) how many raters put work i in category k (`count_ratings` makes it). Works
            may have different numbers of raters; works with fewer than two tell nothing of
            agreement and count only towards how common the categories are.
        level: of the interval.

    The interval's error is Gwet's (2021, eq. 13), over works as a sample; `error_by_chance` is
    that of Fleiss, Nee & Landis (1979, eq. 12), with the mean number of raters where it differs.

    Raises:
        ValueError: naming the row; fewer than two works with two raters.
    """
    table = _counts(counts, "counts")
    raters = table.sum(axis=1)
    if (raters == 0).any():
        raise ValueError(f"counts[{int(np.argmin(raters))}] has no rating: leave the row out")
    several = raters >= 2
    n = int(several.sum())
    if n < 2:
        raise ValueError(f"counts has {n} works with two raters or more: give at least two")
    common = (table / raters[:, None]).mean(axis=0)
    expected = float((common**2).sum())
    if 1.0 - expected < SURE:
        return undetermined(n, level)
    pairs = raters[several] * (raters[several] - 1.0)
    agreed = (table[several] * (table[several] - 1.0)).sum(axis=1) / pairs
    observed = float(agreed.mean())
    return coefficient(
        observed,
        expected,
        _fleiss_variance(table, raters, several, agreed, common),
        _fleiss_chance_variance(common, float(raters[several].mean()), n),
        n,
        level,
    )


def count_ratings(
    ratings: Sequence[Sequence[Any]] | NDArray[Any], categories: Sequence[Any] | None = None
) -> tuple[Floats, list[Any]]:
    """Return (n, c) counts for `fleiss_kappa`, and the categories in order of the columns.

    `ratings` is (works, raters); None or NaN where a rater did not rate.

    Raises:
        ValueError: a label is not in `categories`, naming the row; or there is no rating.
    """
    rows = [[x for x in row if x is not None and x == x] for row in ratings]
    seen = {label for row in rows for label in row}
    if not seen:
        raise ValueError("ratings is empty: give at least one rating")
    known = sorted(seen) if categories is None else list(categories)
    place = {label: k for k, label in enumerate(known)}
    counts = np.zeros((len(rows), len(known)))
    for i, row in enumerate(rows):
        for label in row:
            if label not in place:
                raise ValueError(f"ratings[{i}] holds {label!r}, which is not in categories")
            counts[i, place[label]] += 1.0
    return counts, known


def _fleiss_variance(
    table: Floats, raters: Floats, several: NDArray[np.bool_], agreed: Floats, common: Floats
) -> float:
    """Gwet (2021): the variance of each work's share in kappa, linearised."""
    total, n = len(table), int(several.sum())
    expected = float((common**2).sum())
    kappa = (float(agreed.mean()) - expected) / (1.0 - expected)
    share = np.zeros(total)
    share[several] = (agreed - expected) / (1.0 - expected) * (total / n)
    share[~several] = 0.0
    chance = (table / raters[:, None]) @ common
    linear = share - 2.0 * (1.0 - kappa) * (chance - expected) / (1.0 - expected)
    return float(((linear - kappa) ** 2).sum() / (total * (total - 1.0)))


def _fleiss_chance_variance(common: Floats, raters: float, n: int) -> float:
    """Fleiss, Nee & Landis (1979): 2 (s^2 - sum pq (q - p)) / (s^2 n m (m - 1)), s = sum pq."""
    spread = common * (1.0 - common)
    s = float(spread.sum())
    skew = float((spread * (1.0 - 2.0 * common)).sum())
    return 2.0 * (s * s - skew) / (s * s * n * raters * (raters - 1.0))


def _counts(table: ArrayLike, name: str) -> Floats:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.size == 0:
        raise ValueError(f"{name} has shape {counts.shape}: give rows and columns of counts")
    bad = ~np.isfinite(counts) | (counts < 0.0)
    if bad.any():
        i, j = (int(place[0]) for place in np.nonzero(bad))
        raise ValueError(f"{name}[{i}, {j}] is {counts[i, j]}: counts are 0 or more")
    if counts.sum() == 0.0:
        raise ValueError(f"{name} counts no work at all: give at least one rating")
    return counts


def _places(labels: NDArray[Any], known: NDArray[Any], name: str) -> NDArray[np.int64]:
    place = {label: k for k, label in enumerate(known.tolist())}
    if len(place) != len(known):
        raise ValueError("categories names one category twice: name each once")
    found = np.array([place.get(label, -1) for label in labels.tolist()], dtype=np.int64)
    if (found < 0).any():
        row = int(np.argmin(found))
        raise ValueError(f"{name}[{row}] is {labels.tolist()[row]!r}, which is not in categories")
    return found


def _weights(weights: Weights, known: NDArray[Any]) -> Floats:
    """Return the (c, c) matrix of how far categories count as agreeing."""
    c = len(known)
    if weights is None:
        return np.eye(c)
    if isinstance(weights, str):
        if weights not in ("linear", "quadratic"):
            raise ValueError(f"weights is {weights!r}: give 'linear', 'quadratic' or a matrix")
        numbers = known.dtype.kind in "iufb"
        at = known.astype(np.float64) if numbers else np.arange(c, dtype=np.float64)
        distance = np.abs(at[:, None] - at[None, :])
        distance /= max(float(distance.max()), SURE)
        return 1.0 - distance ** (1.0 if weights == "linear" else 2.0)
    matrix = np.asarray(weights, dtype=np.float64)
    if matrix.shape != (c, c):
        raise ValueError(f"weights has shape {matrix.shape}: there are {c} categories")
    if not (np.isfinite(matrix).all() and matrix.min() >= 0.0 and matrix.max() <= 1.0):
        raise ValueError("weights holds a number outside 0 to 1: say how far categories agree")
    if not (np.diag(matrix) == 1.0).all():
        raise ValueError("weights is not 1 on the diagonal: a category agrees with itself")
    return matrix
