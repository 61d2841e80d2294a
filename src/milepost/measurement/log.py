"""A log of what learners showed: one row a response, whatever it shows, in order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Responses of learners as flat arrays: learners one after the other, each in order of time.

    Row r of the n rows shows the competencies
    `competency[competency_offsets[r] : competency_offsets[r + 1]]` (an "entry" each): one outcome
    that they share. Work whose competencies are scored apart is a row each, at the same instant.

    Raises ValueError, naming the argument and the row, for arrays that do not fit together,
    numbers that are missing or out of range, a competency named twice in a row, and days that
    run backwards.
    """

    learners: tuple[str, ...]
    """Labels of the learners, in the order of their rows."""
    items: tuple[str, ...]
    competencies: tuple[str, ...]
    learner_offsets: Ints
    """Learner i has the rows from `learner_offsets[i]` up to `learner_offsets[i + 1]`."""
    item: Ints
    """Index into `items`, one a row; -1 where there is none (a judgement, a portfolio)."""
    competency_offsets: Ints
    competency: Ints
    """Index into `competencies`, one an entry."""
    score: Floats
    """From 0 to 1; from a source, the level of its rubric (from 0 up) or its own reading."""
    weight: Floats
    """Information against one practice response (`Parameters.kind_weights`); 0 tells nothing, but
    counts as practice."""
    hints: Ints
    """Hints taken before the answer."""
    day: Floats
    """When, in days from any origin; all equal when order is all that is known."""
    sources: tuple[str, ...] = ()
    """Labels of rubrics, judges and outside tests; the calibration has a scale for each."""
    source: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """Index into `sources`, one a row; -1 for a response. Left out: all are responses."""

    def __post_init__(self) -> None:
        if not len(self.source):
            object.__setattr__(self, "source", np.full(len(self.score), -1, np.int64))
        _check(self)

    def __len__(self) -> int:
        return len(self.score)

    @property
    def learner_of_row(self) -> Ints:
        """Index into `learners`, one a row."""
        return np.repeat(np.arange(len(self.learners)), np.diff(self.learner_offsets))

    @classmethod
    def of(
        cls,
        learners: Sequence[str],
        items: Sequence[str | None],
        competencies: Sequence[Sequence[str]],
        scores: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        hints: ArrayLike | None = None,
        days: ArrayLike | None = None,
        sources: Sequence[str | None] | None = None,
    ) -> "Log":
        """Make a log of one value a row: labels of learner, item (or None) and competencies.

        Rows of one learner are brought together in the order given, which is the order of time:
        the caller sorts by instant and breaks ties. Left out: weight 1, no hints, order only,
        responses alone (`sources` None).
        """
        n = len(learners)
        learner, learner_labels = _indexed(learners)
        order = np.argsort(learner, kind="stable")
        item, item_labels = _indexed_or_none(items)
        source, source_labels = _indexed_or_none([None] * n if sources is None else sources)
        entry, competency_labels = _indexed(label for row in competencies for label in row)
        sizes = np.fromiter((len(row) for row in competencies), np.int64, len(competencies))
        for name, column in (("items", item), ("competencies", sizes), ("sources", source)):
            _check_rows(name, column, n)
        starts = np.cumsum(sizes) - sizes
        sorted_sizes = sizes[order]
        offsets = _offsets(sorted_sizes)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], sorted_sizes)
        return cls(
            learners=learner_labels,
            items=item_labels,
            competencies=competency_labels,
            learner_offsets=_offsets(np.bincount(learner, minlength=len(learner_labels))),
            item=item[order],
            competency_offsets=offsets,
            competency=entry[np.repeat(starts[order], sorted_sizes) + within],
            score=_column("scores", scores, n)[order],
            weight=_column("weights", np.ones(n) if weights is None else weights, n)[order],
            hints=_whole("hints", np.zeros(n) if hints is None else hints, n)[order],
            day=_column("days", np.zeros(n) if days is None else days, n)[order],
            sources=source_labels,
            source=source[order],
        )


def _indexed(labels: Iterable[str]) -> tuple[Ints, tuple[str, ...]]:
    """Number labels in the order in which they first appear."""
    numbers: dict[str, int] = {}
    index = np.fromiter((numbers.setdefault(label, len(numbers)) for label in labels), np.int64)
    return index, tuple(numbers)


