"""One examinee, live: which item comes next, and what the answers so far say."""

import numpy as np

from milepost.measurement.adaptive.design import Design
from milepost.measurement.adaptive.tables import Floats, Ints, new_state


class AdaptiveTest:
    """A test in progress: ask for `next`, give it the `answer`, until `next` is None.

        test = AdaptiveTest(design, seed=7, examinee=12)
        while (item := test.next) is not None:
            test.answer(score_on(item))
        test.ability, test.error

    The same seed and examinee number meet the same chance as in `simulate`: from the same answers
    follow the same items and, to the last bit, the same ability. To go on with a test after a
    restart, make it again and give it the answers so far.
    """

    __slots__ = ("_design", "_here", "_items", "_scores", "_state", "_step", "_top")

    def __init__(self, design: Design, *, seed: int, examinee: int = 0) -> None:
        """Choose the first item. Raises ValueError for a negative seed or examinee."""
        from milepost.measurement.adaptive.kernels import begin, step

        if seed < 0 or examinee < 0:
            raise ValueError("seed and examinee must be 0 or more")
        self._design = design
        self._state = new_state(design.tables, design.rules)
        self._here = self._state.here[0]
        self._top = design.items.top_score
        self._items: list[int] = []
        self._scores: list[int] = []
        self._step = step
        begin(design.tables, self._state, seed, examinee)
        step(design.tables, design.rules, self._state, -1)

    @property
    def next(self) -> int | None:
        """Return the item to answer now, or None when the test is over."""
        item = int(self._here["item"])
        return item if item >= 0 else None

    def answer(self, score: int) -> int | None:
        """Take in the score on the item that `next` named; return the item that follows.

        Raises ValueError for a score that the item does not have, or when the test is over.
        """
        item = int(self._here["item"])
        if item < 0:
            raise ValueError("the test is over: there is no item to answer")
        if score not in range(int(self._top[item]) + 1):
            raise ValueError(
                f"score must be a whole number from 0 to {self._top[item]}, not {score}"
            )
        self._step(self._design.tables, self._design.rules, self._state, int(score))
        self._items.append(item)
        self._scores.append(int(score))
        return self.next

    @property
    def ability(self) -> float:
        """Return the mean of the posterior, in logits (EAP; Bock & Mislevy 1982)."""
        return float(self._here["mean"])

    @property
    def error(self) -> float:
        """Return the standard deviation of the posterior, in logits."""
        return float(self._here["sd"])

    @property
    def items(self) -> Ints:
        """Return the items answered, in order."""
        return np.array(self._items, np.int64)

    @property
    def scores(self) -> Ints:
        """Return the scores on them."""
        return np.array(self._scores, np.int64)

    @property
    def posterior(self) -> Floats:
        """Return the chance of each of the design's quadrature points; they sum to 1."""
        return self._state.posterior.copy()
