"""Intraclass correlations: how much of the differences between scores lies in the work itself.

Source: Shrout & Fleiss (1979, Psychological Bulletin 86, 420-428), whose six forms and names are
kept; intervals of ICC(2, k) after McGraw & Wong (1996, Psychological Methods 1), table 7, which are
theirs written without a division by the error.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.agreement.answer import Floats
from milepost.measurement.agreement.distributions import f_quantile

FLOOR = (
    -1.0
)  # the formula of a mean's reliability falls to minus infinity; this is no use to anyone


@dataclass(frozen=True)
class Intraclass:
    """One intraclass correlation.

    Attributes:
        form: "ICC(1,1)" and so on.
        value: share of the variance that lies between works; below 0 where raters agree less
            than chance, cut at -1. Never NaN.
        low, high: interval at the level that was asked for.
        f: the F ratio that tells whether works differ at all (infinite where raters never differ).
        between, within: its degrees of freedom.
        determined: False where all works look the same, so that there is no difference to find
            again. By convention the value is then 1 if every rating is the same and 0 if raters
            differ, and the interval is -1 to 1.
    """

    form: str
    value: float
    low: float
    high: float
    f: float
    between: int
    within: int
    determined: bool = True


@dataclass(frozen=True)
class Intraclasses:
    """All six forms; first figure: the design, second: one rating or the mean of the k.

    Attributes:
        one_way, one_way_mean: ICC(1,1), ICC(1,k): each work has raters of its own.
        random, random_mean: ICC(2,1), ICC(2,k): all raters rate all works, and stand for raters
            like them; a severe rater counts as disagreement (absolute agreement).
        fixed, fixed_mean: ICC(3,1), ICC(3,k): all raters rate all works, and only these raters
            matter; a severe rater does no harm (consistency). ICC(3,k) is Cronbach's alpha.
        works, raters: n and k.
        mean_squares: between works, between raters, residual, within works.
    """

    one_way: Intraclass
    random: Intraclass
    fixed: Intraclass
    one_way_mean: Intraclass
    random_mean: Intraclass
    fixed_mean: Intraclass
    works: int
    raters: int
    mean_squares: tuple[float, float, float, float]


def intraclass(scores: ArrayLike, *, level: float = 0.95) -> Intraclasses:
    """Return the six intraclass correlations of (n works, k raters) scores, none missing.

    Raises:
        ValueError: fewer than two works or raters, or a score is missing (naming row and
            column); sparse ratings are for `facets`.
    """
    table = _scores(scores)
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level}: give a number between 0 and 1, such as 0.95")
    n, k = table.shape
    between, raters, residual, within = squares = _mean_squares(table)
    tail = 1.0 - (1.0 - level) / 2.0
    one_way = _from_ratio("ICC(1,1)", "ICC(1,k)", between, within, n, k, n * (k - 1), tail)
    fixed = _from_ratio("ICC(3,1)", "ICC(3,k)", between, residual, n, k, (n - 1) * (k - 1), tail)
    random = _random(between, raters, residual, n, k, tail)
    return Intraclasses(
        one_way[0], random[0], fixed[0], one_way[1], random[1], fixed[1], n, k, squares
    )


def _scores(scores: ArrayLike) -> Floats:
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"scores has {table.ndim} dimensions: give works as rows, raters across")
    if table.shape[0] < 2 or table.shape[1] < 2:
        raise ValueError(
            f"scores has {table.shape[0]} works and {table.shape[1]} raters: give at least two "
            "of each"
        )
    bad = ~np.isfinite(table)
    if bad.any():
        i, j = (int(place[0]) for place in np.nonzero(bad))
        raise ValueError(
            f"scores[{i}, {j}] is missing: leave the row out, or use facets, which needs no "
            "full table"
        )
    return table


def _mean_squares(table: Floats) -> tuple[float, float, float, float]:
    """Two-way analysis of variance without replication; rounding dust counts as nothing."""
    n, k = table.shape
    centred = table - table.mean()
    of_works, of_raters = centred.mean(axis=1), centred.mean(axis=0)
    left = centred - of_works[:, None] - of_raters[None, :]
    sums = (
        k * float((of_works**2).sum()),
        n * float((of_raters**2).sum()),
        float((left**2).sum()),
    )
    dust = 1e-24 * n * k * max(float(np.abs(table).max()), 1e-150) ** 2
    works, raters, residual = (0.0 if part < dust else part for part in sums)
    return (
        works / (n - 1),
        raters / (k - 1),
        residual / ((n - 1) * (k - 1)),
        (raters + residual) / (n * (k - 1)),
    )


def _from_ratio(
    single: str, mean: str, between: float, error: float, n: int, k: int, within: int, tail: float
) -> tuple[Intraclass, Intraclass]:
    """The one-way and the fixed forms: both depend on F = between / error alone."""
    if between == 0.0:
        return _nothing(single, error, n, within), _nothing(mean, error, n, within)
    f = between / error if error > 0.0 else math.inf
    low = f / f_quantile(tail, n - 1, within)
    high = f * f_quantile(tail, within, n - 1)
    a, b, c = (_single(ratio, k) for ratio in (f, low, high))
    of_one = Intraclass(single, a, b, c, f, n - 1, within)
    a, b, c = (max(1.0 - 1.0 / ratio, FLOOR) for ratio in (f, low, high))
    return of_one, Intraclass(mean, a, b, c, f, n - 1, within)


def _single(f: float, k: int) -> float:
    """(F - 1) / (F + k - 1), which is 1 when F is infinite."""
    return 1.0 - k / (f + k - 1.0)


def _random(
    between: float, raters: float, error: float, n: int, k: int, tail: float
) -> tuple[Intraclass, Intraclass]:
    within = (n - 1) * (k - 1)
    names = "ICC(2,1)", "ICC(2,k)"
    if between == 0.0:
        unlike = raters + error
        return _nothing(names[0], unlike, n, within), _nothing(names[1], unlike, n, within)
    f = between / error if error > 0.0 else math.inf
    value = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    value = max(value, FLOOR)
    low = high = value
    if value < 1.0:
        low, high = _random_limits(value, between, raters, error, n, k, tail)
    of_one = Intraclass(names[0], value, low, high, f, n - 1, within)
    a, b, c = (_of_mean(x, k) for x in (value, low, high))
    return of_one, Intraclass(names[1], a, b, c, f, n - 1, within)


def _random_limits(
    value: float, between: float, raters: float, error: float, n: int, k: int, tail: float
) -> tuple[float, float]:
    """Satterthwaite's degrees of freedom for raters and error together, then F limits."""
    of_raters = k * value / (n * (1.0 - value)) * raters
    of_error = (1.0 + k * value * (n - 1) / (n * (1.0 - value))) * error
    spread = of_raters**2 / (k - 1) + of_error**2 / ((n - 1) * (k - 1))
    freedom = (of_raters + of_error) ** 2 / spread if spread > 0.0 else 1.0
    freedom = max(freedom, 1e-3)
    below, above = f_quantile(tail, n - 1, freedom), f_quantile(tail, freedom, n - 1)
    noise = k * raters + (k * n - k - n) * error
    low = n * (between - below * error) / (below * noise + n * between)
    high = n * (above * between - error) / (noise + n * above * between)
    return max(min(low, value), FLOOR), max(high, value)


def _of_mean(single: float, k: int) -> float:
    """Spearman-Brown: the reliability of the mean of k ratings, from that of one."""
    share = 1.0 + (k - 1) * single
    return max(k * single / share, FLOOR) if share > 0.0 else FLOOR


def _nothing(form: str, unlike: float, n: int, within: int) -> Intraclass:
    value = 0.0 if unlike > 0.0 else 1.0
    return Intraclass(form, value, -1.0, 1.0, 0.0, n - 1, within, determined=False)
