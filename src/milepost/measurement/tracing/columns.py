"""From columns of labels to numbered rows, grouped as chains of answers."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Chains(NamedTuple):
    """Rows in order of competency, learner and time; sequence s is rows starts[s]:starts[s + 1]."""

    order: Ints
    """Row of the input, one a row here."""
    starts: Ints
    trees: Ints
    """Competency k has the sequences from trees[k] up to trees[k + 1]."""


def labels(name: str, values: ArrayLike, n: int | None = None) -> NDArray[Any]:
    """Return a column of labels; raises ValueError where it is not one, or a label is missing."""
    column = np.asarray(values)
    if column.ndim != 1 or len(column) == 0:
        raise ValueError(f"{name} has shape {column.shape}; give one label a row, one or more")
    if n is not None and len(column) != n:
        raise ValueError(f"{name} has {len(column)} rows where learner has {n}; give equal lengths")
    if column.dtype.kind == "f":
        missing = ~np.isfinite(column)
    elif column.dtype.kind == "O":
        missing = np.array([v is None or v != v for v in column])
    else:
        return column
    if np.any(missing):
        row = int(np.argmax(missing))
        raise ValueError(f"{name}, row {row}: {column[row]} is no label; name it or drop the row")
    return column


def outcomes(values: ArrayLike, n: int) -> NDArray[np.uint32]:
    """Return right (1) and wrong (0) answers; raises ValueError for anything else."""
    column = np.asarray(values)
    if column.shape != (n,):
        raise ValueError(f"correct has shape {column.shape} where learner has {n} rows")
    bad = (column != 0) & (column != 1)
    if np.any(bad):
        row = int(np.argmax(bad))
        raise ValueError(f"correct, row {row}: {column[row]} is neither 0 nor 1; round or drop it")
    return column.astype(np.uint32)


def numbered(name: str, column: NDArray[Any]) -> tuple[Ints, NDArray[Any]]:
    """Return a number for each row, and the distinct labels in their order."""
    if column.dtype.kind in "iu":
        low, high = int(column.min()), int(column.max())
        if high - low < 4 * len(column) + 1024:  # a table is ten times faster than sorting
            shifted = (column - column.dtype.type(low)).astype(np.int64)
            seen = np.zeros(high - low + 1, np.bool_)
            seen[shifted] = True
            names = (np.flatnonzero(seen) + low).astype(column.dtype)
            return (np.cumsum(seen) - 1)[shifted], names
    try:
        names, code = np.unique(column, return_inverse=True)
    except TypeError as mixed:
        raise ValueError(f"{name}: labels of several types cannot be ordered; use one") from mixed
    return code.astype(np.int64), names


def position(column: NDArray[Any], names: NDArray[Any]) -> Ints:
    """Return where each label is in ascending `names`; -1 where it is not."""
    if len(names) == 0 or (column.dtype.kind in "US") != (names.dtype.kind in "US"):
        return np.full(len(column), -1, np.int64)
    at = np.minimum(np.searchsorted(names, column), len(names) - 1)
    return np.where(names[at] == column, at, -1)


def chains(learner: Ints, competency: Ints, n_learners: int, n_competencies: int) -> Chains:
    """Group rows, in the order given, by competency and then by learner."""
    from .kernels import regroup

    order = regroup(learner, np.arange(len(learner)), n_learners)
    order = regroup(competency, order, n_competencies)
    who, what = learner[order], competency[order]
    new = np.flatnonzero((who[1:] != who[:-1]) | (what[1:] != what[:-1])) + 1
    starts = np.concatenate(([0], new, [len(order)])).astype(np.int64)
    trees = np.searchsorted(what[starts[:-1]], np.arange(n_competencies + 1)).astype(np.int64)
    return Chains(order, starts, trees)
