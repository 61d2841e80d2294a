"""Calibration: what items are like, from answers alone, by marginal maximum likelihood.

    fit = calibrate(Responses.of(learners, items, scores), "2pl")

Learners are taken as a sample of Normal(0, 1), items as free. With `groups` each further group has
a mean and a standard deviation of its own, on the scale of the first (concurrent linking; Bock &
Zimowski 1997): items that several groups answered carry the scale over. With `known` items that
stay `fixed`, these carry the scale and every group's mean and deviation is free (fixed-item
calibration; Kim 2006).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.irt.cells import Cells, Full
from milepost.measurement.irt.coefficients import Setting, errors_of, set_up, table_of
from milepost.measurement.irt.em import Climb, State, climb, log_density, quadrature
from milepost.measurement.irt.errors import covariances
from milepost.measurement.irt.items import Bools, Floats, Ints, Items, refuse
from milepost.measurement.irt.priors import Priors
from milepost.measurement.irt.responses import Responses

TOLERANCE = 1e-4
"""How far from the end a climb may stop: in logits, slopes and logits of the lowest chance."""
MOST_STEPS = 2000
FIRST_SAMPLE = 5_000
"""Learners whose answers alone bring the climb near, where there are four times as many."""
EDGE = 4.5
"""Standard deviations of every group that the points of ability must hold."""


@dataclass(frozen=True, slots=True)
class ItemErrors:
    """Standard errors as `Items` has the values: 0 where fixed, infinite where nothing is known.

    `thresholds` (n, m) are of the thresholds themselves, in logits, infinite where there is none.
    """

    discrimination: Floats
    difficulty: Floats
    guessing: Floats
    thresholds: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration.

    - `items` (n_items): parameters, in the order of the responses' item indices.
    - `errors`: their standard errors.
    - `estimated` (n_items,): false for items that were fixed, that nobody answered (they stay as
      given in `known`, else difficulty 0 and slope 1), and that all got right or all wrong
      (difficulty -6 or 6, slope 1: no finite difficulty is most likely).
    - `at_bound` (n_items,): an estimate lies where the search ends; do not use such an item.
    - `mean`, `sd` (groups,): of ability in logits; `mean_error`, `sd_error` are 0 where fixed.
    - `log_likelihood`: of the answers to estimated and fixed items; `parameters`: how many were
      estimated.
    - `converged`: whether the climb ended; `distance`: how far it had still to go; `steps` of EM.
    """

    items: Items
    errors: ItemErrors
    estimated: Bools
    at_bound: Bools
    mean: Floats
    sd: Floats
    mean_error: Floats
    sd_error: Floats
    log_likelihood: float
    parameters: int
    converged: bool
    distance: float
    steps: int

    @property
    def aic(self) -> float:
        """Return Akaike's information criterion: lower is better."""
        return 2.0 * self.parameters - 2.0 * self.log_likelihood


def calibrate(
    responses: Responses,
    model: str | Sequence[str] = "2pl",
    *,
    groups: ArrayLike | None = None,
    known: Items | None = None,
    fixed: ArrayLike | None = None,
    priors: Priors | None = None,
    tolerance: float = TOLERANCE,
    most_steps: int = MOST_STEPS,
    errors: bool = True,
) -> Fit:
    """Estimate items from answers.

    `model` is one of `MODELS` for all items or one an item; in `rasch` all slopes are 1 and the
    standard deviation of ability is estimated. `groups` (n_learners,) numbers each learner's group
    from 0. `known` (n_items) are the values to start from, and of items in `fixed` (index or mask)
    the values to keep. `errors=False` leaves standard errors out (they are infinite).

    Raises ValueError, naming argument and row, where nothing can be estimated, a score is above 1
    in a model of right or wrong, a score in between was never given, a group has no learner, or
    items of two groups do not meet. Warns where the climb did not end within `most_steps`.
    """
    group = _groups(groups, responses.n_learners)
    setting = set_up(responses, model, known, fixed, priors or Priors())
    cells = Cells.of(setting.answers, setting.used, setting.top, group)
    _check_linked(cells, bool(np.any(setting.fixed[setting.used])))
    problem, state = _problem(cells, setting, (priors or Priors()).array())
    state, left, steps = _climb(problem, cells, state, tolerance, most_steps)
    if left >= tolerance:
        warnings.warn(
            f"calibration stopped after {steps} steps, {left:.2g} from its end: "
            "allow more `most_steps`, or give `priors`",
            stacklevel=2,
        )
    return _fit(
        problem, cells, setting, state, errors=errors, left=left, steps=steps, tol=tolerance
    )


