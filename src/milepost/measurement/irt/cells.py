"""Answers as cells (a score of an item), and the sums over learners that calibration needs.

Whatever the model, a learner's log-likelihood at a point of ability is the sum of one table's rows,
the cells of the answers; and what the M-step needs is how often each cell is met at each point.
Where learners answered most items both are products of matrices (`_Full`); otherwise the compiled
sum over answers does it (`kernels.expect`). Equal rows of a full table are counted once.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from milepost.measurement.irt.items import Floats, Ints
from milepost.measurement.irt.responses import Responses

FULL_FROM = 0.4
"""Share of cells met from which products of matrices are quicker than sums over answers."""
FULL_BYTES = 2**30
"""The largest full table: one byte a learner and cell."""
BLOCK = 1024
"""Learners multiplied at a time: their posteriors stay in the processor's cache."""
FAINT = np.float32(-70.0)
"""Log of the smallest posterior, over the largest, that is told from this: what lies below would
be too small for normal single precision, where processors multiply a hundred times slower."""


class Expected(NamedTuple):
    """What the E-step finds: counts (cells, points), people (groups, points), log-likelihood."""

    counts: Floats
    people: Floats
    log_likelihood: float


@dataclass(frozen=True)
class Cells:
    """Answers of all learners to the items that calibration knows, in its order.

    `offsets` and `cell` are as in `Responses`; `item` is the item's place in the calibration,
    `first` (items + 1,) each item's first cell, `group` and `weight` stand for each learner.
    """

    offsets: Ints
    cell: NDArray[np.int64]
    item: NDArray[np.int64]
    first: Ints
    group: Ints
    weight: Floats

    @classmethod
    def of(cls, responses: Responses, seen: Ints, top: Ints, group: Ints) -> "Cells":
        """Number the cells of the items `seen`, whose highest scores are `top`."""
        first = np.zeros(len(seen) + 1, np.int64)
        np.cumsum(top + 1, out=first[1:])
        place = np.full(responses.n_items, -1, np.int64)
        place[seen] = np.arange(len(seen))
        item = place[responses.item]
        cell = first[item] + responses.score
        weight = np.ones(responses.n_learners)
        return cls(responses.offsets, cell, item, first, group, weight)

    @property
    def n_groups(self) -> int:
        """Return how many groups the learners are of."""
        return int(self.group.max()) + 1

    def some(self, learners: Ints) -> "Cells":
        """Return the answers of some learners, in the order given."""
        lengths = np.diff(self.offsets)[learners]
        offsets = np.zeros(len(learners) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        start = np.repeat(self.offsets[:-1][learners] - offsets[:-1], lengths)
        rows = np.arange(offsets[-1]) + start
        return Cells(
            offsets,
            self.cell[rows],
            self.item[rows],
            self.first,
            self.group[learners],
            self.weight[learners],
        )

    def summary(self) -> "Full | Sparse":
        """Return what the E-step runs on: a full table where that is quicker."""
        n_learners, n_items = len(self.group), len(self.first) - 1
        share = len(self.cell) / max(1, n_learners * n_items)
        size = n_learners * (int(self.first[-1]) + n_items)
        if share < FULL_FROM or size > FULL_BYTES:
            return Sparse(self)
        return Full.of(self)


@dataclass(frozen=True)
class Sparse:
    """The E-step as a compiled sum over answers."""

    cells: Cells

    def expect(self, table: Floats, prior: Floats) -> Expected:
        """Return the expected counts, from the logarithms of chances and of the prior."""
        from milepost.measurement.irt.kernels import expect

        cells = self.cells
        counts, people = np.zeros_like(table), np.zeros_like(prior)
        found = expect(
            cells.offsets, cells.cell, cells.weight, cells.group, table, prior, counts, people
        )
        return Expected(counts, people, float(found))


@dataclass(frozen=True)
class Full:
    """The E-step as products of matrices: columns are the scores above 0, then who answered.

    `met` (rows, columns) is 1 where a cell was met; the columns of who answered are left out when
    everybody answered everything. One block of rows at a time is turned into floating point.
    """

    met: NDArray[np.uint8]
    above: Ints
    complete: bool
    first: Ints
    group: Ints
    weight: NDArray[np.float32]

    @classmethod
    def of(cls, cells: Cells) -> "Full":
        """Lay the answers out, and count equal rows once where there are many."""
        n_items, n_cells = len(cells.first) - 1, int(cells.first[-1])
        complete = len(cells.cell) == len(cells.group) * n_items
        above = np.setdiff1d(np.arange(n_cells), cells.first[:-1])
        column = np.full(n_cells, -1, np.int64)
        column[above] = np.arange(len(above))
        width = len(above) + (0 if complete else n_items)
        met = np.zeros((len(cells.group), width), np.uint8)
        row = np.repeat(np.arange(len(cells.group)), np.diff(cells.offsets))
        flat, start = met.ravel(), row * width
        scored = column[cells.cell] >= 0
        flat[start[scored] + column[cells.cell[scored]]] = 1
        if not complete:
            flat[start + len(above) + cells.item] = 1
        met, group, weight = _once(met, cells.group, cells.weight)
        return cls(met, above, complete, cells.first, group, weight.astype(np.float32))

    def expect(self, table: Floats, prior: Floats) -> Expected:
        """Return the expected counts, from the logarithms of chances and of the prior."""
        zero = self.first[:-1]
        item = np.repeat(np.arange(len(zero)), np.diff(self.first))
        rows = [table[self.above] - table[zero[item[self.above]]]]
        if self.complete:
            prior = prior + table[zero].sum(axis=0)
        else:
            rows.append(table[zero])
        found, people, log_likelihood = self._multiply(np.concatenate(rows), prior)
        counts = np.empty_like(table)
        counts[self.above] = found[: len(self.above)]
        higher = np.zeros((len(zero), table.shape[1]))
        np.add.at(higher, item[self.above], counts[self.above])
        answered = people.sum(axis=0) if self.complete else found[len(self.above) :]
        counts[zero] = np.maximum(answered - higher, 0.0)
        return Expected(counts, people, log_likelihood)

    def _multiply(self, rows: Floats, prior: Floats) -> tuple[Floats, Floats, float]:
        """Run over the blocks; single precision inside a block, double across them."""
        narrow, start = rows.astype(np.float32), prior.astype(np.float32)
        counts, people, log_likelihood = np.zeros_like(rows), np.zeros_like(prior), 0.0
        answers = np.empty((BLOCK, self.met.shape[1]), np.float32)
        ones = np.ones(rows.shape[1], np.float32)
        for low in range(0, len(self.met), BLOCK):
            block = self.met[low : low + BLOCK]
            here = answers[: len(block)]
            here[:] = block
            group, weight = self.group[low : low + BLOCK], self.weight[low : low + BLOCK]
            post = here @ narrow
            post += start[group] if len(start) > 1 else start
            top = post.max(axis=1, keepdims=True)
            post -= top
            np.maximum(post, FAINT, out=post)
            np.exp(post, out=post)
            total = post @ ones
            log_likelihood += float(
                np.dot(weight.astype(np.float64), np.log(total) + top[:, 0].astype(np.float64))
            )
            post *= (weight / total)[:, None]
            counts += here.T @ post
            for g in range(len(people)):
                people[g] += (post[group == g] if len(people) > 1 else post).sum(axis=0)
        return counts, people, log_likelihood


def _once(
    met: NDArray[np.uint8], group: Ints, weight: Floats
) -> tuple[NDArray[np.uint8], Ints, Floats]:
    """Return each pattern of answers once, with the sum of its weights, where that pays."""
    some = min(len(met), 4 * BLOCK)
    keys = np.concatenate((np.packbits(met, axis=1), group.astype("<u4")[:, None].view("u1")), 1)
    if len(np.unique(_whole(keys[:some]))) > 0.5 * some:
        return met, group, weight
    _, first, where = np.unique(_whole(keys), return_index=True, return_inverse=True)
    return met[first], group[first], np.bincount(where, weight).astype(np.float64)


def _whole(keys: NDArray[np.uint8]) -> NDArray[np.void]:
    return np.ascontiguousarray(keys).view(f"V{keys.shape[1]}").ravel()
