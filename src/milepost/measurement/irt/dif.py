"""Differential item functioning: equally able learners of two groups with unequal chances."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.measurement.irt.calibration import calibrate
from milepost.measurement.irt.items import Bools, Floats, Ints, Items, refuse
from milepost.measurement.irt.priors import Priors
from milepost.measurement.irt.responses import Responses
from milepost.measurement.irt.tails import chi_square_tail, normal_tail

DELTA = -2.35
"""A log odds ratio on the ETS scale of delta (Holland & Thayer 1988)."""
LEVEL = 0.05
"""The chance of a false alarm at which ETS calls a difference significant."""


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """DIF of each item, (n_items,).

    - `odds_ratio`: common odds ratio of a right answer, reference over focal, by total score.
    - `delta`: -2.35 ln of it; below 0 the item is harder for the focal group. `delta_error`.
    - `chi_square`, with continuity correction and one degree of freedom, and its `p`.
    - `ets`: "A" negligible, "B" moderate, "C" large (Zwick 2012, table 1); "" where undefined
      (an item nobody answered, or without both groups and both answers at any total): there the
      odds ratio is 1, the error infinite and p 1.
    """

    odds_ratio: Floats
    delta: Floats
    delta_error: Floats
    chi_square: Floats
    p: Floats
    ets: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """DIF of the items tested: twice the log-likelihood gained by parameters for each group.

    `item` (k,), `statistic`, `freedom`, `p`, and the items of `reference` and `focal` (k each).
    """

    item: Ints
    statistic: Floats
    freedom: Ints
    p: Floats
    reference: Items
    focal: Items


def mantel_haenszel(responses: Responses, focal: ArrayLike) -> MantelHaenszel:
    """Compare two groups at equal total scores (Mantel & Haenszel 1959; Holland & Thayer 1988).

    `focal` (n_learners,) is true for learners of the focal group. The total includes the item
    itself, as ETS does, and the variance of the log odds ratio is that of Robins, Breslow &
    Greenland (1986). Sparse answers are compared at equal totals among those with equally many
    answers. Raises ValueError for scores above 1 and where a group has no learner.
    """
    group = _focal(focal, responses.n_learners)
    refuse("scores", responses.score, responses.score > 1, "must be 0 or 1 here")
    count = np.diff(responses.offsets)
    _, stratum = np.unique(np.stack((count, responses.total())), axis=1, return_inverse=True)
    learner = responses.learner
    seen = responses.seen()
    place = np.zeros(responses.n_items, np.int64)
    place[seen] = np.arange(len(seen))
    pair = place[responses.item] * (stratum.max(initial=0) + 1) + stratum.ravel()[learner]
    pairs, at = np.unique(pair, return_inverse=True)
    code = 2 * group[learner] + responses.score
    table = np.bincount(4 * at.ravel() + code, minlength=4 * len(pairs)).reshape(-1, 4)
    item = seen[pairs // (stratum.max(initial=0) + 1)]
    return _pooled(table.astype(np.float64), item, responses.n_items)


def _pooled(table: Floats, item: Ints, n_items: int) -> MantelHaenszel:
    """Pool tables (wrong and right of reference, wrong and right of focal) by item."""
    wrong_r, right_r, wrong_f, right_f = table.T
    n = table.sum(axis=1)
    reference, focal, right = wrong_r + right_r, wrong_f + right_f, right_r + right_f

    def add(values: Floats) -> Floats:
        return np.asarray(np.bincount(item, values, n_items), np.float64)

    r, s = right_r * wrong_f / n, wrong_r * right_f / n
    p, q = (right_r + wrong_f) / n, (wrong_r + right_f) / n
    big_r, big_s = add(r), add(s)
    both = (big_r > 0.0) & (big_s > 0.0)
    over, under = np.where(both, big_r, 1.0), np.where(both, big_s, 1.0)
    variance = add(p * r) / (2 * over**2) + add(p * s + q * r) / (2 * over * under)
    variance += add(q * s) / (2 * under**2)
    expected = add(reference * right / n)
    spread = add(reference * focal * right * (n - right) / (n**2 * np.maximum(n - 1.0, 1.0)))
    off = np.maximum(np.abs(add(right_r) - expected) - 0.5, 0.0)
    chi = np.where(both, off**2 / np.where(both & (spread > 0), spread, 1.0), 0.0)
    ratio = np.where(both, over / under, 1.0)
    delta = DELTA * np.log(ratio)
    error = np.where(both, -DELTA * np.sqrt(variance), np.inf)
    chance = np.where(both, chi_square_tail(chi, 1), 1.0)
    return MantelHaenszel(ratio, delta, error, chi, chance, _ets(delta, error, chance, both))


def _ets(delta: Floats, error: Floats, p: Floats, both: Bools) -> NDArray[np.str_]:
    size = np.abs(delta)
    beyond_one = normal_tail((size - 1.0) / np.where(both, error, 1.0)) < LEVEL
    some = (size >= 1.0) & (p < LEVEL)
    large = (size >= 1.5) & beyond_one
    return np.where(~both, "", np.where(large, "C", np.where(some, "B", "A")))


def likelihood_ratio(
    responses: Responses,
    focal: ArrayLike,
    *,
    model: str = "2pl",
    test: ArrayLike | None = None,
    priors: Priors | None = None,
) -> LikelihoodRatio:
    """Give each item in turn its own parameters in the focal group (Thissen, Steinberg & Wainer
    1993): twice the gain in log-likelihood is chi-square where there is no DIF.

    All other items are the same in both groups, whose means and deviations may differ. `test` are
    the items to try (default: all that can be estimated in both groups). One calibration an item,
    started from the one without DIF. Raises ValueError as `calibrate` does, and for an item of
    `test` that cannot be estimated in both groups.
    """
    group = _focal(focal, responses.n_learners)
    base = calibrate(responses, model, groups=group, priors=priors, errors=False, tolerance=1e-5)
    possible = _varies(responses, group)
    chosen = np.flatnonzero(base.estimated & possible) if test is None else np.asarray(test)
    refuse("test", chosen, (chosen < 0) | (chosen >= responses.n_items), "is an unknown item")
    refuse("test", chosen, ~(base.estimated & possible)[chosen], "cannot be estimated in both")
    n = responses.n_items
    found = []
    for item in chosen:
        start = base.items.take(np.r_[np.arange(n), item])
        fit = calibrate(
            _split(responses, int(item), group), model, groups=group, known=start,
            priors=priors, errors=False, tolerance=1e-5,
        )  # fmt: skip
        gain = max(2.0 * (fit.log_likelihood - base.log_likelihood), 0.0)
        found.append((gain, fit.parameters - base.parameters, fit.items.take(np.array([item, n]))))
    statistic = np.array([one[0] for one in found])
    freedom = np.array([one[1] for one in found], np.int64)
    both = [_stack([one[2].take([side]) for one in found], base.items) for side in (0, 1)]
    p = chi_square_tail(statistic, freedom)
    return LikelihoodRatio(chosen, statistic, freedom, p, both[0], both[1])


def _split(responses: Responses, item: int, group: Ints) -> Responses:
    """Return the answers with the focal group's to one item as answers to a further item."""
    column = responses.item.astype(np.int64)
    learner = responses.learner
    column[(column == item) & (group[learner] == 1)] = responses.n_items
    n_learners, n_items = responses.n_learners, responses.n_items + 1
    return Responses.of(learner, column, responses.score, n_learners=n_learners, n_items=n_items)


def _stack(parts: list[Items], like: Items) -> Items:
    if not parts:
        return like.take(np.zeros(0, np.int64))
    names = ("model", "discrimination", "difficulty", "guessing", "steps")
    return Items(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _varies(responses: Responses, group: Ints) -> Bools:
    """Return which items each group answered in more than one way."""
    n = responses.n_items
    possible = np.ones(n, bool)
    for g in (0, 1):
        here = group[responses.learner] == g
        low, high = np.full(n, 127, np.int8), np.full(n, -1, np.int8)
        np.minimum.at(low, responses.item[here], responses.score[here])
        np.maximum.at(high, responses.item[here], responses.score[here])
        possible &= low < high
    return possible


def _focal(focal: ArrayLike, n: int) -> Ints:
    group = np.asarray(focal)
    if group.shape != (n,) or not np.all(np.isin(group, (0, 1))):
        raise ValueError(f"focal must be {n} truth values, one a learner")
    if not 0 < np.count_nonzero(group) < n:
        raise ValueError("focal must have learners of both groups")
    return group.astype(np.int64)
