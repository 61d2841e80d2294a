"""Scores: what answers to known items say of each learner."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.irt.cells import Cells
from milepost.measurement.irt.coefficients import rows_of
from milepost.measurement.irt.em import log_density, quadrature
from milepost.measurement.irt.items import Floats, Ints, Items
from milepost.measurement.irt.responses import Responses

BOUND = 6.0
"""Where a maximum likelihood score ends, in logits: all right has no finite one."""
SPAN = 8.0
"""How far from the prior's mean `eap` and `map` look, in its standard deviations."""
METHODS = ("eap", "map", "ml")


@dataclass(frozen=True, slots=True)
class Scores:
    """Ability and standard error of each learner, (n_learners,), in logits."""

    ability: Floats
    error: Floats


def score(
    responses: Responses,
    items: Items,
    method: str = "eap",
    *,
    mean: ArrayLike = 0.0,
    sd: ArrayLike = 1.0,
    groups: ArrayLike | None = None,
) -> Scores:
    """Score learners on items whose parameters are known.

    `eap` is the posterior mean, its error the posterior standard deviation (Bock & Mislevy 1982);
    `map` the posterior mode, with the error 1 / sqrt(information + 1 / sd^2); `ml` the likeliest
    ability from -6 to 6 (`BOUND`), with 1 / sqrt(information) there: all right is scored 6, all
    wrong -6. Without answers `eap` and `map` are the prior, and `ml` is 0 with an infinite error.
    `eap` and `map` look no further than `SPAN` standard deviations from the prior's mean.
    `mean` and `sd` are the prior's, one number or one a group; `groups` as in `calibrate`.

    Raises ValueError, naming argument and row, for another method, a prior without spread, and a
    score that its item does not have.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, not {method!r}")
    group, centre, spread = _prior(responses.n_learners, mean, sd, groups)
    cells, here = known_cells(responses, items, group)
    if method == "eap":
        return _expected(cells, here, centre, spread)
    if method == "map":
        return _likeliest(cells, here, quadrature(cells, centre, spread, SPAN), centre, spread)
    points = quadrature(cells, np.zeros(1), np.array([BOUND / SPAN]), SPAN)
    found = _likeliest(cells, here, points, np.zeros_like(centre), np.full_like(spread, np.inf))
    nothing = np.diff(cells.offsets) == 0
    found.ability[nothing], found.error[nothing] = 0.0, np.inf
    return found


def _expected(cells: Cells, items: Items, mean: Floats, sd: Floats) -> Scores:
    from milepost.measurement.irt.answer_kernels import expected_abilities
    from milepost.measurement.irt.kernels import log_chances

    points, partial = quadrature(cells, mean, sd, SPAN), np.asarray(items.model == "gpcm")
    table = log_chances(partial, rows_of(items), cells.first, points)
    prior = log_density(points, mean, sd)
    return Scores(*expected_abilities(cells.offsets, cells.cell, cells.group, table, prior, points))


def _likeliest(cells: Cells, items: Items, points: Floats, mean: Floats, sd: Floats) -> Scores:
    """Return the tops of likelihood times prior; an infinite `sd` is no prior."""
    from milepost.measurement.irt.answer_kernels import likeliest_abilities
    from milepost.measurement.irt.kernels import log_chances

    rows, partial = rows_of(items), np.asarray(items.model == "gpcm")
    table = log_chances(partial, rows, cells.first, points)
    prior = log_density(points, mean, sd)
    answers = cells.offsets, cells.cell, cells.item, cells.group
    model = partial, rows, cells.first
    return Scores(*likeliest_abilities(*answers, table, prior, points, *model, mean, sd**-2.0))


def known_cells(responses: Responses, items: Items, group: Ints) -> tuple[Cells, Items]:
    """Return the answers as cells, and the items that were answered.

    Raises ValueError where the items are not as many as the responses', or a score is too high.
    """
    if len(items) != responses.n_items:
        count = responses.n_items
        raise ValueError(f"items must be {count}, as the responses have; there are {len(items)}")
    seen = responses.seen()
    here = items.take(seen)
    top = items.top_score
    over = responses.score > top[responses.item]
    if np.any(over):
        at = int(np.argmax(over))
        item = responses.item[at]
        raise ValueError(
            f"scores: {responses.score[at]} on item {item} is above its highest, {top[item]}"
        )
    return Cells.of(responses, seen, here.top_score, group), here


def _prior(
    n: int, mean: ArrayLike, sd: ArrayLike, groups: ArrayLike | None
) -> tuple[Ints, Floats, Floats]:
    centre = np.atleast_1d(np.asarray(mean, np.float64))
    spread = np.broadcast_to(np.asarray(sd, np.float64), centre.shape).copy()
    if not np.all(np.isfinite(centre)) or not np.all((spread > 0.0) & np.isfinite(spread)):
        raise ValueError("mean must be finite and sd above 0: they are the prior of ability")
    group = np.zeros(n, np.int64) if groups is None else np.asarray(groups, np.int64)
    if group.shape != (n,) or np.any((group < 0) | (group >= len(centre))):
        raise ValueError(f"groups must be {n} numbers from 0 to {len(centre) - 1}, one a learner")
    return group, centre, spread
