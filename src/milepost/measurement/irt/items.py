"""What is known of items: one frozen table of parameters for every model.

All models are in the logistic metric (no 1.702), as Baker & Kim (2004) write them. With ability t,
slope a, difficulty b and lowest chance c of an item:

- `rasch`, `2pl`, `3pl`: P(right) = c + (1 - c) / (1 + exp(-a (t - b))); `2pl` has c = 0, and
  `rasch` also a = 1.
- `grm` (graded response, Samejima 1969): P(score >= k) = 1 / (1 + exp(-a (t - b_k))), where
  the thresholds b_k = b + step_k ascend.
- `gpcm` (generalised partial credit, Muraki 1992): P(score = k) is proportional to
  exp(sum of a (t - b_v) over v <= k), where b_v = b + step_v.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

MODELS = ("rasch", "2pl", "3pl", "grm", "gpcm")
"""The models, as they are named everywhere in this package."""

UNREACHED = np.inf
"""The step of a score that an item does not have: nobody is able enough to reach it."""


@dataclass(frozen=True, slots=True)
class Items:
    """Parameters of n items, in one order: what calibration gives and all else takes.

    - `model` (n,): the name of each item's model, one of `MODELS`.
    - `discrimination` (n,): slope a, per logit, above 0.
    - `difficulty` (n,): location b, in logits of ability; the mean threshold where there are many.
    - `guessing` (n,): lowest chance c, from 0 to below 1; 0 in all models but `3pl`.
    - `steps` (n, m): thresholds less `difficulty`; `UNREACHED` (infinity) to the right of an
      item's last one, so that items of two and of five scores stand in one table. An item scored
      right or wrong has the single step 0.

    Make it with `Items.of`, which fills in what a model does not need and checks every number.
    """

    model: NDArray[np.str_]
    discrimination: Floats
    difficulty: Floats
    guessing: Floats
    steps: Floats

    @classmethod
    def of(
        cls,
        model: str | Sequence[str] | NDArray[np.str_],
        difficulty: ArrayLike,
        discrimination: ArrayLike = 1.0,
        guessing: ArrayLike = 0.0,
        steps: ArrayLike | None = None,
    ) -> Self:
        """Make a table of items; a single model, slope or lowest chance holds for all of them.

        Raises ValueError, naming the argument and the row, for an unknown model, a number out of
        its range, thresholds of `grm` that do not ascend, or steps where the model has none.
        """
        b = np.atleast_1d(np.asarray(difficulty, np.float64)).copy()
        n = len(b)
        table = cls(
            model=_spread("model", np.asarray(model, "<U5"), n),
            discrimination=_spread("discrimination", np.asarray(discrimination, np.float64), n),
            difficulty=b,
            guessing=_spread("guessing", np.asarray(guessing, np.float64), n),
            steps=np.zeros((n, 1)) if steps is None else np.array(steps, np.float64),
        )
        _check(table)
        return table

    def __len__(self) -> int:
        return len(self.difficulty)

    @property
    def top_score(self) -> Ints:
        """Return the highest score of each item, (n,): 1 for items scored right or wrong."""
        return np.asarray(np.isfinite(self.steps).sum(axis=1), np.int64)

    @property
    def thresholds(self) -> Floats:
        """Return the thresholds of each item in logits of ability, (n, m)."""
        return self.difficulty[:, None] + self.steps

    def take(self, which: ArrayLike) -> "Items":
        """Return some of the items, by index or by mask."""
        chosen = np.asarray(which)
        return Items(
            self.model[chosen],
            self.discrimination[chosen],
            self.difficulty[chosen],
            self.guessing[chosen],
            self.steps[chosen],
        )


def _spread(name: str, values: NDArray[T], n: int) -> NDArray[T]:
    if values.ndim == 0:
        return np.full(n, values)
    if values.shape != (n,):
        raise ValueError(f"{name} must be one value or {n}, one an item; it has {values.shape}")
    return values.copy()


def _check(items: Items) -> None:
    n = len(items)
    if items.difficulty.ndim != 1 or items.steps.ndim != 2 or len(items.steps) != n:
        raise ValueError(f"steps must have {n} rows, one an item; it has {items.steps.shape}")
    if items.steps.shape[1] == 0:
        raise ValueError("steps must have a column: an item has at least one step")
    binary = ~np.isin(items.model, ("grm", "gpcm"))
    finite = np.isfinite(items.steps)
    refuse("model", items.model, ~np.isin(items.model, MODELS), f"must be one of {MODELS}")
    a, b, c = items.discrimination, items.difficulty, items.guessing
    refuse("discrimination", a, ~((a > 0.0) & np.isfinite(a)), "must be a number above 0")
    refuse("difficulty", b, ~np.isfinite(b), "must be a number")
    refuse("guessing", c, ~((c >= 0.0) & (c < 1.0)), "must be from 0 to below 1")
    refuse("guessing", c, (c > 0.0) & (items.model != "3pl"), "must be 0: only 3pl has it")
    refuse("discrimination", a, (a != 1.0) & (items.model == "rasch"), "must be 1 in a rasch item")
    gap = ~finite[:, 0] | np.any(finite[:, 1:] & ~finite[:, :-1], axis=1)
    gap |= np.any(~finite & (items.steps != UNREACHED), axis=1)
    refuse("steps", items.steps, gap, "must be numbers, then infinity where an item has no more")
    several = binary & ((items.steps[:, 0] != 0.0) | np.any(finite[:, 1:], axis=1))
    refuse("steps", items.steps, several, "must be the single step 0 of a right-or-wrong item")
    falls = np.any(finite[:, 1:] & ~(items.steps[:, 1:] > items.steps[:, :-1]), axis=1)
    refuse("steps", items.steps, falls & (items.model == "grm"), "must ascend in a grm item")


def refuse(name: str, values: NDArray[np.generic], bad: Bools, why: str) -> None:
    """Raise ValueError that names the argument, its first bad row and the rule it breaks."""
    if np.any(bad):
        at = int(np.argmax(bad))
        raise ValueError(f"{name}, row {at}: {values[at]} {why}")