def _indexed_or_none(labels: Sequence[str | None]) -> tuple[Ints, tuple[str, ...]]:
    """Number labels as `_indexed` does, and rows without one as -1."""
    labelled = np.fromiter((bool(label) for label in labels), np.bool_, len(labels))
    index = np.full(len(labels), -1, np.int64)
    index[labelled], names = _indexed(label for label in labels if label)
    return index, names


def _column(name: str, values: ArrayLike, n: int) -> Floats:
    column = np.asarray(values, np.float64)
    _check_rows(name, column, n)
    return column


def _whole(name: str, values: ArrayLike, n: int) -> Ints:
    column = _column(name, values, n)
    _refuse(name, column, ~np.isfinite(column) | (column % 1 != 0), "is not a whole number")
    return column.astype(np.int64)


def _check_rows(name: str, column: NDArray[np.generic], n: int) -> None:
    if column.shape != (n,):
        raise ValueError(f"{name} has shape {column.shape}; learners has {n} rows")


def _offsets(sizes: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _check(log: Log) -> None:
    n = len(log.score)
    for name in ("score", "weight", "day"):
        _check_type(name, getattr(log, name), np.float64)
    for name in ("learner_offsets", "item", "competency_offsets", "competency", "hints", "source"):
        _check_type(name, getattr(log, name), np.int64)
    for name in ("item", "weight", "hints", "day", "source"):
        if len(getattr(log, name)) != n:
            raise ValueError(f"{name} has {len(getattr(log, name))} rows; score has {n}")
    _check_offsets("learner_offsets", log.learner_offsets, len(log.learners), n)
    _check_offsets("competency_offsets", log.competency_offsets, n, len(log.competency))
    _refuse("item", log.item, (log.item < -1) | (log.item >= len(log.items)), "is no item")
    bad = (log.competency < 0) | (log.competency >= len(log.competencies))
    row_of_entry = np.repeat(np.arange(n), np.diff(log.competency_offsets))
    _refuse("competency", log.competency, bad, "is no competency", row_of_entry)
    sizes = np.diff(log.competency_offsets)
    _refuse("competency_offsets", sizes, sizes == 0, "competencies are too few: name one or more")
    _refuse("source", log.source, (log.source < -1) | (log.source >= len(log.sources)), "is none")
    response = log.source < 0
    share = (log.score >= 0) & (log.score <= 1)
    _refuse("score", log.score, response & ~share, "is not from 0 to 1")
    _refuse("score", log.score, ~np.isfinite(log.score), "is not a number")
    good = (log.weight >= 0) & (log.weight < np.inf)
    _refuse("weight", log.weight, ~good, "is not a number from 0 up")
    _refuse("hints", log.hints, log.hints < 0, "is less than none")
    _refuse("day", log.day, ~np.isfinite(log.day), "is not a number")
    _check_order(log)
    _check_twice(log, row_of_entry)


def _check_type(name: str, array: NDArray[np.generic], dtype: type[np.generic]) -> None:
    if array.dtype != dtype or array.ndim != 1:
        raise ValueError(f"{name} is {array.ndim}-d {array.dtype}; it must be 1-d {dtype.__name__}")


def _check_order(log: Log) -> None:
    backwards = np.zeros(len(log), bool)
    backwards[1:] = np.diff(log.day) < 0
    firsts = log.learner_offsets[:-1]
    backwards[firsts[firsts < len(log)]] = False
    _refuse("day", log.day, backwards, "is before the learner's row above it")


def _check_twice(log: Log, row_of_entry: Ints) -> None:
    pair = row_of_entry * max(len(log.competencies), 1) + log.competency
    values, first = np.unique(pair, return_index=True)
    if len(values) < len(pair):
        twice = np.ones(len(pair), bool)
        twice[first] = False
        _refuse("competency", log.competency, twice, "is named twice", row_of_entry)


def _check_offsets(name: str, offsets: Ints, count: int, end: int) -> None:
    fits = len(offsets) == count + 1 and offsets[0] == 0 and offsets[-1] == end
    if not fits or np.any(np.diff(offsets) < 0):
        raise ValueError(f"{name} must be {count + 1} ascending numbers from 0 to {end}")


def _refuse(
    name: str,
    values: NDArray[np.generic],
    bad: NDArray[np.bool_],
    why: str,
    rows: Ints | None = None,
) -> None:
    if np.any(bad):
        at = int(np.argmax(bad))
        raise ValueError(f"{name}, row {at if rows is None else rows[at]}: {values[at]} {why}")
