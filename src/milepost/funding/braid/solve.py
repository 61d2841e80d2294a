"""From costs, streams and terms to who pays what, in cents."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from milepost.funding.braid.cents import to_lines, whole
from milepost.funding.braid.linear import best
from milepost.funding.braid.model import Model, build
from milepost.funding.braid.problem import Problem

Cell = tuple[str, int, str]
"""Line, year, stream."""


class Fractions(Exception):
    """The money suffices, but only in fractions of a cent."""


def solved(problem: Problem) -> dict[Cell, int] | None:
    """Return the cents that each stream pays of each cost; None where the terms contradict.

    Raises Fractions where they can be met in fractions of a cent alone.
    """
    model = build(problem, problem.groups)
    if not model.cells and not model.rows:
        return {}
    values = best(model, goals(problem, model))
    if values is None:
        return None
    columns = whole(model, values)
    if columns is None:
        raise Fractions
    return _cells(model, columns)


def goals(problem: Problem, model: Model) -> list[NDArray[np.float64]]:
    """Return what is made largest, in order: cost paid; money that does not lapse; money left
    unrestricted; money that ends late left alone."""
    paid, used, restricted, early = (np.zeros(len(model.least)) for _ in range(4))
    last = problem.years[-1]
    for (_, key), column in model.cells.items():
        stream = problem.stream[key]
        paid[column] = 1
        used[column] = 1 + float(stream.indirect_rate)
        restricted[column] = -1.0 if not stream.restricted else 0.0
        early[column] = -(problem.rank[key] + 1) / len(problem.streams)
    for (_, year), column in model.kept.items():
        if year == last:
            used[column] = 1
    return [paid, used, restricted, early]


def _cells(model: Model, columns: Sequence[int]) -> dict[Cell, int]:
    paid: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for (at, key), column in model.cells.items():
        paid[at].append((key, columns[column]))
    return {
        (line, model.groups[at].year, stream): cents
        for at, pairs in sorted(paid.items())
        for line, stream, cents in to_lines(model.groups[at], pairs)
    }