def _problem(cells: Cells, setting: Setting, priors: Floats) -> tuple[Climb, State]:
    n_groups = cells.n_groups
    anchored = bool(np.any(setting.fixed[setting.used]))
    rasch = bool(np.all(setting.items.model[setting.used] == "rasch"))
    first = np.arange(n_groups) == 0
    state = State(setting.rows, np.zeros(n_groups), np.ones(n_groups))
    problem = Climb(
        data=cells.summary(),
        first=cells.first,
        partial=setting.partial,
        free=setting.free,
        free_mean=~first | anchored,
        free_sd=~first | anchored | rasch,
        points=quadrature(cells, state.mean, state.sd),
        priors=priors,
    )
    return problem, state


def _climb(
    problem: Climb, cells: Cells, state: State, tolerance: float, most: int
) -> tuple[State, float, int]:
    """Climb, at first with some of the learners; again where a group outgrew the points."""
    n_learners = len(cells.group)
    if isinstance(problem.data, Full) and n_learners >= 4 * FIRST_SAMPLE:
        some = np.arange(0, n_learners, n_learners // FIRST_SAMPLE)
        small = replace(problem, data=cells.some(some).summary())
        near, _, _ = climb(small, state, 100.0 * tolerance, most)
        lost = (near.rows[:, 0] > 5.0) | (np.abs(near.rows[:, 2:]).max(axis=1) > 10.0)
        rows = np.where(lost[:, None], state.rows, near.rows)
        state = State(rows, near.mean, near.sd)
    steps = 0
    while True:
        state, left, more = climb(problem, state, tolerance, most - steps)
        steps += more
        held = np.min(state.mean - EDGE * state.sd), np.max(state.mean + EDGE * state.sd)
        inside = problem.points[0] <= held[0] and held[1] <= problem.points[-1]
        if inside or steps >= most:
            return state, left, steps
        problem = replace(problem, points=quadrature(cells, state.mean, state.sd))


def _fit(
    problem: Climb,
    cells: Cells,
    setting: Setting,
    state: State,
    *,
    errors: bool,
    left: float,
    steps: int,
    tol: float,
) -> Fit:
    if errors:
        variance, spread = covariances(problem, cells, state)
    else:
        shape = (*state.rows.shape, state.rows.shape[1])
        variance = np.where(problem.free[:, :, None], np.full(shape, np.inf), 0.0)
        spread = np.where(np.stack((problem.free_mean, problem.free_sd)), np.inf, 0.0)
    items, at_bound = table_of(setting, state.rows)
    found = errors_of(setting, state.rows, variance)
    free = sum(int(part.sum()) for part in (problem.free, problem.free_mean, problem.free_sd))
    return Fit(
        items=items,
        errors=ItemErrors(*found),
        estimated=setting.estimated,
        at_bound=at_bound,
        mean=state.mean,
        sd=state.sd,
        mean_error=np.sqrt(spread[0]),
        sd_error=state.sd * np.sqrt(spread[1]),
        log_likelihood=_log_likelihood(problem, state),
        parameters=free,
        converged=left < tol,
        distance=left,
        steps=steps,
    )


def _log_likelihood(problem: Climb, state: State) -> float:
    from milepost.measurement.irt.kernels import log_chances

    table = log_chances(problem.partial, state.rows, problem.first, problem.points)
    prior = log_density(problem.points, state.mean, state.sd)
    return problem.data.expect(table, prior).log_likelihood


def _groups(groups: ArrayLike | None, n_learners: int) -> Ints:
    if groups is None:
        return np.zeros(n_learners, np.int64)
    group = np.asarray(groups)
    if group.shape != (n_learners,) or group.dtype.kind not in "iub":
        raise ValueError(f"groups must be {n_learners} whole numbers, one a learner")
    group = group.astype(np.int64)
    refuse("groups", group, group < 0, "must be a number from 0")
    size = np.bincount(group)
    refuse("groups", np.arange(len(size)), size == 0, "has no learner: number groups from 0")
    return group


def _check_linked(cells: Cells, anchored: bool) -> None:
    """Refuse groups that no item joins, directly or through others, to the first."""
    n_groups = cells.n_groups
    if n_groups == 1 or anchored:
        return
    met = np.zeros((n_groups, len(cells.first) - 1), bool)
    met[np.repeat(cells.group, np.diff(cells.offsets)), cells.item] = True
    joined = np.arange(n_groups) == 0
    for _ in range(n_groups):
        joined |= np.any(met & np.any(met[joined], axis=0), axis=1)
    refuse("groups", np.arange(n_groups), ~joined, "shares no item with the others: link it")
