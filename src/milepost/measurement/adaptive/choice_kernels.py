"""The compiled choice of one item among those that may be given."""

import math

import numpy as np

from milepost.measurement.adaptive.blueprint_kernels import may_follow
from milepost.measurement.adaptive.lean import inlined, lean
from milepost.measurement.adaptive.streams import uniform
from milepost.measurement.adaptive.tables import FREE, GONE, HELD, SET_ASIDE, Choice


@inlined
def pick(c: Choice) -> int:
    """Return the item to give; -1 if there is none.

    Sympson & Hetter (1985): a chosen item is given with its own chance, else set aside for this
    examinee, and the next best is tried. What was set aside comes back, without an experiment,
    only when nothing else is left.
    """
    for h in range(len(c.done)):
        c.done[h].head = -1
        if c.done[h].rank > 0.0:
            find_head(c, h, c.area[h].start)
    draw_at = c.base + 2 + len(c.mark)
    while True:
        item = _best(c) if c.among == 1 else _one_of_best(c, draw_at)
        if item < 0 or c.worst == SET_ASIDE:
            return item
        c.chosen[item] += 1
        if not c.experiments or uniform(c.stream, c.base + 2 + item) < c.item[item].administer:
            return item
        c.mark[item] = SET_ASIDE
        _find_next(c, item)
        draw_at += 1


@lean
def _one_of_best(c: Choice, draw_at: int) -> int:
    """Return one of the best items at random (Kingsbury & Zara 1989); -1 if there is none."""
    best, held = _best(c), 0
    while best >= 0 and held < c.among:
        c.held[held] = best
        held += 1
        c.mark[best] = HELD
        _find_next(c, best)
        best = _best(c)
    for k in range(held):
        c.mark[c.held[k]] = FREE
    for k in range(held):
        h = c.item[c.held[k]].area
        find_head(c, h, c.area[h].start)
    if held == 0:
        return -1
    return int(c.held[int(uniform(c.stream, draw_at) * held)])


@inlined
def _best(c: Choice) -> int:
    """Return the item of the highest priority that the blueprint allows; -1 if there is none."""
    while True:
        top, best = -math.inf, -1
        for h in range(len(c.done)):
            p = c.done[h].head
            if p >= 0 and c.done[h].rank * c.row[p].worth > top:
                top, best = c.done[h].rank * c.row[p].worth, p
        if best < 0:
            return -1
        item = int(np.int64(c.row[best].item))
        rivals = c.item[item].enemy_set
        if rivals < 0 or rivals >= len(c.sets) or may_follow(c, item):
            return item
        c.mark[item] = GONE  # what cannot follow now can never follow later
        _find_next(c, item)


@inlined
def _find_next(c: Choice, item: int) -> None:
    """Find the best of an area again, after the item at its head was marked."""
    h = c.item[item].area
    # In order, nothing before the head may be given; a draw among the best may yet unmark some.
    on = c.among == 1 or c.mark[item] == HELD
    find_head(c, h, c.done[h].head if on else c.area[h].start)


@inlined
def find_head(c: Choice, h: int, begin: int) -> None:
    """Note the place of area h's best item that may be given, -1 if there is none."""
    best = -1
    for p in range(begin if c.ordered else c.area[h].start, c.area[h].stop):
        if c.mark[c.row[p].item] <= c.worst and (best < 0 or c.row[p].worth > c.row[best].worth):
            best = p
            if c.ordered:
                break
    c.done[h].head = best
