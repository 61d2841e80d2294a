"""The many-facet Rasch model: what a learner can do, whoever rated it.

Linacre (1989, Many-facet Rasch measurement): the log odds of rating k against k - 1 are

    ability of the learner - severity of the rater - difficulty of the criterion - threshold k,

with thresholds shared by all criteria (rating scale; Andrich 1978) or each criterion's own
(partial credit; Masters 1982). Severities average 0, and so do difficulties, and the thresholds
of a set: the average rater has severity 0.

Severities, difficulties and thresholds are fitted by conditional maximum likelihood (Andersen
1970): given a learner's total, the ability drops out. So nothing is assumed of the abilities, a
rater who rates a weak class is not taken for a severe one, and two ratings a learner are enough,
where joint maximum likelihood is off by a half. Abilities follow by Warm's (1989) weighted
likelihood, finite for the best and the worst of totals.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.measurement.agreement.answer import Floats, Ints
from milepost.measurement.agreement.facets_design import Model, encode


@dataclass(frozen=True)
class Measures:
    """What is known of each learner, each rater or each criterion: arrays in order of `ids`.

    Attributes:
        ids: as they were given, sorted.
        value: ability, severity or difficulty in logits.
        error: its standard error.
        count: ratings.
        average: mean rating as given.
        fair_average: learners: the mean rating over all criteria that a rater of average severity
            would have given. Raters: the mean rating over all criteria that they would give the
            average learner. Criteria: the mean rating of the average learner by the average rater.
        fair_error: standard error of the fair average.
        infit, outfit: mean squared surprise, weighted by information or not; 1 is what the model
            expects, above 1.5 noise, below 0.5 ratings too alike to be true (Linacre 2002). Given
            the learners' totals, so that short series are not flattered. 1 where nothing is told.
        infit_z, outfit_z: the same as a normal deviate (Wilson-Hilferty).
        extreme: only the lowest or only the highest ratings: the value is a bound more than a
            measurement, and the error is large.
        subset: equal numbers can be compared with each other; see `Facets.connected`.
        separation: spread of the true values over the root mean square error.
        reliability: share of the variance of the values that is no error; 0 to 1. For raters,
            high means that they differ in severity, which is not what one hopes for.
    """

    ids: NDArray[Any]
    value: Floats
    error: Floats
    count: Ints
    average: Floats
    fair_average: Floats
    fair_error: Floats
    infit: Floats
    outfit: Floats
    infit_z: Floats
    outfit_z: Floats
    extreme: NDArray[np.bool_]
    subset: Ints
    separation: float
    reliability: float

    def groups(self) -> tuple[tuple[Any, ...], ...]:
        """Return who can be compared with whom, group by group."""
        return tuple(
            tuple(self.ids[self.subset == number].tolist())
            for number in range(int(self.subset.max()) + 1)
        )

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, as a frame takes them."""
        return {name: x for name, x in vars(self).items() if isinstance(x, np.ndarray)}


@dataclass(frozen=True)
class Facets:
    """A fitted many-facet model.

    Attributes:
        learners, raters, criteria: measures of each.
        thresholds: (sets, steps) logits; one set, or one a criterion in order of `criteria.ids`;
            0 beyond a criterion's highest level.
        threshold_errors: standard errors, in the same places.
        lowest: the lowest level.
        unused: levels that nobody gave; the thresholds beside them are held by a weak prior only.
        connected: whether all can be compared with all. If not, each facet's `groups()` tell who
            can be; values of different groups are as if the groups were alike on average, which
            nobody knows.
        log_likelihood: conditional on the learners' totals.
        iterations: how many steps the fit took.
        converged: False if it was stopped before; then trust no figure.
    """

    learners: Measures
    raters: Measures
    criteria: Measures
    thresholds: Floats
    threshold_errors: Floats
    lowest: int
    unused: tuple[int, ...]
    connected: bool
    log_likelihood: float
    iterations: int
    converged: bool


def facets(
    learners: ArrayLike,
    raters: ArrayLike,
    scores: ArrayLike,
    criteria: ArrayLike | None = None,
    *,
    model: Model = "rating_scale",
    lowest: int | None = None,
    highest: int | None = None,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
) -> Facets:
    """Fit the many-facet Rasch model to ratings, one a row, in any order.

    Args:
        learners, raters, criteria: (n,) ids, words or numbers, of each rating; not every rater
            needs to rate every learner. Without criteria there is one, of difficulty 0.
        scores: (n,) levels, whole numbers, at most 31 of them.
        model: "rating_scale" (criteria share thresholds) or "partial_credit" (each has its own,
            and its own highest level).
        lowest, highest: the lowest and the highest level there is; else the ones seen (with
            partial credit, the highest seen on each criterion).
        max_iterations, tolerance: stop after so many steps (and say so in `converged`), or when
            no parameter moves by more than this many logits.

    Raises:
        ValueError: naming the argument and the row: empty or unequal columns, a missing id or
            score, a score that is no whole number or outside the levels, one level only, more
            than 30 steps, more than 6,000 parameters of raters, criteria and thresholds.
    """
    from milepost.measurement.agreement.facets_fit import estimate, fit_for, levels_of
    from milepost.measurement.agreement.facets_kernels import abilities, room_for
    from milepost.measurement.agreement.facets_report import Report

    if max_iterations < 1 or not tolerance > 0.0:
        raise ValueError("max_iterations must be 1 or more and tolerance above 0")
    design, labels = encode(learners, raters, scores, criteria, model, lowest, highest)
    room, fit = room_for(design), fit_for(design)
    result = estimate(design, fit, room, max_iterations, tolerance)
    levels = levels_of(design, result.parameters)
    abilities(design, levels, 1.0, fit, room)
    report = Report(design, labels, levels, fit, room, result.covariance)
    measures = report.measures()
    thresholds, threshold_errors = report.thresholds()
    return Facets(
        *measures,
        thresholds,
        threshold_errors,
        labels.lowest,
        report.unused(),
        all(int(of.subset.max()) == 0 for of in measures),
        result.log_likelihood,
        result.iterations,
        result.converged,
    )
