"""What a fitted many-facet model tells of learners, raters and criteria."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.agreement.answer import Floats, Ints
from milepost.measurement.agreement.facets import Measures
from milepost.measurement.agreement.facets_design import Design, Fit, Labels, Levels, Room
from milepost.measurement.agreement.facets_fit import subsets

TOLD = 1e-6  # a rating whose chance given the total varies by less than this tells nothing


class Report:
    """Measures of a fit: abilities settled by Warm's likelihood, `fit.given` at the estimate."""

    def __init__(
        self,
        design: Design,
        labels: Labels,
        levels: Levels,
        fit: Fit,
        room: Room,
        covariance: Floats,
    ) -> None:
        self.design, self.labels, self.levels = design, labels, levels
        self.fit, self.room, self.covariance = fit, room, covariance
        self.learner = np.repeat(np.arange(len(design.total)), np.diff(design.offsets))
        self.level = np.arange(design.statistic.shape[2], dtype=np.float64)

    def measures(self) -> tuple[Measures, Measures, Measures]:
        """Return the measures of learners, raters and criteria."""
        design, fit, levels = self.design, self.fit, self.levels
        raters, criteria = int(design.size[0]), int(design.size[1])
        deviations = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        of_learner, of_rater, of_criterion, lent = subsets(design, self.room, self.covariance)
        middle = np.array([fit.ability.mean()])
        lift, by_ability = self._expected(fit.ability)
        by_rater = self._expected(middle[0] - levels.severity)
        by_criterion = self._of_criterion(middle, np.arange(criteria))
        # An ability is as unsure as its ratings are few, and as its raters' severities are.
        error = np.sqrt(1.0 / np.maximum(fit.precision, 1e-12) + lent)
        return (
            self._gather(
                self.labels.learners, self.learner, fit.ability, error, of_learner, lift,
                by_ability,
            ),
            self._gather(
                self.labels.raters, design.rater, levels.severity, deviations[:raters],
                of_rater, *by_rater,
            ),
            self._gather(
                self.labels.criteria, design.criterion, levels.difficulty,
                deviations[raters : raters + criteria], of_criterion, *by_criterion,
            ),
        )  # fmt: skip

    def thresholds(self) -> tuple[Floats, Floats]:
        """Return each set's thresholds and their standard errors."""
        design = self.design
        errors = np.zeros((len(design.top), len(self.level) - 1))
        for g, (base, top) in enumerate(zip(design.base, design.top, strict=True)):
            at = slice(base + 2, base + top + 1)
            basis = np.diff(design.statistic[g, 2 : top + 1, : top + 1], axis=1)
            spread = np.einsum("ck,cd,dk->k", basis, self.covariance[at, at], basis)
            errors[g, :top] = np.sqrt(np.maximum(spread, 0.0))
        values = np.diff(self.levels.passed, axis=1)
        beyond = np.arange(1, len(self.level)) > design.top[:, None]
        return np.where(beyond, 0.0, values), errors

    def unused(self) -> tuple[int, ...]:
        """Return levels that nobody gave."""
        counts = np.bincount(self.design.score, minlength=len(self.level))
        return tuple(int(k) + self.labels.lowest for k in np.flatnonzero(counts == 0))

    def _of_criterion(self, ability: Floats, criterion: Ints) -> tuple[Floats, Floats]:
        """Return the mean rating by the average rater, and its slope in the ability."""
        group = self.design.group[criterion]
        gap = ability - self.levels.difficulty[criterion]
        logit = gap[:, None] * self.level - self.levels.passed[group]
        logit[self.level[None, :] > self.design.top[group][:, None]] = -np.inf
        p = np.exp(logit - logit.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        mean = p @ self.level
        return mean + self.labels.lowest, p @ self.level**2 - mean**2

    def _expected(self, ability: Floats) -> tuple[Floats, Floats]:
        """Return `_of_criterion` averaged over all criteria."""
        total, slope = np.zeros(len(ability)), np.zeros(len(ability))
        for i in range(int(self.design.size[1])):
            mean, steep = self._of_criterion(ability, np.full(len(ability), i))
            total += mean / self.design.size[1]
            slope += steep / self.design.size[1]
        return total, slope

    @cached_property
    def _surprise(self) -> tuple[Floats, Floats, Floats]:
        """Return each rating's squared residual, variance and fourth moment, given the total."""
        given = self.fit.given
        mean = given @ self.level
        off = self.level[None, :] - mean[:, None]
        variance = (given * off**2).sum(axis=1)
        return (self.design.score - mean) ** 2, variance, (given * off**4).sum(axis=1)

    def _gather(
        self,
        ids: NDArray[Any],
        at: Ints,
        value: Floats,
        error: Floats,
        subset: Ints,
        fair: Floats,
        slope: Floats,
    ) -> Measures:
        size, design = len(ids), self.design
        count = np.bincount(at, minlength=size)
        total = np.bincount(at, weights=design.score, minlength=size)
        best = np.bincount(at, weights=design.top[design.group[design.criterion]], minlength=size)
        scatter = float(value.var(ddof=1)) if size > 1 else 0.0
        noise = float((error**2).mean())
        true = max(scatter - noise, 0.0)
        return Measures(
            ids, value, error, count, total / count + self.labels.lowest, fair, slope * error,
            *self._fit(at, size), (total == 0) | (total == best), subset,
            float(np.sqrt(true / noise)) if noise > 0.0 else 0.0,
            true / scatter if scatter > 0.0 else 0.0,
        )  # fmt: skip

    def _fit(self, at: Ints, size: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return infit, outfit and their normal deviates (Wright & Masters 1982, chapter 5)."""
        squared, variance, fourth = self._surprise
        told = variance > TOLD
        squared, variance, fourth = squared[told], variance[told], fourth[told]
        at = at[told]

        def total(x: Floats) -> Floats:
            return np.asarray(np.bincount(at, weights=x, minlength=size), dtype=np.float64)

        information, n = total(variance), np.bincount(at, minlength=size)
        infit = np.divide(total(squared), information, out=np.ones(size), where=n > 0)
        outfit = np.divide(total(squared / variance), n, out=np.ones(size), where=n > 0)
        of_infit = total(fourth - variance**2) / np.maximum(information, TOLD) ** 2
        of_outfit = total(fourth / variance**2 - 1.0) / np.maximum(n, 1) ** 2
        return infit, outfit, _deviate(infit, of_infit), _deviate(outfit, of_outfit)


def _deviate(mean_square: Floats, variance: Floats) -> Floats:
    """Return (ms^(1/3) - 1) 3 / q + q / 3, q the mean square's deviation; 0 where q is nothing."""
    q = np.sqrt(np.maximum(variance, 0.0))
    told = q > TOLD
    safe = np.where(told, q, 1.0)
    return np.where(told, (np.cbrt(mean_square) - 1.0) * 3.0 / safe + safe / 3.0, 0.0)
