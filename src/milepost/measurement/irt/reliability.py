"""How much of the differences between scores is real."""

import numpy as np

from milepost.measurement.irt.curves import information
from milepost.measurement.irt.items import Items
from milepost.measurement.irt.responses import Responses
from milepost.measurement.irt.scoring import Scores


def marginal_reliability(items: Items, *, mean: float = 0.0, sd: float = 1.0) -> float:
    """Return the reliability that a test of these items has among learners of Normal(mean, sd).

    The mean of I / (I + 1 / sd^2) over ability, I being the test's information: the share of the
    variance of ability that the score explains (Green, Bock, Humphreys, Linn & Reckase 1984).
    """
    if not (sd > 0.0 and np.isfinite(sd) and np.isfinite(mean)):
        raise ValueError("sd must be above 0 and mean finite")
    z = np.linspace(-5.0, 5.0, 61)
    weight = np.exp(-0.5 * z**2)
    told = information(mean + sd * z, items).sum(axis=-1)
    return float(np.average(told / (told + sd**-2.0), weights=weight))


def eap_reliability(scores: Scores) -> float:
    """Return the reliability of scores given: variance of EAP over it plus the mean error^2.

    Bechger, Maris, Verstralen & Beguin (2003). Raises ValueError for fewer than two learners or
    an infinite error.
    """
    if len(scores.ability) < 2 or not np.all(np.isfinite(scores.error)):
        raise ValueError("scores must be of two learners or more, with finite errors (use eap)")
    between = float(np.var(scores.ability))
    return between / (between + float(np.mean(scores.error**2)))


def alpha(responses: Responses) -> float:
    """Return coefficient alpha (Cronbach 1951) of the items answered.

    k / (k - 1) (1 - sum of item variances / variance of totals). Raises ValueError unless every
    learner answered the same two or more items, and where all totals are equal.
    """
    seen = responses.seen()
    k = len(seen)
    if k < 2 or len(responses) != k * responses.n_learners:
        raise ValueError("responses: alpha needs two items or more, answered by every learner")
    n = responses.n_learners
    sums = np.bincount(responses.item, responses.score, responses.n_items)[seen] / n
    squares = np.bincount(responses.item, responses.score.astype(float) ** 2, responses.n_items)
    variance = squares[seen] / n - sums**2
    total = float(np.var(responses.total()))
    if total <= 0.0:
        raise ValueError("responses: all totals are equal, so that alpha is not defined")
    return k / (k - 1.0) * (1.0 - float(variance.sum()) / total)
