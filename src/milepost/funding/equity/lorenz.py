"""The Lorenz curve: what share of the dollars the lowest-funded share of the pupils has."""

import numpy as np

from milepost.funding.equity.districts import Floats


def curve(dollars: Floats, pupils: Floats) -> tuple[Floats, Floats]:
    """Return shares of pupils and of dollars, from (0, 0) to (1, 1), districts from low to high.

    ``dollars`` are a pupil's. Twice the area between it and the diagonal is `spread.gini`. Source:
    Lorenz, *Publications of the American Statistical Association* 9 (1905), 209-219.
    """
    order = np.argsort(dollars, kind="stable")
    below = np.concatenate(([0.0], np.cumsum(pupils[order])))
    money = np.concatenate(([0.0], np.cumsum(pupils[order] * dollars[order])))
    return below / below[-1], money / money[-1]


def held_by(dollars: Floats, pupils: Floats, share: float) -> float:
    """Return the share of the dollars that the lowest-funded ``share`` of the pupils has.

    Inside a district every pupil has the same, so the curve is straight there.
    """
    return float(np.interp(share, *curve(dollars, pupils)))
