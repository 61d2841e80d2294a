"""Horizontal equity: how evenly dollars per pupil are spread, every pupil counting once.

All measures take ``dollars`` per pupil and ``pupils`` as arrays of one length, as `checked` gives
them. Source of the measures unless a function says otherwise: Berne and Stiefel, *The Measurement
of Equity in School Finance* (1984), chapter 2.
"""

import numpy as np

from milepost.funding.equity.districts import Floats


def mean(dollars: Floats, pupils: Floats) -> float:
    """Return the average over pupils: sum(p x) / sum(p)."""
    return float(np.average(dollars, weights=pupils))


def percentile(dollars: Floats, pupils: Floats, share: float) -> float:
    """Return what the pupil at a share of the way up from the lowest has.

    The smallest x such that pupils with x or less are at least ``share`` of all pupils: the inverse
    of the weighted empirical distribution (Hyndman and Fan, 1996, definition 1, with pupils as
    weights). Nothing is interpolated, so the answer is some district's own figure. Raises
    ValueError for a share that is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share}")
    order = np.argsort(dollars, kind="stable")
    below = np.cumsum(pupils[order])
    # Sums of pupils carry rounding of the last digits: a share met exactly must count as met.
    at = int(np.searchsorted(below, share * below[-1] * (1 - 1e-12)))
    return float(dollars[order][min(at, dollars.size - 1)])


def coefficient_of_variation(dollars: Floats, pupils: Floats) -> float:
    """Return sqrt(sum p (x - m)^2 / sum p) / m, with m the pupil mean; 0 is perfect equality."""
    centre = mean(dollars, pupils)
    return float(np.sqrt(np.average((dollars - centre) ** 2, weights=pupils)) / centre)


def gini(dollars: Floats, pupils: Floats) -> float:
    """Return the Gini coefficient: sum_ij p_i p_j |x_i - x_j| / (2 P^2 m), 0 to 1.

    Computed from the Lorenz curve by trapezoids, which is the same sum: 1 - sum over districts,
    from low to high, of pupil share x (Lorenz height before + after).
    """
    order = np.argsort(dollars, kind="stable")
    weights = pupils[order] / pupils.sum()
    money = weights * dollars[order]
    height = np.cumsum(money) / money.sum()
    before = np.concatenate(([0.0], height[:-1]))
    return max(0.0, float(1 - np.sum(weights * (before + height))))


def mcloone(dollars: Floats, pupils: Floats) -> float:
    """Return what pupils at or below the median have, over what they had if all had the median.

    sum(p x) / (M sum(p)) over districts with x <= M, the median by `percentile`; 1 is equality of
    the lower half.
    """
    return _against_median(dollars, pupils, lower=True)


def verstegen(dollars: Floats, pupils: Floats) -> float:
    """Return the mirror of McLoone over pupils at or above the median; 1 is equality above it.

    Source: Verstegen, "Concepts and measures of fiscal inequality", *Journal of Education Finance*
    22 (1996), 145-160.
    """
    return _against_median(dollars, pupils, lower=False)


def restricted_range(dollars: Floats, pupils: Floats) -> float:
    """Return P95 - P5, in dollars per pupil, by `percentile`."""
    return percentile(dollars, pupils, 0.95) - percentile(dollars, pupils, 0.05)


def federal_range_ratio(dollars: Floats, pupils: Floats) -> float:
    """Return (P95 - P5) / P5, the disparity test of federal impact aid (34 CFR 222.162)."""
    return restricted_range(dollars, pupils) / percentile(dollars, pupils, 0.05)


def _against_median(dollars: Floats, pupils: Floats, *, lower: bool) -> float:
    median = percentile(dollars, pupils, 0.5)
    half = dollars <= median if lower else dollars >= median
    return mean(dollars[half], pupils[half]) / median
