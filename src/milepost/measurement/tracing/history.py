"""Logistic models of a learner's history: additive and performance factors, and BestLR."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .columns import Floats, Ints, chains, labels, numbered, outcomes, position
from .newton import Table, logistic, solve, times


class Term(NamedTuple):
    """One addend of a logit: a weight for each label in a column, times a value of the row."""

    weight_of: str
    """"learner", "competency", "item", or "all" for one weight everywhere."""
    value: str
    """"one", or of the learner's earlier rows "tried", "right", "wrong", "log_tried" and so on."""
    within: str = "all"
    """Which earlier rows: of the same "competency", "item", or "all"."""


MODELS: dict[str, tuple[Term, ...]] = {
    # Cen, Koedinger & Junker 2006, equation 1
    "afm": (
        Term("all", "one"), Term("learner", "one"), Term("competency", "one"),
        Term("competency", "tried", "competency"),
    ),
    # Pavlik, Cen & Koedinger 2009, equation 2
    "pfa": (
        Term("all", "one"), Term("competency", "one"),
        Term("competency", "right", "competency"), Term("competency", "wrong", "competency"),
    ),
    # Gervet, Koedinger, Schneider & Mitchell 2020, "Best-LR"; of learners only what new ones have
    "bestlr": (
        Term("all", "one"), Term("competency", "one"), Term("item", "one"),
        Term("all", "log_right"), Term("all", "log_wrong"),
        Term("competency", "log_right", "competency"),
        Term("competency", "log_wrong", "competency"),
    ),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class HistoryModel:
    """A fitted logistic model of history."""

    terms: tuple[Term, ...]
    names: dict[str, NDArray[Any]]
    """Labels seen, ascending, a column each."""
    weights: tuple[Floats, ...]
    """In logits: one array a term, one weight a label of its column."""
    converged: bool
    steps: int

    def predict(
        self,
        learner: ArrayLike,
        competency: ArrayLike,
        correct: ArrayLike,
        *,
        item: ArrayLike | None = None,
    ) -> Floats:
        """Return each row's chance of a right answer from the rows before it in this log.

        Labels never seen add nothing. Raises ValueError as `fit_history` does.
        """
        columns = _columns(self.terms, learner, competency, item)
        right = outcomes(correct, len(columns["learner"]))
        table = _table(self.terms, self.names, columns, right)
        return logistic(times(table, np.concatenate((*self.weights, [0.0]))))


def fit_history(
    model: str | tuple[Term, ...],
    learner: ArrayLike,
    competency: ArrayLike,
    correct: ArrayLike,
    *,
    item: ArrayLike | None = None,
    penalty: float = 1.0,
    tolerance: float = 1e-6,
    limit: int = 100,
) -> HistoryModel:
    """Fit "afm", "pfa", "bestlr" or terms of your own to rows in the order answered.

    `penalty` is the inverse variance of weights around 0 (the intercept is free of all but a
    millionth of it). Converged when no weight has a gradient over `tolerance` nats a row.
    Raises ValueError, naming argument and row, for empty columns or unequal lengths, labels that
    are missing, `correct` other than 0 or 1, an unknown model, and a model of items without them.
    """
    if isinstance(model, str) and model not in MODELS:
        raise ValueError(f"model is {model!r}; give one of {sorted(MODELS)} or a tuple of terms")
    if not 0.0 < penalty < np.inf:
        raise ValueError(f"penalty is {penalty}; give a number above 0")
    terms = MODELS[model] if isinstance(model, str) else model
    columns = _columns(terms, learner, competency, item)
    right = outcomes(correct, len(columns["learner"]))
    names = {name: numbered(name, column)[1] for name, column in columns.items()}
    table = _table(terms, names, columns, right)
    sizes = [len(names[term.weight_of]) for term in terms]
    strength = np.full(table.width, penalty)
    strength[-1] = 1.0
    for term, start in zip(terms, np.cumsum([0, *sizes[:-1]]), strict=True):
        if term.weight_of == "all" and term.value == "one":
            strength[start] = 1e-6 * penalty
    done = solve(table, right.astype(np.float64), strength, tolerance, limit)
    weights = tuple(np.split(done.weights[:-1], np.cumsum(sizes)[:-1]))
    return HistoryModel(terms, names, weights, done.converged, done.steps)


def _columns(
    terms: tuple[Term, ...], learner: ArrayLike, competency: ArrayLike, item: ArrayLike | None
) -> dict[str, NDArray[Any]]:
    who = labels("learner", learner)
    columns = {"learner": who, "competency": labels("competency", competency, len(who))}
    columns["all"] = np.zeros(len(who), np.int64)
    if any("item" in term for term in terms):
        if item is None:
            raise ValueError("item is missing; this model has terms of items: give one a row")
        columns["item"] = labels("item", item, len(who))
    return columns


def _table(
    terms: tuple[Term, ...],
    names: dict[str, NDArray[Any]],
    columns: dict[str, NDArray[Any]],
    right: NDArray[np.uint32],
) -> Table:
    """Return the sparse table of the terms; its last column holds what was never seen."""
    n = len(right)
    index, value = np.empty((n, len(terms)), np.uint32), np.empty((n, len(terms)))
    width = sum(len(names[term.weight_of]) for term in terms)
    person, people = numbered("learner", columns["learner"])
    before = {
        within: _before(person, len(people), columns[within], right)
        for within in {term.within for term in terms}
    }
    start = 0
    for j, term in enumerate(terms):
        at = position(columns[term.weight_of], names[term.weight_of])
        index[:, j] = np.where(at < 0, width, start + at)
        value[:, j] = np.where(at < 0, 0.0, _value(term, *before[term.within]))
        start += len(names[term.weight_of])
    return Table(index, value, width + 1)


def _value(term: Term, tried: Floats, got: Floats) -> Floats:
    kind = term.value.removeprefix("log_")
    if kind not in ("one", "tried", "right", "wrong"):
        raise ValueError(f"model: term {term} has no known value; give one, tried, right or wrong")
    plain: Floats = {"one": np.ones(1), "tried": tried, "right": got, "wrong": tried - got}[kind]
    value: Floats = np.log1p(plain) if term.value.startswith("log_") else plain
    return value


def _before(
    person: Ints, people: int, column: NDArray[Any], right: NDArray[np.uint32]
) -> tuple[Floats, Floats]:
    """Count each row's earlier rows of the same learner and label, and the right ones of them."""
    code, names = numbered("labels", column)
    rows = chains(person, code, people, len(names))
    first = np.repeat(rows.starts[:-1], np.diff(rows.starts))
    sums = np.concatenate(([0], np.cumsum(right[rows.order], dtype=np.int64)))
    tried, got = np.empty(len(right)), np.empty(len(right))
    tried[rows.order] = np.arange(len(right)) - first
    got[rows.order] = sums[:-1] - sums[first]
    return tried, got
