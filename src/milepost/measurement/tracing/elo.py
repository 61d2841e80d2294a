"""Elo ratings of learners and items, as adaptive practice uses them (Pelánek 2016)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .columns import Floats, labels, numbered, outcomes, position


@dataclass(frozen=True, eq=False)
class EloRatings:
    """Difficulties of items in logits, and the constants by which ratings move."""

    items: NDArray[Any]
    difficulty: Floats
    """One an item, from the average learner's start."""
    rows: Floats
    """How many answers moved each difficulty."""
    step: float
    fade: float

    def predict(
        self, learner: ArrayLike, competency: ArrayLike, correct: ArrayLike, *, item: ArrayLike
    ) -> Floats:
        """Return each row's chance of a right answer before it; learners start anew.

        Difficulties stay, but for items never rated, which start at the mean of all and move.
        Raises ValueError as `fit_elo` does.
        """
        each, names = numbered("item", labels("item", item, len(labels("learner", learner))))
        at = position(names, self.items)
        difficulty = np.where(at < 0, self.difficulty.mean(), self.difficulty[at])
        chance, _ = _run(self, learner, competency, correct, each, at >= 0, difficulty)
        return chance


def fit_elo(
    learner: ArrayLike,
    competency: ArrayLike,
    correct: ArrayLike,
    *,
    item: ArrayLike,
    step: float = 0.4,
    fade: float = 0.05,
) -> EloRatings:
    """Rate items in one pass over rows in the order answered (arrays of one length).

    The logit of a right answer is the learner's rating, plus that in the competency, less the
    item's; each moves by `step` / (1 + `fade` n) times the surprise, n being how often it moved.
    The order of learners matters: give rows in order of time. Raises ValueError, naming argument
    and row, for empty columns or unequal lengths, labels that are missing, `correct` other than 0
    or 1, and constants out of range. Source: Pelánek 2016, "Applications of the Elo rating system
    in adaptive educational systems", section 3.
    """
    for name, value in (("step", step), ("fade", fade)):
        if not 0.0 <= value < np.inf:
            raise ValueError(f"{name} is {value}; give a number from 0 up")
    each, names = numbered("item", labels("item", item, len(labels("learner", learner))))
    start = EloRatings(names, np.zeros(len(names)), np.zeros(len(names)), step, fade)
    difficulty, rows = start.difficulty.copy(), np.zeros(len(names))
    frozen = np.zeros(len(names), np.bool_)
    _, rows = _run(start, learner, competency, correct, each, frozen, difficulty)
    return EloRatings(names, difficulty, rows, step, fade)


def _run(
    ratings: EloRatings,
    learner: ArrayLike,
    competency: ArrayLike,
    correct: ArrayLike,
    each: NDArray[np.int64],
    frozen: NDArray[np.bool_],
    difficulty: Floats,
) -> tuple[Floats, Floats]:
    """Run over the rows, moving what is not frozen in place; return chances and rows by item."""
    from .elo_kernels import rate

    person, people = numbered("learner", labels("learner", learner))
    skill, skills = numbered("competency", labels("competency", competency, len(person)))
    pair, pairs = numbered("competency", person * len(skills) + skill)
    right = outcomes(correct, len(person))
    chance, met = np.empty(len(person)), np.zeros(len(difficulty))
    rate(
        person, pair, each, right, frozen, np.zeros(len(people)), np.zeros(len(pairs)),
        difficulty, met, ratings.step, ratings.fade, chance,
    )  # fmt: skip
    return chance, met
