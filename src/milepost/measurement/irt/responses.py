"""Who answered what, and how well: one row an answer, never a learner x item matrix."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.measurement.irt.items import Bools, Floats, Ints, refuse

TOP_SCORE = 100
"""The largest score: more levels than that are a measurement, not a set of scores."""


@dataclass(frozen=True, slots=True)
class Responses:
    """Answers, learner by learner; within a learner by item. Make it with `Responses.of`.

    - `offsets` (n_learners + 1,): learner i's answers are rows offsets[i] to offsets[i + 1].
    - `item` (n,): index of the item answered, from 0 to `n_items` - 1.
    - `score` (n,): whole points from 0.

    Memory is 5 bytes an answer and 8 a learner, whatever `n_items` is.
    """

    offsets: Ints
    item: NDArray[np.int32]
    score: NDArray[np.int8]
    n_items: int

    @classmethod
    def of(
        cls,
        learners: ArrayLike,
        items: ArrayLike,
        scores: ArrayLike,
        *,
        n_learners: int | None = None,
        n_items: int | None = None,
    ) -> Self:
        """Take answers in any order: learner's index, item's index and score of each.

        `n_learners` and `n_items` count those without answers too (default: the largest index
        and one). Raises ValueError, naming the argument and the row, for an index that is none or
        too large, a score that is no whole number from 0 to `TOP_SCORE`, an item that a learner
        answered twice, and for columns of different lengths.
        """
        learner = _indices("learners", learners, n_learners)
        item = _indices("items", items, n_items)
        score = _scores(scores)
        if not len(learner) == len(item) == len(score):
            lengths = f"{len(learner)}, {len(item)} and {len(score)}"
            raise ValueError(f"learners, items and scores must be equally long, not {lengths}")
        people = _count(learner, n_learners)
        bank = _count(item, n_items)
        order = _in_order(learner, item)
        if order is not None:
            learner, item, score = learner[order], item[order], score[order]
            again = np.r_[False, (np.diff(learner) == 0) & (np.diff(item) == 0)][: len(item)]
            where = np.zeros(len(item), bool)
            where[order] = again
            back = np.empty_like(item)
            back[order] = item
            refuse("items", back, where, "is answered twice by one learner: keep one answer")
        offsets = np.zeros(people + 1, np.int64)
        np.cumsum(np.bincount(learner, minlength=people), out=offsets[1:])
        return cls(offsets, item.astype(np.int32), score, bank)

    @classmethod
    def of_matrix(cls, scores: ArrayLike) -> Self:
        """Take a small table, learners x items, in which NaN is an item not given.

        Raises ValueError, naming the row of the answers, for a score that `of` refuses.
        """
        table = np.asarray(scores)
        if table.ndim != 2:
            raise ValueError(f"scores must be a table of learners x items; it is {table.shape}")
        given = np.ones(table.shape, bool) if table.dtype.kind in "iub" else ~np.isnan(table)
        offsets = np.zeros(len(table) + 1, np.int64)
        np.cumsum(given.sum(axis=1), out=offsets[1:])
        item = np.broadcast_to(np.arange(table.shape[1], dtype=np.int32), table.shape)[given]
        return cls(offsets, item, _scores(table[given]), table.shape[1])

    def __len__(self) -> int:
        return len(self.item)

    @property
    def n_learners(self) -> int:
        """Return how many learners there are, those without answers too."""
        return len(self.offsets) - 1

    @property
    def learner(self) -> Ints:
        """Return the learner's index of each answer, (n,)."""
        return np.repeat(np.arange(self.n_learners), np.diff(self.offsets))

    def seen(self) -> Ints:
        """Return the indices of the items that anybody answered, ascending."""
        return np.flatnonzero(np.bincount(self.item, minlength=1))

    def total(self) -> Ints:
        """Return each learner's points over all answers, (n_learners,)."""
        running = np.r_[0, np.cumsum(self.score, dtype=np.int64)]
        return np.asarray(running[self.offsets[1:]] - running[self.offsets[:-1]])

    def only(self, items: Ints) -> "Responses":
        """Return the answers to some items; learners and the numbering of items stay."""
        kept = _places(items, self.n_items, self.item) >= 0
        before = np.r_[0, np.cumsum(kept)]
        return Responses(before[self.offsets], self.item[kept], self.score[kept], self.n_items)

    def matrix(self, items: Ints) -> Floats:
        """Return learners x the given items as a table, NaN where not answered."""
        column = _places(items, self.n_items, self.item)
        kept = column >= 0
        table = np.full((self.n_learners, len(items)), np.nan)
        table[self.learner[kept], column[kept]] = self.score[kept]
        return table


def _places(items: Ints, n_items: int, wanted: NDArray[np.int32]) -> Ints:
    place = np.full(n_items, -1, np.int64)
    place[items] = np.arange(len(items))
    return place[wanted]


def _indices(name: str, values: ArrayLike, count: int | None) -> Ints:
    index = np.asarray(values)
    if index.ndim != 1:
        raise ValueError(f"{name} must have one dimension; it has {index.ndim}")
    if len(index) == 0:
        return np.zeros(0, np.int64)
    if index.dtype.kind not in "iu":
        refuse(name, index, _not_whole(name, index), "is no whole number")
    whole = index.astype(np.int64)
    refuse(name, whole, whole < 0, "must be an index from 0")
    refuse(name, whole, whole >= 2**31 - 1, "is too large for an index")
    if count is not None:
        refuse(name, whole, whole >= count, f"is unknown: there are {count}")
    return whole


def _scores(values: ArrayLike) -> NDArray[np.int8]:
    scores = np.asarray(values)
    if scores.ndim != 1:
        raise ValueError(f"scores must have one dimension; it has {scores.ndim}")
    if scores.dtype.kind not in "iub" and len(scores):
        refuse("scores", scores, _not_whole("scores", scores), "is no whole number of points")
    if scores.dtype.kind != "b":
        outside = (scores < 0) | (scores > TOP_SCORE)
        refuse("scores", scores, outside, f"must be from 0 to {TOP_SCORE} points")
    return scores.astype(np.int8)


def _not_whole(name: str, values: NDArray[np.generic]) -> Bools:
    if values.dtype.kind != "f":
        raise ValueError(f"{name} must be numbers, not {values.dtype}")
    return np.asarray(values != np.floor(values.astype(np.float64)))


def _count(index: Ints, told: int | None) -> int:
    if told is not None:
        return told
    return int(index.max()) + 1 if len(index) else 0


def _in_order(learner: Ints, item: Ints) -> Ints | None:
    """Return the order by learner and item, or None where the rows are in it already."""
    step = np.diff(learner)
    if np.all((step > 0) | ((step == 0) & (np.diff(item) > 0))):
        return None
    return np.lexsort((item, learner))
