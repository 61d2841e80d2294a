"""What other learners' answers say of an item before this learner meets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.log import Log

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ITEM_PRIOR = 4.0
"""Answers' worth of its competencies' rate that each item starts with."""
COMPETENCY_PRIOR = 10.0
"""Answers' worth of the rate of all that each competency starts with."""
PAIR_PRIOR = 8.0
"""Answers' worth of no effect that each sequence of two items starts with."""


class History(NamedTuple):
    """The arrays that the compiled history reads: one a row or an entry, as in `Log`."""

    learner_offsets: Ints
    item: Ints
    competency_offsets: Ints
    competency: Ints
    score: Floats
    weight: Floats
    hints: Ints
    day: Floats
    expected: Floats
    """Chance of the average learner."""
    chance: Floats
    """Chance by the filter."""
    level_mean: Floats
    level_variance: Floats
    items: int
    competencies: int


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Sums over training learners, by label of item and competency."""

    items: tuple[str, ...]
    competencies: tuple[str, ...]
    overall: Floats
    """(answers, scores)."""
    item_sums: Floats
    """Items x (answers, scores)."""
    competency_sums: Floats
    pair_keys: Ints
    """Ascending (item before * 2 + whether it came right) * items + item."""
    pair_sums: Floats
    """Pairs x (answers, scores beyond the expected)."""

    @classmethod
    def of(cls, log: Log, chosen: NDArray[np.bool_]) -> "Tables":
        """Sum the rows `chosen` of a log; rows of weight 0 tell nothing."""
        told = chosen & (log.weight > 0.0)
        row = np.repeat(np.arange(len(log)), np.diff(log.competency_offsets))
        entries, known = told[row], told & (log.item >= 0)
        tables = cls(
            items=log.items,
            competencies=log.competencies,
            overall=np.array([float(np.sum(told)), float(np.sum(log.score[told]))]),
            item_sums=_sums(log.item[known], log.score[known], len(log.items)),
            competency_sums=_sums(
                log.competency[entries], log.score[row[entries]], len(log.competencies)
            ),
            pair_keys=np.empty(0, np.int64),
            pair_sums=np.empty((0, 2)),
        )
        keys = pair_keys_of(log, np.arange(len(log.items)), len(log.items))
        told &= keys >= 0
        left = (log.score - tables.look(log).expected)[told]
        found, at = np.unique(keys[told], return_inverse=True)
        return replace(tables, pair_keys=found, pair_sums=_sums(at, left, len(found)))

    def look(self, log: Log) -> "Known":
        """Return what is known of each row of a log from its labels and the row before it."""
        competency = _places(log.competencies, self.competencies)
        item = _places(log.items, self.items)
        overall = (self.overall[1] + 1.0) / (self.overall[0] + 2.0)
        n, total = np.vstack((self.competency_sums, np.zeros(2)))[competency].T
        rate = (total + COMPETENCY_PRIOR * overall) / (n + COMPETENCY_PRIOR)
        starts, sizes = log.competency_offsets[:-1], np.diff(log.competency_offsets)
        if len(log) == 0:
            return Known(*(np.empty(0) for _ in Known._fields))
        kind = np.add.reduceat(logit(rate)[log.competency], starts) / sizes
        seen = np.add.reduceat(n[log.competency], starts) / sizes
        answers, scores = np.vstack((self.item_sums, np.zeros(2)))[np.append(item, -1)[log.item]].T
        expected = (scores + ITEM_PRIOR * chance_of(kind)) / (answers + ITEM_PRIOR)
        pairs, effect = self._pairs(pair_keys_of(log, item, len(self.items)))
        return Known(expected, kind, np.log1p(answers), np.log1p(seen), np.log1p(pairs), effect)

    def as_dict(self) -> dict[str, Any]:
        """Return the tables as plain data for JSON."""
        labels = {name: list(getattr(self, name)) for name in ("items", "competencies")}
        return labels | {name: getattr(self, name).tolist() for name in _ARRAYS}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Tables":
        """Read what `as_dict` wrote. Raises ValueError for arrays that do not fit together."""
        arrays: dict[str, Any] = {
            name: np.array(content[name], kind).reshape((-1, 2) if name.endswith("sums") else -1)
            for name, kind in _ARRAYS.items()
        }
        labels: dict[str, Any] = {name: tuple(content[name]) for name in ("items", "competencies")}
        fits = (
            len(labels["items"]) == len(arrays["item_sums"]),
            len(labels["competencies"]) == len(arrays["competency_sums"]),
            len(arrays["pair_keys"]) == len(arrays["pair_sums"]),
            np.all(np.diff(arrays["pair_keys"]) > 0) and arrays["overall"].shape == (2,),
        )
        if not all(fits):
            raise ValueError("tables do not fit together: labels and sums, or keys, differ")
        return cls(**labels, **arrays)

    def _pairs(self, keys: Ints) -> tuple[Floats, Floats]:
        """Return how often each sequence was seen, and its shrunken effect."""
        sums = np.vstack((self.pair_sums, np.zeros(2)))
        at = np.searchsorted(self.pair_keys, keys)
        found = np.append(self.pair_keys, -2)[at] == keys
        n, total = sums[np.where(found, at, -1)].T
        return n, total / (n + PAIR_PRIOR)


class Known(NamedTuple):
    """What other learners say of each row."""

    expected: Floats
    """Chance of the average learner: the item's rate, shrunken to its competencies'."""
    kind: Floats
    """Mean logit of the rates of the row's competencies."""
    answers: Floats
    """Log of 1 + the item's answers."""
    seen: Floats
    """Log of 1 + the competencies' mean answers."""
    pairs: Floats
    """Log of 1 + how often this item followed the one before, which came to the same."""
    effect: Floats
    """How far above the expected the item's score then is."""


def pair_keys_of(log: Log, item: Ints, items: int) -> Ints:
    """Return the key of each row's sequence of two items, -1 where there is none.

    `item` gives the number of each of the log's items in tables of `items`, -1 for unknown ones.
    """
    number = np.append(item, -1)[log.item]
    keys = np.full(len(log), -1, np.int64)
    came = (log.score[:-1] >= 0.5).astype(np.int64)
    follows = np.diff(log.learner_of_row) == 0
    follows &= (number[1:] >= 0) & (number[:-1] >= 0)
    keys[1:][follows] = ((number[:-1] * 2 + came) * items + number[1:])[follows]
    return keys


def logit(chance: Floats) -> Floats:
    """Return the log of the odds."""
    return np.asarray(np.log(chance) - np.log1p(-chance), np.float64)


def chance_of(logits: Floats) -> Floats:
    """Return the logistic function."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), np.float64)


def _places(labels: Sequence[str], known: Sequence[str]) -> Ints:
    if labels == known:
        return np.arange(len(labels))
    at = {label: place for place, label in enumerate(known)}
    return np.array([at.get(label, -1) for label in labels], np.int64)


def _sums(index: Ints, values: Floats, count: int) -> Floats:
    """Return count x (how many, their sum)."""
    return np.array(
        [np.bincount(index, minlength=count), np.bincount(index, values, minlength=count)],
        np.float64,
    ).T.copy()


_ARRAYS: dict[str, Any] = {
    "overall": np.float64,
    "item_sums": np.float64,
    "competency_sums": np.float64,
    "pair_keys": np.int64,
    "pair_sums": np.float64,
}
