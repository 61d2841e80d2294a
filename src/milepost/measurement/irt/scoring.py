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
    `mean` and `sd` are the prior's, one number or one a group; `groups` as in `calibrate`.

    Raises ValueError, naming argument and row, for another method, a prior without spread, and a
    score that its item does not have.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, not {method!r}")
    group, centre, spread = _prior(responses.n_learners, mean, sd, groups)
    cells, here = known_cells(responses, items, group)
    rows, partial = rows_of(here), np.asarray(here.model == "gpcm")
    points = quadrature(cells, centre, spread)
    if method == "ml":
        points = np.linspace(-BOUND, BOUND, len(points))
    from milepost.measurement.irt.answer_kernels import expected_abilities, likeliest_abilities
    from milepost.measurement.irt.kernels import log_chances

    table = log_chances(partial, rows, cells.first, points)
    prior = log_density(points, centre, spread)
    if method == "eap":
        found = expected_abilities(cells.offsets, cells.cell, group, table, prior, points)
        return Scores(*found)
    precision = spread**-2.0
    if method == "ml":
        prior, precision = np.zeros_like(prior), np.zeros_like(precision)
    best, error = likeliest_abilities(
        cells.offsets, cells.cell, cells.item, group, table, prior, points,
        partial, rows, cells.first, centre, precision,
    )  # fmt: skip
    nothing = np.diff(cells.offsets) == 0
    if method == "ml":
        best[nothing], error[nothing] = 0.0, np.inf
    return Scores(best, error)


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
