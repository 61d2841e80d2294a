"""Whether items behave as their model says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.irt.coefficients import rows_of
from milepost.measurement.irt.curves import chance
from milepost.measurement.irt.items import Bools, Floats, Ints, Items
from milepost.measurement.irt.responses import Responses
from milepost.measurement.irt.scoring import known_cells
from milepost.measurement.irt.tails import chi_square_tail

LEAST_EXPECTED = 1.0
"""Right and wrong answers that a group of totals must lead to expect (Orlando & Thissen 2000)."""


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """How much answers stray from what was expected, 1 where as much as they should; (n_items,).

    `outfit` is the mean squared standardised residual, which a few odd answers raise; `infit` is
    weighted by information, so that answers near a learner's ability count. `outfit_z` and
    `infit_z` are about standard normal where the model holds. Items without answers have 1 and 0.
    """

    infit: Floats
    outfit: Floats
    infit_z: Floats
    outfit_z: Floats


@dataclass(frozen=True, slots=True)
class SX2:
    """The statistic S-X2 of each item, its degrees of freedom and chance if the model holds."""

    statistic: Floats
    freedom: Ints
    p: Floats


def mean_squares(responses: Responses, items: Items, ability: ArrayLike) -> MeanSquares:
    """Return infit and outfit (Wright & Masters 1982, chapter 5), at any sparseness, any model.

    `ability` (n_learners,) are scores in logits; the z are by the cube-root transformation
    (Wilson & Hilferty 1931). Scores regress to the mean, so that values are somewhat below 1 on
    short tests. Raises ValueError for another number of learners or abilities that are not finite.
    """
    mean, variance, fourth = answer_moments(responses, items, ability)
    square = (responses.score - mean) ** 2
    count = _sum(responses, np.ones(len(mean)))
    told = _sum(responses, variance)
    seen = count > 0
    outfit = _ratio(_sum(responses, square / variance), count, seen)
    infit = _ratio(_sum(responses, square), told, seen)
    out_q = _ratio(_sum(responses, fourth / variance**2 - 1.0), count**2, seen)
    in_q = _ratio(_sum(responses, fourth - variance**2), told**2, seen)
    return MeanSquares(infit, outfit, _standardised(infit, in_q), _standardised(outfit, out_q))


def answer_moments(
    responses: Responses, items: Items, ability: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return mean, variance and fourth moment of each answer's score, given its learner."""
    at = np.asarray(ability, np.float64)
    if at.shape != (responses.n_learners,) or not np.all(np.isfinite(at)):
        raise ValueError(f"ability must be {responses.n_learners} finite numbers, one a learner")
    cells, here = known_cells(responses, items, np.zeros(len(at), np.int64))
    from milepost.measurement.irt.answer_kernels import moments

    partial = np.asarray(here.model == "gpcm")
    found = moments(cells.offsets, cells.item, at, partial, rows_of(here), here.top_score)
    return found[0], np.maximum(found[1], 1e-10), np.maximum(found[2], 1e-20)


def _sum(responses: Responses, values: Floats) -> Floats:
    return np.asarray(np.bincount(responses.item, values, responses.n_items), np.float64)


def _ratio(above: Floats, below: Floats, seen: Bools) -> Floats:
    return np.where(seen, above / np.where(seen, below, 1.0), 1.0)


def _standardised(mean_square: Floats, variance: Floats) -> Floats:
    q = np.sqrt(np.clip(variance, 1e-12, 2.0))
    return np.asarray((np.cbrt(mean_square) - 1.0) * 3.0 / q + q / 3.0)


def s_x2(responses: Responses, items: Items, *, parameters: ArrayLike | None = None) -> SX2:
    """Return S-X2 (Orlando & Thissen 2000): right answers by total score against the model's.

    Learners are taken as Normal(0, 1). Neighbouring totals are joined until each leads to expect
    one right and one wrong answer; the degrees of freedom are the groups less the `parameters`
    estimated of the item (default: what its model has).

    Raises ValueError unless all items are of two scores and every learner answered all items that
    anybody did: for sparse answers and for more scores there is `mean_squares`. Items that nobody
    answered have statistic 0, no degree of freedom and p 1.
    """
    _, here = known_cells(responses, items, np.zeros(responses.n_learners, np.int64))
    if np.any(here.top_score > 1):
        raise ValueError("items: S-X2 is for items of two scores; use mean_squares for others")
    if len(here) == 0 or len(responses) != responses.n_learners * len(here):
        raise ValueError("responses: S-X2 needs every learner to answer every item")
    of = {"rasch": 1, "2pl": 2, "3pl": 3, "grm": 2, "gpcm": 2}
    default = np.array([of[str(name)] for name in items.model])
    used = default if parameters is None else np.asarray(parameters)
    if used.shape != (len(items),):
        raise ValueError(f"parameters must be {len(items)} numbers, one an item")
    seen = responses.seen()
    statistic, freedom = np.zeros(len(items)), np.zeros(len(items), np.int64)
    answers = responses.score.reshape(responses.n_learners, len(here))
    expected = _expected_right(here)
    total = responses.total()
    n_total = np.bincount(total, minlength=len(here) + 1)[1:-1]
    for j, item in enumerate(seen):
        right = np.bincount(total, answers[:, j], minlength=len(here) + 1)[1:-1]
        statistic[item], groups = _pearson(n_total, right.astype(np.float64), expected[j])
        freedom[item] = max(groups - int(used[item]), 0)
    return SX2(statistic, freedom, chi_square_tail(statistic, freedom))


def _expected_right(items: Items) -> Floats:
    """Return the chance of a right answer by item, given each total from 1 to n - 1."""
    from milepost.measurement.irt.answer_kernels import score_chances

    points = np.linspace(-5.0, 5.0, 61)
    weight = np.exp(-0.5 * points**2)
    right = np.ascontiguousarray(chance(points, items).T)
    whole = score_chances(right, -1) @ weight
    n = len(items)
    expected = np.empty((n, max(n - 1, 0)))
    for j in range(n):
        rest = score_chances(right, j)
        expected[j] = (rest[: n - 1] * right[j] @ weight) / np.maximum(whole[1:n], 1e-300)
    return np.clip(expected, 1e-12, 1.0 - 1e-12)


def _pearson(n: Ints, right: Floats, expected: Floats) -> tuple[float, int]:
    """Return the statistic over joined totals, and how many there are."""
    groups: list[list[float]] = []
    count = hits = hoped = 0.0
    for here, got, share in zip(n, right, expected, strict=True):
        count, hits, hoped = count + here, hits + got, hoped + here * share
        if min(hoped, count - hoped) >= LEAST_EXPECTED:
            groups.append([count, hits, hoped])
            count = hits = hoped = 0.0
    if count and groups:
        groups[-1] = [a + b for a, b in zip(groups[-1], (count, hits, hoped), strict=True)]
    table = np.array(groups).reshape(-1, 3)
    size, got, hoped_for = table.T
    share = hoped_for / np.maximum(size, 1.0)
    value = np.sum((got - hoped_for) ** 2 / np.maximum(size * share * (1.0 - share), 1e-300))
    return float(value), len(table)
