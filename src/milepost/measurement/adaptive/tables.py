"""Between what a test designer writes and the plain arrays that the compiled selection reads.

An *area* is a content area, numbered; a *cell* is a score of an item: item j's score k is cell
`first + k`; a *place* is a position in the list of all items area by area; a *column* is a score
above 0 of the item at a place. Tables are few and hold records, since the compiled functions hand
them to each other by value.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Smalls = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Records = NDArray[np.void]

FREE, SET_ASIDE, HELD, GONE = 0, 1, 2, 3
"""Marks of an item in one test: may be given; failed its exposure experiment; waits while others
are compared; given, or an enemy of one given, or the blueprint could not be met after it."""

INFORMATION, DIVERGENCE, VARIANCE = 0, 1, 2
"""The criteria, in the order of `design.CRITERIA`."""

ITEM = np.dtype(
    [("area", "i8"), ("first", "i8"), ("enemy_set", "i8"), ("enemy", "i8"), ("administer", "f8")],
    align=True,
)
"""Its area, first cell, enemy set (-1: none), the next item in the ring of its enemies, and the
chance that it is given once it is chosen (Sympson-Hetter)."""
AREA = np.dtype(
    [
        ("least", "i8"),
        ("most", "i8"),
        ("weight", "f8"),
        ("supply", "i8"),
        ("start", "i8"),
        ("stop", "i8"),
    ],
    align=True,
)
"""Fewest and most items, weight, items for itself alone (enemies counted once), its places."""
LISTED = np.dtype([("item", "i4"), ("worth", "f4")], align=True)
"""An item and what the criterion gives it."""
PLACE = np.dtype([("item", "i8"), ("start", "i8"), ("stop", "i8")], align=True)
"""The item at a place and its columns."""
MODULE = np.dtype(
    [("start", "i8"), ("stop", "i8"), ("exit", "i8"), ("last_exit", "i8")], align=True
)
"""Its items, from `start` up to `stop`, and its exits likewise."""
EXIT = np.dtype([("cut", "f8"), ("to", "i8")], align=True)
"""Taken from this ability (or these points) on, to this module."""


class Rules(NamedTuple):
    """The numbers that hold for a whole test."""

    criterion: int
    length: int
    shortest: int
    error: float
    """The standard error at which to stop; 0 for a fixed length."""
    among: int
    """Choose at random among so many best (randomesque)."""
    experiments: bool
    """Whether any item's `administer` is below 1."""
    low: float
    """Ability of row 0 of the list of items, and how many rows a logit has."""
    per_logit: float
    by_points: bool
    """Whether modules route by points so far and not by ability."""


class Tables(NamedTuple):
    """The arrays of a test of n items, q quadrature points, g rows of ability, s shared sets."""

    item: Records
    """(n,)"""
    area: Records
    points: Floats
    """(q,)"""
    prior: Floats
    """(q,), summing to 1."""
    likelihood: Floats
    """(cells, q): chance of each score at each point."""
    listed: Records
    """(g, n): within each area, the items with the most information first."""
    place: Records
    """(n,)"""
    curves: Floats
    """(q, columns): chance of each score above 0."""
    surprise: Floats
    """(q, n): sum of P log P over the scores of the item at each place."""
    log_curves: Floats
    """(g, columns + n): log of the chances of scores above 0, then of score 0."""
    shared: Bools
    """(areas, s): the areas of each enemy set that spans several; these sets come first."""
    entry: Ints
    """First module of each panel; empty where items are chosen one by one."""
    module: Records
    module_item: Ints
    exit: Records


class State(NamedTuple):
    """What one examinee has done so far, and room to work in."""

    here: Records
    """(1,): see `HERE`."""
    posterior: Floats
    """(q,), summing to 1."""
    mark: Bytes
    """(n,)"""
    chosen: Ints
    """(n,): how often an item was chosen, given or not; never reset."""
    area: Records
    """(areas,): see `IN_AREA`."""
    shared: Records
    """(s,): see `IN_SET`."""
    held: Ints
    """(among,): the best items, while one of them is drawn."""
    weighed: Records
    """(n,): as a row of `Tables.listed`, but in the order of places: what `evaluate` finds."""
    value: Floats
    """(n,): room for `evaluate`."""
    sums: Floats
    """(2, columns): the posterior's mean of each chance, and of ability times it."""


HERE = np.dtype(
    [
        ("stream", "u8"),
        ("step", "i8"),
        ("item", "i8"),
        ("module", "i8"),
        ("at", "i8"),
        ("points", "i8"),
        ("mean", "f8"),
        ("sd", "f8"),
    ],
    align=True,
)
"""The examinee's chance, items answered, item to answer (-1: none), module and place in it, score
so far, and the posterior's mean and standard deviation."""
IN_AREA = np.dtype(
    [
        ("count", "i8"),
        ("own", "i8"),
        ("rank", "f8"),
        ("head", "i8"),
        ("given_up", "i8"),
        ("queue", "i8"),
        ("after", "i8"),
    ],
    align=True,
)
"""Items given, what is left of `supply`, priority in this step, place of the best item (-1: none);
the rest is room for `blueprint_kernels.complete`."""
IN_SET = np.dtype([("taken", "i8"), ("owner", "i8"), ("source", "i8")], align=True)
"""Whether a shared set has been drawn on; the rest is room for `blueprint_kernels.complete`."""


class Choice(NamedTuple):
    """What the choice of one item looks at: parts of `Tables` and `State`, and a few numbers."""

    row: Records
    """(n,), as in `LISTED`, area by area."""
    ordered: bool
    """Whether the best comes first in each area."""
    worst: int
    """The highest mark that an item may have."""
    among: int
    experiments: bool
    stream: np.uint64
    base: int
    """Where this step's chance begins; see `kernels.address`."""
    left: int
    """How many more items the test may have."""
    item: Records
    area: Records
    shared: Bools
    done: Records
    """`State.area`"""
    sets: Records
    """`State.shared`"""
    mark: Bytes
    chosen: Ints
    held: Ints


class Answering(NamedTuple):
    """What simulated examinees answer by: the columns of `irt.Items`, (n,) and (n, m)."""

    partial: Bools
    """Whether the model is partial credit and not cumulative."""
    discrimination: Floats
    guessing: Floats
    thresholds: Floats


class Record(NamedTuple):
    """What a simulation writes down, one row an examinee."""

    items: Smalls
    scores: Smalls
    length: Ints
    ability: Floats
    error: Floats


def new_state(tables: Tables, rules: Rules) -> State:
    """Return room for one examinee."""
    n = len(tables.item)
    return State(
        here=np.zeros(1, HERE),
        posterior=np.empty(len(tables.points)),
        mark=np.empty(n, np.uint8),
        chosen=np.zeros(n, np.int64),
        area=np.zeros(len(tables.area), IN_AREA),
        shared=np.zeros(tables.shared.shape[1], IN_SET),
        held=np.empty(rules.among, np.int64),
        weighed=_weighed(tables),
        value=np.empty(n),
        sums=np.empty((2, tables.curves.shape[1])),
    )


def _weighed(tables: Tables) -> Records:
    record = np.zeros(len(tables.place), LISTED)
    record["item"] = tables.place["item"]
    return record
