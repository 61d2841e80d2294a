"""What is believed of items before anybody answers them."""

from dataclasses import dataclass

import numpy as np

from milepost.measurement.irt.items import Floats


@dataclass(frozen=True, slots=True)
class Priors:
    """What is believed of items before any answer; the default is maximum likelihood but for c.

    - `slope`: centre and standard deviation of log a (Normal).
    - `intercept`: standard deviation of -a b_k around 0 (Normal), in logits.
    - `guessing`: Beta(alpha, beta) of the lowest chance; (5, 17), as BILOG has it, counts 20
      answers of which 4 were right. `(1, 1)` is none. Without one, easy items leave c undetermined.

    With a finite `intercept` items that all got right, or few answered, are estimated as well.
    """

    slope: tuple[float, float] = (0.0, float("inf"))
    intercept: float = float("inf")
    guessing: tuple[float, float] = (5.0, 17.0)

    def __post_init__(self) -> None:
        if not (self.slope[1] > 0.0 and self.intercept > 0.0 and np.isfinite(self.slope[0])):
            raise ValueError("priors: standard deviations must be above 0")
        if not all(1.0 <= value < np.inf for value in self.guessing):
            raise ValueError("priors, guessing: alpha and beta must be 1 or more")

    def array(self) -> Floats:
        """Return them as the kernels take them."""
        alpha, beta = self.guessing
        slope, intercept = self.slope[1] ** -2.0, self.intercept**-2.0
        return np.array([self.slope[0], slope, intercept, alpha - 1.0, beta - 1.0])
