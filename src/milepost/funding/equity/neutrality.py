"""Does money follow wealth, and does it follow need? Fiscal neutrality and progressivity.

Every pupil counts once: all regressions are least squares weighted by pupils.
"""

import numpy as np

from milepost.funding.equity.districts import Floats
from milepost.funding.equity.spread import mean


def wealth_correlation(dollars: Floats, wealth: Floats, pupils: Floats) -> float:
    """Return the pupil-weighted Pearson correlation of dollars and wealth per pupil, -1 to 1.

    Source: Berne and Stiefel (1984), chapter 2. Raises ValueError where either never varies.
    """
    spread = _variance(dollars, pupils) * _variance(wealth, pupils)
    if spread == 0:
        raise ValueError("dollars or wealth is the same in every district: nothing to correlate")
    return float(np.clip(_covariance(dollars, wealth, pupils) / np.sqrt(spread), -1, 1))


def wealth_slope(dollars: Floats, wealth: Floats, pupils: Floats) -> float:
    """Return the dollars per pupil that come with one more dollar of wealth per pupil.

    b of x = a + b w. Source: Berne and Stiefel (1984), chapter 2. Raises ValueError where wealth
    is the same in every district.
    """
    return _slope(dollars, wealth, pupils, "wealth")


def wealth_elasticity(dollars: Floats, wealth: Floats, pupils: Floats) -> float:
    """Return the percent by which dollars rise with one percent more wealth, at the pupil means.

    b mean(w) / mean(x), b by `wealth_slope`; 0 is neutral. Source: Berne and Stiefel (1984),
    chapter 2.
    """
    slope = wealth_slope(dollars, wealth, pupils)
    return slope * mean(wealth, pupils) / mean(dollars, pupils)


def need_weighted_progressivity(dollars: Floats, need: Floats, pupils: Floats) -> float:
    """Return what the average pupil in need has, over what the average other pupil has.

    [sum(p n x) / sum(p n)] / [sum(p (1-n) x) / sum(p (1-n))]; above 1 is progressive. Source:
    Chingos and Blagg, *Do Poor Kids Get Their Fair Share of School Funding?* (Urban Institute,
    2017), methodology. Raises ValueError where there is no pupil in need, or none other.
    """
    needy, other = pupils * need, pupils * (1 - need)
    if needy.sum() == 0 or other.sum() == 0:
        raise ValueError("need must leave pupils on both sides: all are in need, or none is")
    return mean(dollars, needy) / mean(dollars, other)


def regression_progressivity(
    dollars: Floats, need: Floats, pupils: Floats, *, high: float = 0.3
) -> float:
    """Return dollars predicted at a share of need of ``high``, over dollars predicted at none.

    exp(b high), of ln x = a + b n: the ratio of Baker, Sciarra and Farrie, *Is School Funding
    Fair?* (Education Law Center, 2010), without their controls for region, size and density. Above
    1 is progressive. Raises ValueError where need never varies, or ``high`` is not a share above 0.
    """
    if not 0 < high <= 1:
        raise ValueError(f"high must be a share above 0 and at most 1, not {high}")
    return float(np.exp(high * _slope(np.log(dollars), need, pupils, "need")))


def _covariance(one: Floats, other: Floats, pupils: Floats) -> float:
    return mean((one - mean(one, pupils)) * (other - mean(other, pupils)), pupils)


def _variance(values: Floats, pupils: Floats) -> float:
    return 0.0 if np.ptp(values) == 0 else _covariance(values, values, pupils)


def _slope(values: Floats, along: Floats, pupils: Floats, name: str) -> float:
    spread = _variance(along, pupils)
    if spread == 0:
        raise ValueError(f"{name} is the same in every district: there is no slope along it")
    return _covariance(values, along, pupils) / spread
