"""A logistic model fitted by Newton's method: the plain stage of the predictor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from milepost.measurement.predictor.tables import Floats, chance_of

RIDGE = 10.0
"""Pull of each coefficient to 0, in answers: columns say much the same as each other."""
FARTHEST = 4.0
"""Standard deviations from the mean beyond which a column says no more: an item that nobody has
tried, where training knew them all, is unusual but no certainty."""
MOST_STEPS = 100
NEARLY_THERE = 1e-9
"""Gain in log-likelihood a row below which the fit is over."""


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """Logit = intercept + sum of coefficient * (column - mean) / scale, clipped at FARTHEST."""

    mean: Floats
    scale: Floats
    coefficients: Floats
    """The intercept first."""

    def logits(self, columns: Floats) -> Floats:
        """Return the logit of each row of `columns` (rows x columns as fitted)."""
        standard = np.clip((columns - self.mean) / self.scale, -FARTHEST, FARTHEST)
        return np.asarray(standard @ self.coefficients[1:] + self.coefficients[0], np.float64)

    def as_dict(self) -> dict[str, list[float]]:
        """Return the model as plain data for JSON."""
        return {name: getattr(self, name).tolist() for name in ("mean", "scale", "coefficients")}

    @classmethod
    def from_dict(cls, content: Mapping[str, Sequence[float]]) -> "Logistic":
        """Read what `as_dict` wrote."""
        return cls(
            *(np.array(content[name], np.float64) for name in ("mean", "scale", "coefficients"))
        )


def fit_logistic(columns: Floats, scores: Floats, weights: Floats) -> Logistic:
    """Return the model of the greatest likelihood, less a ridge on the standardised columns.

    Newton's method on the convex loss (Bishop 2006, "Pattern Recognition and Machine Learning",
    section 4.3.3), each step halved until it gains. `scores` are from 0 to 1 and `weights` above
    0, one a row. Raises ValueError when the steps do not end, which a convex loss does not show.
    """
    mean = np.average(columns, axis=0, weights=weights)
    spread = np.sqrt(np.average((columns - mean) ** 2, axis=0, weights=weights))
    scale = np.where(spread > 1e-9, spread, 1.0)
    standard = np.clip((columns - mean) / scale, -FARTHEST, FARTHEST)
    design = np.column_stack((np.ones(len(columns)), standard))
    ridge = np.full(design.shape[1], RIDGE)
    ridge[0] = NEARLY_THERE
    beta = np.zeros(design.shape[1])
    loss = _loss(design, scores, weights, ridge, beta)
    for _ in range(MOST_STEPS):
        chance = chance_of(design @ beta)
        slope = design.T @ (weights * (chance - scores)) + ridge * beta
        curve = (design * (weights * chance * (1.0 - chance))[:, None]).T @ design
        step = np.linalg.solve(curve + np.diag(ridge), slope)
        after = _loss(design, scores, weights, ridge, beta - step)
        while after > loss and np.max(np.abs(step)) > NEARLY_THERE:
            step = step / 2.0
            after = _loss(design, scores, weights, ridge, beta - step)
        gained = loss - after
        if gained > 0.0:
            beta, loss = beta - step, after
        if gained <= NEARLY_THERE * float(np.sum(weights)):
            return Logistic(mean, scale, beta)
    raise ValueError(f"columns: the logistic fit did not end in {MOST_STEPS} steps")


def _loss(design: Floats, scores: Floats, weights: Floats, ridge: Floats, beta: Floats) -> float:
    """Return minus the log-likelihood, plus the ridge."""
    logits = design @ beta
    misfit = np.logaddexp(0.0, logits) - scores * logits
    return float(weights @ misfit + 0.5 * np.sum(ridge * beta**2))
